package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

func TestALinkWorksOnce(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	link := n.link(ada)
	n.browser().follow(link).want(200).on("/p/home").see("Starter")
	again := n.browser().follow(link).want(410).see("This link has expired", "Return to Northwind")
	if len(again.cookies) != 0 {
		t.Errorf("cookies: %v", again.cookies)
	}
	again.get("/p/home").on("/p/expired").want(401)
}

func TestWhoFollowsLinksWithoutAPersonUsesNoneUp(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	link := n.link(ada)
	scanners := []http.Header{
		{},
		{"Sec-Fetch-Site": {"none"}, "Sec-Fetch-Mode": {"navigate"},
			"Sec-Fetch-Dest": {"document"}},
		{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"},
			"Sec-Fetch-Dest": {"document"}, "Sec-Purpose": {"prefetch"}},
		{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"},
			"Sec-Fetch-Dest": {"image"}},
	}
	b := n.browser()
	for _, header := range scanners {
		for _, method := range []string{"GET", "HEAD"} {
			r := httptest.NewRequest(method, link, nil)
			r.Header = header.Clone()
			if w := b.once(r); w.Code != 200 || len(b.cookies) != 0 {
				t.Errorf("%s %v: %d, %v", method, header, w.Code, b.cookies)
			}
		}
	}
	r := httptest.NewRequest("HEAD", link, nil)
	r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"},
		"Sec-Fetch-Dest": {"document"}}
	if b.once(r); len(b.cookies) != 0 {
		t.Error("a HEAD request used the link up")
	}
	b.get("/p/home").want(401)
	r = httptest.NewRequest("GET", link, nil)
	b.once(r)
	b.see("Open your billing page").press(link).on("/p/home").want(200)
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name  string
		waits []time.Duration // between visits
		open  bool
	}{
		{"idle for less than an hour", []time.Duration{59 * time.Minute}, true},
		{"idle for an hour", []time.Duration{time.Hour}, false},
		{"seen all the time", []time.Duration{50 * time.Minute, 50 * time.Minute}, true},
		{"a day", func() (w []time.Duration) {
			for range 30 {
				w = append(w, 50*time.Minute)
			}
			return w
		}(), false},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			b := n.enter(n.ada("pm_card_visa"))
			for _, wait := range story.waits {
				n.clock.Advance(wait)
				b.get("/p/home")
			}
			if got := b.status == 200; got != story.open {
				t.Errorf("answered %d:\n%s", b.status, b.text())
			}
		})
	}
}

func TestALinkGrowsOld(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	link := n.link(ada)
	n.clock.Advance(5 * time.Minute)
	n.browser().follow(link).want(410).see("Return to Northwind")
	link = n.link(ada)
	n.clock.Advance(5*time.Minute - time.Second)
	n.browser().follow(link).want(200)
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	n := open(t)
	b := n.enter(n.ada("pm_card_visa"))
	cookie := b.cookies["portico"]
	b.press("/p/sign-out").want(200).see("You are signed out", "Return to Northwind")
	if len(b.cookies) != 0 {
		t.Errorf("cookies: %v", b.cookies)
	}
	b.cookies["portico"] = cookie
	b.get("/p/home").want(401).see("You were signed out")
}

func TestADeletedCustomerHasNoPortal(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	b, link := n.enter(ada), n.link(ada)
	_, err := n.app.DeleteCustomer(t.Context(), n.caller(), ada)
	n.must(err)
	b.get("/p/home").want(401)
	n.browser().follow(link).want(410)
}

func TestCookieAndHeaders(t *testing.T) {
	t.Parallel()
	n := open(t)
	b := n.browser()
	r := httptest.NewRequest("GET", n.link(n.ada("")), nil)
	r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"},
		"Sec-Fetch-Dest": {"document"}}
	w := b.once(r)
	cookie := w.Header().Get("Set-Cookie")
	for _, part := range []string{"portico=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %s has no %s", cookie, part)
		}
	}
	b.get("/p/home").want(200)
	if b.header.Get("Cache-Control") != "no-store" ||
		!strings.Contains(b.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("headers: %v", b.header)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada)
	path := "/p/subscriptions/" + sub + "/cancel"
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}},
		{"Origin": {"https://evil.example"}},
		{"Origin": {"null"}},
	} {
		r := httptest.NewRequest("POST", path, nil)
		r.Header = header
		if b.once(r).Code != 403 {
			t.Errorf("%v: %d", header, b.status)
		}
	}
	if n.sub(sub).CancelAt != nil {
		t.Error("another site canceled")
	}
	r := httptest.NewRequest("POST", path, nil) // plain http, where there is no Sec-Fetch-Site
	r.Header = http.Header{"Origin": {publicURL}}
	if b.once(r).Code != 303 {
		t.Errorf("our own form: %d", b.status)
	}
}

// Whatever belongs to somebody else is as good as missing, and stays untouched.
func TestOthersAreNotThere(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, bob := n.ada("pm_card_visa"), n.ada("pm_card_visa")
	sub := n.subscribe(bob)
	n.subscribe(ada)
	invoice := n.invoices(bob)[0]
	card := n.methods(bob)[0].ID
	b := n.enter(ada)
	for _, path := range []string{"/p/subscriptions/" + sub + "/plan",
		review(sub, n.business), "/p/subscriptions/" + sub + "/cancel",
		"/p/subscriptions/" + sub + "/reason", "/p/subscriptions/" + sub + "/canceled",
		"/p/subscriptions/" + sub + "/processing", "/p/payment-methods/" + card + "/remove",
		"/p/invoices/" + invoice.ID, "/p/invoices/" + invoice.ID + "/pdf",
		"/p/invoices/" + invoice.ID + "/pay", "/p/invoices/" + invoice.ID + "/processing",
		"/p/bank/" + invoice.Private.PaymentIntent, "/p/nothing"} {
		b.get(path).want(404).seeNot("Bob")
	}
	for _, path := range []string{"/p/subscriptions/" + sub + "/review",
		"/p/subscriptions/" + sub + "/cancel", "/p/subscriptions/" + sub + "/undo",
		"/p/subscriptions/" + sub + "/reason", "/p/payment-methods/" + card + "/default",
		"/p/payment-methods/" + card + "/remove", "/p/invoices/" + invoice.ID + "/pay"} {
		b.post(path, url.Values{"price": {n.business}, "payment_method": {card},
			"feedback": {"unused"}, "customer": {bob}}).want(404)
	}
	mine := n.invoices(ada)[0]
	b.post("/p/invoices/"+mine.ID+"/pay", url.Values{"payment_method": {card}}).want(404)
	if s := n.sub(sub); s.CancelAt != nil || s.Items.Data[0].Price.ID != n.starter {
		t.Errorf("bob's subscription changed: %+v", s)
	}
	if len(n.methods(bob)) != 1 || len(n.methods(ada)) != 1 {
		t.Error("cards changed hands")
	}
}

// What the configuration does not allow is refused by the command, whatever the page shows.
func TestTheConfigurationDecides(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{}))
	b.see("Starter").seeNot("Cancel subscription").seeNot("Change plan").seeNot("Invoices")
	for path, values := range map[string]url.Values{
		"/p/subscriptions/" + sub + "/review":                     {"price": {n.business}},
		"/p/subscriptions/" + sub + "/cancel":                     {},
		"/p/subscriptions/" + sub + "/undo":                       {},
		"/p/subscriptions/" + sub + "/reason":                     {"feedback": {"unused"}},
		"/p/details":                                              {"name": {"Eve"}},
		"/p/payment-methods/add":                                  {},
		"/p/payment-methods/" + n.methods(ada)[0].ID + "/default": {},
		"/p/payment-methods/" + n.methods(ada)[0].ID + "/remove":  {},
	} {
		b.post(path, values).want(403).see("You cannot do this here")
	}
	for _, path := range []string{"/p/invoices", "/p/details", "/p/payment-methods",
		"/p/invoices/" + n.invoices(ada)[0].ID, "/p/payment-methods/add"} {
		b.get(path).want(403)
	}
	if s := n.sub(sub); s.CancelAt != nil || s.Items.Data[0].Price.ID != n.starter {
		t.Errorf("it changed: %+v", s)
	}
}

func TestProductsAndBoundsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	product := func(price string, least, most int64) app.PortalProductParams {
		return app.PortalProductParams{Product: n.product(price), Prices: []string{price},
			AdjustableQuantity: &app.AdjustableQuantityParams{Enabled: true, Minimum: &least,
				Maximum: &most}}
	}
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{
		SubscriptionUpdate: &app.PortalSubscriptionUpdateParams{Enabled: new(true),
			DefaultAllowedUpdates: billing.Some([]string{"price", "quantity"}),
			ProrationBehavior:     new("always_invoice"), Products: billing.Some(
				[]app.PortalProductParams{product(n.starter, 1, 5), product(n.business, 2, 3)})}}))
	b.get("/p/subscriptions/" + sub + "/plan").see("Business").seeNot("Yearly")
	b.get(review(sub, n.yearly)).on("/p/subscriptions/" + sub + "/plan").see("no longer offered")
	b.get(review(sub, n.business)).on("/p/subscriptions/" + sub + "/plan").see("Total $198.00")
	b.get(review(sub, n.starter) + "&quantity=6").see("Enter a number from 1 to 5")
	b.post("/p/subscriptions/"+sub+"/review", url.Values{"price": {n.business},
		"quantity": {"4"}, "expect": {"0"}}).see("Enter a number from 2 to 3")
	b.get(review(sub, n.business)+"&quantity=2").see("2 × Business", "and switch")
}
