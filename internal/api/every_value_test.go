package api_test

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/api/params"
)

func jsonNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// values are what parameters of a name can have; those that name an object are in nouns.
var values = map[string]string{
	"absolute_seconds": "3600", "allowed_hosts": "127.0.0.1", "amount": "700",
	"api_version": "2026-08-26.dahlia", "country": "US", "currency": "usd", "cvc": "123",
	"days_until_due": "30", "default_currency": "usd", "default_return_url": "https://x.test/r",
	"email": "x@example.com", "exp_month": "12", "exp_year": "2033", "frozen_time": "1767229200",
	"idle_seconds": "3600", "invoice_prefix": "PREFIX", "ip_address": "192.0.2.1",
	"link_seconds": "3600", "number": "4242424242424242", "percent_off": "10",
	"percentage": "10", "preferred_locales": "de", "primary_color": "#112233",
	"privacy_policy_url": "https://x.test/p", "reason": "duplicate",
	"receipt_email": "x@example.com", "return_url": "https://x.test/r",
	"secondary_color": "#112233", "statement_descriptor": "PORTICO TEST",
	"statement_descriptor_suffix": "SUFFIX", "terms_of_service_url": "https://x.test/t",
	"timezone": "Europe/Berlin", "token": "tok_visa", "type": "card", "unit_amount": "500",
	"up_to": "inf", "url": "https://example.com/x",
}

// nouns are the parameters that name an object.
var nouns = map[string]string{
	"charge": "charges", "configuration": "configurations", "coupon": "coupons",
	"customer": "customers", "default_payment_method": "payment_methods",
	"default_price": "prices", "default_tax_rates": "tax_rates", "id": "subscription_items",
	"invoice": "invoices", "payment_intent": "payment_intents",
	"payment_method": "payment_methods", "price": "prices", "prices": "prices",
	"product": "products", "products": "products", "subscription": "subscriptions",
	"tax_rates": "tax_rates", "test_clock": "test_clocks",
}

// value is one that a scalar parameter can have.
func (v victim) value(n *params.Node, at string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(at, "[0]"), "[usd]")
	name = strings.TrimSuffix(name[strings.LastIndexByte(name, '[')+1:], "]")
	known := values[name]
	if slices.Contains(n.Literals, known) {
		return known
	}
	if i := slices.IndexFunc(n.Literals, func(l string) bool { return l != "" }); i >= 0 {
		return n.Literals[i]
	}
	kind := n.Kind
	if kind == params.KindHash {
		kind = n.Scalar
	}
	switch {
	case v[nouns[name]] != "":
		return v[nouns[name]]
	case known != "":
		return known
	}
	switch kind {
	case params.KindInteger:
		return "5"
	case params.KindTime:
		return "1768000000"
	case params.KindNumber, params.KindDecimal:
		return "12.5"
	case params.KindBoolean:
		return "true"
	default:
		return "abc"
	}
}

// valid is a value with all that must be in it.
func (v victim) valid(n *params.Node, at string) []string {
	switch {
	case n.Kind == params.KindArray:
		return v.valid(n.Items, at+"[0]")
	case n.Kind == params.KindMap:
		return v.valid(n.Items, at+"[usd]")
	case n.Kind != params.KindHash || n.Scalar != "":
		return []string{at + "=" + v.value(n, at)}
	}
	var all []string
	for _, f := range n.Fields {
		if f.Required {
			all = append(all, v.valid(f.Node, at+"["+f.Name+"]")...)
		}
	}
	return all
}

// basics are what an operation needs besides what the document requires.
var basics = map[string]string{
	"POST /v1/prices":                           "product=PROD unit_amount=500",
	"POST /v1/coupons":                          "percent_off=10 duration=once",
	"POST /v1/tax_rates":                        "display_name=VAT percentage=10 inclusive=false",
	"POST /v1/setup_intents":                    "payment_method_data[card][token]=tok_visa",
	"POST /v1/invoices":                         "customer=CUS",
	"POST /v1/invoiceitems":                     "customer=CUS amount=500 currency=usd",
	"POST /v1/subscriptions":                    "customer=CUS items[0][price]=PRICE",
	"POST /v1/refunds":                          "charge=CHARGE amount=1",
	"POST /v1/payment_methods":                  "type=card card[token]=tok_visa",
	"POST /v1/setup_intents/{intent}":           "payment_method_data[card][token]=tok_visa",
	"POST /v1/setup_intents/{intent}/confirm":   "payment_method_data[card][token]=tok_visa",
	"POST /v1/payment_intents":                  "payment_method_data[card][token]=tok_visa",
	"POST /v1/payment_intents/{intent}":         "payment_method_data[card][token]=tok_visa",
	"POST /v1/payment_intents/{intent}/confirm": "payment_method_data[card][token]=tok_visa",
	"POST /v1/invoices/create_preview":          "customer=CUS",
	"POST /v1/billing_portal/sessions":          "customer=CUS",
	"POST /v1/billing_portal/configurations":    "features[invoice_history][enabled]=true",
	"POST /v1/subscription_items":               "subscription=SUB price=PRICE",
}

// instead are basics that a parameter takes the place of.
var instead = map[string][]string{
	"unit_amount":     {"unit_amount_decimal", "tiers"},
	"amount":          {"pricing", "price_data", "unit_amount_decimal"},
	"product":         {"product_data"},
	"price":           {"price_data"},
	"items[0][price]": {"items[0][price_data]"},
	"percent_off":     {"amount_off"},
	"customer":        {"subscription"},
	"charge":          {"payment_intent"},
}

// beside adds the basics of an operation to what is sent for one parameter.
func (v victim) beside(d *desk, op string, s spot, fields []string) []string {
	d.Helper()
	starts := func(prefix string) func(string) bool {
		return func(field string) bool { return strings.HasPrefix(field, prefix) }
	}
	for basic := range strings.FieldsSeq(basics[op]) {
		name, value, _ := strings.Cut(basic, "=")
		hash, _, nested := strings.Cut(name, "[")
		if slices.ContainsFunc(fields, starts(name)) ||
			slices.ContainsFunc(instead[name], func(other string) bool {
				return strings.HasPrefix(s.path, other)
			}) || nested && hash == "payment_method_data" && !strings.HasPrefix(s.path, hash) {
			continue
		}
		if value == "PRICE" { // one that no subscription has yet
			value = d.post("/v1/prices", "product="+v["products"], "currency=usd",
				"unit_amount=700", "recurring[interval]=month").id()
		}
		fields = append(fields, name+"="+strings.NewReplacer("CUS", v["customers"], "PROD",
			v["products"], "SUB", v["subscriptions"], "CHARGE", v["charges"]).Replace(value))
	}
	for _, data := range []string{"price_data", "default_price_data"} {
		at, _, found := strings.Cut(s.path, data+"[")
		amount := at + data + "[unit_amount]"
		if found && (at == "" || strings.HasSuffix(at, "[")) &&
			!strings.HasPrefix(s.path, amount) {
			fields = append(fields, amount+"=500")
		}
	}
	return fields
}

// target is the path of an object on which the operation can still be carried out: what ends an
// object gets another one each time.
func (v victim) target(d *desk, template string) string {
	d.Helper()
	mine := victim{}
	for kind, id := range v {
		mine[kind] = id
	}
	switch {
	case strings.HasPrefix(template, "/v1/invoices/{invoice}"):
		mine["invoices"] = d.post("/v1/invoices", "customer="+v["customers"],
			"auto_advance=false", "pending_invoice_items_behavior=exclude").id()
		d.post("/v1/invoiceitems", "customer="+v["customers"], "invoice="+mine["invoices"],
			"amount=500", "currency=usd")
		if strings.HasSuffix(template, "/pay") {
			d.post("/v1/invoices/" + mine["invoices"] + "/finalize")
		}
	case strings.HasPrefix(template, "/v1/invoiceitems/{"):
		mine["invoiceitems"] = d.post("/v1/invoiceitems", "customer="+v["customers"],
			"amount=500", "currency=usd").id()
	case strings.HasPrefix(template, "/v1/setup_intents/{"):
		mine["setup_intents"] = d.post("/v1/setup_intents").id()
	case strings.HasPrefix(template, "/v1/payment_intents/{"):
		fields := []string{"amount=700", "currency=usd"}
		if strings.HasSuffix(template, "/capture") {
			fields = append(fields, "confirm=true", "payment_method=pm_card_visa",
				"capture_method=manual", "return_url=https://x.test/r")
		}
		mine["payment_intents"] = d.post("/v1/payment_intents", fields...).id()
	case strings.HasPrefix(template, "/v1/subscriptions/{") ||
		strings.HasPrefix(template, "/v1/subscription_items/{"):
		sub := d.post("/v1/subscriptions", "customer="+v["customers"],
			"items[0][price]="+v["prices"])
		mine["subscriptions"] = sub.id()
		mine["subscription_items"] = sub.text("items.data.0.id")
	case strings.HasPrefix(template, "/v1/customers/{customer}/balance"):
	case strings.HasPrefix(template, "/v1/customers/{customer}"):
		mine["customers"] = d.post("/v1/customers").id()
	}
	return mine.at(d, template, false)
}
