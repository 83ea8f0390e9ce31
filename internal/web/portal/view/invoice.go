package view

import (
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// InvoiceState is what a customer needs to know about an invoice.
type InvoiceState string

// The states an invoice is shown in; drafts are not shown.
const (
	InvoiceOpen           InvoiceState = "open"
	InvoiceOverdue        InvoiceState = "overdue"
	InvoiceProcessing     InvoiceState = "processing"
	InvoicePaid           InvoiceState = "paid"
	InvoiceCredited       InvoiceState = "credited" // it came to less than nothing
	InvoiceVoid           InvoiceState = "void"
	InvoiceUncollectible  InvoiceState = "uncollectible"
	InvoiceWrittenOff     InvoiceState = "written_off" // uncollectible, and can still be paid
	InvoiceRefunded       InvoiceState = "refunded"
	InvoicePartlyRefunded InvoiceState = "partly_refunded"
)

func (s InvoiceState) badge(z *i18n.Localizer) badge {
	switch s {
	case InvoicePaid:
		return badge{kit.TonePositive, "positive", z.T(i18n.InvoicePaid)}
	case InvoiceCredited:
		return badge{kit.TonePositive, "positive", z.T(i18n.InvoiceCredited)}
	case InvoiceOverdue:
		return badge{kit.ToneCritical, "critical", z.T(i18n.InvoiceOverdue)}
	case InvoiceOpen:
		return badge{kit.ToneWarning, "clock", z.T(i18n.InvoiceOpen)}
	case InvoiceProcessing:
		return badge{kit.ToneNeutral, "clock", z.T(i18n.InvoiceProcessing)}
	case InvoiceVoid:
		return badge{kit.ToneNeutral, "minus", z.T(i18n.InvoiceVoid)}
	case InvoiceUncollectible, InvoiceWrittenOff:
		return badge{kit.ToneNeutral, "minus", z.T(i18n.InvoiceUncollectible)}
	case InvoiceRefunded:
		return badge{kit.ToneNeutral, "returned", z.T(i18n.InvoiceRefunded)}
	case InvoicePartlyRefunded:
		return badge{kit.ToneNeutral, "returned", z.T(i18n.InvoicePartlyRefunded)}
	default:
		return badge{kit.ToneNeutral, "", string(s)}
	}
}

// payable tells that there is something to pay.
func (s InvoiceState) payable() bool {
	return s == InvoiceOpen || s == InvoiceOverdue || s == InvoiceWrittenOff
}

// sum writes what an invoice came to. What came to less than nothing is credit.
func (s InvoiceState) sum(z *i18n.Localizer, total Money) string {
	if s == InvoiceCredited {
		return z.T(i18n.InvoiceCreditSum, i18n.A("amount", total.positive().text(z)))
	}
	return total.text(z)
}

// InvoiceRow is an invoice in a list.
type InvoiceRow struct {
	ID, Number string
	Date       time.Time
	Total      Money
	State      InvoiceState
	For        string // what it is for, in short
}

// label reads a row out in one breath.
func (r InvoiceRow) label(z *i18n.Localizer) string {
	return z.T(i18n.InvoiceRowLabel, i18n.A("number", r.Number),
		i18n.A("amount", r.State.sum(z, r.Total)), i18n.A("state", r.State.badge(z).text))
}

// InvoiceList is one page of a customer's invoices, the newest first.
type InvoiceList struct {
	Frame
	Rows         []InvoiceRow
	Newer, Older string // addresses; empty: there are none
}

// Party is a seller or a buyer, as printed.
type Party struct {
	Name  string
	Lines []string
}

// InvoiceLine is one line of an issued invoice, in the reader's language.
type InvoiceLine struct {
	Description string
	Start, End  time.Time // zero: no period
	Quantity    int64
	Flat        bool   // it bills a tier as a whole
	Unit        string // unit amount in decimals of the minor unit; empty: not shown
	Formula     string // how the sum was computed instead: "5 × $10.00 + 2 × $8.00"
	Amount      Money
	Discounts   []NamedSum // its own: they are inside the subtotal
}

// NamedSum is a discount or a tax: "VAT (21%)".
type NamedSum struct {
	Name     string
	Percent  string // empty: none
	Amount   Money
	Included bool // of a tax: the prices hold it already
}

// Invoice is all that the page of an invoice shows.
type Invoice struct {
	ID, Number  string
	State       InvoiceState
	Issued      time.Time
	DueAt       time.Time // zero: at once
	PaidAt      time.Time
	ClosedAt    time.Time // when it was voided or refunded
	NextAttempt time.Time
	Seller      Party
	Buyer       Party
	Lines       []InvoiceLine
	Subtotal    Money
	Discounts   []NamedSum
	Taxes       []NamedSum
	Total       Money
	Balance     Money // credit that was used, negative; or what was added
	Paid        Money
	Due         Money // what remains
	Refunded    Money
	Method      *Method // what it was paid with
	Memo        string
	Footer      string
	PDF         string // address
	Receipt     string // address; empty: none
}

// InvoicePage is an invoice inside the portal.
type InvoicePage struct {
	Frame
	Invoice Invoice
}

// HostedInvoice is the public page of an invoice. Whoever has its address may see and pay it.
type HostedInvoice struct {
	Frame
	Token   string
	Invoice Invoice
	Methods []Method // a saved one may be used only when the visitor is the customer
	Errors  []kit.FieldError
	Portal  bool // the visitor is in the portal: offer the way there
}

// PayInvoice is the page before an open invoice is paid in the portal.
type PayInvoice struct {
	Frame
	Invoice Invoice
	Methods []Method
	Chosen  string // id of the method
	Hidden  []kit.Value
	Errors  []kit.FieldError
	Changed bool // the amount is not what it was when the page was first shown
}

// headline is the answer over an invoice: what is due or was paid, and when.
func (i Invoice) headline(z *i18n.Localizer) string {
	switch {
	case i.State == InvoicePaid && i.Method != nil:
		return z.T(i18n.InvoicePaidOnWith, on(z, i.PaidAt),
			i18n.A("card", i.Method.text(z)))
	case i.State == InvoicePaid:
		return z.T(i18n.InvoicePaidOn, on(z, i.PaidAt))
	case i.State == InvoiceCredited:
		return z.T(i18n.InvoiceCreditedBody)
	case i.State == InvoiceProcessing:
		return z.T(i18n.HomeProcessing, i18n.A("amount", i.Due.text(z)))
	case i.State == InvoiceOverdue:
		return z.T(i18n.InvoiceWasDueOn, on(z, i.DueAt))
	case i.State == InvoiceVoid:
		return z.T(i18n.InvoiceVoidOn, on(z, i.ClosedAt))
	case i.State == InvoiceWrittenOff:
		return z.T(i18n.InvoiceWrittenOffBody)
	case i.State == InvoiceUncollectible:
		return z.T(i18n.InvoiceUncollectibleBody)
	case i.State == InvoiceRefunded, i.State == InvoicePartlyRefunded:
		return z.T(i18n.InvoiceRefundedBody, i18n.A("amount", i.Refunded.text(z)),
			on(z, i.ClosedAt))
	case !i.DueAt.IsZero():
		return z.T(i18n.InvoiceDueOn, on(z, i.DueAt))
	case !i.NextAttempt.IsZero():
		return z.T(i18n.InvoiceNextAttempt, on(z, i.NextAttempt))
	default:
		return ""
	}
}

// principal is the sum that stands large: what is due, else what the invoice came to.
func (i Invoice) principal(z *i18n.Localizer) string {
	if i.State.payable() || i.State == InvoiceProcessing {
		return i.Due.text(z)
	}
	return i.State.sum(z, i.Total)
}

// balanceKey names what the customer's balance did: it paid, or it took up what came back.
func (i Invoice) balanceKey() i18n.Key {
	if i.Total.Minor < 0 && i.Balance.Minor > 0 {
		return i18n.PDFAddedBalance
	}
	return i18n.PDFAppliedBalance
}

func (l InvoiceLine) period(z *i18n.Localizer) string {
	if l.Start.IsZero() {
		return ""
	}
	return z.T(i18n.PeriodRange, i18n.A("start", whole(z.DateShort(l.Start))),
		i18n.A("end", whole(z.DateShort(l.End))))
}

// discountText names a discount with its rate: "Discount (Friends, 20%)".
func (s NamedSum) discountText(z *i18n.Localizer) string {
	name := s.Name
	if s.Percent != "" {
		name += ", " + z.Percent(s.Percent)
	}
	return z.T(i18n.ReviewDiscountNamed, i18n.A("name", name))
}

// taxText names a tax with its rate.
func (s NamedSum) taxText(z *i18n.Localizer) string {
	if s.Percent == "" {
		return s.Name
	}
	return z.T(i18n.ReviewTaxNamed, i18n.A("name", s.Name),
		i18n.A("percent", z.Percent(s.Percent)))
}
