package portal

import (
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// place is the frame of one of the five places, with the summary of what is paid for.
func (s *snapshot) place(tab view.Tab) (view.Frame, error) {
	f := s.frame(tab)
	if err := s.loadSubscriptions(); err != nil {
		return f, err
	}
	for _, sub := range s.subs {
		shown, err := s.subscription(sub)
		if err != nil {
			return f, err
		}
		if forecasts(shown) {
			shown.Next = s.next(sub.ID)
		}
		f.Subscriptions = append(f.Subscriptions, shown)
	}
	return f, nil
}

// subscription is one of the loaded subscriptions as the portal shows it. What it costs next is
// not known here: see place.
func (s *snapshot) subscription(sub *billing.Subscription) (view.Subscription, error) {
	out := view.Subscription{ID: sub.ID, Items: s.items(sub), Price: s.price(sub),
		TrialEnd: s.when(sub.TrialEnd), CancelAt: s.when(sub.CancelAt),
		Discount: s.discount(sub), ByInvoice: sub.CollectionMethod == billing.SendInvoice}
	if p := sub.PauseCollection; p != nil {
		out.ResumesAt = s.when(p.ResumesAt)
	}
	if pm := s.methodFor(sub); pm != nil {
		m := s.method(pm)
		out.Method, out.Override = &m, sub.DefaultPaymentMethod.ID == pm.ID
	}
	out.Open = s.openInvoice(sub)
	out.State = s.state(sub, out.Open)
	var err error
	out.Can, err = s.can(sub, out)
	return out, err
}

// state is Stripe's status, and what it does not tell apart.
func (s *snapshot) state(sub *billing.Subscription, open *view.OpenInvoice) view.State {
	if open != nil {
		for _, inv := range s.open {
			pi := s.intents[inv.Private.PaymentIntent]
			if inv.ID == open.ID && pi != nil && pi.Status == billing.PaymentIntentProcessing {
				return view.StateProcessing
			}
		}
	}
	if sub.PauseCollection != nil && sub.Status == billing.SubscriptionActive {
		return view.StateCollectionPaused
	}
	return view.State(sub.Status)
}

// items are what a subscription is for.
func (s *snapshot) items(sub *billing.Subscription) []view.Item {
	var out []view.Item
	for _, it := range sub.Items.Data {
		price := s.prices[it.Price.ID]
		if price == nil {
			continue
		}
		each := s.each(price, sub.Currency, it.Quantity)
		if product := s.products[price.Product.ID]; product != nil {
			each.Unit = text(product.UnitLabel)
		}
		out = append(out, view.Item{Name: s.productName(price.Product.ID), Quantity: it.Quantity,
			Packages: app.Packages(price, it.Quantity), Each: each})
	}
	return out
}

// each is what one of a quantity costs each period. Where tiers or packages decide, no one has a
// price of its own: then it is the sum of all, with how it is made up.
func (s *snapshot) each(p *billing.Price, currency string, quantity int64) view.Price {
	formula := app.PriceFormula(s.z, p, currency, quantity)
	if formula != "" {
		out := priceOf(p, currency, quantity)
		out.Formula = formula
		return out
	}
	out := priceOf(p, currency, 1)
	out.Decimal = app.UnitAmountDecimal(p, currency)
	return out
}

// price is all items together, each period. Items of different periods have no common price: then
// it is that of the first.
func (s *snapshot) price(sub *billing.Subscription) view.Price {
	var sum view.Price
	for _, it := range sub.Items.Data {
		price := s.prices[it.Price.ID]
		if price == nil || price.Recurring == nil {
			continue
		}
		one := priceOf(price, sub.Currency, it.Quantity)
		switch {
		case sum.Interval == "":
			sum = one
		case one.Interval == sum.Interval && one.Count == sum.Count:
			sum.Minor += one.Minor
			sum.Usage = sum.Usage || one.Usage
		}
	}
	return sum
}

// priceOf is what a quantity of a price costs each period.
func priceOf(p *billing.Price, currency string, quantity int64) view.Price {
	minor, fixed := app.RecurringAmount(p, currency, quantity)
	out := view.Price{Money: view.Money{Minor: minor, Currency: currency}, Usage: !fixed}
	if p.Recurring != nil {
		out.Interval, out.Count = p.Recurring.Interval, p.Recurring.IntervalCount
	}
	return out
}

// discount is the first that a subscription has of its own, else its customer's.
func (s *snapshot) discount(sub *billing.Subscription) *view.Discount {
	id := s.cus.Discount.ID
	if len(sub.Discounts) > 0 {
		id = sub.Discounts[0].ID
	}
	d := s.discounts[id]
	if d == nil || d.End != nil && *d.End <= s.now {
		return nil
	}
	coupon := s.coupons[d.Source.Coupon.ID]
	if coupon == nil {
		return nil
	}
	out := discountOf(coupon, sub.Currency)
	out.Ends = s.when(d.End)
	return &out
}

func discountOf(c *billing.Coupon, currency string) view.Discount {
	out := view.Discount{Name: text(c.Name)}
	if out.Name == "" {
		out.Name = c.ID
	}
	if c.PercentOff != nil {
		out.PercentOff = c.PercentOff.String()
	}
	out.AmountOff.Currency = currency
	if option, ok := c.CurrencyOptions[currency]; ok {
		out.AmountOff.Minor = option.AmountOff
	} else if c.AmountOff != nil {
		out.AmountOff.Minor = *c.AmountOff
	}
	return out
}

// openInvoice is what is owed for a subscription: the newest of its open invoices. One that was
// written off is asked for only where the subscription waits for it.
func (s *snapshot) openInvoice(sub *billing.Subscription) *view.OpenInvoice {
	for _, inv := range s.open {
		if inv.SubscriptionID() != sub.ID || !payable(inv) || !waits(sub, inv) {
			continue
		}
		return s.opened(inv)
	}
	return nil
}

// opened is an invoice that waits to be paid.
func (s *snapshot) opened(inv *billing.Invoice) *view.OpenInvoice {
	out := &view.OpenInvoice{ID: inv.ID, Number: text(inv.Number),
		Due:   view.Money{Minor: inv.AmountRemaining, Currency: inv.Currency},
		DueAt: s.when(inv.DueDate), NextAttempt: s.when(inv.NextPaymentAttempt)}
	out.Overdue = inv.DueDate != nil && *inv.DueDate < s.now
	pi := s.intents[inv.Private.PaymentIntent]
	if pi != nil && pi.Status == billing.PaymentIntentRequiresAction {
		out.BankURL = view.BankPath(pi.ID)
	}
	return out
}

// waits says that a subscription goes on once an invoice is paid, or that the invoice is open.
func waits(sub *billing.Subscription, inv *billing.Invoice) bool {
	return inv.Status == billing.InvoiceOpen || sub.Status == billing.SubscriptionUnpaid ||
		sub.Status == billing.SubscriptionPastDue
}

// can says which deeds a card offers. The commands behind them ask again.
func (s *snapshot) can(sub *billing.Subscription, shown view.Subscription) (view.Can, error) {
	offer, err := s.App.PortalOffer(s.q, s.cfg, sub)
	if err != nil {
		return view.Can{}, err
	}
	cancels := app.PortalAllows(s.cfg, app.PortalDeedCancel)
	ending := app.PortalCanceling(sub)
	return view.Can{
		Change: offer.Refusal == "", Why: view.ChangeBlock(offer.Refusal),
		Cancel: cancels && !ending && sub.Status != billing.SubscriptionIncomplete,
		Undo:   cancels && app.PortalMayUndo(sub),
		Resume: shown.Method != nil && app.PortalMayResume(s.cfg, sub),
		Pay:    shown.Open != nil && shown.State != view.StateProcessing,
		AddMethod: shown.Method == nil && !shown.ByInvoice &&
			app.PortalAllows(s.cfg, app.PortalDeedMethods),
	}, nil
}

// subscription reads a subscription of this customer's, also one that has ended.
func (v *visit) subscription(s *snapshot, id string) (*billing.Subscription, view.Subscription,
	error) {
	sub, err := app.OwnSubscription(s.q, v.c, id)
	if err != nil {
		return nil, view.Subscription{}, err
	}
	if err := s.loadSubscriptions(); err != nil {
		return nil, view.Subscription{}, err
	}
	if sub.Status.Ended() {
		if err := s.loadPrices(append(s.subs, sub)...); err != nil {
			return nil, view.Subscription{}, err
		}
	}
	shown, err := s.subscription(sub)
	return sub, shown, err
}
