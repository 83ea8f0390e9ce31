package portal

import (
	"strconv"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// reviewWriter writes a computed change as the page that shows it.
type reviewWriter struct {
	*snapshot
	review *app.PortalReview
	page   *view.Review
}

func (w *reviewWriter) write() error {
	if err := w.loadLines(); err != nil {
		return err
	}
	r, p := w.review, w.page
	sub, today := r.Subscription, r.Today.Invoice
	currency := sub.Currency
	p.From = w.named(r.Offer.Price, r.Offer.Item.Quantity)
	p.To = w.named(r.Price, r.Quantity)
	p.FromPrice = priceOf(r.Offer.Price, currency, r.Offer.Item.Quantity)
	if r.Price.ID == r.Offer.Price.ID {
		p.Count = w.counted(r.Price, r.Quantity)
	}
	w.then()
	for i := range today.Lines.Data {
		line := &today.Lines.Data[i]
		if r.Today.Now || line.Proration() {
			w.add(line)
		}
	}
	if pm := w.methodFor(sub); pm != nil {
		m := w.method(pm)
		p.Method = &m
	}
	p.EndsTrial = r.EndsTrial
	if sub.Status == billing.SubscriptionTrialing && !r.EndsTrial {
		p.KeepsTrial = w.when(sub.TrialEnd)
	}
	if r.NewAnchor {
		p.NewAnchor = p.ThenAt
	}
	if r.Today.Now {
		w.sums(today)
	} else {
		w.later(currency)
	}
	p.Hidden = []kit.Value{{Name: "subscription", Text: sub.ID}, {Name: "price", Text: r.Price.ID},
		{Name: "quantity", Text: strconv.FormatInt(r.Quantity, 10)},
		{Name: "at", Text: strconv.FormatInt(r.At, 10)},
		{Name: "expect", Text: strconv.FormatInt(w.due(), 10)}}
	return nil
}

// due is what the change would ask for now: what the customer agrees to.
func (w *reviewWriter) due() int64 {
	if !w.review.Today.Now {
		return 0
	}
	return w.review.Today.Due
}

// named is a price as customers know it: its product, with the number when there are several.
func (w *reviewWriter) named(p *billing.Price, quantity int64) string {
	return view.Item{Name: w.product(p), Quantity: quantity,
		Packages: app.Packages(p, quantity)}.Named(w.z)
}

// counted is named that tells the number of one, too.
func (w *reviewWriter) counted(p *billing.Price, quantity int64) string {
	if app.Packages(p, quantity) > 0 {
		return w.named(p, quantity)
	}
	return w.z.T(i18n.LineQuantityPlan, i18n.A("quantity", w.z.Number(quantity)),
		i18n.A("plan", w.product(p)))
}

func (w *reviewWriter) product(p *billing.Price) string {
	if product := w.review.Offer.Products[p.Product.ID]; product != nil {
		return product.Name
	}
	return w.productName(p.Product.ID)
}

// then is what is paid each period from then on, as the next invoice would ask it: after
// discounts, before tax that comes on top.
func (w *reviewWriter) then() {
	r, inv := w.review, w.review.Then.Invoice
	each := inv.Total
	for _, t := range inv.TotalTaxes {
		if t.TaxBehavior == billing.TaxExclusive {
			each -= t.Amount
			w.page.ThenTax = true
		}
	}
	w.page.ToPrice = priceOf(r.Price, r.Subscription.Currency, r.Quantity)
	w.page.Then = w.page.ToPrice
	w.page.Then.Minor = each
	w.page.ThenAt = w.at(inv.Created)
}

// later is a change whose sum waits for the next invoice, or that has none.
func (w *reviewWriter) later(currency string) {
	sum := view.Money{Currency: currency}
	for _, l := range w.page.Lines {
		sum.Minor += l.Amount.Minor
	}
	w.page.Due, w.page.Subtotal = sum, sum
	if len(w.page.Lines) > 0 {
		w.page.NextInvoice = w.page.ThenAt
	}
}

// sums are the figures below the lines of an invoice that is made at once.
func (w *reviewWriter) sums(inv *billing.Invoice) {
	p := w.page
	money := func(minor int64) view.Money {
		return view.Money{Minor: minor, Currency: inv.Currency}
	}
	p.Subtotal, p.Due = money(inv.Subtotal), money(w.review.Today.Due)
	p.Discounts, p.Taxes = w.discountSums(inv), w.taxSums(inv)
	if inv.Total < 0 {
		p.ToBalance, p.Due = money(-inv.Total), money(0)
		return
	}
	if w.review.Subscription.PauseCollection != nil { // the balance waits, too
		p.Held, p.Due = inv.Total > 0, money(inv.Total)
		return
	}
	p.Balance = money(w.review.Today.Due - inv.Total)
	if left := -w.cus.Balance + p.Balance.Minor; p.Balance.Minor < 0 && left > 0 {
		p.BalanceLeft = money(left)
	}
}

// add shows a line of the change. The tiers of a price are shown as one sum that says how it is
// made up.
func (w *reviewWriter) add(l *billing.LineItem) {
	line, price := w.line(l), w.prices[linePrice(l)]
	last := len(w.page.Lines) - 1
	if last >= 0 && line.Kind == view.LineFull && w.page.Lines[last].Tiers(line) {
		w.page.Lines[last].Quantity += line.Quantity
		w.page.Lines[last].Amount.Minor += line.Amount.Minor
	} else {
		w.page.Lines = append(w.page.Lines, line)
		last++
	}
	if line.Kind == view.LineFull {
		of := &w.page.Lines[last]
		of.Whole = priceOf(price, l.Currency, of.Quantity).Money
		of.Formula = app.PriceFormula(w.z, price, l.Currency, of.Quantity)
	}
}

func linePrice(l *billing.LineItem) string {
	if l.Pricing == nil || l.Pricing.PriceDetails == nil {
		return ""
	}
	return l.Pricing.PriceDetails.Price.ID
}

// loadLines reads what the lines of the previews refer to.
func (w *reviewWriter) loadLines() (err error) {
	var prices, products []string
	discounts := []string{w.cus.Discount.ID}
	for _, d := range w.review.Subscription.Discounts {
		discounts = append(discounts, d.ID)
	}
	for _, inv := range []*billing.Invoice{w.review.Today.Invoice, w.review.Then.Invoice} {
		for i := range inv.Lines.Data {
			prices = append(prices, linePrice(&inv.Lines.Data[i]))
		}
		for _, d := range inv.TotalDiscountAmounts {
			discounts = append(discounts, d.Discount.ID)
		}
	}
	if w.prices, err = store.Prices.Many(w.q, prices); err != nil {
		return err
	}
	for _, p := range w.prices {
		products = append(products, p.Product.ID)
	}
	if w.products, err = store.Products.Many(w.q, products); err != nil {
		return err
	}
	return w.addDiscounts(discounts)
}
