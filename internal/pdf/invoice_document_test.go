package pdf_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/color"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pdf"
)

// Times of the sample: 17 April 2025 22:30 UTC is already the 18th in Berlin.
const (
	issuedAt = 1744929000
	monthEnd = 1747521000 // 17 May 2025 22:30 UTC
)

// upgrade is an invoice for a change in the middle of a month: a credit for the old plan, a charge
// for the new one, a discount on a line and one on the invoice, and VAT.
func upgrade() pdf.InvoiceInput {
	prorated := func(amount int64, what string) billing.LineItem {
		return billing.LineItem{ID: "il_" + what, Amount: amount, Currency: "eur",
			Description: new(what), Period: billing.Period{Start: issuedAt + 18*86400, End: monthEnd},
			Quantity: new(int64(1)), Parent: &billing.LineParent{
				SubscriptionItemDetails: &billing.LineSubscriptionItem{Proration: true}},
			Pricing: &billing.Pricing{UnitAmountDecimal: new("4200"),
				PriceDetails: &billing.PriceDetails{Price: billing.To[billing.Price]("price_1")}},
			Taxes: []billing.Tax{{TaxRateDetails: &billing.TaxRateDetails{TaxRate: "txr_1"}}}}
	}
	seats := billing.LineItem{ID: "il_seats", Amount: 2000, Currency: "eur", Quantity: new(int64(4)),
		Description: new("4 × Seats"), Period: billing.Period{Start: issuedAt, End: monthEnd},
		Pricing:         &billing.Pricing{UnitAmountDecimal: new("500")},
		Discounts:       billing.Arr[billing.Ref[billing.Discount]]{billing.To[billing.Discount]("di_1")},
		DiscountAmounts: []billing.DiscountAmount{off("di_1", 200), off("di_2", 180)},
		Taxes:           []billing.Tax{{TaxRateDetails: &billing.TaxRateDetails{TaxRate: "txr_1"}}}}
	inv := &billing.Invoice{ID: "in_1", Currency: "eur", Livemode: true, Number: new("AC-0042"),
		Status: billing.InvoiceOpen, Created: issuedAt, EffectiveAt: new(int64(issuedAt)),
		AccountName: new("Brightwater GmbH"), CustomerName: new("Ada Lovelace"),
		CustomerEmail: new("ada@example.com"), CustomerAddress: address("London", "GB"),
		CustomerTaxIDs:   billing.Arr[billing.InvoiceTaxID]{{Type: "gb_vat", Value: new("GB123")}},
		HostedInvoiceURL: new("https://pay.example/i/x"),
		Subtotal:         3500, Total: 3951, AmountDue: 3451, AmountRemaining: 3451,
		TotalExcludingTax:    new(int64(3320)),
		TotalDiscountAmounts: []billing.DiscountAmount{off("di_1", 200), off("di_2", 180)},
		TotalTaxes: []billing.Tax{{Amount: 631, TaxableAmount: new(int64(3320)),
			TaxBehavior: "exclusive", TaxRateDetails: &billing.TaxRateDetails{TaxRate: "txr_1"}}}}
	inv.Lines.Data = billing.Arr[billing.LineItem]{prorated(-500, "Unused time on Starter"),
		prorated(2200, "Remaining time on Business"), seats}
	settings := billing.DefaultSettings(true, "Brightwater")
	settings.Timezone = "Europe/Berlin"
	settings.Branding.SecondaryColor = new("#2f5bea")
	settings.BusinessProfile.Address = address("Berlin", "DE")
	settings.BusinessProfile.TaxID = new("DE811907980")
	return pdf.InvoiceInput{Invoice: inv, Settings: settings,
		Account: &billing.Account{Name: "Account", Country: "DE"},
		TaxRates: map[string]*billing.TaxRate{"txr_1": {DisplayName: "VAT",
			Percentage: money.MustDecimal("19"), Jurisdiction: new("DE")}},
		Coupons: map[string]*billing.Coupon{
			"di_1": {Name: new("Friends"), PercentOff: new(money.MustDecimal("10"))},
			"di_2": {AmountOff: new(int64(180)), Currency: new("eur")}},
		Prices: map[string]*billing.Price{"price_1": {
			Recurring: &billing.Recurring{Interval: "month", IntervalCount: 1}}},
	}
}

func off(id string, amount int64) billing.DiscountAmount {
	return billing.DiscountAmount{Amount: amount, Discount: billing.To[billing.Discount](id)}
}

func address(city, country string) *billing.Address {
	return &billing.Address{Line1: new("1 Street"), City: &city, PostalCode: new("12345"),
		Country: &country}
}

// pay makes the sample paid by card two days later.
func pay(in pdf.InvoiceInput, refunded int64) pdf.InvoiceInput {
	inv := in.Invoice
	inv.Status, inv.AmountPaid, inv.AmountRemaining = billing.InvoicePaid, inv.AmountDue, 0
	inv.StatusTransitions.PaidAt = new(int64(issuedAt + 2*86400))
	in.Charges = []*billing.Charge{{Amount: inv.AmountPaid, Currency: "eur", AmountRefunded: refunded,
		Created: issuedAt + 2*86400, PaymentMethodDetails: &billing.PaymentMethodDetails{
			Card: &billing.CardDetails{Brand: new("visa"), Last4: new("4242")}}}}
	return in
}

func rows(totals []pdf.Total) (out []string) {
	for _, t := range totals {
		row := t.Label + " = " + t.Value
		if t.Strong {
			row = "*" + row
		}
		out = append(out, row)
	}
	return out
}

func expectRows(t *testing.T, got []pdf.Total, want ...string) {
	t.Helper()
	if !slices.Equal(rows(got), want) {
		t.Errorf("totals\n%s\nwant\n%s", strings.Join(rows(got), "\n"), strings.Join(want, "\n"))
	}
}

func TestAnOpenInvoice(t *testing.T) {
	t.Parallel()
	d := pdf.Invoice(upgrade())
	if d.Headline != "€34.51 due 18 April 2025" && d.Headline != "€34.51 due April 18, 2025" {
		t.Errorf("headline %q: the day is that of the account's zone", d.Headline)
	}
	if d.Status != nil || d.PayURL != "https://pay.example/i/x" || d.Title != "Invoice" {
		t.Errorf("%v %q %q", d.Status, d.PayURL, d.Title)
	}
	if d.PageSize != pdf.A4 || d.Accent != (color.Hex(0x2f5bea)) {
		t.Errorf("%v %v", d.PageSize, d.Accent)
	}
	expectRows(t, d.Totals, "Subtotal = €35.00", "Discount (€1.80) = −€1.80",
		"Total excluding tax = €33.20", "VAT DE (19% on €33.20) = €6.31", "Total = €39.51",
		"Applied balance = −€5.00", "*Amount due = €34.51")
	if l := d.Lines[0]; !strings.HasSuffix(l.Detail, " · 12 of 30 days") || l.Amount != "−€5.00" ||
		l.Quantity != "" || l.UnitPrice != "" || l.Tax != "19%" {
		t.Errorf("proration %+v", l)
	}
	if l := d.Lines[2]; !strings.HasSuffix(l.Detail, " · Friends (10%) −€2.00") ||
		l.Quantity != "4" || l.UnitPrice != "€5.00" {
		t.Errorf("line %+v", l)
	}
	if got := strings.Join(d.Seller.Lines, "|"); d.Seller.Name != "Brightwater GmbH" ||
		got != "1 Street|12345 Berlin|DE|Tax ID DE811907980" {
		t.Errorf("seller %q %q", d.Seller.Name, got)
	}
	if got := strings.Join(d.BillTo.Lines, "|"); got !=
		"1 Street|London 12345|GB|ada@example.com|GB VAT GB123" {
		t.Errorf("buyer %q", got)
	}
}

// A downgrade comes to less than nothing: nobody paid it, and the balance takes it up.
func TestAnInvoiceThatComesToCredit(t *testing.T) {
	t.Parallel()
	in := upgrade()
	inv := in.Invoice
	inv.Lines.Data = inv.Lines.Data[:1]
	inv.TotalDiscountAmounts, inv.TotalTaxes, inv.TotalExcludingTax = nil, nil, nil
	inv.Subtotal, inv.Total, inv.AmountDue, inv.AmountRemaining = -500, -500, 0, 0
	inv.Status = billing.InvoicePaid
	inv.StatusTransitions.PaidAt = new(int64(issuedAt))
	d := pdf.Invoice(in)
	if d.Headline != "€5.00 credit, kept for your next payments" {
		t.Errorf("headline %q", d.Headline)
	}
	if d.Status == nil || d.Status.Text != "Credited" {
		t.Errorf("stamp %v", d.Status)
	}
	expectRows(t, d.Totals, "Subtotal = −€5.00", "Total = −€5.00",
		"Added to your credit = €5.00", "*Amount due = €0.00")
}

func TestAPaidInvoiceAndItsReceipt(t *testing.T) {
	t.Parallel()
	in := pay(upgrade(), 0)
	d := pdf.Invoice(in)
	if d.Status == nil || d.Status.Text != "Paid" || d.PayURL != "" ||
		!strings.HasPrefix(d.Headline, "€34.51 paid on ") {
		t.Errorf("%v %q %q", d.Status, d.PayURL, d.Headline)
	}
	if len(d.Payments) != 1 || d.Payments[0].Value != "Visa ending 4242, €34.51" {
		t.Errorf("payments %v", d.Payments)
	}
	tail := rows(d.Totals[len(d.Totals)-2:])
	if !slices.Equal(tail, []string{"Amount paid = €34.51", "*Amount due = €0.00"}) {
		t.Errorf("%q", tail)
	}
	in.Receipt, in.Invoice.ReceiptNumber = true, new("1234-5678")
	r := pdf.Invoice(in)
	if r.Title != "Receipt" || r.Facts[1].Value != "1234-5678" {
		t.Errorf("%q %v", r.Title, r.Facts)
	}
	if last := rows(r.Totals[len(r.Totals)-1:]); last[0] != "*Amount paid = €34.51" {
		t.Errorf("%q", last)
	}
}

func TestStamps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status   billing.InvoiceStatus
		refunded int64
		want     string
	}{
		{billing.InvoiceDraft, 0, "Draft"},
		{billing.InvoiceVoid, 0, "Void"},
		{billing.InvoiceUncollectible, 0, "Written off"},
		{billing.InvoicePaid, 0, "Paid"},
		{billing.InvoicePaid, 1, "Partly refunded"},
		{billing.InvoicePaid, 3451, "Refunded"},
	} {
		in := pay(upgrade(), c.refunded)
		in.Invoice.Status = c.status
		if d := pdf.Invoice(in); d.Status == nil || d.Status.Text != c.want {
			t.Errorf("%s, %d refunded: %v, want %s", c.status, c.refunded, d.Status, c.want)
		}
	}
}

func TestNotesThatMustStand(t *testing.T) {
	t.Parallel()
	in := upgrade()
	in.Invoice.CustomerTaxExempt = new(billing.TaxExemptReverse)
	in.Invoice.Footer = new("Brightwater GmbH, HRB 198273")
	in.Invoice.Livemode = false
	d := pdf.Invoice(in)
	if d.Footer != "Tax to be paid on reverse charge basis\nBrightwater GmbH, HRB 198273" {
		t.Errorf("footer %q", d.Footer)
	}
	if !strings.HasPrefix(d.Memo, "Test mode") {
		t.Errorf("memo %q", d.Memo)
	}
	in.Invoice.Status = billing.InvoiceVoid
	if rows := rows(pdf.Invoice(in).Totals); rows[len(rows)-1] != "*Amount due = €0.00" {
		t.Errorf("a void invoice asks for money: %q", rows)
	}
}

func TestTheDocumentSpeaksTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	in := pay(upgrade(), 100)
	in.Words = i18n.For("it")
	d := pdf.Invoice(in)
	if d.Title == "Invoice" || d.Locale != "it" || !strings.Contains(d.Totals[0].Value, "35,00") {
		t.Errorf("%q %q %v", d.Title, d.Locale, d.Totals)
	}
	if text := poppler(t, "pdftotext", render(t, newRenderer(t), d), "-layout"); !strings.Contains(
		text, "AC-0042") {
		t.Errorf("the page says\n%s", text)
	}
}

func TestCountriesAreNamed(t *testing.T) {
	t.Parallel()
	in := upgrade()
	in.Country = func(code string) string { return "Land of " + code }
	d := pdf.Invoice(in)
	if !slices.Contains(d.BillTo.Lines, "Land of GB") ||
		!slices.Contains(d.Seller.Lines, "Land of DE") {
		t.Errorf("%v %v", d.BillTo.Lines, d.Seller.Lines)
	}
}

func TestThePaperOfAnInvoice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		account, size, address, locale string
		want                           pdf.PageSize
	}{
		{"DE", "", "US", "", pdf.A4}, {"US", "", "DE", "", pdf.Letter},
		{"DE", "letter", "", "", pdf.Letter}, {"US", "a4", "US", "", pdf.A4},
		{"DE", "auto", "US", "de", pdf.Letter}, {"US", "auto", "DE", "", pdf.A4},
		{"DE", "auto", "", "en-US", pdf.Letter}, {"US", "auto", "", "it", pdf.Letter},
		{"US", "auto", "", "it-IT", pdf.A4}, {"US", "auto", "", "", pdf.Letter},
	} {
		in := upgrade()
		in.Account.Country = c.account
		in.Invoice.CustomerAddress = nil
		if c.address != "" {
			in.Invoice.CustomerAddress = address("X", c.address)
		}
		in.Customer = &billing.Customer{}
		if c.locale != "" {
			in.Customer.PreferredLocales = billing.Arr[string]{c.locale}
		}
		if c.size != "" {
			in.Invoice.Rendering = &billing.InvoiceRendering{
				PDF: &billing.RenderingPDF{PageSize: &c.size}}
		}
		if got := pdf.Invoice(in).PageSize; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
