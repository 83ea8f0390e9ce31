package spec

import "strings"

// prefixes are what the ids of Stripe's objects begin with, by object name: apps tell the kind of
// an id by them. Coupons, products and plans are missing because their ids may be chosen.
var prefixes = map[string]string{
	"account":                      "acct_",
	"billing_portal.configuration": "bpc_",
	"billing_portal.session":       "bps_",
	"charge":                       "ch_",
	"customer":                     "cus_",
	"customer_balance_transaction": "cbtxn_",
	"discount":                     "di_",
	"event":                        "evt_",
	"invoice":                      "in_",
	"invoice_payment":              "inpay_",
	"invoiceitem":                  "ii_",
	"line_item":                    "il_",
	"payment_intent":               "pi_",
	"payment_method":               "pm_",
	"price":                        "price_",
	"refund":                       "re_",
	"setup_intent":                 "seti_",
	"subscription":                 "sub_",
	"subscription_item":            "si_",
	"tax_rate":                     "txr_",
	"test_helpers.test_clock":      "clock_",
	"webhook_endpoint":             "we_",
}

// secrets are what the secret fields of objects begin with; %id stands for the object's own.
var secrets = map[string]string{
	"payment_intent.client_secret": "%id_secret_",
	"setup_intent.client_secret":   "%id_secret_",
	"webhook_endpoint.secret":      "whsec_",
}

// anyID is how Stripe's samples write an id that does not matter.
const anyID = "obj_123"

// preview begins the id of an invoice that is only computed.
const preview = "upcoming_"

// checkID holds the id and the secret of an object against the form that Stripe gives them.
func (c *checker) checkID(at place, fields map[string]any) {
	object, _ := fields["object"].(string)
	id, named := fields["id"].(string)
	if object == "invoice" {
		id = strings.TrimPrefix(id, preview)
	}
	if want := prefixes[object]; named && id != anyID && !strings.HasPrefix(id, want) {
		c.report(at, "the id %q of %s does not begin with %s", id, object, want)
	}
	for _, field := range []string{"client_secret", "secret"} {
		secret, sent := fields[field].(string)
		want := strings.ReplaceAll(secrets[object+"."+field], "%id", id)
		if sent && !strings.HasPrefix(secret, want) {
			c.report(at, "the %s does not begin with %s", field, want)
		}
	}
}
