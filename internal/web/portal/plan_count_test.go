package portal_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
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
