package portal

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/store"
)

// downloadInvoice is an invoice on paper, or its receipt.
func downloadInvoice(v *visit) error {
	inv, err := v.App.PortalInvoice(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	var input pdf.InvoiceInput
	err = v.read(func(s *snapshot) (err error) {
		if !s.offers().Invoices && !payable(inv) {
			return errForbidden
		}
		input, err = s.paper(inv)
		return err
	})
	if err != nil {
		return err
	}
	return v.send(v.w, v.r, input)
}

// paper is what is printed of an invoice.
func (s *snapshot) paper(inv *billing.Invoice) (in pdf.InvoiceInput, err error) {
	prices, err := s.linePrices(inv)
	if err != nil {
		return in, err
	}
	if inv, err = s.App.PrintedInvoice(s.q, inv, s.z, prices); err != nil {
		return in, err
	}
	in = pdf.InvoiceInput{Invoice: inv, Settings: s.settings, Customer: s.cus, Words: s.z,
		Country: func(code string) string { return countryName(code, s.z.TextLocale()) },
		Prices:  prices, TaxRates: map[string]*billing.TaxRate{},
		Coupons: map[string]*billing.Coupon{}}
	if in.Account, err = store.Account(s.q, s.q.Scope().Account); err != nil {
		return in, err
	}
	if err := s.loadInvoiceDiscounts(inv); err != nil {
		return in, err
	}
	for id, d := range s.discounts {
		if coupon := s.coupons[d.Source.Coupon.ID]; coupon != nil {
			in.Coupons[id] = coupon
		}
	}
	for i := range inv.Lines.Data {
		s.addRates(in.TaxRates, inv.Lines.Data[i].Taxes)
	}
	s.addRates(in.TaxRates, inv.TotalTaxes)
	in.Formulas = s.formulas(inv, prices)
	charges, err := store.Charges.All(s.q, store.Eq("invoice", inv.ID))
	for i := len(charges) - 1; i >= 0; i-- { // the oldest first
		if charges[i].Paid {
			in.Charges = append(in.Charges, charges[i])
		}
	}
	return in, err
}

func (s *snapshot) linePrices(inv *billing.Invoice) (map[string]*billing.Price, error) {
	var prices []string
	for i := range inv.Lines.Data {
		prices = append(prices, linePrice(&inv.Lines.Data[i]))
	}
	return store.Prices.Many(s.q, prices)
}

// formulas tell how the lines were computed whose price is sold in packages, by line. They say the
// price as it is sold, so amounts without tax have none. Tiers have lines of their own.
func (s *snapshot) formulas(inv *billing.Invoice,
	prices map[string]*billing.Price) map[string]string {
	out := map[string]string{}
	if r := inv.Rendering; r != nil && text(r.AmountTaxDisplay) == billing.TaxDisplayExclude {
		return out
	}
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		price := prices[linePrice(l)]
		if price == nil || price.BillingScheme == billing.SchemeTiered || l.Quantity == nil ||
			l.Proration() || l.Amount == 0 {
			continue
		}
		if f := app.PriceFormula(s.z, price, l.Currency, *l.Quantity); f != "" {
			out[l.ID] = f
		}
	}
	return out
}

func (s *snapshot) addRates(rates map[string]*billing.TaxRate, taxes []billing.Tax) {
	for _, t := range taxes {
		if t.TaxRateDetails == nil || rates[t.TaxRateDetails.TaxRate] != nil {
			continue
		}
		if rate, _, err := store.TaxRates.Find(s.q, t.TaxRateDetails.TaxRate); err == nil {
			rates[rate.ID] = rate
		}
	}
}

// send renders and sends a paper as a file of a harmless name.
func (p *portal) send(w http.ResponseWriter, r *http.Request, in pdf.InvoiceInput) error {
	in.Receipt = r.URL.Query().Get("receipt") != "" && in.Invoice.Status == billing.InvoicePaid
	file, err := p.PDF.Render(pdf.Invoice(in))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Length", strconv.Itoa(len(file)))
	h.Set("Content-Disposition", `attachment; filename="`+fileName(in)+`"`)
	_, _ = w.Write(file) // the browser left: there is nobody to tell
	return nil
}

// fileName is the invoice's number, of which only letters, digits and hyphens are kept: a number
// starts with the customer's own prefix.
func fileName(in pdf.InvoiceInput) string {
	kind := "invoice-"
	if in.Receipt {
		kind = "receipt-"
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return -1
	}, text(in.Invoice.Number))
	if name == "" {
		name = in.Invoice.ID
	}
	return kind + name + ".pdf"
}
