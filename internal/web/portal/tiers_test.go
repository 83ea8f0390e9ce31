package portal_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// credits is a price in tiers: 5 at $10.00, 5 at $8.00, then $5.00.
func (n *town) credits() string {
	n.Helper()
	tier := func(upTo billing.Moment, unitAmountMinor int64) app.TierParams {
		return app.TierParams{UpTo: upTo, UnitAmount: &unitAmountMinor}
	}
	p, err := n.app.CreatePrice(n.Context(), n.caller(), app.PriceCreateParams{Currency: "usd",
		BillingScheme: new("tiered"), TiersMode: new("graduated"),
		Tiers: []app.TierParams{tier(billing.Moment{Unix: 5}, 1000),
			tier(billing.Moment{Unix: 10}, 800), tier(billing.Moment{Word: "inf"}, 500)},
		ProductData: &app.PriceProductParams{Name: "Credits"},
		Recurring: &app.PriceRecurringParams{
			RecurringParams: app.RecurringParams{Interval: "month"}}})
	n.must(err)
	return p.ID
}

// No one of twelve has a price of its own: every page says how their sum is made up instead, and
// the invoice has a line for each tier.
func TestTiersAreToldAsTheyAreCounted(t *testing.T) {
	t.Parallel()
	const formula = "5 × $10.00 + 5 × $8.00 + 2 × $5.00"
	n := open(t)
	ada := n.ada("pm_card_visa")
	price := n.credits()
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items[0].Price, p.Items[0].Quantity = &price, new(int64(12))
	})
	b := n.enter(ada)
	b.get("/p/home").see("12 × Credits", "$100.00", formula).seeNot("$10.00 per")
	b.get("/p/invoices/"+n.invoices(ada)[0].ID).see("$100.00",
		"5 × Credits (Tier 1 at $10.00 / month)", "$50.00",
		"2 × Credits (Tier 3 at $5.00 / month)").seeNot(formula)
	b.get("/p/subscriptions/" + sub + "/plan").see("$100.00 per month").seeNot("$10.00 per")
	b.get(review(sub, n.yearly)).see("Yearly")
	other := n.subscribe(ada)
	b.get(review(other, price)).see("Credits")
}

// The total of a choice holds what else the subscription is for.
func TestTotalOfAChoiceHoldsTheRest(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	price := n.credits()
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items = append(p.Items,
			app.SubscriptionItemParams{Price: &price, Quantity: new(int64(2))})
	})
	var products []app.PortalProductParams
	for _, offered := range []string{n.starter, n.business} {
		products = append(products, app.PortalProductParams{Product: n.product(offered),
			Prices: []string{offered}})
	}
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{
		SubscriptionUpdate: &app.PortalSubscriptionUpdateParams{Enabled: new(true),
			DefaultAllowedUpdates: billing.Some([]string{"price"}),
			Products:              billing.Some(products)}}))
	plans := "/p/subscriptions/" + sub + "/plan"
	b.get(plans + "?price=" + n.business).see("Total $119.00 per month " +
		"Including 2 × Credits") // 99 + 2 × 10
	b.get(plans + "?price=" + n.starter).see("Total $49.00 per month")
}

// Of what is sold in packages, those are counted: 250 messages are three packs of a hundred.
func TestPackagesAreCounted(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	price, err := n.app.CreatePrice(n.Context(), n.caller(), app.PriceCreateParams{Currency: "usd",
		UnitAmount:        new(int64(1000)),
		TransformQuantity: &app.TransformQuantityParams{DivideBy: 100, Round: "up"},
		ProductData:       &app.PriceProductParams{Name: "Message pack"},
		Recurring: &app.PriceRecurringParams{
			RecurringParams: app.RecurringParams{Interval: "month"}}})
	n.must(err)
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items[0].Price, p.Items[0].Quantity = &price.ID, new(int64(250))
	})
	n.at(upgrade)
	b := n.enter(ada).see("3 × Message pack (for 250)", "$30.00 per month").seeNot("250 ×")
	b.get(review(sub, n.yearly)).see("Now 3 × Message pack (for 250)",
		"Unused time on 3 × Message pack (for 250)", "Stay on 3 × Message pack (for 250)")
}
