package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalChangeParams are a change of plan as a customer chose it.
type PortalChangeParams struct {
	Price    string // "": the present one
	Quantity int64  // 0: the present one
	Coupon   string // comes with the change, when the session's flow says so
	// At is the second for which the change was reviewed; 0: now.
	At int64
	// Expect is the sum that the customer agreed to pay today.
	Expect *int64
}

// PortalPlan is a change that may be made, and how the configuration wants it made.
type PortalPlan struct {
	Subscription *billing.Subscription
	Offer        *PortalOffer
	Price        *billing.Price
	Quantity     int64
	At           int64
	Same         bool // nothing would change: it is so already
	EndsTrial    bool
	NewAnchor    bool // the billing date moves to today
	Update       SubscriptionUpdateParams
}

// PortalReview is a change before it is made: what is asked for today, and each period from then
// on. Today is nil when the change bills nothing at all.
type PortalReview struct {
	*PortalPlan
	Today, Then *Preview
}

// reviewSeconds is how long a review may be confirmed as it was computed.
const reviewSeconds = 86400

// errStaleReview sends the customer back to a fresh review.
func errStaleReview() error {
	return billing.Invalid("proration_date", "The review is too old. Review the change again.").
		WithCode("amount_changed")
}

// PlanPortalChange checks what a customer chose against what their configuration offers.
func (a *App) PlanPortalChange(q store.Querier, c Caller, id string,
	p PortalChangeParams) (*PortalPlan, error) {
	cfg, err := a.allowed(q, c, PortalDeedChange)
	if err != nil {
		return nil, err
	}
	plan := &PortalPlan{}
	if plan.Subscription, err = OwnSubscription(q, c, id); err != nil {
		return nil, err
	}
	if plan.Offer, err = a.PortalOffer(q, cfg, plan.Subscription); err != nil {
		return nil, err
	}
	if plan.Offer.Refusal != "" {
		return nil, plan.Offer.Refusal.err()
	}
	cus, err := store.Customers.Get(q, c.Customer)
	if err != nil {
		return nil, err
	}
	now, err := a.now(q, c, cus)
	if err != nil {
		return nil, err
	}
	if err := plan.choose(p, now); err != nil {
		return nil, err
	}
	plan.write(cfg, p)
	return plan, nil
}

// choose resolves price, quantity and time.
func (l *PortalPlan) choose(p PortalChangeParams, now int64) error {
	l.Price, l.Quantity, l.At = l.Offer.Price, l.Offer.Item.Quantity, now
	if p.Price != "" {
		if l.Price = l.Offer.Find(p.Price); l.Price == nil {
			return billing.Invalid("price", "This plan is not offered.").
				WithCode("price_not_offered")
		}
	}
	if p.Quantity != 0 {
		l.Quantity = p.Quantity
	}
	l.Same = l.Price.ID == l.Offer.Price.ID && l.Quantity == l.Offer.Item.Quantity
	if err := l.checkQuantity(); err != nil {
		return err
	}
	if p.At == 0 || p.At == now || l.Subscription.Status == billing.SubscriptionTrialing {
		return nil
	}
	start, _ := l.Subscription.Period()
	if p.At > now || p.At < now-reviewSeconds || p.At < start {
		return errStaleReview()
	}
	l.At = p.At
	return nil
}

func (l *PortalPlan) checkQuantity() error {
	least, most, ok := l.Offer.Quantity(l.Price)
	switch {
	case !ok && l.Quantity != l.Offer.Item.Quantity:
		return notAllowed("change the quantity")
	case ok && !l.Same && (l.Quantity < least || most > 0 && l.Quantity > most):
		return billing.Invalid("quantity", "The quantity is not among those that are offered.").
			WithCode("quantity_not_offered")
	}
	return nil
}

// write says it in the words of an update. An upgrade that cannot be paid leaves no trace.
func (l *PortalPlan) write(cfg *billing.PortalConfiguration, p PortalChangeParams) {
	f := cfg.Features.SubscriptionUpdate
	trialing := l.Subscription.Status == billing.SubscriptionTrialing
	l.EndsTrial = trialing && f.TrialUpdateBehavior == "end_trial"
	l.NewAnchor = !trialing && (!sameInterval(l.Price, l.Offer.Price) ||
		f.BillingCycleAnchor != nil && *f.BillingCycleAnchor == "now")
	l.Update = SubscriptionUpdateParams{
		Items: []SubscriptionItemParams{{ID: &l.Offer.Item.ID, Price: &l.Price.ID,
			Quantity: &l.Quantity}},
		ProrationBehavior: new(f.ProrationBehavior),
		PaymentBehavior:   new(billing.PendingIfIncomplete),
		OffSession:        new(false), DropOnDecline: true, ExpectTotal: p.Expect,
	}
	if l.EndsTrial {
		l.Update.TrialEnd = &billing.Moment{Word: "now"}
	}
	if l.NewAnchor {
		l.Update.BillingCycleAnchor = new("now")
	}
	if !trialing && f.ProrationBehavior != billing.ProrationNone {
		l.Update.ProrationDate = &l.At
	}
	if p.Coupon == "" {
		return
	}
	discounts := []DiscountParams{{Coupon: &p.Coupon}}
	for _, d := range l.Subscription.Discounts {
		discounts = append(discounts, DiscountParams{Discount: new(d.ID)})
	}
	l.Update.Discounts = billing.Some(discounts)
}

// ReviewPortalChange computes a change without making it.
func (a *App) ReviewPortalChange(ctx context.Context, c Caller, id string,
	p PortalChangeParams) (*PortalReview, error) {
	r := &PortalReview{}
	err := a.View(ctx, c.Scope, func(v *store.View) (err error) {
		r.PortalPlan, err = a.PlanPortalChange(v, c, id, p)
		if err != nil || r.Same {
			return err
		}
		params := r.preview(id)
		if r.Today, err = a.PreviewInvoiceAt(v, c, params); err != nil {
			return err
		}
		params.PreviewMode = new("recurring")
		r.Then, err = a.PreviewInvoiceAt(v, c, params)
		return err
	})
	return r, err
}

// preview asks for the invoice of the change, in the words of a preview.
func (l *PortalPlan) preview(id string) InvoicePreviewParams {
	u := l.Update
	params := InvoicePreviewParams{Subscription: &id, Discounts: u.Discounts,
		PaymentBehavior: u.PaymentBehavior, SubscriptionDetails: &PreviewSubscriptionParams{
			Items: u.Items, ProrationBehavior: u.ProrationBehavior,
			ProrationDate: u.ProrationDate, TrialEnd: u.TrialEnd}}
	if u.BillingCycleAnchor != nil {
		params.SubscriptionDetails.BillingCycleAnchor = &billing.Moment{Word: "now"}
	}
	return params
}

// PortalChangePlan makes a change that was reviewed. Made twice it is made once: what is so
// already, or waits for the customer's bank already, is answered as it is.
func (a *App) PortalChangePlan(ctx context.Context, c Caller, id string,
	p PortalChangeParams) (*billing.Subscription, error) {
	var plan *PortalPlan
	var waiting bool
	err := a.View(ctx, c.Scope, func(v *store.View) (err error) {
		if plan, err = a.PlanPortalChange(v, c, id, p); err == nil {
			waiting, err = plan.waits(v)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if plan.Same || waiting {
		return plan.Subscription, nil
	}
	if err := a.PortalDropChange(ctx, c, id); err != nil {
		return nil, err
	}
	return a.UpdateSubscription(ctx, c, id, plan.Update)
}

// waits says that the same change waits for the customer's bank already.
func (l *PortalPlan) waits(q store.Querier) (bool, error) {
	sub := l.Subscription
	if sub.PendingUpdate == nil || sub.Private.ChangeInvoice == "" {
		return false, nil
	}
	for _, it := range sub.PendingUpdate.SubscriptionItems {
		if it.ID == l.Offer.Item.ID &&
			(it.Price.ID != l.Price.ID || it.Quantity != l.Quantity) {
			return false, nil
		}
	}
	inv, err := store.Invoices.Get(q, sub.Private.ChangeInvoice)
	if err != nil {
		return false, err
	}
	pi, err := store.PaymentIntents.Get(q, inv.Private.PaymentIntent)
	if err != nil {
		return false, err
	}
	return pi.Status == billing.PaymentIntentRequiresAction ||
		pi.Status == billing.PaymentIntentProcessing, nil
}

// PortalDropChange gives up a change that waits for its payment: its invoice is void, and the
// customer stays on the plan they had.
func (a *App) PortalDropChange(ctx context.Context, c Caller, id string) error {
	var invoice string
	err := a.View(ctx, c.Scope, func(v *store.View) error {
		sub, err := OwnSubscription(v, c, id)
		if err == nil {
			invoice = sub.Private.ChangeInvoice
		}
		return err
	})
	if err != nil || invoice == "" {
		return err
	}
	_, err = a.VoidInvoice(ctx, c, invoice)
	return err
}
