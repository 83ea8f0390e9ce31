package lifecycle

import (
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/proration"
)

// Voided takes back what a voided invoice billed for time to come: a flexible credit gives back
// only what was asked for, and nobody is asked for this any more. What the invoice gave back for
// the same time stands again, because the change that was to replace it was never billed. void
// names other invoices that are void: what those billed does not come back.
//
// 10.00 paid for April, an upgrade to 20.00 on the 11th bills −6.67 and +13.33, and that invoice
// is voided: from the 11th on 6.67 of the first 10.00 can be given back, as before the upgrade.
func Voided(sub *billing.Subscription, inv *billing.Invoice, void map[string]bool) {
	var dropped []billing.Debit
	kept := sub.Private.Debits[:0:0]
	for _, d := range sub.Private.Debits {
		if d.Invoice == inv.ID {
			dropped = append(dropped, d)
		} else {
			kept = append(kept, d)
		}
	}
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		of := CreditedInvoice(l)
		if of == "" || of == inv.ID || void[of] || lineNet(l) >= 0 {
			continue
		}
		for _, d := range dropped {
			if d.Item == l.SubscriptionItemID() {
				kept = append(kept, restored(l, d)...)
			}
		}
	}
	sub.Private.Debits = kept
}

// CreditedInvoice is the invoice of which a line gives something back; "" when it gives nothing.
func CreditedInvoice(l *billing.LineItem) string {
	if l.Parent == nil || l.Parent.SubscriptionItemDetails == nil {
		return ""
	}
	p := l.Parent.SubscriptionItemDetails.ProrationDetails
	if p == nil || p.CreditedItems == nil || len(p.CreditedItems.InvoiceLineItems) == 0 {
		return ""
	}
	return p.CreditedItems.Invoice
}

// restored is the debit that a credit line took back, for the time that it shares with d.
func restored(l *billing.LineItem, d billing.Debit) []billing.Debit {
	from, to := max(l.Period.Start, d.Start), min(l.Period.End, d.End)
	if from >= to {
		return nil
	}
	back := debitOf(l, nil, CreditedInvoice(l))
	back.Lines = l.Parent.SubscriptionItemDetails.ProrationDetails.CreditedItems.InvoiceLineItems
	share := big.NewRat(to-from, l.Period.End-l.Period.Start)
	back.Amount, _ = proration.Share(-lineNet(l), share) // a share of what fits
	back.Gross, back.Off = back.Amount, nil
	back.Start, back.End = from, to
	return []billing.Debit{back}
}
