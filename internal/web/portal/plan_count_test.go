package portal_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// A number is not carried to a plan that counts something else; it is to one that counts alike, and
// one that is typed for the plan that was chosen stays.
func TestANumberIsOfWhatItCounts(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	credits := n.credits()
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items[0].Price, p.Items[0].Quantity = &credits, new(int64(250))
	})
	b := n.enter(ada)
	plans, chosen := "/p/subscriptions/"+sub+"/plan", "?price="+n.business
	b.get(plans).see("Total $1,290.00 per month") // 50 + 40 + 240 × 5
	if !strings.Contains(b.body, `name="counts" value="`+credits+`"`) {
		t.Error("the form does not say what its number counts")
	}
	b.get(plans + chosen + "&quantity=250&counts=" + credits).see("Total $99.00 per month")
	b.get(plans + chosen).see("Total $99.00 per month")
	b.get(plans + chosen + "&quantity=3&counts=" + n.business).see("Total $297.00 per month")
	b.get(plans + chosen + "&quantity=3").see("Total $297.00 per month")
	b.get(plans + "?price=" + n.starter + "&quantity=3&counts=" + n.business).
		see("Total $87.00 per month")
	// Without scripts the form goes straight to the review.
	b.get(review(sub, n.business) + "&quantity=250&counts=" + credits).see("Business").
		seeNot("250 × Business")
	b.get(review(sub, n.business) + "&quantity=2&counts=" + n.business).see("2 × Business")
}

// Every card tells what is paid for the number in the box, and how that comes about; one whose
// number is not for customers to choose tells what stays.
func TestCardsTellTheSumOfTheNumberInTheBox(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	seats, credits := n.price("Seats", 1000, "month"), n.credits()
	basic := n.price("Basic", 0, "month")
	sub := n.subscribe(ada)
	some := &app.AdjustableQuantityParams{Enabled: true, Maximum: new(int64(20))}
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{
		SubscriptionUpdate: &app.PortalSubscriptionUpdateParams{Enabled: new(true),
			DefaultAllowedUpdates: billing.Some([]string{"price", "quantity"}),
			Products: billing.Some([]app.PortalProductParams{
				{Product: n.product(n.starter), Prices: []string{n.starter}},
				{Product: n.product(basic), Prices: []string{basic}, AdjustableQuantity: some},
				{Product: n.product(seats), Prices: []string{seats}, AdjustableQuantity: some},
				{Product: n.product(credits), Prices: []string{credits},
					AdjustableQuantity: some}})}}))
	plans := "/p/subscriptions/" + sub + "/plan?price="
	b.get(plans+seats).see("Basic Free Credits", "Starter Current plan $29.00 per month Quantity",
		"Seats $10.00 per month 1 × $10.00 per unit per month",
		"Credits $10.00 per month For 1: 1 × $10.00", "Total $10.00 per month")
	b.get(plans+seats+"&quantity=7&counts="+seats).see("Starter Current plan $29.00 per month",
		"Seats $70.00 per month 7 × $10.00 per unit per month", "Total $70.00 per month")
	b.get(plans+credits+"&quantity=7&counts="+credits).see(
		"Credits $66.00 per month For 7: 5 × $10.00 + 2 × $8.00", "Total $66.00 per month")
	b.get(plans+seats+"&set_quantity=8&quantity=7&counts="+seats).see("8 × $10.00 per unit",
		"Total $80.00 per month")
	// A number that is refused has no sum, and the box says why.
	b.get(plans+seats+"&quantity=21&counts="+seats).see("Enter a number from 1 to 20.",
		"Seats $200.00 per month 20 × $10.00").seeNot("Total")
	if !strings.Contains(b.body, `aria-describedby="quantity-hint quantity-error"`) {
		t.Error("the box does not name what is wrong with it")
	}
	// Without scripts, a plan whose number is fixed may be chosen beside a number of another.
	b.get(review(sub, n.starter) + "&quantity=7&counts=" + seats).see("This is what you have now")
}
