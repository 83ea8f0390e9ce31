package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal"
)

// TestCookiesThatWerePlanted: whoever brings a cookie into a browser beforehand does not know the
// session that begins there, and another's session does not become the customer's.
func TestCookiesThatWerePlanted(t *testing.T) {
	t.Parallel()
	n := open(t)
	mallory := n.enter(n.ada("pm_card_visa"))
	planted := mallory.cookies["portico"]
	b := n.browser()
	b.cookies["portico"] = planted
	b.follow(n.link(n.ada("pm_card_visa"))).want(200)
	if fresh := b.cookies["portico"]; fresh == planted || len(fresh) < 32 {
		t.Errorf("the session goes by %q after %q was planted", fresh, planted)
	}
	b.cookies["portico"] = "fixed-by-an-attacker-00000000000"
	b.get("/p/home").want(401)
}

// TestCookiesOnHTTPS: there a cookie belongs to this host alone, and a sibling's is not read.
func TestCookiesOnHTTPS(t *testing.T) {
	t.Parallel()
	n := open(t)
	paper, err := pdf.New(pdf.Options{})
	n.must(err)
	n.handler, err = portal.New(portal.Options{App: n.app, Assets: kit.NewAssets(), PDF: paper,
		PublicURL: "https://pay.example"})
	n.must(err)
	b := n.browser()
	b.follow(n.link(n.ada("pm_card_visa"))).want(200)
	token := b.cookies["__Host-portico"]
	if token == "" || len(b.cookies) != 1 {
		t.Fatalf("cookies: %v", b.cookies)
	}
	got := b.header.Get("Strict-Transport-Security")
	if !strings.HasPrefix(got, "max-age=31536000") {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
	b.cookies = map[string]string{"portico": token} // which a sibling may set for its parent domain
	b.get("/p/home").want(401)
	r := httptest.NewRequest("GET", n.link(n.ada("")), nil)
	r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"},
		"Sec-Fetch-Dest": {"document"}}
	set := b.once(r).Header().Get("Set-Cookie")
	for _, part := range []string{"__Host-portico=", "; Secure", "; HttpOnly", "; SameSite=Lax",
		"; Path=/"} {
		if !strings.Contains(set, part) {
			t.Errorf("Set-Cookie %q has no %q", set, part)
		}
	}
	if strings.Contains(set, "Domain") {
		t.Errorf("Set-Cookie %q leaves this host", set)
	}
}

// TestEveryAnswerIsGuarded: what goes wrong carries the same headers as what goes well.
func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada)
	inv := n.invoices(ada)[0]
	hosted := strings.TrimPrefix(*inv.HostedInvoiceURL, publicURL)
	for _, request := range []string{"GET /p/home", "GET /p/nothing", "GET /p/invoices/in_none",
		"GET /p/invoices/" + inv.ID + "/pdf", "GET /p/subscriptions/" + sub + "/plan",
		"GET /p/session/none", "GET /p/expired", "GET /p/return/att_none", "POST /p/details",
		"DELETE /p/home", "GET " + hosted, "GET " + hosted + "/pdf", "GET /i/none", "GET /else"} {
		method, path, _ := strings.Cut(request, " ")
		for _, site := range []string{"same-origin", "cross-site"} {
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set("Sec-Fetch-Site", site)
			h := b.once(r).Header()
			for name, want := range map[string]string{
				"Content-Security-Policy": kit.ContentSecurityPolicy, "X-Frame-Options": "DENY",
				"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
				"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
				if h.Get(name) != want {
					t.Errorf("%s from %s (%d): %s is %q", request, site, b.status, name,
						h.Get(name))
				}
			}
			if h.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s may be read by other sites", request)
			}
		}
	}
}

// evil is markup, an attribute's end, a template's and an invisible turn of the direction.
const evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}${7*7}\u202e"

// TestMarkupIsShownAsText puts markup into every text that a page shows.
func TestMarkupIsShownAsText(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.starter = n.price(evil, 2900, "month")
	n.business = n.price("B"+evil, 9900, "month")
	ada := n.ada("pm_card_visa")
	text := billing.Some(evil)
	p := app.CustomerUpdateParams{}
	p.Name = text
	p.Address = billing.Some(app.AddressParams{Line1: text, City: text, PostalCode: text,
		State: text})
	p.InvoiceSettings = &app.CustomerInvoiceSettingsParams{Footer: text}
	_, err := n.app.UpdateCustomer(t.Context(), n.caller(), ada, p)
	n.must(err)
	_, err = n.app.UpdateSettings(t.Context(), n.caller(), app.SettingsUpdateParams{
		BusinessProfile: &app.BusinessProfileParams{Name: text, SupportPhone: text}})
	n.must(err)
	sub := n.subscribe(ada)
	inv := n.invoices(ada)[0]
	b := n.enter(ada)
	hosted := strings.TrimPrefix(*inv.HostedInvoiceURL, publicURL)
	seen := 0
	for _, path := range []string{"/p/home", "/p/plan", "/p/invoices", "/p/invoices/" + inv.ID,
		"/p/details", "/p/payment-methods", "/p/payment-methods/add", "/p/signed-out",
		"/p/subscriptions/" + sub + "/plan", review(sub, n.business),
		"/p/subscriptions/" + sub + "/cancel", "/p/subscriptions/" + sub + "/reason",
		"/p/subscriptions/" + sub + "/plan?price=" + url.QueryEscape(evil),
		"/p/payment-methods/add?next=" + url.QueryEscape("/p/"+evil), hosted,
		"/p/home?" + url.QueryEscape(evil) + "=1"} {
		b.get(path).want(200)
		if strings.Contains(b.body, "<script>alert") || strings.Contains(b.body, "<img src=x") ||
			strings.Contains(b.body, "49") && strings.Contains(b.text(), "alert(1)>49") {
			t.Errorf("%s shows markup as markup", path)
		}
		if strings.Contains(b.text(), "<script>alert(1)</script>\"'>") {
			seen++
		}
	}
	if seen < 8 {
		t.Errorf("only %d pages show the text at all", seen)
	}
	late := n.browser()
	late.cookies = map[string]string{"portico": b.cookies["portico"]}
	b.press("/p/sign-out")
	late.post("/p/details", url.Values{"name": {evil}, evil: {evil}}).want(401)
	if strings.Contains(late.body, "<script>alert") || strings.Contains(late.body, "<img src=x") {
		t.Error("a form that came too late is shown as markup")
	}
}

// TestWaysOut gives every page that leads on somewhere else to lead.
func TestWaysOut(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada)
	for _, next := range []string{"https://evil.test/p/", "//evil.test/p/", `\\evil.test/p/`,
		`/\evil.test/p/`, "/p//evil.test", "/p/../../evil.test", "javascript:alert(1)",
		"https:evil.test", "/p/%0d%0aX:y", "https://evil.test@127.0.0.1/p/home", "/i/x",
		"/v1/customers"} {
		q := "?next=" + url.QueryEscape(next)
		for _, path := range []string{"/p/payment-methods/add" + q, "/p/payment-methods/choose" + q,
			"/p/home" + q, "/p/subscriptions/" + sub + "/plan" + q,
			"/p/subscriptions/" + sub + "/cancel" + q} {
			b.get(path)
			if strings.Contains(b.body, "evil.test") || strings.Contains(b.body, "javascript:") {
				t.Errorf("%s leads on to %q:\n%s", path, next, b.body)
			}
		}
		b.post("/p/payment-methods/add", url.Values{"next": {next}})
		if strings.Contains(b.body, "evil.test") || !strings.HasPrefix(b.path, "/p/") {
			t.Errorf("next=%q leads to %s", next, b.path)
		}
	}
}

// TestForgedHosts: links go by the address that the operator gave, whatever a request claims.
func TestForgedHosts(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	b := n.enter(ada)
	for _, path := range []string{"/p/home", "/p/payment-methods/add", "/p/nothing", "/i/none"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = "evil.test"
		r.Header = http.Header{"X-Forwarded-Host": {"evil.test"}, "Forwarded": {"host=evil.test"},
			"X-Forwarded-Proto": {"https"}, "X-Original-Url": {"/evil.test"}}
		if w := b.once(r); strings.Contains(b.body+w.Header().Get("Location")+
			w.Header().Get("Set-Cookie"), "evil.test") {
			t.Errorf("%s believes the Host header", path)
		}
	}
}
