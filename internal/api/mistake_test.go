package api_test

import (
	"strings"
	"testing"
)

// mistake is a request that is refused, and the parameter that the answer names.
type mistake struct{ request, param, code string }

func (d *desk) refuses(mistakes ...mistake) {
	d.Helper()
	for _, m := range mistakes {
		words := strings.Fields(m.request)
		a := d.do(words[0], words[1], words[2:]...)
		if a.status != 400 || a.at("error.param") != m.param {
			d.Errorf("%s: status %d %s", m.request, a.status, a.raw)
		}
		a.refused(400, "invalid_request_error", m.code, m.param, "")
	}
}

// TestConfirmationsAreConfirmed: what only a confirmation heeds comes with one.
func TestConfirmationsAreConfirmed(t *testing.T) {
	t.Parallel()
	d := paid(t)
	const intent = "POST /v1/payment_intents amount=500 currency=usd payment_method=pm_card_visa "
	d.refuses(
		mistake{intent + "return_url=https://x.test", "return_url", ""},
		mistake{intent + "off_session=true confirm=false", "off_session", ""},
		mistake{intent + "error_on_requires_action=true", "error_on_requires_action", ""},
		mistake{"POST /v1/setup_intents return_url=https://x.test", "return_url", ""},
	)
	d.do("POST", "/v1/setup_intents", "return_url=https://x.test").refused(400, "", "", "",
		"The parameter `return_url` cannot be passed when creating a SetupIntent unless "+
			"`confirm` is set to true.")
}

// TestStatementDescriptorsAreLegible: banks show letters, and leave out some characters.
func TestStatementDescriptorsAreLegible(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus := d.post("/v1/customers").id()
	product := d.post("/v1/products", "name=Gold", "statement_descriptor=GOLD 24").id()
	in := d.post("/v1/invoices", "customer="+cus).id()
	held := d.post("/v1/payment_intents", "amount=500", "currency=usd", "confirm=true",
		"payment_method=pm_card_visa", "capture_method=manual", "return_url=https://x.test")
	intent := d.post("/v1/payment_intents", "amount=500", "currency=usd").id()
	for _, at := range []string{"/v1/products name=Gold", "/v1/products/" + product,
		"/v1/payment_intents amount=500 currency=usd", "/v1/payment_intents/" + intent,
		"/v1/payment_intents/" + held.id() + "/capture", "/v1/invoices customer=" + cus,
		"/v1/charges/" + held.text("latest_charge") + "/capture", "/v1/invoices/" + in} {
		at = "POST " + at + " statement_descriptor="
		d.refuses(mistake{at + "12345", "statement_descriptor", ""},
			mistake{at + "GOLD*24", "statement_descriptor", "invalid_characters"},
			mistake{at + "<GOLD>", "statement_descriptor", "invalid_characters"})
	}
	d.refuses(mistake{"POST /v1/payment_intents amount=500 currency=usd " +
		"statement_descriptor_suffix=O'HARA", "statement_descriptor_suffix", "invalid_characters"},
		mistake{"POST /v1/prices currency=usd unit_amount=1 product_data[name]=x " +
			"product_data[statement_descriptor]=1234", "product_data[statement_descriptor]", ""})
}

// TestMistakesNameTheirParameter holds single refusals.
func TestMistakesNameTheirParameter(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, sub, price := d.subscriber()
	coupon := d.post("/v1/coupons", "percent_off=10", "max_redemptions=1").id()
	d.post("/v1/customers/"+cus, "coupon="+coupon)
	charge := d.get("/v1/charges", "customer="+cus)
	product := d.get("/v1/prices/" + price).text("product")
	gone := d.post("/v1/products", "name=Lead", "id=lead").id()
	d.del("/v1/products/" + gone)
	const portal = "POST /v1/billing_portal/configurations " +
		"features[subscription_update][enabled]=true "
	const offers = "features[subscription_update][products]"
	one := offers + "[0][product]=" + product + " " + offers + "[0][prices][]=" + price + " "
	start := "POST /v1/subscriptions customer=" + cus + " items[0][price]=" + price
	item := d.get("/v1/subscriptions/" + sub).text("items.data.0.id")
	d.refuses(
		mistake{"POST /v1/refunds charge=" + charge.text("data.0.id") + " payment_intent=" +
			charge.text("data.0.payment_intent"), "charge", "parameters_exclusive"},
		mistake{portal + one + offers + "[1][product]=" + product + " " + offers +
			"[1][prices][]=" + price, offers + "[1][product]", ""},
		mistake{portal + offers + "[0][product]=" + product + " " + offers + "[0][prices]=",
			offers + "[0][prices]", "parameter_missing"},
		mistake{"GET /v1/prices" + strings.Repeat(" lookup_keys[]=x", 11), "lookup_keys", ""},
		mistake{"POST /v1/products name=Lead id=lead", "id", "resource_already_exists"},
		mistake{"POST /v1/prices currency=usd unit_amount=1 product=" + product +
			" currency_options[USD][unit_amount]=2", "currency_options[USD]", ""},
		mistake{start + " discounts[0][coupon]=nope", "discounts[0][coupon]", "resource_missing"},
		mistake{start + " discounts[0][coupon]=" + coupon, "discounts[0][coupon]",
			"coupon_expired"},
		mistake{start + " discounts[0][discount]=di_no", "discounts[0][discount]",
			"resource_missing"},
		mistake{start + " items[0][discounts][0][coupon]=nope", "items[0][discounts][0][coupon]",
			"resource_missing"},
		mistake{"POST /v1/subscription_items/" + item + " discounts[0][coupon]=nope",
			"discounts[0][coupon]", "resource_missing"},
		mistake{"POST /v1/invoices customer=" + cus + " discounts[0][coupon]=nope",
			"discounts[0][coupon]", "resource_missing"},
		mistake{"POST /v1/customers coupon=nope", "coupon", "resource_missing"},
		mistake{"POST /v1/customers coupon=" + coupon, "coupon", "coupon_expired"},
	)
	d.get("/v1/prices", strings.Fields(strings.Repeat(" lookup_keys[]=x", 10))...)
}
