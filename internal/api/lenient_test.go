package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api/params"
)

// TestEmptyTexts: integrations send the empty fields of their forms, and unset texts with "".
func TestEmptyTexts(t *testing.T) {
	t.Parallel()
	d := open(t)
	cus := d.post("/v1/customers", "name=", "email=", "phone=", "description=", "address[line2]=",
		"address[line1]=Main St 1")
	cus.want("name", "null").want("email", "null").want("address.line1", `"Main St 1"`).
		want("address.line2", "null")
	at := "/v1/customers/" + cus.id()
	d.post(at, "name=Ada", "email=ada@example.com", "phone=1", "address[city]=Bonn")
	d.post(at, "name=", "email=", "phone=", "address[city]=",
		"invoice_settings[default_payment_method]=").want("name", "null").
		want("email", "null").want("phone", "null").want("address.city", "null").
		want("address.line1", `"Main St 1"`)
	product := d.post("/v1/products", "name=Gold", "description=").
		want("description", "null").id()
	price := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=5",
		"nickname=x", "lookup_key=k").id()
	d.post("/v1/prices/"+price, "nickname=", "lookup_key=").want("nickname", "null").
		want("lookup_key", "null")
	d.post("/v1/tax_rates", "display_name=VAT", "percentage=19", "inclusive=false", "state=",
		"description=").want("state", "null").want("description", "null")
	intent := d.post("/v1/payment_intents", "amount=500", "currency=usd", "description=x",
		"setup_future_usage=").want("setup_future_usage", "null").id()
	d.post("/v1/payment_intents/"+intent, "description=").want("description", "null")
	draft := d.post("/v1/invoices", "customer="+cus.id(), "description=", "footer=x",
		"account_tax_ids=").want("description", "null").id()
	d.post("/v1/invoices/"+draft, "footer=", "default_payment_method=").want("footer", "null")

	const about = "You passed an empty string for 'name'. We assume empty values are an attempt " +
		"to unset a parameter; however 'name' cannot be unset. You should remove 'name' from " +
		"your request or supply a non-empty value."
	d.do("POST", "/v1/products", "name=").refused(400, "", "parameter_invalid_empty", "name", about)
	d.do("POST", "/v1/customers", "source=tok_visa").refused(400, "", "", "source",
		"source is not supported by Portico")
}

// TestUnsettableTexts: every text of the list is a parameter, which the document alone would not
// let anybody unset.
func TestUnsettableTexts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		op, path string
		unset    bool
	}{
		{"POST /v1/customers", "name", true},
		{"POST /v1/customers/{customer}", "shipping[address][city]", true},
		{"POST /v1/customers", "invoice_prefix", false},
		{"POST /v1/invoices", "default_payment_method", true},
		{"POST /v1/products", "name", false},
		{"POST /v1/payment_intents/{intent}", "customer", false},
		{"POST /v1/payment_intents/{intent}", "payment_method_data[card][number]", false},
	} {
		method, template, _ := strings.Cut(test.op, " ")
		node := params.Op(method, template).Params
		for name := range strings.SplitSeq(strings.ReplaceAll(test.path, "]", ""), "[") {
			node = node.Field(name).Node
		}
		if node.Emptyable != test.unset {
			t.Errorf("%s %s: may be unset: %v", test.op, test.path, node.Emptyable)
		}
	}
}

// TestKeysAreMasked: an error shows of a key its kind and its end, however odd the key is.
func TestKeysAreMasked(t *testing.T) {
	t.Parallel()
	d := open(t)
	for key, shown := range map[string]string{
		"sk_test_my_secret_word_0001":         "sk_test_***************0001",
		"whsec_abcdefgh1234":                  "**************1234",
		"sk_live_" + strings.Repeat("a", 900): "sk_live_" + strings.Repeat("*", 40) + "aaaa",
		strings.Repeat("a_", 300):             strings.Repeat("*", 40) + "a_a_",
	} {
		d.key = key
		d.do("GET", "/v1/account").refused(401, "invalid_request_error", "", "",
			"Invalid API Key provided: "+shown)
	}
	d.key = "pk_test_0000000000009999"
	d.do("GET", "/v1/account").refused(401, "invalid_request_error", "secret_key_required", "",
		"This API call cannot be made with a publishable API key. Please use a secret API key.")
}

// TestWrongMode: the caller who used the key of the wrong mode is told so; another account's
// objects are never hinted at.
func TestWrongMode(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := d.post("/v1/customers", "email=a@example.com").id()
	missing := "No such customer: '" + id + "'"
	d.key = d.account.LiveKey
	const hint = "; a similar object exists in test mode, but a live mode key was used to make " +
		"this request."
	d.do("GET", "/v1/customers/"+id).refused(404, "", "resource_missing", "id", missing+hint)
	d.do("POST", "/v1/invoices", "customer="+id).refused(400, "", "resource_missing", "customer",
		missing+hint)
	for _, key := range []string{d.other.TestKey, d.other.LiveKey} {
		d.key = key
		d.do("GET", "/v1/customers/"+id).refused(404, "", "resource_missing", "id", missing)
	}
}

// TestUncleanPaths: nobody is sent elsewhere; a path that does not exist does not exist.
func TestUncleanPaths(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, path := range []string{"/v1//customers", "/v1/customers/../prices", "/v1/./account",
		"//v1/account"} {
		r := httptest.NewRequest("GET", "http://portico.test"+path, nil)
		r.Header.Set("Authorization", "Bearer "+d.key)
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || w.Header().Get("Request-Id") == "" ||
			!strings.Contains(w.Body.String(), "Unrecognized request URL (GET: "+path+")") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestBetaVersions(t *testing.T) {
	t.Parallel()
	d := open(t)
	for version, status := range map[string]int{"2026-08-26.dahlia; checkout_beta=v1": 200,
		"2026-08-26.preview;a_b=v2; c=v1": 200, "2026-13-01": 400, "2026-08-26.dahlia; x": 400} {
		d.header.Set("Stripe-Version", version)
		if a := d.do("GET", "/v1/account"); a.status != status {
			t.Errorf("%q: status %d", version, a.status)
		}
	}
}

func TestExpandHints(t *testing.T) {
	t.Parallel()
	d := open(t)
	for path, want := range map[string]string{
		"/v1/invoices?expand[]=customer": "This property cannot be expanded (customer). You may " +
			"want to try expanding 'data.customer' instead.",
		"/v1/invoices?expand[]=foo": "This property cannot be expanded (foo).",
		"/v1/events/x?expand[]=a.b.c.d.e": "You cannot expand more than 4 levels of a property. " +
			"Property: a.b.c.d.e",
	} {
		d.do("GET", path).refused(400, "invalid_request_error", "", "expand", want)
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	d := open(t)
	product := d.post("/v1/products", "name=Gold").id()
	price := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=5",
		"recurring[interval]=month").id()
	d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=5")
	for query, want := range map[string]int{"currency=USD": 2, "currency=eur": 0,
		"recurring[usage_type]=licensed": 1, "recurring[usage_type]=metered": 0} {
		if found := d.get("/v1/prices?" + query).ids(); len(found) != want {
			t.Errorf("prices by %s: %v", query, found)
		}
	}
	d.get("/v1/subscriptions", "automatic_tax[enabled]=true", "price="+price).want("data", "[]")
	d.do("GET", "/v1/subscriptions", "price=price_x").refused(400, "", "resource_missing", "price",
		"No such price: 'price_x'")
	d.do("GET", "/v1/subscriptions", "test_clock=clock_x").refused(400, "", "resource_missing",
		"test_clock", "")
	d.do("GET", "/v1/setup_intents", "payment_method=pm_x").refused(400, "", "resource_missing",
		"payment_method", "")
}
