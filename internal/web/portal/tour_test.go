package portal_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal"
)

const publicURL = "http://127.0.0.1:8420"

// town is a company with two plans, its gateway and its portal.
type town struct {
	*testing.T
	app     *app.App
	clock   *clock.Manual
	bank    *simulator.Simulator
	line    *line // to the bank
	handler http.Handler
	scope   billing.Scope

	starter, business, yearly string // prices of 29, 99 and 990
}

// first is when every story begins; upgrade is 17 April 2025 at 14:37:05.
const (
	first   = 1743465600
	upgrade = 1744900625
)

func open(t *testing.T) *town {
	t.Helper()
	return openOn(t, storetest.One(t))
}

func openOn(t *testing.T, opener storetest.Opener) *town {
	t.Helper()
	n := &town{T: t, clock: clock.NewManual(time.Unix(first, 0))}
	var err error
	n.bank, err = simulator.Open(context.Background(), simulator.Options{Volatile: true,
		Clock: n.clock.Now, Rand: id.NewSeeded(1), PublicURL: "http://bank.test", Silent: true})
	n.must(err)
	t.Cleanup(func() { _ = n.bank.Close() })
	n.line = &line{Simulator: n.bank}
	n.app = app.New(app.Options{DB: opener(), Clock: n.clock, IDs: &id.Sequence{},
		Gateway: n.line, PublicURL: publicURL})
	made, err := n.app.CreateAccount(context.Background(), app.AccountCreateParams{
		Name: "Northwind", Country: "US", Email: "office@example.com",
		SecretKey: "sk_test_portal000001"})
	n.must(err)
	n.scope = billing.Scope{Account: made.ID}
	paper, err := pdf.New(pdf.Options{})
	n.must(err)
	n.handler, err = portal.New(portal.Options{App: n.app, Assets: kit.NewAssets(), PDF: paper,
		PublicURL: publicURL})
	n.must(err)
	n.starter = n.price("Starter", 2900, "month")
	n.business = n.price("Business", 9900, "month")
	n.yearly = n.price("Yearly", 99000, "year")
	return n
}

func (n *town) must(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

func (n *town) caller() app.Caller { return app.Caller{Actor: billing.Actor{Scope: n.scope}} }

func (n *town) price(name string, amountMinor int64, interval string) string {
	n.Helper()
	p, err := n.app.CreatePrice(n.Context(), n.caller(), app.PriceCreateParams{Currency: "usd",
		UnitAmount: &amountMinor, ProductData: &app.PriceProductParams{Name: name},
		Recurring: &app.PriceRecurringParams{
			RecurringParams: app.RecurringParams{Interval: interval}}})
	n.must(err)
	return p.ID
}

// ada is a customer with a card; without one when card is "".
func (n *town) ada(card string) string {
	n.Helper()
	p := app.CustomerCreateParams{}
	p.Email, p.Name = billing.Some("ada@example.com"), billing.Some("Ada Lovelace")
	if card != "" {
		p.PaymentMethod = &card
		p.InvoiceSettings = &app.CustomerInvoiceSettingsParams{
			DefaultPaymentMethod: billing.Some(card)}
	}
	cus, err := n.app.CreateCustomer(n.Context(), n.caller(), p)
	n.must(err)
	return cus.ID
}

func (n *town) subscribe(customer string, change ...func(*app.SubscriptionCreateParams)) string {
	n.Helper()
	p := app.SubscriptionCreateParams{Customer: customer,
		Items: []app.SubscriptionItemParams{{Price: &n.starter}}}
	for _, c := range change {
		c(&p)
	}
	sub, err := n.app.CreateSubscription(n.Context(), n.caller(), p)
	n.must(err)
	return sub.ID
}

func (n *town) at(unix int64) { n.clock.Set(time.Unix(unix, 0)) }

func (n *town) view(fn func(*store.View) error) {
	n.Helper()
	n.must(n.app.View(context.Background(), n.scope, fn))
}

func (n *town) sub(id string) (sub *billing.Subscription) {
	n.Helper()
	n.view(func(v *store.View) (err error) {
		sub, err = store.Subscriptions.Get(v, id)
		return err
	})
	return sub
}

func (n *town) invoices(customer string) (all []*billing.Invoice) {
	n.Helper()
	n.view(func(v *store.View) (err error) {
		all, err = store.Invoices.All(v, store.Eq("customer", customer))
		return err
	})
	return all
}

// captured is all that the bank has moved for a customer.
func (n *town) captured(customer string) (minor int64) {
	n.Helper()
	n.view(func(v *store.View) error {
		charges, err := store.Charges.All(v, store.Eq("customer", customer))
		for _, c := range charges {
			minor += c.AmountCaptured
		}
		return err
	})
	return minor
}

// link is a fresh way into the portal.
func (n *town) link(customer string, change ...func(*app.PortalSessionCreateParams)) string {
	n.Helper()
	p := app.PortalSessionCreateParams{Customer: &customer,
		ReturnURL: new("https://northwind.example/account")}
	for _, c := range change {
		c(&p)
	}
	session, err := n.app.CreatePortalSession(n.Context(), n.caller(), p)
	n.must(err)
	return strings.TrimPrefix(session.URL, publicURL)
}

// configured lets a session follow a configuration with these features and no others.
func (n *town) configured(f *app.PortalFeaturesParams) func(*app.PortalSessionCreateParams) {
	n.Helper()
	p := app.PortalConfigurationCreateParams{}
	p.Features = f
	cfg, err := n.app.CreatePortalConfiguration(n.Context(), n.caller(), p)
	n.must(err)
	return func(p *app.PortalSessionCreateParams) { p.Configuration = &cfg.ID }
}

// browser keeps cookies and follows redirects, as one does.
type browser struct {
	*town
	cookies map[string]string
	path    string
	status  int
	header  http.Header
	body    string
}

func (n *town) browser() *browser { return &browser{town: n, cookies: map[string]string{}} }

// enter opens the portal as a customer who followed a link.
func (n *town) enter(customer string, change ...func(*app.PortalSessionCreateParams)) *browser {
	n.Helper()
	b := n.browser()
	b.follow(n.link(customer, change...))
	if b.status != 200 {
		n.Fatalf("the link answered %d:\n%s", b.status, b.text())
	}
	return b
}

// follow is a click on a link of another site.
func (b *browser) follow(path string) *browser {
	b.Helper()
	return b.send(httptest.NewRequest("GET", path, nil), "cross-site")
}

func (b *browser) get(path string) *browser {
	b.Helper()
	return b.send(httptest.NewRequest("GET", path, nil), "same-origin")
}

func (b *browser) post(path string, values url.Values) *browser {
	b.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r, "same-origin")
}

func (b *browser) send(r *http.Request, site string) *browser {
	b.Helper()
	r.Header.Set("Sec-Fetch-Site", site)
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	for range 6 {
		w := b.once(r)
		to := w.Header().Get("Location")
		if to == "" {
			return b
		}
		if !strings.HasPrefix(to, "/") {
			b.Fatalf("a redirect leads away: %s", to)
		}
		next := httptest.NewRequest("GET", to, nil)
		next.Header = r.Header
		r = next
	}
	b.Fatal("redirects without end")
	return b
}

// once sends a request and keeps what came back.
func (b *browser) once(r *http.Request) *httptest.ResponseRecorder {
	r.Header.Del("Cookie")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	b.path, b.status, b.header = r.URL.RequestURI(), w.Code, w.Result().Header
	b.body = w.Body.String()
	return w
}

var (
	tags   = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)
	spaces = regexp.MustCompile(`[\s\p{Zs}]+`)
)

// text is what can be read on the page.
func (b *browser) text() string {
	plain := html.UnescapeString(tags.ReplaceAllString(b.body, " "))
	return strings.TrimSpace(spaces.ReplaceAllString(plain, " "))
}

func (b *browser) see(parts ...string) *browser {
	b.Helper()
	text := b.text()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			b.Fatalf("%s (%d) does not say %q:\n%s", b.path, b.status, part, text)
		}
	}
	return b
}

func (b *browser) seeNot(part string) *browser {
	b.Helper()
	if strings.Contains(b.text(), part) {
		b.Fatalf("%s says %q:\n%s", b.path, part, b.text())
	}
	return b
}

func (b *browser) want(status int) *browser {
	b.Helper()
	if b.status != status {
		b.Fatalf("%s answered %d, not %d:\n%s", b.path, b.status, status, b.text())
	}
	return b
}

func (b *browser) on(path string) *browser {
	b.Helper()
	if !strings.HasPrefix(b.path, path) {
		b.Fatalf("on %s, not on %s:\n%s", b.path, path, b.text())
	}
	return b
}

var (
	forms  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	onward = regexp.MustCompile(`href="(http://bank\.test/[^"]*)"`)
)

// form is what a form of the page would send by itself.
func (b *browser) form(action string) url.Values {
	b.Helper()
	for _, found := range forms.FindAllStringSubmatch(b.body, -1) {
		if html.UnescapeString(found[1]) != action {
			continue
		}
		values := url.Values{}
		for _, field := range hidden.FindAllStringSubmatch(found[2], -1) {
			values.Set(field[1], html.UnescapeString(field[2]))
		}
		return values
	}
	b.Fatalf("%s has no form for %s:\n%s", b.path, action, b.text())
	return nil
}

// press sends a form of the page.
func (b *browser) press(action string) *browser {
	b.Helper()
	return b.post(action, b.form(action))
}

// bankLink is the link of the page that leads to the gateway.
func (b *browser) bankLink() *url.URL {
	b.Helper()
	found := onward.FindStringSubmatch(b.body)
	if found == nil {
		b.Fatalf("%s does not lead to the bank:\n%s", b.path, b.text())
	}
	u, err := url.Parse(html.UnescapeString(found[1]))
	b.must(err)
	return u
}

// answer settles the bank's question and comes back.
func (b *browser) answer(pass bool) *browser {
	b.Helper()
	token := strings.TrimPrefix(b.bankLink().Path, "/3ds/")
	c, err := b.bank.Answer(b.Context(), token, pass)
	b.must(err)
	return b.follow(strings.TrimPrefix(c.ReturnURL, publicURL))
}

// enterCard fills the gateway's card form and comes back.
func (b *browser) enterCard(number string) *browser {
	b.Helper()
	c, err := b.bank.SubmitCard(b.Context(), b.bankLink().Query().Get("setup"), simulator.Card{
		Number: number, ExpMonth: 12, ExpYear: 34, CVC: "123"})
	b.must(err)
	if c.NextURL != "" { // the bank asks when the card is saved
		u, err := url.Parse(c.NextURL)
		b.must(err)
		c, err = b.bank.Answer(b.Context(), strings.TrimPrefix(u.Path, "/3ds/"), true)
		b.must(err)
	}
	return b.follow(strings.TrimPrefix(c.ReturnURL, publicURL))
}

// refuseCard fills the card form with a card that the bank asks about, and fails there.
func (b *browser) refuseCard(number string) *browser {
	b.Helper()
	c, err := b.bank.SubmitCard(b.Context(), b.bankLink().Query().Get("setup"), simulator.Card{
		Number: number, ExpMonth: 12, ExpYear: 34, CVC: "123"})
	b.must(err)
	u, err := url.Parse(c.NextURL)
	b.must(err)
	c, err = b.bank.Answer(b.Context(), strings.TrimPrefix(u.Path, "/3ds/"), false)
	b.must(err)
	return b.follow(strings.TrimPrefix(c.ReturnURL, publicURL))
}

// start opens the page of a form and sends it.
func (b *browser) start(path string) *browser {
	b.Helper()
	return b.get(path).press(path)
}

// takeCards takes every card from a customer, as an API key may.
func (n *town) takeCards(customer string) {
	n.Helper()
	var ids []string
	n.view(func(v *store.View) error {
		methods, err := store.PaymentMethods.All(v, store.Eq("customer", customer))
		for _, m := range methods {
			ids = append(ids, m.ID)
		}
		return err
	})
	for _, id := range ids {
		_, err := n.app.DetachPaymentMethod(n.Context(), n.caller(), id)
		n.must(err)
	}
}
