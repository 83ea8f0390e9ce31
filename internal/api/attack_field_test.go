package api_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// rawly sends a body as it is written, and wants an answer that is nobody's fault but the caller's.
func (d *desk) rawly(method, path, body string) *answer {
	d.Helper()
	r := d.request(method, "/")
	r.URL.RawPath, r.URL.Path = "", path
	r.Body = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body
	a := d.send(r)
	if a.status >= http.StatusInternalServerError {
		d.Errorf("%s %q %.80q: status %d: %s\n%s", method, path, body, a.status, a.raw,
			d.lastFailure())
	}
	return a
}

// lastFailure is what the log says about the last request that failed.
func (d *desk) lastFailure() string {
	lines := strings.Split(d.log.String(), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], `"ERROR"`) {
			return lines[i]
		}
	}
	return ""
}

// TestMassAssignment sends every command what only this house may set.
func TestMassAssignment(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	owned := []string{"account", "amount_paid", "amount_refunded", "amount_remaining",
		"balance_due", "client_secret", "created", "deleted", "delinquent", "id",
		"latest_charge", "livemode", "number", "object", "paid", "private", "secret", "status",
		"status_transitions", "subtotal", "times_redeemed", "total", "customer", "rev",
		"__proto__", "constructor"}
	for _, op := range api.Operations() {
		if op.Method == http.MethodGet {
			continue
		}
		known := params.Op(op.Method, op.Template).Params
		path := v.at(t, op.Template, false)
		for _, name := range owned {
			if known.Field(name) != nil {
				continue // Stripe lets callers choose it here
			}
			d.do(op.Method, path, name+"=1").refused(400, "invalid_request_error",
				"parameter_unknown", name, "Received unknown parameter: "+name)
		}
	}
}

// TestTextStaysText puts markup and odd characters into every text that is shown somewhere: they
// come back as they were, and the answer cannot be taken for a page.
func TestTextStaysText(t *testing.T) {
	t.Parallel()
	const evil = "<script>alert(1)</script>\"'&`{{1}}=cmd|' /C'!A0 \u202e\u2028\r\n\tй🂡"
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := paidOn(t, opener)
		cus := d.post("/v1/customers").id()
		product := d.post("/v1/products", "name=x").id()
		for path, fields := range map[string][]string{
			"customers": {"name", "description", "phone", "address[line1]", "address[city]",
				"shipping[name]", "metadata[k]", "invoice_settings[footer]",
				"invoice_settings[custom_fields][0][name]"},
			"products":      {"name", "description", "unit_label", "metadata[k]"},
			"prices":        {"nickname", "metadata[k]"},
			"coupons":       {"name", "metadata[k]"},
			"tax_rates":     {"display_name", "description", "jurisdiction", "metadata[k]"},
			"invoiceitems":  {"description", "metadata[k]"},
			"invoices":      {"description", "footer", "metadata[k]"},
			"setup_intents": {"description", "metadata[k]"},
			"billing_portal/configurations": {"business_profile[headline]", "name",
				"metadata[k]"},
			"webhook_endpoints": {"description", "metadata[k]"},
		} {
			for _, field := range fields {
				d.text(path, field, evil, map[string][]string{
					"prices":       {"product=" + product, "currency=usd", "unit_amount=1"},
					"products":     {"name=x"},
					"coupons":      {"percent_off=5"},
					"tax_rates":    {"display_name=x", "percentage=5", "inclusive=true"},
					"invoiceitems": {"customer=" + cus, "amount=1", "currency=usd"},
					"invoices":     {"customer=" + cus},
					"customers": {"shipping[name]=x", "shipping[address][line1]=x",
						"invoice_settings[custom_fields][0][name]=x",
						"invoice_settings[custom_fields][0][value]=x"},
					"billing_portal/configurations": {
						"features[invoice_history][enabled]=true"},
					"webhook_endpoints": {"url=https://example.com", "enabled_events[]=*"},
				}[path])
			}
		}
	})
}

// text sends one text and reads it back. A text that is too long for its field is cut first.
func (d *desk) text(path, field, text string, needed []string) {
	d.Helper()
	var fields []string
	for _, other := range needed {
		if !strings.HasPrefix(other, field+"=") {
			fields = append(fields, other)
		}
	}
	a := d.do("POST", "/v1/"+path, append(fields, field+"="+text)...)
	for _, short := range []string{"<script>alert(1)</script>", "<b>\"'&"} {
		if a.status == http.StatusOK {
			break
		}
		text = short
		a = d.do("POST", "/v1/"+path, append(fields, field+"="+text)...)
	}
	a.ok()
	at := strings.NewReplacer("[", ".", "]", "").Replace(field)
	if got := a.at(at); got != text {
		d.Errorf("%s %s is %q, want %q", path, field, got, text)
	}
	if strings.Contains(a.raw, "<script") || a.header.Get("Content-Type") != "application/json" ||
		a.header.Get("X-Content-Type-Options") != "nosniff" {
		d.Errorf("%s %s could be taken for a page: %v %s", path, field, a.header, a.raw)
	}
}

// TestStrangeBodies sends what parsers are known to disagree about.
func TestStrangeBodies(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := openOn(t, opener)
		for _, test := range []struct {
			body   string
			status int
			name   string // of the customer that is made
		}{
			{"name=a&name=b", 200, "b"},
			{"name=a&name[x]=b", 400, ""},
			{"name[x]=b&name=a", 200, "a"},
			{"name[]=a", 400, ""},
			{"name=%00", 400, ""},
			{"name=a%00b", 400, ""},
			{"na%00me=a", 400, ""},
			{"name=%ff", 400, ""},
			{"name=%c0%80", 400, ""},
			{"name=%ed%a0%80", 400, ""}, // half a surrogate pair
			{"name=%zz", 400, ""},
			{"name=%", 400, ""},
			{"name=%EF%BB%BFa", 200, "\ufeffa"},
			{"%EF%BB%BFname=a", 400, ""},
			{"__proto__[name]=a", 400, ""},
			{"metadata[__proto__]=a&name=x", 200, "x"},
			{"metadata[%00]=a", 400, ""},
			{"metadata[a][b]=c", 400, ""},
			{"metadata[]=c", 400, ""},
			{"metadata[a]]=c", 400, ""},
			{"metadata[[a]=c", 400, ""},
			{"preferred_locales[0]=en&preferred_locales[]=de&name=x", 200, "x"},
			{"preferred_locales[]=en&preferred_locales[x]=de", 400, ""},
			{"preferred_locales[-1]=en", 400, ""},
			{"preferred_locales[999999999]=en", 400, ""},
			{"preferred_locales[1e1]=en", 400, ""},
			{"preferred_locales[18446744073709551616]=en", 400, ""},
			{"balance=1e400", 400, ""},
			{"balance=-0&name=x", 200, "x"},
			{"balance=0x10", 400, ""},
			{"balance=NaN", 400, ""},
			{"balance=9223372036854775808", 400, ""},
			{"=a", 400, ""},
			{"[a]=b", 400, ""},
			{"&&&name=x&&", 200, "x"},
			{"name=x;balance=5", 200, "x;balance=5"},
			{"Name=x", 400, ""},
			{`{"name":"x"}`, 400, ""},
		} {
			a := d.rawly("POST", "/v1/customers", test.body)
			if a.status != test.status {
				t.Errorf("%s: status %d, want %d: %s", test.body, a.status, test.status, a.raw)
			} else if a.status == 200 && a.at("name") != test.name {
				t.Errorf("%s: the name is %q", test.body, a.at("name"))
			}
		}
	})
}

var parameter = regexp.MustCompile(`\{\w+\}`)

// TestStrangeAddresses sends ids and keys that no database takes.
func TestStrangeAddresses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := openOn(t, opener)
		for _, id := range []string{"cus_\x00", "cus_\xff", "\x00", strings.Repeat("x", 100_000),
			"' or 1=1 --", "%", "cus_%25", "cus_\r\nX: y", "ⅷ", "cus_1\x1b[31m"} {
			for _, op := range api.Operations() {
				if strings.Contains(op.Template, "{") {
					path := parameter.ReplaceAllLiteralString(op.Template, id)
					if a := d.rawly(op.Method, path, ""); a.status < 400 {
						t.Errorf("%s %q: status %d", op.Method, path, a.status)
					}
				}
			}
		}
		for i, key := range []string{"a\x00b", "a\xffb", "\U0001F511", " ",
			strings.Repeat("k", 255)} {
			d.header.Set("Idempotency-Key", key)
			d.rawly("POST", "/v1/customers", "name="+strconv.Itoa(i))
		}
		d.header = http.Header{}
		for _, header := range []string{"Stripe-Version", "Stripe-Account", "Authorization"} {
			d.header.Set(header, "\x00\xff'")
			if a := d.rawly("GET", "/v1/account", ""); a.status != 401 && a.status != 400 &&
				a.status != 403 {
				t.Errorf("%s: status %d", header, a.status)
			}
			d.header.Del(header)
		}
		if strings.Contains(d.log.String(), "\x1b") {
			t.Error("the log holds an escape sequence")
		}
	})
}

// TestLimits sends more than anybody needs.
func TestLimits(t *testing.T) {
	t.Parallel()
	d := open(t)
	many := func(n int, name func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(name(i) + "=v&")
		}
		return b.String()
	}
	number := strconv.Itoa
	for what, body := range map[string]string{
		"depth":    "a" + strings.Repeat("[b]", 10_000) + "=1",
		"keys":     many(100_000, func(i int) string { return "k" + number(i) }),
		"elements": many(2_000, func(int) string { return "preferred_locales[]" }),
		"metadata": many(51, func(i int) string { return "metadata[k" + number(i) + "]" }),
		"value":    "metadata[k]=" + strings.Repeat("v", 501),
		"key":      "metadata[" + strings.Repeat("k", 41) + "]=v",
		"name":     "name=" + strings.Repeat("v", 5001),
		"expand":   many(21, func(int) string { return "expand[]" }),
	} {
		if a := d.rawly("POST", "/v1/customers", body); a.status != 400 && a.status != 413 {
			t.Errorf("%s: status %d: %.200s", what, a.status, a.raw)
		}
	}
	d.post("/v1/customers", strings.Split(strings.TrimSuffix(many(50, func(i int) string {
		return "metadata[k" + number(i) + "]"
	}), "&"), "&")...)
	r := d.request("POST", "/v1/customers")
	endless := &counting{}
	r.Body, r.ContentLength = endless, -1
	if a := d.send(r); a.status != 413 || endless.read > 2<<20 {
		t.Errorf("an endless body: status %d after %d bytes", a.status, endless.read)
	}
}

// counting is a body without an end.
type counting struct{ read int }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	c.read += len(p)
	return len(p), nil
}

func (*counting) Close() error { return nil }

// TestMetadataStaysSmall merges keys until there would be too many, in everything that has
// metadata.
func TestMetadataStaysSmall(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	var first []string
	for i := range 50 {
		first = append(first, "metadata[k"+strconv.Itoa(i)+"]=v")
	}
	tried := 0
	for _, op := range api.Operations() {
		known := params.Op(op.Method, op.Template).Params
		if op.Method != http.MethodPost || !strings.HasSuffix(op.Template, "}") ||
			known.Field("metadata") == nil {
			continue
		}
		tried++
		path := v.at(t, op.Template, false)
		d.post(path, first...)
		d.do("POST", path, "metadata[more]=v").refused(400, "", "", "metadata",
			"Metadata can have up to 50 keys, but this would make 51.")
		a := d.post(path, "metadata[k1]=", "metadata[more]=v")
		if m, _ := a.at("metadata").(map[string]any); len(m) != 50 || m["more"] != "v" {
			t.Errorf("%s: metadata is %v", path, m)
		}
	}
	if tried < 15 {
		t.Errorf("only %d kinds of objects have metadata", tried)
	}
}

// TestSecretsAreSealed looks for links and signing secrets where answers are kept for retries.
func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := openOn(t, opener)
		cus := d.post("/v1/customers").id()
		for at, request := range map[string][]string{
			"url":    {"/v1/billing_portal/sessions", "customer=" + cus},
			"secret": {"/v1/webhook_endpoints", "url=https://x.test/", "enabled_events[]=*"},
		} {
			d.header.Set("Idempotency-Key", "sealed-"+at)
			first := d.post(request[0], request[1:]...)
			again := d.post(request[0], request[1:]...)
			if again.raw != first.raw || first.raw == "" {
				t.Errorf("%s was replayed as %s", first.raw, again.raw)
			}
			if again.header.Get("Original-Request") != first.header.Get("Request-Id") {
				t.Errorf("Original-Request is %s", again.header.Get("Original-Request"))
			}
			secret := first.text(at)
			secret = secret[strings.LastIndexAny(secret, "/_")+1:]
			if kept := d.kept("sealed-" + at); len(kept.Body) == 0 || !kept.Sealed ||
				strings.Contains(string(kept.Body), secret) {
				t.Errorf("%s is kept as %s", at, kept.Body)
			}
			d.key = d.rolled()
			d.do("POST", request[0], request[1:]...).refused(400, "idempotency_error", "", "", "")
			d.key = d.account.TestKey
		}
	})
}

func (d *desk) kept(key string) (row *store.IdempotencyRow) {
	d.Helper()
	scope := billing.Scope{Account: d.account.ID}
	err := d.app.View(d.Context(), scope, func(q *store.View) (err error) {
		row, err = store.Idempotency(q, key)
		return err
	})
	if err != nil || row == nil {
		d.Fatalf("what is kept of %s: %v, %v", key, row, err)
	}
	return row
}

// rolled adds another key to the desk's account.
func (d *desk) rolled() string {
	d.Helper()
	key := "sk_test_rolled" + strconv.FormatInt(d.clock.Now().UnixNano(), 36)
	d.clock.Advance(1)
	d.write(func(tx *store.Tx) error {
		store.InsertKey(tx, store.APIKey{Hash: app.KeyHash(key), Kind: "secret", Last4: "abcd"})
		return nil
	})
	return key
}

func (d *desk) write(do func(tx *store.Tx) error) {
	d.Helper()
	origin := store.Origin{Scope: billing.Scope{Account: d.account.ID}, Now: d.clock.Now().Unix()}
	if err := d.app.DB.Write(d.Context(), origin, do); err != nil {
		d.Fatal(err)
	}
}
