package ledger

// Accounts.
const (
	Receivable      = "receivable"       // what open invoices still ask for
	Revenue         = "revenue"          // what was invoiced, without tax
	TaxPayable      = "tax_payable"      // tax that was invoiced
	CustomerBalance = "customer_balance" // what customers owe, less their credit
	Refunds         = "refunds"          // what was given back
	BadDebt         = "bad_debt"         // what was given up
	Adjustments     = "adjustments"      // balances changed by hand
	OutOfBand       = "out_of_band"      // paid past every gateway
)

// GatewayClearing is the account of the money that one gateway holds for us.
func GatewayClearing(gateway string) string { return "gateway_clearing:" + gateway }

// Kinds of posting.
const (
	KindFinalized       = "invoice_finalized"
	KindPaid            = "invoice_paid"
	KindPaidOutOfBand   = "invoice_paid_out_of_band"
	KindOverpaid        = "invoice_overpaid"
	KindUnapplied       = "invoice_payment_unapplied"
	KindVoided          = "invoice_voided"
	KindUncollectible   = "invoice_marked_uncollectible"
	KindBalanceAdjusted = "balance_adjusted"
	KindReceived        = "received"
	KindRefunded        = "refunded"
	KindRefundFailed    = "refund_failed"
)

// Entry moves one sum into an account (positive) or out of it (negative).
type Entry struct {
	Account  string
	Currency string
	Amount   int64
}

// Posting is one event in the books. It never changes; a mistake is posted back.
type Posting struct {
	Kind    string
	Entries []Entry
}

// Balanced says that the entries sum to zero in every currency.
func (p Posting) Balanced() bool {
	sums := map[string]int64{}
	for _, e := range p.Entries {
		sums[e.Currency] += e.Amount
	}
	for _, sum := range sums {
		if sum != 0 {
			return false
		}
	}
	return true
}

// Empty says that no money moved, so that there is nothing to write.
func (p Posting) Empty() bool { return len(p.Entries) == 0 }

// builder collects the entries of a posting in one currency.
type builder struct {
	posting  Posting
	currency string
}

func post(kind, currency string) *builder {
	return &builder{Posting{Kind: kind}, currency}
}

// move adds an entry; a sum of 0 is no entry.
func (b *builder) move(account string, amountMinor int64) *builder {
	if amountMinor != 0 {
		b.posting.Entries = append(b.posting.Entries, Entry{account, b.currency, amountMinor})
	}
	return b
}
