package scenario_test

import (
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestPaidThenRefused: a change waits for a payment whose outcome nobody knows; when the money
// turns out to have moved, the change is not possible any more. Nothing of it is written, and the
// money is the customer's.
func TestPaidThenRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		late := false
		h := scenario.Open(t, open, scenario.Plan{
			Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Options: func(_ *app.Options, o *simulator.Options) {
				o.Faults = func(op gateway.Op, _ gateway.Attempt) simulator.Fault {
					if op == gateway.OpCharge && late {
						return simulator.Fault{Kind: simulator.LateExecution,
							Delay: 10 * time.Minute}
					}
					return simulator.Fault{}
				}
			}})
		h.Tell("before", `
product pro Pro
price small pro 2900 usd month
price large pro 9900 usd month
customer ada pm_card_visa
subscribe sub ada small
post /v1/prices/$large lookup_key=large
captured 2900`)
		late = true
		h.Tell("unknown", `
get /v1/subscriptions limit=1 -> page
get /v1/prices lookup_keys[0]=large -> prices
refuse 500 - post /v1/subscriptions/$page.data.0 items[0][id]=$page.data.0.items.data.0.id `+
			`items[0][price]=$prices.data.0 proration_behavior=always_invoice `+
			`payment_behavior=error_if_incomplete
get /v1/subscriptions/$page.data.0 -> sub
expect sub.items.data.0.price.unit_amount 2900
post /v1/prices/$prices.data.0 active=false
get /v1/customers/$sub.customer -> ada
forget
advance +1h
events customer.updated
get /v1/subscriptions/$sub -> sub
expect sub.status active
expect sub.items.data.0.price.unit_amount 2900
balance ada -7000
invoices ada 2900/paid
captured 9900
# The next renewal is paid with it.
advance 2024-02-01 02:00:00
balance ada -4100
invoices ada 2900/paid 2900/paid
captured 9900`)
	})
}

// TestUnknownUnderAKey: a subscription that may not exist unpaid is asked for with a key, and what
// becomes of its payment is not known. The key answers the truth as soon as it is known, and
// nothing is made or paid twice, however often it is asked.
func TestUnknownUnderAKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := scenario.Open(t, open, scenario.Plan{
			Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Options: func(_ *app.Options, o *simulator.Options) {
				o.Faults = func(op gateway.Op, _ gateway.Attempt) simulator.Fault {
					if op != gateway.OpCharge {
						return simulator.Fault{}
					}
					return simulator.Fault{Kind: simulator.LateExecution,
						Delay: 10 * time.Minute}
				}
			}})
		h.Tell("story", `
product pro Pro
price month pro 2900 usd month
customer ada pm_card_visa
customer bob pm_card_chargeCustomerFail
key paid
refuse 500 - `+subscribeStrictly("ada")+`
key declined
refuse 500 - `+subscribeStrictly("bob")+`
key paid
refuse 409 idempotency_key_in_use `+subscribeStrictly("ada")+`
invoices ada
advance +1h
`+subscribeStrictly("ada")+` -> sub
`+subscribeStrictly("ada")+` -> again
expect sub.status active
expect again.id $sub
key declined
refuse 402 generic_decline `+subscribeStrictly("bob")+`
refuse 402 generic_decline `+subscribeStrictly("bob")+`
key -
invoices ada 2900/paid
invoices bob
captured 2900`)
	})
}

func subscribeStrictly(customer string) string {
	return "post /v1/subscriptions customer=$" + customer +
		" items[0][price]=$month payment_behavior=error_if_incomplete"
}
