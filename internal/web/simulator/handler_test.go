package simulator

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	port "github.com/portico-billing/portico/internal/gateway"
	gateway "github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/money"
)

const home = "https://billing.example"

// bundle is a simulator, its pages, and a customer without a browser.
type bundle struct {
	*testing.T
	gateway *gateway.Simulator
	pages   http.Handler
}

func setup(t *testing.T) *bundle {
	t.Helper()
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	g, err := gateway.Open(t.Context(), gateway.Options{Volatile: true,
		Clock: func() time.Time { return now }, PublicURL: "http://sim.test",
		Rand: rand.NewChaCha8([32]byte{3})})
	if err != nil {
		t.Fatal(err)
	}
	return &bundle{t, g, New(Options{Bank: g, ReturnOrigins: []string{home + "/"}})}
}

var testAttempt = port.Attempt{ID: "att_1", Key: "key_1"}

// addCard is what the portal does when a customer wants to add a card.
func (b *bundle) addCard() string {
	b.Helper()
	r, err := b.gateway.Setup(b.Context(), port.SetupRequest{Attempt: testAttempt,
		Types: []string{"card"}, ReturnURL: home + "/p/done?a=1&b=2"})
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimPrefix(r.Next.URL, "http://sim.test")
}

func (b *bundle) outcome(op port.Op) port.Result {
	b.Helper()
	_, r, err := b.gateway.Inquire(b.Context(), port.Inquiry{Attempt: testAttempt, Op: op})
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *bundle) get(target string) (int, http.Header, string) {
	return b.send(httptest.NewRequest(http.MethodGet, target, nil))
}

func (b *bundle) post(target string, form url.Values) (int, http.Header, string) {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

func (b *bundle) send(r *http.Request) (int, http.Header, string) {
	w := httptest.NewRecorder()
	b.pages.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Body)
	return w.Code, w.Header(), string(body)
}

func (b *bundle) card(page, number string) url.Values {
	u, err := url.Parse(page)
	if err != nil {
		b.Fatal(err)
	}
	return url.Values{"setup": {u.Query().Get("setup")}, "number": {number},
		"expiry": {"12/34"}, "cvc": {"123"}, "name": {"Ada"}, "postal_code": {"94107"}}
}

func TestAddACard(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.addCard()
	if status, _, body := b.get(page); status != 200 || !strings.Contains(body, "Test mode") {
		t.Fatalf("the form: %d %s", status, body)
	}
	status, header, _ := b.post("/card", b.card(page, "4242 4242 4242 4242"))
	if status != http.StatusSeeOther {
		t.Fatalf("submit: %d", status)
	}
	_, _, body := b.get(header.Get("Location"))
	if !strings.Contains(body, `href="https://billing.example/p/done?a=1&amp;b=2"`) ||
		!strings.Contains(body, `content="0; url=https://billing.example/p/done?a=1&amp;b=2"`) {
		t.Fatalf("no way back in %s", body)
	}
	r := b.outcome(port.OpSetup)
	if r.Outcome != port.Succeeded || r.Instrument.Card.Last4 != "4242" ||
		r.Instrument.Holder != (port.Holder{Name: "Ada", PostalCode: "94107"}) {
		t.Fatalf("setup is %+v", r)
	}
	if status, _, again := b.get(page); status != 200 || again != body {
		t.Fatalf("opened again: %d %s", status, again)
	}
}

func TestAddACardThatAuthenticates(t *testing.T) {
	t.Parallel()
	for answer, outcome := range map[string]port.Outcome{
		"complete": port.Succeeded, "fail": port.Declined,
	} {
		b := setup(t)
		page := b.addCard()
		_, header, _ := b.post("/card", b.card(page, "4000002500003155"))
		_, header, _ = b.get(header.Get("Location"))
		bank := header.Get("Location")
		if !strings.HasPrefix(bank, "/3ds/") {
			t.Fatalf("sent to %q", bank)
		}
		if _, _, body := b.get(bank); !strings.Contains(body, "Visa ending 3155") {
			t.Fatalf("the bank's page is %s", body)
		}
		if b.outcome(port.OpSetup).Outcome != port.ActionRequired {
			t.Fatal("it did not wait for the bank")
		}
		status, _, body := b.post(bank, url.Values{"answer": {answer}})
		if status != 200 || !strings.Contains(body, home+"/p/done") {
			t.Fatalf("after the bank: %d %s", status, body)
		}
		if got := b.outcome(port.OpSetup).Outcome; got != outcome {
			t.Fatalf("%s: outcome is %s", answer, got)
		}
	}
}

func TestChargeThatAuthenticates(t *testing.T) {
	t.Parallel()
	b := setup(t)
	i, _, err := b.gateway.InstrumentFor(t.Context(), "pm_card_authenticationRequired")
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.gateway.Charge(t.Context(), port.ChargeRequest{Attempt: testAttempt,
		Instrument: i.Ref, Amount: money.Amount{Minor: 1234567, Currency: "jpy"},
		CaptureNow: true})
	if err != nil {
		t.Fatal(err)
	}
	bank := strings.TrimPrefix(r.Next.URL, "http://sim.test")
	if _, _, body := b.get(bank); !strings.Contains(body, "¥1,234,567") {
		t.Fatalf("no amount in %s", body)
	}
	for _, answer := range []string{"", "maybe"} {
		if status, _, _ := b.post(bank, url.Values{"answer": {answer}}); status != 400 {
			t.Fatalf("answer %q: %d", answer, status)
		}
	}
	_, _, body := b.post(bank, url.Values{"answer": {"complete"}})
	if !strings.Contains(body, "You can close this page") {
		t.Fatalf("a way back that nobody gave: %s", body)
	}
	if got := b.outcome(port.OpCharge); got.Outcome != port.Succeeded {
		t.Fatalf("charge is %+v", got)
	}
}

func TestProblemsStayOnTheForm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ field, value, about, says string }{
		{"number", "4242424242424241", "number", "card number is wrong"},
		{"number", "4111111111111111", "number", "Use a test card"},
		{"number", "4000000000009995", "number", "insufficient funds"},
		{"number", "", "number", "card number is wrong"},
		{"expiry", "13/34", "expiry", "expiry date is wrong"},
		{"expiry", "12/20", "expiry", "expiry date is wrong"},
		{"expiry", "soon", "expiry", "expiry date is wrong"},
		{"cvc", "99", "cvc", "security code is wrong"},
		{"cvc", "", "cvc", "security code is wrong"},
	} {
		b := setup(t)
		form := b.card(b.addCard(), "4242424242424242")
		form.Set(test.field, test.value)
		status, _, body := b.post("/card", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, test.says) ||
			!strings.Contains(body, `id="`+test.about+`-error"`) {
			t.Errorf("%+v: %d %s", test, status, body)
		}
		// What was typed is there again; a number that may be real is not.
		published := gateway.Published(form.Get("number"))
		for _, field := range []string{"number", "expiry", "cvc", "name", "postal_code"} {
			kept := published || field != "number" && field != "cvc"
			value := form.Get(field)
			if strings.Contains(body, `value="`+value+`"`) != kept && value != "" {
				t.Errorf("%+v: %s is shown again: %v, want %v", test, field, !kept, kept)
			}
		}
		if b.outcome(port.OpSetup).Outcome != port.ActionRequired {
			t.Errorf("%+v: the setup is over", test)
		}
	}
}

func TestExamplesFillTheForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.addCard()
	_, _, body := b.get(page + "&return_url=" + url.QueryEscape(home+"/x"))
	links := regexp.MustCompile(`href="(/card\?[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(links) != len(gateway.TestNumbers()) {
		t.Fatalf("%d examples", len(links))
	}
	for n, link := range links {
		_, _, filled := b.get(strings.ReplaceAll(link[1], "&amp;", "&"))
		if !strings.Contains(filled, `value="`+gateway.TestNumbers()[n]+`"`) ||
			!strings.Contains(filled, `value="`+home+`/x"`) {
			t.Errorf("example %d: %s", n, filled)
		}
	}
	for _, odd := range []string{"-1", "99", "x"} {
		if status, _, _ := b.get(page + "&example=" + odd); status != 200 {
			t.Errorf("example %s: %d", odd, status)
		}
	}
}

func TestReturnOnlyToTheList(t *testing.T) {
	t.Parallel()
	s := &site{origins: originSet([]string{home, "http://127.0.0.1:8080/base"})}
	for raw, want := range map[string]string{
		home + "/p/x?y=1":                     home + "/p/x?y=1",
		"http://127.0.0.1:8080/":              "http://127.0.0.1:8080/",
		"HTTPS://BILLING.EXAMPLE/x":           "https://BILLING.EXAMPLE/x",
		"http://billing.example/":             "",
		"https://billing.example:8443/":       "",
		"https://billing.example.evil/":       "",
		"https://billing.example@evil.com":    "",
		"https://evil.com\\@billing.example/": "",
		"//billing.example/":                  "",
		"//evil.com/":                         "",
		"/relative":                           "",
		"javascript:alert(1)":                 "",
		"https:billing.example":               "",
		"data:text/html,x":                    "",
		"":                                    "",
	} {
		if got := s.returnURL(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
	if got := s.returnURL("https://evil.com/", home+"/stored"); got != home+"/stored" {
		t.Errorf("the stored address was not used: %q", got)
	}
}

func TestStrangersAndForgeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.addCard()
	for _, target := range []string{"/card", "/card?setup=nope", "/3ds/nope", "/nope",
		"/3ds/" + strings.TrimPrefix(page, "/card?setup=")} {
		if status, _, _ := b.get(target); status != http.StatusNotFound {
			t.Errorf("%s: %d", target, status)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/card",
		strings.NewReader(b.card(page, "4242424242424242").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _, _ := b.send(r); status != http.StatusForbidden {
		t.Errorf("a form of another site: %d", status)
	}
	big := url.Values{"setup": {strings.Repeat("x", bodyMax)}}
	if status, _, _ := b.post("/card", big); status != http.StatusBadRequest {
		t.Errorf("a huge form: %d", status)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, target := range []string{"/", b.addCard(), "/nope"} {
		_, h, body := b.get(target)
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "form-action 'self'",
			"frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: no %s in %q", target, part, csp)
			}
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("Set-Cookie") != "" ||
			h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers are %v", target, h)
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "style=") {
			t.Errorf("%s: something inline", target)
		}
	}
	_, h, css := b.get(stylePath)
	if !strings.HasPrefix(h.Get("Content-Type"), "text/css") || !strings.Contains(css, "--page") ||
		!strings.Contains(h.Get("Cache-Control"), "immutable") {
		t.Errorf("the style sheet: %v", h)
	}
}

// The pages speak the language that the caller named, else the browser's, all the way through.
func TestPagesSpeakTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.addCard()
	_, _, body := b.get(page + "&locale=es")
	for _, part := range []string{`lang="es"`, "Modo de prueba", "Añadir una tarjeta",
		"Fecha de caducidad", "Rechazada: fondos insuficientes", "locale=es"} {
		if !strings.Contains(body, part) {
			t.Errorf("the form does not say %q", part)
		}
	}
	form := b.card(page, "4000002500003155")
	form.Set("locale", "es")
	form.Set("expiry", "13/34")
	_, _, body = b.post("/card", form)
	for _, part := range []string{"La fecha de caducidad no es correcta", `value="13/34"`,
		`value="4000002500003155"`, `value="es"`} {
		if !strings.Contains(body, part) {
			t.Errorf("the form does not say %q again", part)
		}
	}
	form.Set("expiry", "12/34")
	_, header, _ := b.post("/card", form)
	_, header, _ = b.get(header.Get("Location"))
	bank := header.Get("Location")
	if _, _, body = b.get(bank); !strings.Contains(body, "Visa terminada en 3155") {
		t.Errorf("the bank speaks another language at %s", bank)
	}
	_, _, body = b.post(strings.Split(bank, "?")[0],
		url.Values{"answer": {"complete"}, "locale": {"es"}})
	if !strings.Contains(body, "Tu banco ha confirmado que eres tú") {
		t.Errorf("the end speaks another language: %s", body)
	}
	r := httptest.NewRequest(http.MethodGet, "/nothing", nil)
	r.Header.Set("Accept-Language", "it-IT,it;q=0.9,en;q=0.5")
	if _, _, body = b.send(r); !strings.Contains(body, `lang="it"`) {
		t.Errorf("not the browser's language: %s", body)
	}
	for _, number := range gateway.TestNumbers() {
		if cardSays[number] == nil {
			t.Errorf("nothing is said about %s", number)
		}
	}
}
