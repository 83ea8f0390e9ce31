package portal_test

import (
	"net/url"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// What is still owed for a subscription that has ended leads the overview, and so does an invoice
// that is for none; what a subscription's card tells is not told twice.
func TestHomeLeadsWithWhatIsOwed(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.CollectionMethod, p.DaysUntilDue = new(billing.SendInvoice), new(int64(30))
	})
	inv := n.invoices(ada)[0]
	_, err := n.app.FinalizeInvoice(n.Context(), n.caller(), inv.ID, app.InvoiceFinalizeParams{})
	n.must(err)
	inv = n.invoices(ada)[0]
	due := "Invoice " + *inv.Number + " for $29.00 is due on May 1, 2025."
	n.enter(ada).see("Starter Active " + due).seeNot("ended on").seeNot("Starter Open")
	_, err = n.app.CancelSubscription(n.Context(), n.caller(), sub,
		app.SubscriptionCancelParams{})
	n.must(err)
	b := n.enter(ada).see("Starter Open", "Starter ended on April 1, 2025. "+due, "Pay $29.00",
		"View invoice").seeNot("You have no subscription")
	n.at(inv.Created + 31*86400)
	n.enter(ada).see("Starter Overdue", "was due on May 1, 2025")
	n.at(first)
	b.post("/p/invoices/"+inv.ID+"/pay",
		url.Values{"payment_method": {n.methods(ada)[0].ID}}).see("Paid")
	b.get("/p/home").see("You have no subscription").seeNot("Pay $29.00")
}
