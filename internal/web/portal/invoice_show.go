package portal

import (
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// invoiceRows are the rows of a list of invoices.
func (s *snapshot) invoiceRows(found []*billing.Invoice) (rows []view.InvoiceRow, err error) {
	if err := s.prefetch(rowNeeds(found)...); err != nil {
		return nil, err
	}
	if err := s.loadIntents(found); err != nil {
		return nil, err
	}
	refunded, err := s.refunded(found...)
	if err != nil {
		return nil, err
	}
	names, err := s.soldOn(found)
	if err != nil {
		return nil, err
	}
	for _, inv := range found {
		rows = append(rows, view.InvoiceRow{ID: inv.ID, Number: text(inv.Number),
			For: names[inv.ID], Date: s.at(issued(inv)),
			Total: view.Money{Minor: inv.Total, Currency: inv.Currency},
			State: s.invoiceState(inv, refunded[inv.ID])})
	}
	return rows, nil
}

// rowNeeds are what rows of invoices show beside them.
func rowNeeds(found []*billing.Invoice) []store.Need {
	return []store.Need{store.PaymentIntents.ToGet(intentsOf(found)...),
		store.Charges.ToListBy("invoice", paidOf(found)),
		store.Products.ToGet(productsOf(found)...)}
}

// listed are the customer's invoices that they see: all but drafts.
func listed(customer string) []store.Cond {
	return []store.Cond{store.Eq("customer", customer),
		store.In("status", string(billing.InvoiceOpen), string(billing.InvoicePaid),
			string(billing.InvoiceVoid), string(billing.InvoiceUncollectible))}
}

// listInvoices is a page of the invoices that were meant for the customer: it reads on until it has
// as many of them as were asked for. What their rows show is asked for soon.
func (s *snapshot) listInvoices(p store.Page) (out []*billing.Invoice, more bool, err error) {
	p.Where = listed(s.cus.ID)
	limit, backwards := p.Limit, p.EndingBefore != ""
	for {
		found, further, err := store.Invoices.List(s.q, p)
		if err != nil {
			return nil, false, err
		}
		shown := slices.DeleteFunc(slices.Clone(found), dropped)
		if backwards {
			out = append(shown, out...)
		} else {
			out = append(out, shown...)
		}
		if more = further; len(out) >= limit || !further {
			break
		}
		if backwards {
			p.EndingBefore = found[0].ID
		} else {
			p.StartingAfter = found[len(found)-1].ID
		}
	}
	switch {
	case len(out) > limit && backwards:
		out, more = out[len(out)-limit:], true
	case len(out) > limit:
		out, more = out[:limit], true
	}
	s.soon = append(s.soon, rowNeeds(out)...)
	return out, more, nil
}

// dropped says that an invoice was for a change that was given up because nobody paid it: it never
// asked for anything that is owed, so the customer has no use for it.
func dropped(inv *billing.Invoice) bool {
	return inv.Status == billing.InvoiceVoid && inv.AmountPaid == 0 &&
		inv.CollectionMethod == billing.ChargeAutomatically &&
		text(inv.BillingReason) == billing.BillingReasonSubscriptionUpdate
}

// soldOn names the product that each invoice is for.
func (s *snapshot) soldOn(invoices []*billing.Invoice) (map[string]string, error) {
	products, err := store.Products.Many(s.q, productsOf(invoices))
	names := map[string]string{}
	for _, inv := range invoices {
		if p := products[soldProduct(inv)]; p != nil {
			names[inv.ID] = p.Name
		}
	}
	return names, err
}

func productsOf(invoices []*billing.Invoice) (ids []string) {
	for _, inv := range invoices {
		ids = append(ids, soldProduct(inv))
	}
	return ids
}

// soldProduct is what an invoice is for: the product of its first whole period, or where there is
// none, as after a change of plan, that of its last line, which is the new one.
func soldProduct(inv *billing.Invoice) string {
	if len(inv.Lines.Data) == 0 {
		return ""
	}
	line := &inv.Lines.Data[len(inv.Lines.Data)-1]
	for i := range inv.Lines.Data {
		if l := &inv.Lines.Data[i]; !l.Proration() && linePrice(l) != "" {
			line = l
			break
		}
	}
	if line.Pricing == nil || line.Pricing.PriceDetails == nil {
		return ""
	}
	return line.Pricing.PriceDetails.Product
}

// issued is the date on an invoice.
func issued(inv *billing.Invoice) int64 {
	switch {
	case inv.EffectiveAt != nil:
		return *inv.EffectiveAt
	case inv.StatusTransitions.FinalizedAt != nil:
		return *inv.StatusTransitions.FinalizedAt
	}
	return inv.Created
}

// refunded is what went back of each invoice.
func (s *snapshot) refunded(invoices ...*billing.Invoice) (map[string]int64, error) {
	sums, paid := map[string]int64{}, paidOf(invoices)
	if err := store.Prefetch(s.q, store.Charges.ToListBy("invoice", paid)); err != nil {
		return nil, err
	}
	for _, id := range paid {
		charges, err := store.Charges.All(s.q, store.Eq("invoice", id))
		if err != nil {
			return nil, err
		}
		for _, c := range charges {
			sums[id] += c.AmountRefunded
		}
	}
	return sums, nil
}

// paidOf are the invoices that money came in for.
func paidOf(invoices []*billing.Invoice) (ids []string) {
	for _, inv := range invoices {
		if inv.Status == billing.InvoicePaid && inv.AmountPaid > 0 {
			ids = append(ids, inv.ID)
		}
	}
	return ids
}

// payable says that there is something to pay: on an open invoice, and, as on Stripe's pages, on
// one that was marked uncollectible and can still be paid.
func payable(inv *billing.Invoice) bool {
	return inv.AmountRemaining > 0 &&
		(inv.Status == billing.InvoiceOpen || inv.Status == billing.InvoiceUncollectible)
}

// invoiceState is Stripe's status, and what a customer needs to know beyond it.
func (s *snapshot) invoiceState(inv *billing.Invoice, refunded int64) view.InvoiceState {
	pi := s.intents[inv.Private.PaymentIntent]
	switch {
	case inv.Status == billing.InvoicePaid && refunded > 0 && refunded >= inv.AmountPaid:
		return view.InvoiceRefunded
	case inv.Status == billing.InvoicePaid && refunded > 0:
		return view.InvoicePartlyRefunded
	case inv.Status == billing.InvoicePaid && inv.Total < 0:
		return view.InvoiceCredited
	case inv.Status != billing.InvoiceOpen && !payable(inv):
		return view.InvoiceState(inv.Status)
	case pi != nil && pi.Status == billing.PaymentIntentProcessing:
		return view.InvoiceProcessing
	case inv.Status == billing.InvoiceUncollectible:
		return view.InvoiceWrittenOff
	case inv.DueDate != nil && *inv.DueDate < s.now:
		return view.InvoiceOverdue
	}
	return view.InvoiceOpen
}

// invoice is all that its page shows. What the invoice froze is shown as it was.
func (s *snapshot) invoice(inv *billing.Invoice) (view.Invoice, error) {
	if err := s.loadIntents([]*billing.Invoice{inv}); err != nil {
		return view.Invoice{}, err
	}
	prices, err := s.linePrices(inv)
	if err != nil {
		return view.Invoice{}, err
	}
	if inv, err = s.App.PrintedInvoice(s.q, inv, s.z, prices); err != nil {
		return view.Invoice{}, err
	}
	if err := s.loadInvoiceDiscounts(inv); err != nil {
		return view.Invoice{}, err
	}
	refunds, err := s.refunded(inv)
	if err != nil {
		return view.Invoice{}, err
	}
	back := refunds[inv.ID]
	money := func(minor int64) view.Money {
		return view.Money{Minor: minor, Currency: inv.Currency}
	}
	out := view.Invoice{ID: inv.ID, Number: text(inv.Number), State: s.invoiceState(inv, back),
		Issued: s.at(issued(inv)), DueAt: s.when(inv.DueDate),
		PaidAt: s.when(inv.StatusTransitions.PaidAt), NextAttempt: s.when(inv.NextPaymentAttempt),
		Seller: s.seller(inv), Buyer: s.buyer(inv), Lines: s.lines(inv, prices),
		Subtotal: money(inv.Subtotal), Discounts: s.discountSums(inv), Taxes: s.taxSums(inv),
		Total: money(inv.Total), Balance: money(inv.AmountDue - inv.Total),
		Paid: money(inv.AmountPaid), Due: money(inv.AmountRemaining), Refunded: money(back),
		Memo: text(inv.Description), Footer: text(inv.Footer)}
	switch inv.Status {
	case billing.InvoiceVoid:
		out.ClosedAt, out.Due = s.when(inv.StatusTransitions.VoidedAt), money(0)
	case billing.InvoicePaid:
		out.Method, err = s.paidWith(inv)
	}
	if back > 0 && err == nil {
		out.ClosedAt, err = s.refundedAt(inv)
	}
	return out, err
}

// refundedAt is when money was paid back last.
func (s *snapshot) refundedAt(inv *billing.Invoice) (at time.Time, err error) {
	charges, err := store.Charges.All(s.q, store.Eq("invoice", inv.ID))
	if err != nil {
		return at, err
	}
	for _, c := range charges {
		refunds, err := store.Refunds.All(s.q, store.Eq("charge", c.ID))
		if err != nil {
			return at, err
		}
		for _, r := range refunds {
			if made := s.at(r.Created); made.After(at) {
				at = made
			}
		}
	}
	return at, nil
}

// paidWith is the card that an invoice was paid with; nil when it was none.
func (s *snapshot) paidWith(inv *billing.Invoice) (*view.Method, error) {
	charges, err := store.Charges.All(s.q, store.Eq("invoice", inv.ID))
	if err != nil {
		return nil, err
	}
	for _, c := range charges {
		if !c.Paid || c.PaymentMethodDetails == nil || c.PaymentMethodDetails.Card == nil {
			continue
		}
		card := c.PaymentMethodDetails.Card
		return &view.Method{Kind: "card", Brand: text(card.Brand), Last4: text(card.Last4)}, nil
	}
	return nil, nil
}

func (s *snapshot) lines(inv *billing.Invoice,
	prices map[string]*billing.Price) []view.InvoiceLine {
	formulas := s.formulas(inv, prices)
	var out []view.InvoiceLine
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		line := view.InvoiceLine{Description: text(l.Description), Flat: l.Flat(),
			Start: s.at(l.Period.Start), End: s.at(l.Period.End),
			Amount: view.Money{Minor: l.Amount, Currency: l.Currency}}
		if l.Period.Start == l.Period.End {
			line.Start, line.End = s.at(0), s.at(0)
		}
		if l.Quantity != nil {
			line.Quantity = *l.Quantity
		}
		line.Formula = formulas[l.ID]
		if l.Pricing != nil && !l.Proration() && line.Formula == "" {
			line.Unit = text(l.Pricing.UnitAmountDecimal)
		}
		for _, d := range inv.OwnDiscounts(l) {
			line.Discounts = s.addDiscountSum(line.Discounts, d, inv.Currency)
		}
		out = append(out, line)
	}
	return out
}

func (s *snapshot) loadInvoiceDiscounts(inv *billing.Invoice) error {
	var ids []string
	for _, d := range inv.TotalDiscountAmounts {
		ids = append(ids, d.Discount.ID)
	}
	return s.addDiscounts(ids)
}

// discountSums name what each discount of the invoice took off the subtotal. Those of single lines
// are inside it already.
func (s *snapshot) discountSums(inv *billing.Invoice) (out []view.NamedSum) {
	inside := map[string]int64{}
	for i := range inv.Lines.Data {
		for _, d := range inv.OwnDiscounts(&inv.Lines.Data[i]) {
			inside[d.Discount.ID] += d.Amount
		}
	}
	for _, d := range inv.TotalDiscountAmounts {
		d.Amount -= inside[d.Discount.ID]
		out = s.addDiscountSum(out, d, inv.Currency)
	}
	return out
}

func (s *snapshot) addDiscountSum(sums []view.NamedSum, d billing.DiscountAmount,
	currency string) []view.NamedSum {
	if d.Amount == 0 {
		return sums
	}
	sum := view.NamedSum{Amount: view.Money{Minor: -d.Amount, Currency: currency}}
	if found := s.discounts[d.Discount.ID]; found != nil {
		if coupon := s.coupons[found.Source.Coupon.ID]; coupon != nil {
			of := discountOf(coupon, currency)
			sum.Name, sum.Percent = of.Name, of.PercentOff
		}
	}
	return append(sums, sum)
}

// taxSums name what each rate takes.
func (s *snapshot) taxSums(inv *billing.Invoice) []view.NamedSum {
	var out []view.NamedSum
	for _, t := range inv.TotalTaxes {
		sum := view.NamedSum{Included: t.TaxBehavior == billing.TaxInclusive,
			Amount: view.Money{Minor: t.Amount, Currency: inv.Currency}}
		if t.TaxRateDetails != nil {
			rate, _, err := store.TaxRates.Find(s.q, t.TaxRateDetails.TaxRate)
			if err == nil {
				sum.Name, sum.Percent = rate.DisplayName, rate.Percentage.String()
			}
		}
		out = append(out, sum)
	}
	return out
}

func (s *snapshot) seller(inv *billing.Invoice) view.Party {
	b := s.settings.BusinessProfile
	p := view.Party{Name: text(inv.AccountName), Lines: s.addressLines(b.Address)}
	if p.Name == "" {
		p.Name = text(b.Name)
	}
	if b.TaxID != nil {
		p.Lines = append(p.Lines, s.z.T(i18n.PDFTaxID)+" "+*b.TaxID)
	}
	return p
}

func (s *snapshot) buyer(inv *billing.Invoice) view.Party {
	p := view.Party{Name: text(inv.CustomerName), Lines: s.addressLines(inv.CustomerAddress)}
	if email := text(inv.CustomerEmail); email != "" {
		p.Lines = append(p.Lines, email)
		if p.Name == "" {
			p.Name, p.Lines = email, p.Lines[:len(p.Lines)-1]
		}
	}
	return p
}

// addressLines is an address as printed, its country in the reader's language.
func (s *snapshot) addressLines(a *billing.Address) []string {
	if a == nil {
		return nil
	}
	city := text(a.PostalCode)
	if city != "" && text(a.City) != "" {
		city += " "
	}
	var out []string
	for _, line := range []string{text(a.Line1), text(a.Line2), city + text(a.City),
		text(a.State), countryName(text(a.Country), s.z.TextLocale())} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
