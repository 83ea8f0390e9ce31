package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// victim is one of everything, by the segment of the path under which it lives.
type victim map[string]string

// filled gives the desk's account one of everything that has an address.
func (d *desk) filled() victim {
	d.Helper()
	cus, sub, price := d.subscriber()
	shown := d.get("/v1/subscriptions/" + sub)
	v := victim{"customers": cus, "subscriptions": sub, "prices": price,
		"subscription_items": shown.text("items.data.0.id"),
		"invoices":           shown.text("latest_invoice"),
		"products":           shown.text("items.data.0.price.product")}
	for _, nouns := range []string{"charges", "payment_intents", "invoice_payments", "events"} {
		v[nouns] = d.get("/v1/" + nouns).ids()[0]
	}
	v["payment_methods"] = d.get("/v1/customers/" + cus + "/payment_methods").ids()[0]
	for path, fields := range map[string][]string{
		"coupons":                       {"percent_off=10"},
		"tax_rates":                     {"display_name=VAT", "percentage=19", "inclusive=false"},
		"setup_intents":                 {"customer=" + cus},
		"refunds":                       {"charge=" + v["charges"], "amount=1"},
		"invoiceitems":                  {"customer=" + cus, "amount=5", "currency=usd"},
		"webhook_endpoints":             {"url=https://example.com/x", "enabled_events[]=*"},
		"test_helpers/test_clocks":      {"frozen_time=1767225600"},
		"billing_portal/configurations": {"features[invoice_history][enabled]=true"},
	} {
		nouns := path[strings.LastIndexByte(path, '/')+1:]
		v[nouns] = d.post("/v1/"+path, fields...).id()
	}
	v["balance_transactions"] = d.post("/v1/customers/"+cus+"/balance_transactions", "amount=7",
		"currency=usd").id()
	v["strangers"] = d.post("/v1/customers").id()
	return v
}

// attackFields are what a route needs before it looks at the object in its path.
var attackFields = map[string][]string{
	"POST /v1/customers/{customer}/balance_transactions":     {"amount=9", "currency=usd"},
	"POST /v1/payment_methods/{payment_method}/attach":       {"customer=OWN"},
	"POST /v1/test_helpers/test_clocks/{test_clock}/advance": {"frozen_time=1767229200"},
	"POST /v1/payment_intents/{intent}/confirm":              {"return_url=https://x.test"},
	"POST /v1/subscriptions/{subscription}/migrate":          {"billing_mode[type]=flexible"},
}

var placeholder = regexp.MustCompile(`/(\w+)/\{\w+\}`)

// at puts ids into a path. With unknown set, they are ids that nobody has.
func (v victim) at(t testing.TB, template string, unknown bool) string {
	return placeholder.ReplaceAllStringFunc(template, func(part string) string {
		nouns := placeholder.FindStringSubmatch(part)[1]
		if v[nouns] == "" {
			t.Fatalf("%s: the victim has no %s", template, nouns)
		}
		if unknown {
			return "/" + nouns + "/" + nobodys(v[nouns])
		}
		return "/" + nouns + "/" + v[nouns]
	})
}

// nobodys is an id of the same kind and length that does not exist.
func nobodys(id string) string {
	return id[:len(id)-4] + "none"
}

// alike wants the answer about a foreign id to be the answer about an id that does not exist.
func (d *desk) alike(what string, foreign, missing *answer, ids ...string) {
	d.Helper()
	want := missing.raw
	for _, id := range ids {
		want = strings.ReplaceAll(want, nobodys(id), id)
	}
	if foreign.status != missing.status || foreign.raw != want {
		d.Errorf("%s: a foreign id answers %d %s, a missing one %d %s", what, foreign.status,
			foreign.raw, missing.status, want)
	}
}

// dump is all that the victim can see of their own, as text.
func (d *desk) dump(v victim) string {
	d.Helper()
	var all strings.Builder
	for _, op := range api.Operations() {
		if op.Method != http.MethodGet || strings.Contains(op.Template, "subscription_items") &&
			!strings.Contains(op.Template, "{") || strings.Contains(op.Template, "/discount") {
			continue
		}
		all.WriteString(d.get(v.at(d, op.Template, false)).raw)
	}
	return all.String()
}

// as sends a request with another key.
func (d *desk) as(key, method, path string, fields ...string) *answer {
	d.Helper()
	mine := d.key
	d.key = key
	defer func() { d.key = mine }()
	a := d.do(method, path, fields...)
	if key == d.account.LiveKey { // the account itself may be told that it used the wrong key
		a.raw = strings.Replace(a.raw, "; a similar object exists in test mode, but a live mode "+
			"key was used to make this request.", "", 1)
	}
	return a
}

// TestForeignObjects asks every route for another account's and the other mode's objects: the
// answer is that of an object that does not exist, and nothing changes.
func TestForeignObjects(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := paidOn(t, opener)
		v := d.filled()
		before := d.dump(v)
		for _, key := range []string{d.other.TestKey, d.account.LiveKey} {
			own := d.as(key, "POST", "/v1/customers").ok().id()
			for _, op := range api.Operations() {
				if !strings.Contains(op.Template, "{") {
					continue
				}
				name := op.Method + " " + op.Template
				fields := fieldsFor(name, own)
				foreign := d.as(key, op.Method, v.at(t, op.Template, false), fields...)
				missing := d.as(key, op.Method, v.at(t, op.Template, true), fields...)
				d.alike(name, foreign, missing, v.named(op.Template)...)
				if foreign.status != http.StatusNotFound {
					t.Errorf("%s: status %d: %s", name, foreign.status, foreign.raw)
				}
				d.underOwn(key, own, v, op.Method, op.Template)
			}
		}
		if d.dump(v) != before {
			t.Error("something of the victim's has changed")
		}
	})
}

// underOwn asks for the victim's object below a customer of one's own.
func (d *desk) underOwn(key, own string, v victim, method, template string) {
	d.Helper()
	if strings.Count(template, "{") < 2 {
		return
	}
	mixed := victim{}
	for nouns, id := range v {
		mixed[nouns] = id
	}
	mixed["customers"] = own
	missing := strings.Replace(mixed.at(d, template, true), nobodys(own), own, 1)
	name := method + " " + template + " below one's own customer"
	foreign := d.as(key, method, mixed.at(d, template, false))
	d.alike(name, foreign, d.as(key, method, missing), v.named(template)...)
	if foreign.status != http.StatusNotFound {
		d.Errorf("%s: status %d", name, foreign.status)
	}
	mixed["customers"] = v["strangers"] // and below another customer of the victim's own account
	if a := d.do(method, mixed.at(d, template, false)); a.status != http.StatusNotFound {
		d.Errorf("%s of another customer: status %d", template, a.status)
	}
}

func fieldsFor(name, own string) []string {
	var fields []string
	for _, field := range attackFields[name] {
		fields = append(fields, strings.ReplaceAll(field, "OWN", own))
	}
	return fields
}

// named are the ids that a path names.
func (v victim) named(template string) []string {
	var all []string
	for _, found := range placeholder.FindAllStringSubmatch(template, -1) {
		all = append(all, v[found[1]])
	}
	return all
}

// filterNouns are the parameters of lists that name an object.
var filterNouns = map[string]string{
	"customer": "customers", "subscription": "subscriptions", "product": "products",
	"price": "prices", "invoice": "invoices", "charge": "charges",
	"payment_intent": "payment_intents", "payment_method": "payment_methods",
	"test_clock": "test_clocks",
}

// TestForeignFilters names another account's objects in every filter and cursor of every list.
func TestForeignFilters(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	tried := 0
	for _, op := range api.Operations() {
		if op.Method != http.MethodGet || strings.Contains(op.Template, "{") {
			continue
		}
		nouns := op.Template[strings.LastIndexByte(op.Template, '/')+1:]
		for _, field := range params.Op(op.Method, op.Template).Params.Fields {
			id := v[filterNouns[field.Name]]
			if field.Name == "starting_after" || field.Name == "ending_before" {
				id = v[nouns]
			}
			if id == "" {
				continue
			}
			tried++
			foreign := d.as(d.other.TestKey, "GET", op.Template, field.Name+"="+id)
			missing := d.as(d.other.TestKey, "GET", op.Template, field.Name+"="+nobodys(id))
			d.alike(op.Template+"?"+field.Name, foreign, missing, id)
		}
		list := d.as(d.other.TestKey, "GET", op.Template)
		for _, id := range v {
			if strings.Contains(list.raw, `"`+id+`"`) {
				t.Errorf("%s shows %s", op.Template, id)
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d filters were tried", tried)
	}
}

// TestForeignReferences names another account's objects in parameters of one's own requests.
func TestForeignReferences(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	d.key = d.other.TestKey
	cus, sub, price := d.subscriber()
	shown := d.get("/v1/subscriptions/" + sub)
	item, invoice := shown.text("items.data.0.id"), shown.text("latest_invoice")
	charge := d.get("/v1/charges").ids()[0]
	requests := []struct{ path, nouns, fields string }{
		{"subscriptions", "customers", "customer=%&items[0][price]=" + price},
		{"subscriptions", "prices", "customer=" + cus + "&items[0][price]=%"},
		{"subscriptions", "coupons", "customer=" + cus + "&items[0][price]=" + price +
			"&discounts[0][coupon]=%"},
		{"subscriptions", "payment_methods", "customer=" + cus + "&items[0][price]=" + price +
			"&default_payment_method=%"},
		{"subscriptions", "tax_rates", "customer=" + cus + "&items[0][price]=" + price +
			"&default_tax_rates[0]=%"},
		{"subscriptions/" + sub, "prices", "items[0][id]=" + item + "&items[0][price]=%"},
		{"subscriptions/" + sub, "subscription_items", "items[0][id]=%&items[0][quantity]=2"},
		{"subscriptions/" + sub, "prices", "add_invoice_items[0][price]=%"},
		{"subscription_items", "subscriptions", "subscription=%&price=" + price},
		{"subscription_items", "prices", "subscription=" + sub + "&price=%"},
		{"customers", "payment_methods", "payment_method=%"},
		{"customers", "test_clocks", "test_clock=%"},
		{"customers/" + cus, "payment_methods", "invoice_settings[default_payment_method]=%"},
		{"prices", "products", "product=%&currency=usd&unit_amount=1"},
		{"products/" + shown.text("items.data.0.price.product"), "prices", "default_price=%"},
		{"coupons", "products", "percent_off=5&applies_to[products][0]=%"},
		{"invoices", "customers", "customer=%"},
		{"invoices", "subscriptions", "customer=" + cus + "&subscription=%"},
		{"invoices/create_preview", "customers", "customer=%"},
		{"invoices/create_preview", "subscriptions", "subscription=%"},
		{"invoices/" + invoice + "/pay", "payment_methods", "payment_method=%"},
		{"invoiceitems", "customers", "customer=%&amount=1&currency=usd"},
		{"invoiceitems", "invoices", "customer=" + cus + "&amount=1&currency=usd&invoice=%"},
		{"invoiceitems", "subscriptions", "customer=" + cus +
			"&amount=1&currency=usd&subscription=%"},
		{"invoiceitems", "prices", "customer=" + cus + "&pricing[price]=%"},
		{"payment_intents", "customers", "amount=100&currency=usd&customer=%"},
		{"payment_intents", "payment_methods", "amount=100&currency=usd&payment_method=%"},
		{"setup_intents", "customers", "customer=%"},
		{"setup_intents", "payment_methods", "payment_method=%"},
		{"payment_methods/" + v["payment_methods"] + "/attach", "payment_methods",
			"customer=" + cus},
		{"refunds", "charges", "charge=%"},
		{"refunds", "payment_intents", "payment_intent=%"},
		{"refunds", "charges", "charge=%&amount=1"},
		{"charges/" + charge, "customers", "customer=%"},
		{"billing_portal/sessions", "customers", "customer=%"},
		{"billing_portal/sessions", "configurations", "customer=" + cus + "&configuration=%"},
		{"billing_portal/sessions", "subscriptions", "customer=" + cus + "&flow_data[type]=" +
			"subscription_cancel&flow_data[subscription_cancel][subscription]=%"},
	}
	for _, r := range requests {
		id := v[r.nouns]
		send := func(id string) *answer {
			path := strings.ReplaceAll(r.path, v[r.nouns], id)
			return d.do("POST", "/v1/"+path,
				strings.Split(strings.ReplaceAll(r.fields, "%", id), "&")...)
		}
		foreign, missing := send(id), send(nobodys(id))
		d.alike(r.path+" "+r.fields, foreign, missing, id)
		if foreign.status != 400 && foreign.status != 404 {
			t.Errorf("%s %s: status %d: %s", r.path, r.fields, foreign.status, foreign.raw)
		}
	}
}

// TestOtherKindsOfKeys gives every route keys that are no secret keys.
func TestOtherKindsOfKeys(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, prefix := range []string{"pk_test_", "rk_test_", "ek_test_", "sk_live_"} {
		key := prefix + strings.TrimPrefix(d.account.TestKey, "sk_test_")
		for _, op := range api.Operations() {
			path := placeholder.ReplaceAllString(op.Template, "/$1/x")
			d.as(key, op.Method, path).refused(401, "invalid_request_error", "", "", "")
			r := d.request(op.Method, path)
			r.Header.Del("Authorization")
			r.URL.RawQuery = "key=" + d.account.TestKey
			d.send(r).refused(401, "invalid_request_error", "", "", "")
		}
	}
}
