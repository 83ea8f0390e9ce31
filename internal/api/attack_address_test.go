package api_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/api"
)

// TestAddressesThatAct names, wherever a browser is sent later, what it would obey, and what reads
// as if it led somewhere else.
func TestAddressesThatAct(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus := d.post("/v1/customers").id()
	for _, field := range []struct {
		path, param string
		others      []string
		apps        bool // may open an app, by a scheme of its own
	}{
		{path: "/v1/billing_portal/sessions", param: "return_url",
			others: []string{"customer=" + cus}},
		{path: "/v1/billing_portal/configurations", param: "default_return_url",
			others: []string{"features[invoice_history][enabled]=true"}},
		{path: "/v1/billing_portal/configurations", param: "business_profile[privacy_policy_url]",
			others: []string{"features[invoice_history][enabled]=true"}},
		{path: "/v1/billing_portal/configurations", param: "business_profile[terms_of_service_url]",
			others: []string{"features[invoice_history][enabled]=true"}},
		{path: "/v1/portico/settings", param: "business_profile[url]"},
		{path: "/v1/portico/settings", param: "business_profile[support_url]"},
		{path: "/v1/portico/settings", param: "branding[icon_url]"},
		{path: "/v1/products", param: "url", others: []string{"name=x"}},
		{path: "/v1/products", param: "images[0]", others: []string{"name=x"}},
		{path: "/v1/payment_intents", param: "return_url", apps: true,
			others: []string{"amount=500", "currency=usd", "confirm=true",
				"payment_method=pm_card_visa"}},
		{path: "/v1/setup_intents", param: "return_url", apps: true,
			others: []string{"confirm=true", "payment_method=pm_card_visa"}},
	} {
		for _, address := range []string{"javascript:alert(1)", "JavaScript:alert(1)",
			"data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.test", `\\evil.test`,
			"/p/home", "https:evil.test", "https://", "https://bank.test@evil.test",
			"https://bank.test\\@evil.test", "https://x.test\r\nX: y", " https://x.test",
			"https://x.test/\u202emoc.knab", "https://bank.test\u200b.evil.test", "x"} {
			d.do("POST", field.path, append(field.others, field.param+"="+address)...).
				refused(400, "invalid_request_error", "url_invalid", field.param, "")
		}
		good := []string{"https://x.test/r?a=b#c", "http://localhost:3000/", "https://bücher.test"}
		if field.apps {
			good = append(good, "my-app://stripe/return")
		} else {
			d.do("POST", field.path, append(field.others, field.param+"=my-app://x")...).
				refused(400, "", "url_invalid", field.param, "")
		}
		for _, address := range good {
			d.post(field.path, append(field.others, field.param+"="+address)...)
		}
	}
}

// TestMailsThatGoElsewhere names, wherever a mail address is taken, what is more or less than one.
func TestMailsThatGoElsewhere(t *testing.T) {
	t.Parallel()
	d := paid(t)
	intent := []string{"amount=500", "currency=usd"}
	pi := d.post("/v1/payment_intents", append(intent, "confirm=true",
		"payment_method=pm_card_visa", "return_url=https://x.test")...)
	for _, field := range []struct {
		path, param string
		others      []string
	}{
		{"/v1/customers", "email", nil},
		{"/v1/customers/" + d.post("/v1/customers").id(), "email", nil},
		{"/v1/portico/settings", "business_profile[support_email]", nil},
		{"/v1/payment_intents", "receipt_email", intent},
		{"/v1/payment_intents/" + d.post("/v1/payment_intents", intent...).id(),
			"receipt_email", nil},
		{"/v1/charges/" + pi.text("latest_charge"), "receipt_email", nil},
	} {
		for _, address := range []string{"nobody", "@b.test", "a@", "a@b.test,c@d.test",
			"a@b.test;c@d.test", "a@b.test c@d.test", "A <a@b.test>", `"a b"@c.test`,
			"a@b.test\r\nBcc: c@d.test", "a@b.test\nX: y", "a@b.test\x0b", "a@b.test\u2028",
			"a\u202e@b.test", "a@b.test\u200b", "a@@b.test", "a@b..test", ".a@b.test"} {
			d.do("POST", field.path, append(field.others, field.param+"="+address)...).
				refused(400, "invalid_request_error", "email_invalid", field.param, "")
		}
		for _, address := range []string{"a@b.test", "O'Hara+tag@mail.b.test",
			"jürgen@bücher.test"} {
			d.post(field.path, append(field.others, field.param+"="+address)...)
		}
	}
}

// TestHostsThatAllowNothing: an entry of the allow list is a host, an address or a range.
func TestHostsThatAllowNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	const param = "webhooks[allowed_hosts]"
	for _, host := range []string{"*", "*.internal", "a b", "javascript:alert(1)", "a/b",
		"http://x.internal", "x.internal:80", "user@x.internal", "10.0.0.0/33", "[::1]", "a\tb",
		"red;}"} {
		d.do("POST", "/v1/portico/settings", param+"[]="+host).
			refused(400, "invalid_request_error", "", param, "")
	}
	for _, host := range []string{"hooks.internal", "HOOKS_1.internal", "10.0.0.0/8", "127.0.0.1",
		"::1", "fd00::/8", "bücher.internal"} {
		d.post("/v1/portico/settings", param+"[]="+host)
	}
}

// TestKeysInAddressesAreNoKeys: a key that comes in the body or the address opens nothing, whatever
// it is called.
func TestKeysInAddressesAreNoKeys(t *testing.T) {
	t.Parallel()
	d := open(t)
	key := d.key
	d.key = ""
	for _, name := range []string{"key", "api_key", "access_token", "Authorization"} {
		for _, op := range api.Operations() {
			d.do(op.Method, parameter.ReplaceAllLiteralString(op.Template, "x"), name+"="+key).
				refused(401, "invalid_request_error", "", "", "")
		}
	}
	d.header.Set("Cookie", "portico="+key+"; session="+key)
	d.do("GET", "/v1/account").refused(401, "", "", "", "")
}
