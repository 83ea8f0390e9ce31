package form

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api/params"
)

const (
	createCustomer     = "POST /v1/customers"
	createSubscription = "POST /v1/subscriptions"
	updateSubscription = "POST /v1/subscriptions/{subscription_exposed_id}"
	listCustomers      = "GET /v1/customers"
	createProduct      = "POST /v1/products"
	createPrice        = "POST /v1/prices"
	createCoupon       = "POST /v1/coupons"
)

func operation(t testing.TB, name string) *params.Operation {
	t.Helper()
	method, template, _ := strings.Cut(name, " ")
	op := params.Op(method, template)
	if op == nil {
		t.Fatalf("no operation %s", name)
	}
	return op
}

func TestCheckAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct{ op, raw string }{
		{createCustomer, ""},
		{createCustomer, "metadata=&address=&shipping=&email=a@b.c"},
		{createCustomer, "metadata[a]=1&metadata[b]="},
		{createSubscription, "customer=cus_1&items[0][price]=p&items[10][price]=q&items[2][price]=r"},
		{createSubscription, "customer=cus_1&trial_end=now"},
		{createSubscription, "customer=cus_1&trial_end=1900000000&cancel_at=min_period_end"},
		{createSubscription, "customer=cus_1&cancel_at_period_end=True&off_session=FALSE"},
		{createSubscription, "customer=cus_1&default_tax_rates=&expand[]=latest_invoice"},
		{updateSubscription, "cancel_at=&trial_end=now&pause_collection="},
		{listCustomers, "created=1&limit=3"},
		{listCustomers, "created[gte]=1&created[lt]=2&expand[]=data.subscriptions"},
		{createPrice, "currency=usd&unit_amount_decimal=0.0125&product=p"},
		{createPrice, "currency=usd&product=p&billing_scheme=tiered&tiers_mode=volume&" +
			"tiers[0][up_to]=5&tiers[0][unit_amount]=1&tiers[1][up_to]=inf&tiers[1][unit_amount]=1"},
		{createPrice, "currency=usd&product=p&currency_options[eur][unit_amount]=5"},
		{createCoupon, "percent_off=12.5000&duration=once"},
		{"DELETE /v1/subscriptions/{subscription_exposed_id}", "prorate=true&invoice_now=false"},
		{"DELETE /v1/coupons/{coupon}", "expand[]=x"},
		{"POST /v1/payment_intents", "amount=1&currency=usd&off_session=one_off&confirm=true"},
		{"POST /v1/webhook_endpoints",
			"url=https://x&enabled_events[]=*&api_version=2026-10-28.endive"},
		{"POST /v1/billing/meter_events", "event_name=e&payload[value]=&payload[customer_id]=c"},
	}
	for _, test := range tests {
		v, err := Parse(test.raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(operation(t, test.op), v); err != nil {
			t.Errorf("%s %s: %v", test.op, test.raw, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	manyKeys := strings.Builder{}
	for i := range 51 {
		fmt.Fprintf(&manyKeys, "metadata[k%d]=v&", i)
	}
	tests := []struct{ op, raw, code, param, message string }{
		{createCustomer, "foo=1", codeUnknown, "foo", "Received unknown parameter: foo"},
		{createCustomer, "foo=1&email=a&bar[x]=2", codeUnknown, "foo",
			"Received unknown parameters: foo, bar"},
		{createSubscription, "items[0][foo]=1", codeUnknown, "items[0][foo]",
			"Received unknown parameter: items[0][foo]"},
		{createProduct, "description=x", codeMissing, "name", "Missing required param: name."},
		{createProduct, "", codeMissing, "name", "Missing required param: name."},
		{createPrice, "currency=usd&recurring[interval_count]=2", codeMissing,
			"recurring[interval]", "Missing required param: recurring[interval]."},
		{createSubscription, "customer=c&items[0][quantity]=two", codeInvalidInteger,
			"items[0][quantity]", "Invalid integer: two"},
		{createSubscription, "customer=c&items[0][quantity]=1.0", codeInvalidInteger,
			"items[0][quantity]", "Invalid integer: 1.0"},
		{createSubscription, "customer=c&items[0][quantity]=9223372036854775808",
			codeInvalidInteger, "items[0][quantity]", "Invalid integer: 9223372036854775808"},
		{createSubscription, "customer=c&trial_end=never", codeInvalidInteger, "trial_end",
			"Invalid integer: never"},
		{createSubscription, "customer=c&cancel_at_period_end=1", "", "cancel_at_period_end",
			"Invalid boolean: 1"},
		{createCoupon, "percent_off=1e1", "", "percent_off", "Invalid decimal: 1e1"},
		{createCoupon, "percent_off=1.", "", "percent_off", "Invalid decimal: 1."},
		{createCoupon, "duration=ever", "", "duration",
			"Invalid duration: must be one of forever, once, or repeating"},
		{createPrice, "currency=usd&billing_scheme=x", "", "billing_scheme",
			"Invalid billing_scheme: must be one of per_unit or tiered"},
		{createPrice, "currency=usd&recurring[interval]=eon", "", "recurring[interval]",
			"Invalid recurring[interval]: must be one of day, month, week, or year"},
		{createSubscription, "customer=c&items=p", "", "items", "Invalid array"},
		{createSubscription, "customer=c&items[a][price]=p", "", "items", "Invalid array"},
		{createSubscription, "customer=c&items[1001][price]=p", "", "items", "Invalid array"},
		{createSubscription, "customer=c&items[0]=p", "", "items[0]", "Invalid object"},
		{createSubscription, "customer=c&automatic_tax[]=p", "", "automatic_tax", "Invalid object"},
		{createSubscription, "customer[id]=c", "", "customer", "Invalid string"},
		{createCustomer, "name=" + strings.Repeat("x", 257), "", "name", "Invalid string: " +
			strings.Repeat("x", 20) + "..." + strings.Repeat("x", 20) +
			"; must be at most 256 characters"},
		{createSubscription, "customer=", codeInvalidEmpty, "customer", "You passed an empty " +
			"string for 'customer'. We assume empty values are an attempt to unset a parameter; " +
			"however 'customer' cannot be unset. You should remove 'customer' from your request " +
			"or supply a non-empty value."},
		{createCustomer, "metadata[a][b]=1", "", "metadata",
			"Metadata values must be strings, but for key a you passed in a value of type hash"},
		{createCustomer, "metadata[]=1", "", "metadata", "Invalid object"},
		{createCustomer, "metadata=1", "", "metadata", "Invalid object"},
		{createCustomer, "metadata[" + strings.Repeat("é", 41) + "]=1", "", "metadata",
			"Metadata keys can have up to 40 characters, but you passed in a key that is 41 " +
				"characters. Invalid key: " + strings.Repeat("é", 41)},
		{createCustomer, "metadata[a]=" + strings.Repeat("é", 501), "", "metadata",
			"Metadata values can have up to 500 characters, but you passed in a value that is " +
				"501 characters. Invalid value: " + strings.Repeat("é", 20) + "..." +
				strings.Repeat("é", 20)},
		{createCustomer, manyKeys.String(), "", "metadata",
			"Metadata can have up to 50 keys, but you passed in 51"},
		{listCustomers, "created=yesterday", codeInvalidInteger, "created",
			"Invalid integer: yesterday"},
		{listCustomers, "created[gt]=x", codeInvalidInteger, "created[gt]", "Invalid integer: x"},
		{listCustomers, "created[over]=1", codeUnknown, "created[over]",
			"Received unknown parameter: created[over]"},
	}
	for _, test := range tests {
		v, err := Parse(test.raw)
		if err != nil {
			t.Fatal(err)
		}
		err = Check(operation(t, test.op), v)
		mistake, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s %s: accepted", test.op, test.raw)
			continue
		}
		want := Error{"invalid_request_error", test.code, test.param, test.message}
		if *mistake != want {
			t.Errorf("%s %s:\ngot  %+v\nwant %+v", test.op, test.raw, *mistake, want)
		}
	}
}

// The limits of Parse must leave room for every parameter of the table.
func TestDeepestParameterFits(t *testing.T) {
	t.Parallel()
	var deepest func(n *params.Node) int
	deepest = func(n *params.Node) int {
		depth := 0
		for _, field := range n.Fields {
			depth = max(depth, 1+deepest(field.Node))
		}
		if n.Items != nil {
			depth = max(depth, 1+deepest(n.Items))
		}
		return depth
	}
	for _, info := range params.All() {
		if got := deepest(params.Op(info.Method, info.Template).Params); got > depthMax {
			t.Errorf("%s %s has %d levels", info.Method, info.Template, got)
		}
	}
}
