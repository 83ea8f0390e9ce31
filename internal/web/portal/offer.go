package portal

import (
	"net/http"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// offered is the coupon that the session's flow offers for staying with a subscription, or "".
func (v *visit) offered(subscription string) string {
	f := v.Session.Flow
	if f == nil || v.Session.Private.FlowDone || f.SubscriptionCancel == nil ||
		f.SubscriptionCancel.Subscription != subscription ||
		f.SubscriptionCancel.Retention == nil ||
		f.SubscriptionCancel.Retention.CouponOffer == nil {
		return ""
	}
	return f.SubscriptionCancel.Retention.CouponOffer.Coupon
}

// showOffer shows the one screen that may come before the question whether to cancel. It answers
// false where there is nothing to offer.
func (v *visit) showOffer(about view.Cancel) (shown bool, err error) {
	coupon := v.offered(v.id())
	if coupon == "" {
		return false, nil
	}
	offer, err := v.App.ReviewPortalOffer(v.r.Context(), v.c, v.id(), coupon)
	if err != nil || offer == nil {
		return false, err
	}
	sub := about.Subscription
	page := view.CancelOffer{Frame: about.Frame, Subscription: sub, NewPrice: sub.Price,
		Discount: discountOf(offer.Coupon, sub.Price.Currency),
		Once:     offer.Coupon.Duration == billing.DurationOnce}
	if months := offer.Coupon.DurationInMonths; months != nil {
		page.Months = *months
	}
	inv := offer.Then.Invoice
	page.NewPrice.Minor = inv.Total
	for _, t := range inv.TotalTaxes {
		if t.TaxBehavior == billing.TaxExclusive {
			page.NewPrice.Minor -= t.Amount
		}
	}
	return true, v.show(http.StatusOK, page.Page())
}

// takeOffer stays with the discount.
func takeOffer(v *visit) error {
	coupon := v.offered(v.id())
	if coupon == "" {
		return v.to(view.PathHome) // it was taken, or never made
	}
	sub, err := v.App.PortalTakeOffer(v.r.Context(), v.c, v.id(), coupon)
	if err != nil {
		return err
	}
	var named string
	err = v.read(func(s *snapshot) error {
		_, shown, err := v.subscription(s, sub.ID)
		named = shown.Named(s.z)
		return err
	})
	if err != nil {
		return err
	}
	return v.done("subscription_cancel", view.PathHome,
		flash(i18n.OfferDone, map[string]string{"plan": named}))
}
