package api_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestAuthentication(t *testing.T) {
	t.Parallel()
	d := open(t)
	basic := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	tests := []struct {
		authorization string
		status        int
		message       string
	}{
		{"Bearer " + d.account.TestKey, 200, ""},
		{"bearer " + d.account.LiveKey, 200, ""},
		{"Basic " + basic(d.account.TestKey+":"), 200, ""},
		{"Basic " + d.account.TestKey, 200, ""},
		{"", 401, ""},
		{"Bearer ", 401, ""},
		{"Digest x", 401, ""},
		{"Bearer sk_test_wrong00001234", 401,
			"Invalid API Key provided: sk_test_*********1234"},
		{"Bearer sk_test_x1", 401, "Invalid API Key provided: **********"},
		{"Basic " + basic("rk_test_0000000000009999:"), 401,
			"Invalid API Key provided: rk_test_************9999"},
	}
	for _, test := range tests {
		d.key = ""
		d.header.Set("Authorization", test.authorization)
		a := d.do("GET", "/v1/account")
		if a.status != test.status {
			t.Errorf("%q: status %d: %s", test.authorization, a.status, a.raw)
		}
		if test.status == 401 {
			a.refused(401, "invalid_request_error", "", "", test.message)
		}
	}
	d.header.Del("Authorization")
	if a := d.do("GET", "/v1/account", "api_key="+d.account.TestKey); a.status != 401 {
		t.Errorf("a key in the address: status %d", a.status)
	}
}

func TestForeignAccounts(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, header := range []string{"Stripe-Account", "Stripe-Context"} {
		d.header = http.Header{}
		d.header.Set(header, d.account.ID)
		d.get("/v1/account").want("id", `"`+d.account.ID+`"`)
		d.header.Set(header, d.other.ID)
		d.do("GET", "/v1/account").refused(403, "invalid_request_error", "account_invalid", "", "")
	}
}

func TestModesAndAccountsAreApart(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := d.post("/v1/customers", "email=a@example.com").id()
	for _, key := range []string{d.account.LiveKey, d.other.TestKey} {
		d.key = key
		d.do("GET", "/v1/customers/"+id).refused(404, "", "resource_missing", "id", "")
		d.do("POST", "/v1/customers/"+id, "name=x").refused(404, "", "resource_missing", "id", "")
		d.get("/v1/customers").want("data", "[]")
		d.do("GET", "/v1/customers", "starting_after="+id).refused(400, "", "resource_missing",
			"starting_after", "")
	}
	d.key = d.account.LiveKey
	d.post("/v1/customers", "email=b@example.com").want("livemode", "true")
	d.do("POST", "/v1/test_helpers/test_clocks", "frozen_time=1").refused(400, "", "", "", "")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	d := open(t)
	for version, status := range map[string]int{"": 200, "2026-06-24.dahlia": 200,
		"2026-10-28.endive": 200, "2020-08-27": 200, "latest": 400, "2026-06-24;x": 400} {
		d.header.Set("Stripe-Version", version)
		a := d.do("GET", "/v1/account")
		if a.status != status || a.header.Get("Stripe-Version") != "2026-08-26.dahlia" {
			t.Errorf("%q: status %d, %v", version, a.status, a.header)
		}
	}
}

func TestUnrecognizedURLs(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, request := range []string{"GET /v1/foo", "GET /", "PUT /v1/customers",
		"DELETE /v1/customers", "GET /v1/quotes", "GET /v1/customers/search", "GET /v2/core/x"} {
		method, path, _ := strings.Cut(request, " ")
		a := d.do(method, path)
		a.refused(404, "invalid_request_error", "", "", "Unrecognized request URL ("+method+": "+
			path+"). If you are trying to list objects, remove the trailing slash. If you are "+
			"trying to retrieve an object, make sure you passed a valid (non-empty) identifier "+
			"in your code.")
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	d := open(t)
	tests := []struct {
		fields         string
		code, param    string
		messageIfKnown string
	}{
		{"foo=1", "parameter_unknown", "foo", "Received unknown parameter: foo"},
		{"foo=1&bar=2", "parameter_unknown", "foo", "Received unknown parameters: foo, bar"},
		{"invoice_prefix=", "parameter_invalid_empty", "invoice_prefix", ""},
		{"balance=x", "parameter_invalid_integer", "balance", "Invalid integer: x"},
		{"tax_exempt=maybe", "", "tax_exempt", ""},
		{"cash_balance[settings][reconciliation_mode]=manual", "", "cash_balance",
			"cash_balance is not supported by Portico"},
		{"source=tok_visa", "", "source", "source is not supported by Portico"},
		{"email=nobody", "email_invalid", "email", "Invalid email address: nobody"},
		{"metadata[" + strings.Repeat("k", 41) + "]=v", "", "metadata", ""},
		{"expand[]=name", "", "expand", "This property cannot be expanded (name)."},
		{"test_clock=clock_no", "resource_missing", "test_clock", "No such clock: 'clock_no'"},
	}
	for _, test := range tests {
		r := d.request("POST", "/v1/customers")
		r.Body = httptest.NewRequest("POST", "/", strings.NewReader(test.fields)).Body
		d.send(r).refused(400, "invalid_request_error", test.code, test.param, test.messageIfKnown)
	}
	d.get("/v1/customers").want("data", "[]") // none of these was made
}

func TestBodies(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := d.request("POST", "/v1/customers", "name=x")
	r.Header.Set("Content-Type", "application/json")
	d.send(r).refused(400, "invalid_request_error", "", "", "")
	r = d.request("POST", "/v1/customers", "name="+strings.Repeat("x", 1<<20))
	d.send(r).refused(413, "invalid_request_error", "", "", "")
	r = d.request("POST", "/v1/customers", "name=x")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
	d.send(r).ok()
	r = d.request("DELETE", "/v1/customers/"+d.post("/v1/customers").id()) // in the body, too
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Body = httptest.NewRequest("POST", "/", strings.NewReader("expand[]=name&foo=1")).Body
	d.send(r).refused(400, "", "parameter_unknown", "foo", "")
	r = d.request("GET", "/v1/customers", "limit=True")
	d.send(r).refused(400, "", "parameter_invalid_integer", "limit", "")
}

func TestPagination(t *testing.T) {
	t.Parallel()
	d := open(t)
	var made []string
	for range 25 {
		made = append(made, d.post("/v1/customers").id())
	}
	slices.Reverse(made) // newest first
	first := d.get("/v1/customers").want("has_more", "true")
	if !slices.Equal(first.ids(), made[:10]) {
		t.Errorf("first page: %v", first.ids())
	}
	var walked []string
	for page := first; ; page = d.get("/v1/customers",
		"starting_after="+walked[len(walked)-1]) {
		walked = append(walked, page.ids()...)
		if page.at("has_more") == false {
			break
		}
	}
	if !slices.Equal(walked, made) {
		t.Errorf("forwards: %v", walked)
	}
	back := d.get("/v1/customers", "ending_before="+made[20], "limit=5").want("has_more", "true")
	if !slices.Equal(back.ids(), made[15:20]) {
		t.Errorf("backwards: %v", back.ids())
	}
	d.del("/v1/customers/" + made[9]) // a deleted cursor still marks the place
	next := d.get("/v1/customers", "starting_after="+made[9], "limit=1")
	if next.ids()[0] != made[10] {
		t.Errorf("after a deleted cursor: %v", next.ids())
	}
	for _, bad := range []string{"limit=0", "limit=101", "starting_after=cus_no",
		"ending_before=cus_no"} {
		name, _, _ := strings.Cut(bad, "=")
		d.do("GET", "/v1/customers", bad).refused(400, "", "", name, "")
	}
	d.do("GET", "/v1/customers", "starting_after="+made[0], "ending_before="+made[1]).
		refused(400, "", "parameters_exclusive", "", "")
}

// TestIdempotentPreview: a preview with a key is told once, too, although it changes nothing.
func TestIdempotentPreview(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := openOn(t, opener)
		ada := "customer=" + d.post("/v1/customers").id()
		item := []string{ada, "invoice_items[0][amount]=500", "invoice_items[0][currency]=usd"}
		d.header.Set("Idempotency-Key", "k1")
		first := d.post("/v1/invoices/create_preview", item...)
		again := d.post("/v1/invoices/create_preview", item...)
		if again.raw != first.raw || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("replayed %s as %s, %v", first.raw, again.raw, again.header)
		}
		d.do("POST", "/v1/invoices/create_preview", ada).refused(400, "idempotency_error", "", "",
			"")
		d.header.Set("Idempotency-Key", "k2")
		d.do("POST", "/v1/invoices/create_preview", ada).refused(404, "", "invoice_upcoming_none",
			"", "")
		d.post("/v1/invoices/create_preview", item...) // a refusal has not used the key up
	})
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := openOn(t, opener)
		d.header.Set("Idempotency-Key", "k1")
		first := d.post("/v1/customers", "name=Ada", "email=ada@example.com")
		if first.header.Get("Original-Request") != first.header.Get("Request-Id") ||
			first.header.Get("Idempotency-Key") != "k1" {
			t.Errorf("headers of the first request: %v", first.header)
		}
		again := d.post("/v1/customers", "email=ada@example.com", "name=Ada")
		if again.raw != first.raw || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("replayed %s as %s, %v", first.raw, again.raw, again.header)
		}
		d.do("POST", "/v1/customers", "name=Bob").refused(400, "idempotency_error", "", "", "")
		d.do("POST", "/v1/products", "name=Ada").refused(400, "idempotency_error", "", "", "Keys "+
			"for idempotent requests can only be used for the same endpoint they were first used "+
			"for ('/v1/customers' vs '/v1/products'). Try using a key other than 'k1' if you "+
			"meant to execute a different request.")
		d.get("/v1/customers") // ignored
		d.del("/v1/customers/" + first.id())
		d.header.Set("Idempotency-Key", strings.Repeat("k", 256))
		d.do("POST", "/v1/customers").refused(400, "", "", "", "")
		d.header.Set("Idempotency-Key", "k2")
		d.do("POST", "/v1/customers", "foo=1").refused(400, "", "parameter_unknown", "", "")
		d.post("/v1/customers", "name=Cid") // a refused request has not used the key up
		d.key = d.other.TestKey
		d.header.Set("Idempotency-Key", "k1")
		d.post("/v1/customers", "name=Dan") // keys belong to an account and a mode
	})
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	d := open(t, func(_ *app.Options, o *api.Options) { o.RequestsPerSecond = 2 })
	d.get("/v1/account")
	d.get("/v1/account")
	a := d.do("GET", "/v1/account")
	a.refused(429, "invalid_request_error", "rate_limit", "", "")
	if a.header.Get("Stripe-Rate-Limited-Reason") != "global-rate" {
		t.Errorf("headers: %v", a.header)
	}
	d.key = d.other.TestKey
	d.get("/v1/account")
	d.key = d.account.TestKey
	d.clock.Advance(500_000_000)
	d.get("/v1/account")
}

func TestLogsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.post("/v1/customers", "email=ada@example.com", "name=Ada Lovelace")
	lines := d.log.String()
	for _, secret := range []string{"ada@example.com", "Lovelace", d.key} {
		if strings.Contains(lines, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, field := range []string{`"request_id":"req_`, `"account":"acct_`, `"livemode":false`,
		`"key_last4":"0001"`, `"route":"POST /v1/customers"`, `"status":200`, `"ms":`} {
		if !strings.Contains(lines, field) {
			t.Errorf("the log lacks %s: %s", field, lines)
		}
	}
}

// TestPathsWithSecretsAreNotLogged: by mistake, anything can stand where an id should.
func TestPathsWithSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	d := open(t)
	secrets := []string{"4242424242424242", "x4539578763621486", d.account.LiveKey,
		"whsec_abcdefgh", "pi_1_secret_abcdefgh"}
	for _, secret := range secrets {
		d.do("GET", "/v1/customers/"+secret)
		d.do("POST", "/v1/payment_methods/"+secret+"/detach")
	}
	d.do("GET", "/v1/customers/cus_123456789012")
	for _, secret := range secrets {
		if strings.Contains(d.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(d.log.String(), "cus_123456789012") {
		t.Error("the log has no ids any more")
	}
}

// brokenIDs fails where a handler makes an id of a customer.
type brokenIDs struct{ idSource }

type idSource interface {
	New(prefix string) string
	Secret(prefix string, n int) string
}

func (b brokenIDs) New(prefix string) string {
	if prefix == "cus" {
		panic("out of ids")
	}
	return b.idSource.New(prefix)
}

func TestAPanicIsAPlain500(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *app.Options, _ *api.Options) { o.IDs = brokenIDs{o.IDs} })
	a := d.do("POST", "/v1/customers", "name=Ada")
	a.refused(500, "api_error", "", "", "")
	if strings.Contains(a.raw, "out of ids") || !strings.Contains(d.log.String(), "out of ids") {
		t.Errorf("answered %s, logged %s", a.raw, d.log)
	}
	d.post("/v1/products", "name=Gold") // the writer has survived
}
