package pdf

import (
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/color"
	"github.com/portico-billing/portico/internal/i18n"
)

// InvoiceInput is what is printed of an invoice, and the words to print it in. What an invoice
// froze when it was finalized is taken from the invoice alone, so that a changed address or name
// does not change old paper.
type InvoiceInput struct {
	Invoice  *billing.Invoice // with all its lines
	Account  *billing.Account
	Settings *billing.Settings
	Customer *billing.Customer // for what a draft has not frozen yet; may be nil

	TaxRates map[string]*billing.TaxRate // by id
	Coupons  map[string]*billing.Coupon  // by the id of the discount that came from it
	Prices   map[string]*billing.Price   // by id: tells how long a period is; may be nil
	Charges  []*billing.Charge           // those that succeeded, oldest first
	// Formulas tell, by the id of a line, how a sum was computed that is not a quantity of one
	// unit amount.
	Formulas map[string]string

	Words *i18n.Localizer // nil speaks English
	// Country names a country by its code; nil prints the code.
	Country func(code string) string
	Logo    []byte // PNG or JPEG, or nil
	// Receipt prints what was paid in place of what is owed. It is for an invoice that is paid.
	Receipt bool
}

// Invoice is the document of an invoice, or its receipt.
func Invoice(in InvoiceInput) Document {
	p := newPaper(in)
	inv := p.Invoice
	d := Document{
		Locale: string(p.z.Locale()), Dir: p.z.Dir(), Title: p.title(), Status: p.stamp(),
		Seller: p.seller(), BillTo: p.buyer(), ShipTo: p.shipTo(), Logo: in.Logo,
		Facts: p.facts(), Custom: p.custom(), Headline: p.headline(), Memo: p.memo(),
		Footer: p.footer(), Columns: p.columns(), Lines: p.lines(), Totals: p.totals(),
		Payments: p.payments(), Accent: p.accent(), PageSize: p.pageSize(),
		Created: time.Unix(p.issued(), 0).In(p.zone), ID: inv.ID,
		PageLabel: func(n, of int) string {
			return p.z.T(i18n.PDFPage, i18n.A("page", n), i18n.A("pages", of))
		},
	}
	if len(d.Payments) > 0 {
		d.PaymentsTitle = p.z.T(i18n.PDFPaymentHistory)
	}
	if unpaid(inv) && inv.HostedInvoiceURL != nil {
		d.PayURL, d.PayLabel = *inv.HostedInvoiceURL, p.z.T(i18n.PDFPayOnline)
	}
	return d
}

// unpaid says that there is something to pay, also where the company has given up asking for it.
func unpaid(inv *billing.Invoice) bool {
	return inv.AmountRemaining > 0 &&
		(inv.Status == billing.InvoiceOpen || inv.Status == billing.InvoiceUncollectible)
}

// paper words one invoice.
type paper struct {
	InvoiceInput
	z    *i18n.Localizer
	zone *time.Location // the account's
}

func newPaper(in InvoiceInput) *paper {
	p := &paper{InvoiceInput: in, z: in.Words, zone: time.UTC}
	if p.z == nil {
		p.z = i18n.For(i18n.Default)
	}
	if zone, err := time.LoadLocation(in.Settings.Timezone); err == nil {
		p.zone = zone
	}
	return p
}

func (p *paper) money(amountMinor int64) string {
	return p.z.Sum(amountMinor, p.Invoice.Currency)
}

func (p *paper) date(unix int64) string { return p.z.Date(time.Unix(unix, 0).In(p.zone)) }

// title says what the paper is; a draft says so in its stamp.
func (p *paper) title() string {
	if p.Receipt {
		return p.z.T(i18n.PDFReceipt)
	}
	return p.z.T(i18n.PDFInvoice)
}

// refunded is what went back to the customer.
func (p *paper) refunded() (amountMinor int64) {
	for _, c := range p.Charges {
		amountMinor += c.AmountRefunded
	}
	return amountMinor
}

// credited says that the invoice came to less than nothing, which the customer keeps as credit.
func (p *paper) credited() bool {
	return p.Invoice.Status == billing.InvoicePaid && p.Invoice.Total < 0
}

// stamp says how the invoice stands; one that is simply owed has none.
func (p *paper) stamp() *Stamp {
	back := p.refunded()
	switch {
	case p.Invoice.Status == billing.InvoiceDraft:
		return &Stamp{p.z.T(i18n.PDFDraft), ToneNeutral}
	case p.Invoice.Status == billing.InvoiceVoid:
		return &Stamp{p.z.T(i18n.PDFVoid), ToneCritical}
	case p.Invoice.Status == billing.InvoiceUncollectible:
		return &Stamp{p.z.T(i18n.InvoiceUncollectible), ToneNeutral}
	case p.Invoice.Status != billing.InvoicePaid:
		return nil
	case p.credited():
		return &Stamp{p.z.T(i18n.InvoiceCredited), TonePositive}
	case back > 0 && back >= p.Invoice.AmountPaid:
		return &Stamp{p.z.T(i18n.InvoiceRefunded), ToneNeutral}
	case back > 0:
		return &Stamp{p.z.T(i18n.InvoicePartlyRefunded), ToneNeutral}
	}
	return &Stamp{p.z.T(i18n.PDFPaid), TonePositive}
}

// issued is the date on the invoice, which a caller may have set.
func (p *paper) issued() int64 {
	switch inv := p.Invoice; {
	case inv.EffectiveAt != nil:
		return *inv.EffectiveAt
	case inv.StatusTransitions.FinalizedAt != nil:
		return *inv.StatusTransitions.FinalizedAt
	default:
		return inv.Created
	}
}

// due is when the money is expected: at once unless the invoice says otherwise.
func (p *paper) due() int64 {
	if p.Invoice.DueDate != nil {
		return *p.Invoice.DueDate
	}
	return p.issued()
}

func (p *paper) facts() (out []Fact) {
	add := func(key i18n.Key, value string) {
		if value != "" {
			out = append(out, Fact{p.z.T(key), value})
		}
	}
	inv := p.Invoice
	add(i18n.PDFInvoiceNumber, text(inv.Number))
	if p.Receipt {
		add(i18n.PDFReceiptNumber, text(inv.ReceiptNumber))
	}
	add(i18n.PDFDateOfIssue, p.date(p.issued()))
	if inv.Status != billing.InvoiceDraft {
		add(i18n.PDFDateDue, p.date(p.due()))
	}
	if paidAt := inv.StatusTransitions.PaidAt; p.Receipt && paidAt != nil {
		add(i18n.PDFDatePaid, p.date(*paidAt))
	}
	return out
}

func (p *paper) custom() (out []Fact) {
	for _, f := range p.Invoice.CustomFields {
		out = append(out, Fact{f.Name, f.Value})
	}
	return out
}

// headline is the sum and what is to become of it, or became of it.
func (p *paper) headline() string {
	inv := p.Invoice
	paidAt := inv.StatusTransitions.PaidAt
	switch {
	case p.credited():
		return p.z.T(i18n.PDFCreditLine, i18n.A("amount", p.money(-inv.Total)))
	case inv.Status == billing.InvoicePaid && paidAt != nil:
		return p.z.T(i18n.PDFPaidLine, i18n.A("amount", p.money(max(inv.AmountPaid, 0))),
			i18n.A("date", p.date(*paidAt)))
	case inv.Status == billing.InvoiceOpen:
		return p.z.T(i18n.PDFDueLine, i18n.A("amount", p.money(inv.AmountRemaining)),
			i18n.A("date", p.date(p.due())))
	case inv.Status == billing.InvoiceVoid && inv.StatusTransitions.VoidedAt != nil:
		return p.z.T(i18n.InvoiceVoidOn,
			i18n.A("date", p.date(*inv.StatusTransitions.VoidedAt)))
	}
	return ""
}

// payments say how and when it was paid, and what was paid back.
func (p *paper) payments() (out []Fact) {
	for _, c := range p.Charges {
		value := p.z.Sum(c.Amount, c.Currency)
		if d := c.PaymentMethodDetails; d != nil && d.Card != nil {
			value = cardText(p.z, text(d.Card.Brand), text(d.Card.Last4)) + ", " + value
		}
		out = append(out, Fact{p.date(c.Created), value})
		if c.AmountRefunded > 0 {
			out = append(out,
				Fact{p.z.T(i18n.PDFRefunded), p.z.Sum(-c.AmountRefunded, c.Currency)})
		}
	}
	return out
}

// brandNames are proper names, the same in every language.
var brandNames = map[string]string{
	"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express",
	"discover": "Discover", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
	"eftpos_au": "eftpos", "cartes_bancaires": "Cartes Bancaires", "interac": "Interac",
}

func cardText(z *i18n.Localizer, brand, last4 string) string {
	name := brandNames[brand]
	if name == "" {
		name = z.T(i18n.CardUnknown)
	}
	if last4 == "" {
		return name
	}
	return z.T(i18n.CardNamed, i18n.A("brand", name), i18n.A("last4", last4))
}

// accent is the merchant's colour; what is no colour prints as ink.
func (p *paper) accent() color.RGB {
	brand := text(p.Settings.Branding.SecondaryColor)
	if brand == "" {
		brand = text(p.Settings.Branding.PrimaryColor)
	}
	c, _ := color.Parse(brand)
	return c
}

// pageSize is what the invoice says: a paper, or that of the customer. Else it is what printers
// hold where the merchant is.
func (p *paper) pageSize() PageSize {
	chosen := ""
	if r := p.Invoice.Rendering; r != nil && r.PDF != nil {
		chosen = text(r.PDF.PageSize)
	}
	country := p.Account.Country
	switch chosen {
	case "a4":
		return A4
	case "letter":
		return Letter
	case "auto":
		country = first(p.customerCountry(), country)
	}
	switch country {
	case "US", "CA", "MX", "CL", "CO", "PH":
		return Letter
	}
	return A4
}

// customerCountry is where the invoice is read, by its address or else by the customer's language.
func (p *paper) customerCountry() string {
	if a := p.Invoice.CustomerAddress; a != nil && text(a.Country) != "" {
		return *a.Country
	}
	if p.Customer == nil || len(p.Customer.PreferredLocales) == 0 {
		return ""
	}
	_, region, _ := strings.Cut(p.Customer.PreferredLocales[0], "-")
	return region
}

// text is what a field holds, or "".
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
