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

// TestLessThanAsked: a gateway takes less than it was asked for. What it took is booked, and the
// rest is asked for with an intent of its own; nothing is lost when nobody pays it.
func TestLessThanAsked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		partly := true
		h := scenario.Open(t, open, scenario.Plan{
			Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Options: func(_ *app.Options, o *simulator.Options) {
				o.Faults = func(op gateway.Op, _ gateway.Attempt) simulator.Fault {
					if op == gateway.OpCharge && partly {
						return simulator.Fault{Kind: simulator.PartialAmount, AmountMinor: 900}
					}
					return simulator.Fault{}
				}
			}})
		h.Tell("partly", `
product pro Pro
price month pro 2900 usd month
customer ada pm_card_visa
post /v1/invoiceitems customer=$ada amount=2900 currency=usd
post /v1/invoices customer=$ada pending_invoice_items_behavior=include -> in
post /v1/invoices/$in/finalize
forget
pay in
expect in.status open
expect in.amount_paid 900
expect in.amount_remaining 2000
expect in.attempt_count 1
events charge.succeeded payment_intent.succeeded invoice.updated `+
			`invoice_payment.paid payment_intent.created
get /v1/invoice_payments invoice=$in -> page
expect page.data.0.status open
expect page.data.0.is_default true
expect page.data.0.amount_requested 2000
expect page.data.1.status paid
expect page.data.1.is_default false
expect page.data.1.amount_paid 900
refuse 400 - post /v1/invoices/$in/void
# The first invoice of a subscription, of which nobody pays the rest: the part is credit.
customer bob pm_card_visa
subscribe sub bob month
expect sub.status incomplete
advance 2024-01-01 23:00:00
reload sub
expect sub.status incomplete_expired
balance bob -900`)
		partly = false
		h.Tell("rest", `
get /v1/invoices status=open -> page
post /v1/invoices/$page.data.0/pay -> in
expect in.status paid
expect in.amount_paid 2900
expect in.attempt_count 1
captured 3800`)
	})
}
