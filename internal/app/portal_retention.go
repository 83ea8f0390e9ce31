package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/store"
)

// PortalFlowCancelParams name the subscription to cancel, and what may be offered for staying.
type PortalFlowCancelParams struct {
	Retention    *PortalRetentionParams `form:"retention"`
	Subscription string                 `form:"subscription"`
}

// PortalRetentionParams are an offer to who is about to cancel.
type PortalRetentionParams struct {
	CouponOffer *PortalCouponOfferParams `form:"coupon_offer"`
	Type        string                   `form:"type"`
}

// PortalCouponOfferParams name the coupon that is offered.
type PortalCouponOfferParams struct {
	Coupon string `form:"coupon"`
}

func (f flowing) cancel(p *PortalFlowCancelParams) (*billing.PortalFlowSubscription, error) {
	flow := &billing.PortalFlowSubscription{Subscription: p.Subscription}
	sub, err := f.cancelable(p.Subscription)
	if err != nil || p.Retention == nil {
		return flow, err
	}
	path := f.path(f.p.Type) + "[retention][coupon_offer]"
	if p.Retention.CouponOffer == nil {
		return nil, billing.Missing(path)
	}
	coupon, err := referred(f.tx, store.Coupons, p.Retention.CouponOffer.Coupon, path+"[coupon]")
	if err != nil {
		return nil, err
	}
	if err := discounting.Redeemable(coupon, f.tx.Now()); err != nil {
		return nil, named(err, path+"[coupon]")
	}
	if err := currencyFits(coupon, redemption{Currency: sub.Currency,
		Param: path + "[coupon]"}); err != nil {
		return nil, err
	}
	flow.Retention = &billing.PortalRetention{Type: p.Retention.Type,
		CouponOffer: &billing.PortalCouponOffer{Coupon: coupon.ID}}
	return flow, nil
}

// PortalOfferReview is what a subscription costs each period with a coupon that is offered for
// staying, before tax.
type PortalOfferReview struct {
	Coupon *billing.Coupon
	Then   *Preview
}

// ReviewPortalOffer computes what an offer would come to; nil when there is nothing to offer: the
// subscription has the coupon already, or the coupon has ended meanwhile.
func (a *App) ReviewPortalOffer(ctx context.Context, c Caller, id,
	coupon string) (*PortalOfferReview, error) {
	var r PortalOfferReview
	var discounts []DiscountParams
	err := a.View(ctx, c.Scope, func(v *store.View) (err error) {
		r.Coupon, discounts, err = a.portalOffer(v, c, id, coupon)
		return err
	})
	if err != nil || discounts == nil {
		return nil, err
	}
	r.Then, err = a.PreviewInvoice(ctx, c, InvoicePreviewParams{Subscription: &id,
		Discounts: billing.Some(discounts), PreviewMode: new("recurring")})
	if isCallers(err) {
		return nil, nil
	}
	return &r, err
}

// PortalTakeOffer puts the offered coupon on the subscription, which goes on. Taken twice it is
// taken once.
func (a *App) PortalTakeOffer(ctx context.Context, c Caller, id,
	coupon string) (*billing.Subscription, error) {
	_, sub, err := a.portalSubscription(ctx, c, id, PortalDeedCancel)
	if err != nil || sub.Status.Ended() {
		return sub, err
	}
	var discounts []DiscountParams
	err = a.View(ctx, c.Scope, func(v *store.View) (err error) {
		_, discounts, err = a.portalOffer(v, c, id, coupon)
		return err
	})
	if err != nil || discounts == nil {
		return sub, err
	}
	return a.UpdateSubscription(ctx, c, id,
		SubscriptionUpdateParams{Discounts: billing.Some(discounts)})
}

// portalOffer is an offered coupon together with the discounts that stay; no discounts when it
// cannot be taken, or has been taken.
func (a *App) portalOffer(q store.Querier, c Caller, id,
	coupon string) (*billing.Coupon, []DiscountParams, error) {
	sub, err := OwnSubscription(q, c, id)
	if err != nil {
		return nil, nil, err
	}
	offered, err := store.Coupons.Get(q, coupon)
	if err != nil {
		return nil, nil, err
	}
	cus, err := store.Customers.Get(q, c.Customer)
	if err != nil {
		return nil, nil, err
	}
	now, err := a.now(q, c, cus)
	if err != nil || discounting.Redeemable(offered, now) != nil {
		return nil, nil, err
	}
	discounts := []DiscountParams{{Coupon: &coupon}}
	for _, ref := range sub.Discounts {
		d, err := store.Discounts.Get(q, ref.ID)
		if err != nil || d.Source.Coupon.ID == coupon {
			return nil, nil, err
		}
		discounts = append(discounts, DiscountParams{Discount: new(d.ID)})
	}
	return offered, discounts, nil
}
