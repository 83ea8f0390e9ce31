package spec

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// unlisted samples have no schema in the public document.
var unlisted = []string{
	"billing.alert_triggered",
	"entitlements.active_entitlement_summary",
	"financial_connections.authorization",
	"reserve.hold",
	"reserve.plan",
	"reserve.release",
}

// stale are findings about samples that Portico does not follow: invoice.subscription left the
// API in 2025, sigma is not part of billing, and the sample of a deleted discount has no id.
var stale = []string{"invoice: unknown field subscription", "sigma.sigma_api_query: unknown field",
	"deleted_discount: the id \"\""}

func TestFixturesPass(t *testing.T) {
	t.Parallel()
	if n := len(Fixtures()); n != 177 {
		t.Errorf("%d samples, want 177", n)
	}
	for name, raw := range Fixtures() {
		if slices.Contains(unlisted, name) {
			if Load().Components.Schemas[name] != nil {
				t.Errorf("%s has a schema now", name)
			}
			continue
		}
		for _, finding := range CheckSchema(name, decode(t, raw)) {
			known := func(prefix string) bool { return strings.HasPrefix(finding, prefix) }
			if !slices.ContainsFunc(stale, known) {
				t.Errorf("%s: %s", name, finding)
			}
		}
	}
}

func TestCheckSchemaFinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schema string
		change       func(sample map[string]any)
		want         string
	}{
		{"unknown field", "coupon",
			func(s map[string]any) { s["bogus"] = 1.0 }, "coupon: unknown field bogus"},
		{"missing required", "coupon",
			func(s map[string]any) { delete(s, "valid") }, "coupon: missing valid"},
		{"null not allowed", "coupon",
			func(s map[string]any) { s["valid"] = nil }, "coupon.valid: null is not allowed"},
		{"enum", "coupon",
			func(s map[string]any) { s["duration"] = "x" }, `coupon.duration: "x" is not in the enum`},
		{"fraction", "coupon",
			func(s map[string]any) { s["created"] = 1.5 }, "coupon.created: number 1.5, want integer"},
		{"number for string", "coupon",
			func(s map[string]any) { s["id"] = 1.0 }, "coupon.id: number 1, want string"},
		{"string for hash", "coupon",
			func(s map[string]any) { s["metadata"] = "x" }, "coupon.metadata: a string, want object"},
		{"too long", "coupon", func(s map[string]any) { s["name"] = strings.Repeat("é", 5001) },
			"coupon.name: longer than 5000 characters"},
		{"an id of another kind", "customer", func(s map[string]any) { s["id"] = "sub_1" },
			`customer: the id "sub_1" of customer does not begin with cus_`},
		{"the secret of another", "setup_intent",
			func(s map[string]any) { s["client_secret"] = "seti_x_secret_y" },
			"setup_intent: the client_secret does not begin with " +
				"seti_1Pgag7B7WZ01zgkWSgwGdb8Z_secret_"},
		{"below an expanded object", "invoice", func(s map[string]any) {
			s["customer"] = map[string]any{"object": "customer", "id": "cus_1", "created": 1.0,
				"livemode": false, "bogus": true}
		}, "invoice.customer: unknown field bogus"},
		{"false deleted", "invoice", func(s map[string]any) {
			s["customer"] = map[string]any{"object": "customer", "id": "cus_1", "deleted": false}
		}, "invoice.customer: missing created"},
		{"snapshot of an event", "event", func(s map[string]any) {
			s["data"] = map[string]any{"object": map[string]any{"object": "tax_code", "id": "x",
				"name": "n", "description": "d", "extra": 1.0}}
		}, "event.data.object: unknown field extra"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sample := decode(t, Fixtures()[test.schema]).(map[string]any)
			test.change(sample)
			if got := CheckSchema(test.schema, sample); !slices.Contains(got, test.want) {
				t.Errorf("findings %q, want %q", got, test.want)
			}
		})
	}
}

func TestCheckResponse(t *testing.T) {
	t.Parallel()
	customer := string(Fixtures()["customer"])
	tests := []struct {
		name, method, template string
		status                 int
		body, want             string
	}{
		{"object", "GET", "/v1/customers/{customer}", 200, customer, ""},
		{"deleted", "GET", "/v1/customers/{customer}", 200,
			`{"id":"cus_1","object":"customer","deleted":true}`, ""},
		{"deleted where it cannot be", "POST", "/v1/customers/{customer}", 200,
			`{"id":"cus_1","object":"customer","deleted":true}`, "unknown field deleted"},
		{"list", "GET", "/v1/customers", 200, `{"object":"list","url":"/v1/customers",` +
			`"has_more":false,"data":[` + customer + `]}`, ""},
		{"list with a count", "GET", "/v1/customers", 200, `{"object":"list","url":"/v1/customers",` +
			`"has_more":false,"data":[],"total_count":0}`, "unknown field total_count"},
		{"search", "GET", "/v1/customers/search", 200, `{"object":"search_result","url":"/x",` +
			`"has_more":false,"data":[],"next_page":null}`, ""},
		{"error", "POST", "/v1/customers", 400,
			`{"error":{"type":"invalid_request_error","message":"no","param":"x"}}`, ""},
		{"error with a stray field", "POST", "/v1/customers", 400,
			`{"error":{"type":"api_error","stack":"main.go"}}`, "unknown field stack"},
		{"not JSON", "GET", "/v1/customers", 200, `<html>`, "not JSON"},
		{"no operation", "PUT", "/v1/customers", 200, `{}`, "not an operation"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := CheckResponse(test.method, test.template, test.status, []byte(test.body))
			all := strings.Join(got, "; ")
			if test.want == "" && all != "" || !strings.Contains(all, test.want) {
				t.Errorf("findings %q, want %q", all, test.want)
			}
		})
	}
}

func TestCheckPresence(t *testing.T) {
	t.Parallel()
	sample := decode(t, Fixtures()["product"]).(map[string]any)
	delete(sample, "type")
	if got := CheckPresence("product", sample); got != nil {
		t.Errorf("the sample without its legacy field lacks %q", got)
	}
	delete(sample, "tax_code")
	want := []string{"product.tax_code: missing"}
	if got := CheckPresence("product", sample); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestExpandable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		resource string
		want     []string
		never    []string
	}{
		{"customer", []string{"subscriptions", "tax", "invoice_settings.default_payment_method"},
			[]string{"email", "id", "metadata"}},
		{"invoice", []string{"customer", "discounts", "payments", "lines",
			"parent.subscription_details.subscription"}, []string{"total", "status"}},
		{"price", []string{"product", "tiers", "currency_options.*.tiers"}, []string{"currency"}},
		{"charge", []string{"balance_transaction", "refunds", "payment_intent"}, []string{"amount"}},
	}
	for _, test := range tests {
		got := Expandable(test.resource)
		for _, path := range test.want {
			if !slices.Contains(got, path) {
				t.Errorf("%s: %s is not expandable", test.resource, path)
			}
		}
		for _, path := range test.never {
			if slices.Contains(got, path) {
				t.Errorf("%s: %s is expandable", test.resource, path)
			}
		}
	}
}

// Every hand-written name must exist, or it protects nothing.
func TestListsNameRealFields(t *testing.T) {
	t.Parallel()
	for _, field := range includable {
		cut := strings.IndexByte(field, '.')
		for Load().Components.Schemas[field[:cut]] == nil { // billing_portal.configuration
			cut += 1 + strings.IndexByte(field[cut+1:], '.')
		}
		properties := Properties(field[:cut])
		if !slices.ContainsFunc(properties, func(p Property) bool {
			return p.Path == field[cut+1:] && p.Does == Include
		}) {
			t.Errorf("%s is not a property", field)
		}
	}
	for field, reason := range Allowed() {
		if reason == "" {
			t.Errorf("%s is allowed without a reason", field)
		}
	}
}

func TestEventTypes(t *testing.T) {
	t.Parallel()
	types := EventTypes()
	if len(types) != 265 || !slices.Contains(types, "invoice.paid") || slices.Contains(types, "*") {
		t.Errorf("%d types, want 265 (the enum's 266th value is *)", len(types))
	}
}

func decode(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
