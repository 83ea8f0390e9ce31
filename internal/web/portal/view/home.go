package view

// Home is the overview: what is owed, every subscription that has not ended, what pays for it, and
// the last invoices.
type Home struct {
	Frame
	Method   *Method // the customer's default
	Balance  Money   // positive: credit; negative: added to the next invoice
	Owed     []OwedInvoice
	Invoices []InvoiceRow
}

// showsMethod tells whether a card must name its payment method: not when it is the default, which
// stands right below.
func (f Frame) showsMethod(s Subscription) bool {
	return s.Method != nil && !s.ByInvoice && (s.Override || !f.Offers.Payment)
}

// needsPayment tells whether a card's one primary button is to pay.
func (s Subscription) needsPayment() bool { return s.Can.Pay && s.Open != nil }

// payHref is where an open invoice is paid, or confirmed with the bank.
func (o OpenInvoice) payHref() string {
	if o.BankURL != "" {
		return o.BankURL
	}
	return InvoicePath(o.ID, "pay")
}

func (m Money) positive() Money {
	if m.Minor < 0 {
		m.Minor = -m.Minor
	}
	return m
}
