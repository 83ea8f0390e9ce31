package portal_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

func inSpanish(p *app.PortalSessionCreateParams) { p.Locale = new("es") }

// What the engine wrote on an invoice is read in the customer's language, on the page and on
// paper; what the company typed stays. A flat fee says that it is one, and one of nothing is left
// out.
func TestLinesSpeakTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	tier := func(upTo billing.Moment, unitMinor, flatMinor int64) app.TierParams {
		return app.TierParams{UpTo: upTo, UnitAmount: &unitMinor, FlatAmount: &flatMinor}
	}
	price, err := n.app.CreatePrice(n.Context(), n.caller(), app.PriceCreateParams{
		Currency: "usd", BillingScheme: new("tiered"), TiersMode: new("graduated"),
		Tiers: []app.TierParams{tier(billing.Moment{Unix: 5}, 1000, 0),
			tier(billing.Moment{Word: "inf"}, 800, 2000)},
		ProductData: &app.PriceProductParams{Name: "Seats"},
		Recurring: &app.PriceRecurringParams{
			RecurringParams: app.RecurringParams{Interval: "month"}}})
	n.must(err)
	_, err = n.app.CreateInvoiceItem(n.Context(), n.caller(), app.InvoiceItemCreateParams{
		Customer: ada, Amount: new(int64(700)), Currency: new("usd"),
		Description: new("2 × Hours (as agreed)")})
	n.must(err)
	n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items[0].Price, p.Items[0].Quantity = &price.ID, new(int64(6))
	})
	invoice := "/p/invoices/" + n.invoices(ada)[0].ID
	english := []string{"5 × Seats (Tier 1 at $10.00 / month)",
		"1 × Seats (Tier 2 at $8.00 / month)", "Seats (Tier 2 at $20.00 / month)", "Flat fee",
		"2 × Hours (as agreed)"}
	spanish := []string{"5 × Seats (tramo 1: 10,00 US$ al mes)",
		"1 × Seats (tramo 2: 8,00 US$ al mes)", "Seats (tramo 2: 20,00 US$ al mes)",
		"Cuota fija", "2 × Hours (as agreed)"}
	n.enter(ada).get(invoice).see(english...).seeNot("(Tier 1 at $0.00")
	b := n.enter(ada, inSpanish)
	b.get(invoice).see(spanish...).seeNot("month").seeNot("tramo 1: 0,00")
	printed := read(t, b.get(invoice+"/pdf").want(200).body)
	for _, part := range []string{"5 × Seats (tramo 1: 10,00", "Seats (tramo 2: 20,00",
		"Cuota fija", "2 × Hours (as agreed)"} {
		if !strings.Contains(strings.ReplaceAll(printed, "\u00a0", " "), part) {
			t.Errorf("the paper does not say %q:\n%s", part, printed)
		}
	}
	n.browser().get("/i/" + n.invoices(ada)[0].Private.Token).see(english...)
}

func TestAChangeIsBilledInTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	n.enter(ada).get(review(sub, n.business)).press("/p/subscriptions/" + sub + "/review")
	var changed *billing.Invoice
	for _, inv := range n.invoices(ada) {
		if inv.Lines.Data[0].Proration() {
			changed = inv
		}
	}
	if changed == nil {
		t.Fatal("the change was not billed")
	}
	n.enter(ada, inSpanish).get("/p/invoices/"+changed.ID).see(
		"Tiempo no usado de Starter después del 17 abr 2025",
		"Tiempo restante de Business después del 17 abr 2025")
}

func TestTheGatewaysPageIsAskedForTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	page := n.enter(ada, inSpanish).start("/p/payment-methods/add").bankLink().Query()
	if page.Get("locale") != "es" || page.Get("setup") == "" {
		t.Errorf("asked with %v", page)
	}
}
