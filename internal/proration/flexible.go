package proration

import (
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
)

// CreditPart gives back the part of one debit that lies in [From, To). Amount is negative; 0 when
// the debit was 0 or the part is a sliver.
type CreditPart struct {
	Debit    billing.Debit
	Amount   int64
	From, To int64
}

// CreditFlexible gives back the time [from, to) on the basis of what was debited for it, one
// credit for each debit that reaches into that time:
//
//	round(−amount × overlap / length of the debit)
//
// Time that was never debited, because it was free or not prorated, gives nothing back.
func CreditFlexible(debits []billing.Debit, from, to int64) []CreditPart {
	var parts []CreditPart
	for _, d := range debits {
		start, end := max(from, d.Start), min(to, d.End)
		if start >= end {
			continue
		}
		// The share is at most the debit, which fits.
		amount, _ := Share(d.Amount, big.NewRat(start-end, d.End-d.Start))
		parts = append(parts, CreditPart{Debit: d, Amount: amount, From: start, To: end})
	}
	return parts
}
