package portal_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// An invoice that comes to less than nothing is credit that is kept, not a payment; what it pays
// later is told without a payment of nothing.
func TestAnInvoiceThatComesToCredit(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items[0].Price = &n.business
	})
	n.at(upgrade)
	b := n.enter(ada).get(review(sub, n.starter)).see("becomes credit", "Switch to Starter")
	b.press("/p/subscriptions/" + sub + "/review").see("You are now on Starter")
	b.get("/p/invoices").see("$31.25 credit Credited").seeNot("−$31.25")
	b.get("/p/invoices/"+n.invoices(ada)[0].ID).see("$31.25 credit Credited",
		"Kept for your next payments.", "Added to your credit $31.25").
		seeNot("Applied balance").seeNot("Paid on")
	b.get("/p/home").see("Your credit pays the invoice of May 1, 2025").seeNot("$0.00")
}

// The page names what the paper names: the rate of a discount, and what a number is.
func TestInvoicePageNamesDiscountAndTaxID(t *testing.T) {
	t.Parallel()
	n := open(t)
	_, err := n.app.UpdateSettings(n.Context(), n.caller(), app.SettingsUpdateParams{
		BusinessProfile: &app.BusinessProfileParams{TaxID: billing.Some("IT01234567890")}})
	n.must(err)
	ada, coupon := n.ada("pm_card_visa"), n.coupon("20")
	n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Discounts = billing.Some([]app.DiscountParams{{Coupon: &coupon}})
	})
	inv := n.invoices(ada)[0]
	n.enter(ada).get("/p/invoices/"+inv.ID).see("Tax ID IT01234567890",
		"Discount ("+coupon+", 20%) −$5.80")
	title := "<title>Invoice " + *inv.Number + " "
	if b := n.browser().get("/i/" + inv.Private.Token); !strings.Contains(b.body, title) {
		t.Errorf("the public page has no %q", title)
	}
}
