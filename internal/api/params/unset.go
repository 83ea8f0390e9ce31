package params

import (
	"slices"
	"strings"
)

// unsettable are the texts that an empty string unsets although Stripe's document does not say
// so: Stripe does it, and integrations send the empty fields of their forms. "*" is every field
// of a hash.
var unsettable = []struct{ operations, paths string }{
	{"POST /v1/customers, POST /v1/customers/{customer}",
		"address[*] description email invoice_settings[default_payment_method] " +
			"invoice_settings[footer] name phone shipping[address][*] shipping[phone]"},
	{"POST /v1/products", "description statement_descriptor unit_label url"},
	{"POST /v1/products/{id}", "statement_descriptor"},
	{"POST /v1/prices", "nickname"},
	{"POST /v1/prices/{price}", "lookup_key nickname"},
	{"POST /v1/coupons, POST /v1/coupons/{coupon}", "name"},
	{"POST /v1/tax_rates, POST /v1/tax_rates/{tax_rate}",
		"country description jurisdiction state"},
	{"POST /v1/payment_methods, POST /v1/payment_methods/{payment_method}",
		"billing_details[address][*]"},
	{"POST /v1/payment_intents", "description payment_method_data[billing_details][address][*] " +
		"receipt_email setup_future_usage shipping[address][*] statement_descriptor " +
		"statement_descriptor_suffix"},
	{"POST /v1/payment_intents/{intent}", "description " +
		"payment_method_data[billing_details][address][*] shipping[address][*] " +
		"statement_descriptor statement_descriptor_suffix"},
	{"POST /v1/payment_intents/{intent}/confirm",
		"payment_method_data[billing_details][address][*] shipping[address][*]"},
	{"POST /v1/setup_intents, POST /v1/setup_intents/{intent}",
		"description payment_method_data[billing_details][address][*]"},
	{"POST /v1/setup_intents/{intent}/confirm",
		"payment_method_data[billing_details][address][*]"},
	{"POST /v1/charges/{charge}", "description receipt_email shipping[address][*]"},
	{"POST /v1/subscriptions, POST /v1/subscriptions/{subscription_exposed_id}",
		"default_payment_method"},
	{"POST /v1/invoices, POST /v1/invoices/{invoice}",
		"default_payment_method description footer shipping_details[address][*] " +
			"statement_descriptor"},
	{"POST /v1/invoiceitems, POST /v1/invoiceitems/{invoiceitem}", "description"},
	{"POST /v1/test_helpers/test_clocks", "name"},
}

// unset lets the texts above be unset.
func (t *contents) unset() {
	for _, entry := range unsettable {
		for name := range strings.SplitSeq(entry.operations, ", ") {
			op := t.ops[name]
			for path := range strings.FieldsSeq(entry.paths) {
				op.Params = op.Params.unsettable(steps(path))
			}
		}
	}
}

// steps takes a[b][c] apart.
func steps(path string) []string {
	return strings.Split(strings.ReplaceAll(path, "]", ""), "[")
}

// unsettable is the node with what is at the path made emptyable. Operations share nodes, so it
// copies those on the way.
func (n *Node) unsettable(path []string) *Node {
	changed := *n
	if len(path) == 0 {
		changed.Emptyable = true
		return &changed
	}
	changed.Fields = slices.Clone(n.Fields)
	for i, field := range changed.Fields {
		if path[0] == field.Name || path[0] == "*" {
			changed.Fields[i].Node = field.unsettable(path[1:])
		}
	}
	return &changed
}
