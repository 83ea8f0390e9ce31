package portal_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

var anchor = regexp.MustCompile(`(?s)<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>`)

// click follows the first link with these words.
func (b *browser) click(words string) *browser {
	b.Helper()
	for _, found := range anchor.FindAllStringSubmatch(b.body, -1) {
		if strings.Contains(html.UnescapeString(tags.ReplaceAllString(found[2], " ")), words) {
			return b.get(html.UnescapeString(found[1]))
		}
	}
	b.Fatalf("%s has no link %q:\n%s", b.path, words, b.text())
	return nil
}

// What was chosen is still chosen after another card was chosen, or added, on the way.
func TestAnotherCardKeepsTheChange(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada)
	way := "/p/subscriptions/" + sub + "/review"
	b.get(review(sub, n.business) + "&quantity=2").see("2 × Business").
		click("Use another card").on("/p/payment-methods/add")
	b.press("/p/payment-methods/add").on("/p/bank/").enterCard("4000000000000341")
	b.on(way).see("2 × Business", "ending 0341", "is now your default")
	b.press(way).want(402).see("Nothing was charged", "2 × Business").
		click("Use another card").on("/p/payment-methods/choose").see("Visa ending 4242")
	if !strings.Contains(b.body, `value="`+n.methods(ada)[1].ID+`" checked`) {
		t.Error("the card that was refused is offered first")
	}
	choice := b.form("/p/payment-methods/choose")
	choice.Set("payment_method", "new")
	b.post("/p/payment-methods/choose", choice).on("/p/bank/").enterCard("5555555555554444").
		on(way).see("2 × Business", "Mastercard ending 4444")
	for _, pm := range n.methods(ada) {
		if pm.Card.Last4 == "4242" {
			choice.Set("payment_method", pm.ID)
		}
	}
	b.post("/p/payment-methods/choose", choice).on(way).see("2 × Business", "Visa ending 4242")
	b.press(way).see("You are now on 2 × Business")
	choice.Set("next", "https://evil.example/p/home")
	b.post("/p/payment-methods/choose", choice).on("/p/home")
}

func TestACardThatIsRefusedKeepsTheWay(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada).get(review(sub, n.business)).click("Use another card").
		press("/p/payment-methods/add").on("/p/bank/").refuseCard("4000002760003184")
	b.on("/p/payment-methods/add").see("Nothing was charged").click("Not now").
		on("/p/subscriptions/" + sub + "/review").see("Business")
}

func TestAFormAfterTheSessionEnded(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	b := n.enter(ada).get("/p/details")
	n.clock.Advance(2 * time.Hour)
	b.post("/p/details", url.Values{"name": {`Ada "King" <b>`}, "email": {"ada@example.com"}}).
		want(401).see("Nothing was sent and nothing is lost", "Return to Northwind")
	kept := b.form("/p/details")
	if kept.Get("name") != `Ada "King" <b>` {
		t.Fatalf("kept %v", kept)
	}
	b.follow(n.link(ada)).want(200) // in another tab
	b.post("/p/details", kept).want(200).see("Your details are saved")
	b.get("/p/details").see("Billing details")
	if !strings.Contains(b.body, `value="Ada &#34;King&#34; &lt;b&gt;"`) {
		t.Error("the name was lost")
	}
	n.browser().post("/p/details", url.Values{"name": {"Eve"}}).on("/p/expired").want(401)
}

func TestAFlowLeadsBackByItself(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	b := n.enter(ada, func(p *app.PortalSessionCreateParams) {
		p.FlowData = &app.PortalFlowParams{Type: "payment_method_update",
			AfterCompletion: &app.PortalAfterCompletionParams{Type: "redirect",
				Redirect: &app.PortalRedirectParams{
					ReturnURL: "https://northwind.example/?a=1&b=2"}}}
	})
	b.on("/p/payment-methods/add").press("/p/payment-methods/add").
		enterCard("5555555555554444").on("/p/done").
		see("Mastercard ending 4444 was added", "You are being taken back to Northwind")
	if !strings.Contains(b.body, `content="2; url=https://northwind.example/?a=1&amp;b=2"`) {
		t.Errorf("nothing leads on:\n%s", b.body)
	}
}

// The way to the card form is one page long: the one after it leads on by itself, without a script
// too. To the bank the customer goes themselves.
func TestTheWayToTheCardFormLeadsOn(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_authenticationRequired")
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.TrialPeriodDays = new(int64(7))
	})
	b := n.enter(ada).get("/p/payment-methods/add").press("/p/payment-methods/add").on("/p/bank/")
	for _, way := range []string{`content="0; url=http://bank.test/`, `data-seconds="0"`} {
		if !strings.Contains(b.body, way) {
			t.Errorf("no %s:\n%s", way, b.body)
		}
	}
	b.get(review(sub, n.business)).press("/p/subscriptions/" + sub + "/review").on("/p/bank/")
	if strings.Contains(b.body, "data-seconds") || strings.Contains(b.body, "http-equiv") {
		t.Errorf("the bank's page is opened unasked:\n%s", b.body)
	}
}

// Who may not change cards is not sent to a page that refuses.
func TestWithoutCardsThereIsNoWayToThem(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{
		SubscriptionUpdate: &app.PortalSubscriptionUpdateParams{Enabled: new(true),
			DefaultAllowedUpdates: billing.Some([]string{"price"}),
			ProrationBehavior:     new("always_invoice"),
			Products: billing.Some([]app.PortalProductParams{
				{Product: n.product(n.business), Prices: []string{n.business}},
				{Product: n.product(n.starter), Prices: []string{n.starter}}})}}))
	b.get(review(sub, n.business)).see("Pay $31.25").seeNot("Use another card")
	b.get("/p/payment-methods/choose").want(403)
	b.post("/p/payment-methods/choose", url.Values{"payment_method": {n.methods(ada)[0].ID}}).
		want(403)
	n.takeCards(ada)
	b.get(review(sub, n.business)).see("Write to Northwind to add one").
		seeNot("Add a card to continue")
}

func TestAnInvoiceIsForItsPlan(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	credits := n.price("Credits", 30, "month")
	n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items = append(p.Items, app.SubscriptionItemParams{Price: &credits})
	})
	n.enter(ada).get("/p/invoices").see("· Starter").seeNot("· Credits")
}
