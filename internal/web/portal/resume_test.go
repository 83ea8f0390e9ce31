package portal_test

import (
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// paused is a customer whose trial of Starter ended a day ago without a card.
func (n *town) paused() (ada, sub string) {
	n.Helper()
	ada = n.ada("")
	sub = n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.TrialPeriodDays = new(int64(7))
		p.TrialSettings = &app.TrialSettingsParams{
			EndBehavior: &app.TrialEndParams{MissingPaymentMethod: "pause"}}
	})
	n.clock.Advance(7 * 24 * time.Hour)
	for range 3 { // the notices of the trial's end come first
		n.must(n.app.AdvanceSubscription(n.Context(), n.scope, sub))
	}
	n.clock.Advance(24 * time.Hour)
	return ada, sub
}

// A subscription that is paused because no card is saved goes on once there is one: the way leads
// from the card to the question, and no further by itself.
func TestResumeAfterACardIsSaved(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, sub := n.paused()
	path := "/p/subscriptions/" + sub + "/resume"
	b := n.enter(ada).see("Add a card to resume it").seeNot("Resume")
	b.get(path).on("/p/payment-methods/add")
	b.get("/p/home").click("Add a card").press("/p/payment-methods/add").on("/p/bank/").
		enterCard("4242424242424242").on(path).see("Resume Starter?", "$29.00 today")
	if s := n.sub(sub); s.Status != billing.SubscriptionPaused || n.captured(ada) != 0 {
		t.Fatalf("it is %s before it was asked for", s.Status)
	}
	b.get("/p/home").click("Resume").on(path)
	b.press(path).on("/p/home").see("Starter is active again", "May 9, 2025")
	b.post(path, nil).on("/p/home") // sent twice
	b.get(path).on("/p/home")
	if s := n.sub(sub); s.Status != billing.SubscriptionActive || n.captured(ada) != 2900 {
		t.Errorf("it is %s, and %d was captured", s.Status, n.captured(ada))
	}
}

// A first payment that is refused, or that the bank asks about, is paid on the invoice's page.
func TestResumeWithARefusedCard(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, sub := n.paused()
	path := "/p/subscriptions/" + sub + "/resume"
	b := n.enter(ada).get("/p/home").click("Add a card").press("/p/payment-methods/add").
		on("/p/bank/").enterCard("4000000000000341").on(path).press(path)
	invoice := "/p/invoices/" + n.invoices(ada)[0].ID + "/pay"
	b.on(invoice).see("Nothing was charged", "Pay $29.00")
	if s := n.sub(sub); s.Status != billing.SubscriptionPastDue || n.captured(ada) != 0 {
		t.Errorf("it is %s, and %d was captured", s.Status, n.captured(ada))
	}
}

// Where customers may not change cards, and for another's subscription, there is nothing to resume.
func TestResumeAsAllowed(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, sub := n.paused()
	path := "/p/subscriptions/" + sub + "/resume"
	eve := n.ada("pm_card_visa")
	n.enter(eve).get(path).want(404).post(path, nil).want(404)
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{
		PaymentMethodUpdate: &app.PortalFeatureParams{Enabled: false}}))
	b.get(path).want(403).post(path, nil).want(403)
	if s := n.sub(sub); s.Status != billing.SubscriptionPaused {
		t.Errorf("it is %s", s.Status)
	}
}
