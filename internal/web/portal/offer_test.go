package portal_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/app"
)

// offering is a link to cancel that makes an offer first.
func (n *town) offering(sub, coupon string) func(*app.PortalSessionCreateParams) {
	return func(p *app.PortalSessionCreateParams) {
		p.FlowData = &app.PortalFlowParams{Type: "subscription_cancel",
			SubscriptionCancel: &app.PortalFlowCancelParams{Subscription: sub,
				Retention: &app.PortalRetentionParams{Type: "coupon_offer",
					CouponOffer: &app.PortalCouponOfferParams{Coupon: coupon}}}}
	}
}

func (n *town) coupon(percent string) string {
	n.Helper()
	c, err := n.app.CreateCoupon(n.Context(), n.caller(), app.CouponCreateParams{
		PercentOff: &percent, Duration: new("repeating"), DurationInMonths: new(int64(3))})
	n.must(err)
	return c.ID
}

func TestAnOfferToStayIsTaken(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	coupon := n.coupon("30")
	path := "/p/subscriptions/" + sub
	b := n.enter(ada, n.offering(sub, coupon)).on(path+"/cancel").
		see("Keep Starter and get 30% off", "For 3 months", "$20.30 per month", "$29.00")
	b.press(path+"/offer").on("/p/home").see("The discount is applied. You keep Starter.",
		"30% off until")
	b.post(path+"/offer", nil).on("/p/home") // sent twice
	if s := n.sub(sub); s.CancelAt != nil || len(s.Discounts) != 1 {
		t.Errorf("cancel at %v, %d discounts", s.CancelAt, len(s.Discounts))
	}
	b.get(path + "/cancel").see("Cancel Starter?") // the offer is made once
	n.enter(ada, n.offering(sub, coupon)).see("Cancel Starter?")
}

func TestAnOfferToStayIsDeclined(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	path := "/p/subscriptions/" + sub
	b := n.enter(ada, n.offering(sub, n.coupon("30"))).click("No, cancel").
		see("Cancel Starter?", "until May 1, 2025")
	b.press(path + "/cancel").on(path + "/reason")
	b.post(path+"/offer", nil).want(200)
	if s := n.sub(sub); s.CancelAt == nil || len(s.Discounts) != 0 {
		t.Errorf("cancel at %v, %d discounts", s.CancelAt, len(s.Discounts))
	}
	n.enter(n.ada("pm_card_visa")).post(path+"/offer", nil).on("/p/home")
}
