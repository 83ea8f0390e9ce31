package api_test

import (
	"context"
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// paid opens a desk with a gateway.
func paid(t testing.TB) *desk {
	t.Helper()
	return paidOn(t, storetest.One(t))
}

func paidOn(t testing.TB, opener storetest.Opener) *desk {
	t.Helper()
	return openOn(t, opener, func(o *app.Options, _ *api.Options) {
		sim, err := simulator.Open(context.Background(), simulator.Options{Volatile: true,
			Clock: o.Clock.Now, Rand: id.NewSeeded(1), PublicURL: "http://cards.test",
			Silent: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = sim.Close() })
		o.Gateway = sim
	})
}

// subscriber makes a customer with a card and a subscription, and returns both and the price.
func (d *desk) subscriber() (customer, subscription, price string) {
	d.Helper()
	product := d.post("/v1/products", "name=Gold").id()
	price = d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=2000",
		"recurring[interval]=month").id()
	customer = d.post("/v1/customers", "email=ada@example.com", "payment_method=pm_card_visa",
		"invoice_settings[default_payment_method]=pm_card_visa").id()
	subscription = d.post("/v1/subscriptions", "customer="+customer, "items[0][price]="+price).id()
	return customer, subscription, price
}

func TestASubscriptionThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := paidOn(t, opener)
		d.lookAround(d.subscriber())
	})
}

// lookAround reads and changes everything about a subscriber.
func (d *desk) lookAround(cus, id, price string) {
	sub := d.get("/v1/subscriptions/"+id,
		"expand[]=latest_invoice.payments",
		"expand[]=customer.invoice_settings.default_payment_method",
		"expand[]=items.data.price.product", "expand[]=latest_invoice.confirmation_secret")
	sub.want("status", `"active"`).want("customer.email", `"ada@example.com"`).
		want("latest_invoice.status", `"paid"`).want("latest_invoice.amount_paid", "2000").
		want("customer.invoice_settings.default_payment_method.card.last4", `"4242"`).
		want("items.data.0.price.product.name", `"Gold"`).want("plan.amount", "2000")
	invoice := sub.text("latest_invoice.id")
	item := sub.text("items.data.0.id")
	intent := sub.text("latest_invoice.payments.data.0.payment.payment_intent")
	d.get("/v1/invoices/"+invoice, "expand[]=payments.data.payment.payment_intent").
		want("payments.data.0.payment.payment_intent.status", `"succeeded"`)

	d.get("/v1/subscription_items/"+item).want("plan.interval", `"month"`)
	if got := d.get("/v1/subscription_items", "subscription="+id).ids(); got[0] != item {
		d.Errorf("items: %v", got)
	}
	d.get("/v1/subscriptions", "customer="+cus, "price="+price, "status=active").
		want("data.0.id", `"`+id+`"`)
	d.do("GET", "/v1/subscriptions", "price=price_no").refused(400, "", "resource_missing",
		"price", "")
	d.do("GET", "/v1/subscriptions", "customer=cus_no").refused(400, "", "resource_missing",
		"customer", "")
	d.get("/v1/invoices", "subscription="+id, "expand[]=data.customer").
		want("data.0.customer.id", `"`+cus+`"`)
	d.get("/v1/invoices/"+invoice+"/lines").want("data.0.amount", "2000")
	d.get("/v1/invoice_payments", "invoice="+invoice).want("data.0.status", `"paid"`)
	d.get("/v1/payment_intents/"+intent, "expand[]=latest_charge.refunds").
		want("latest_charge.refunds.data", "[]")
	charge := d.get("/v1/charges", "payment_intent="+intent).ids()[0]
	d.post("/v1/charges/"+charge, "metadata[a]=1", "description=x").want("description", `"x"`)
	d.post("/v1/refunds", "charge="+charge, "amount=500").want("status", `"succeeded"`)
	d.get("/v1/charges/"+charge, "expand[]=refunds").want("refunds.data.0.amount", "500").
		want("amount_refunded", "500")
	d.get("/v1/customers/"+cus, "expand[]=subscriptions").
		want("subscriptions.data.0.id", `"`+id+`"`)
	d.get("/v1/customers/"+cus+"/payment_methods").want("data.0.card.last4", `"4242"`)
	d.post("/v1/invoices/create_preview", "subscription="+id,
		"subscription_details[items][0][id]="+item,
		"subscription_details[items][0][quantity]=3").want("object", `"invoice"`)
	d.post("/v1/subscription_items/"+item, "quantity=2").want("quantity", "2")
	d.del("/v1/subscriptions/"+id).want("status", `"canceled"`)
	d.del("/v1/customers/" + cus)
	d.get("/v1/customers/"+cus).want("deleted", "true").want("object", `"customer"`)
	if types := d.eventTypes(); !slices.Contains(types, "invoice.paid") {
		d.Errorf("events: %v", types)
	}
}

func TestADeclineIsReplayed(t *testing.T) {
	t.Parallel()
	d := paid(t)
	d.header.Set("Idempotency-Key", "k1")
	pay := func() *answer {
		return d.do("POST", "/v1/payment_intents", "amount=500", "currency=usd", "confirm=true",
			"payment_method=pm_card_visa_chargeDeclinedInsufficientFunds",
			"automatic_payment_methods[enabled]=true",
			"automatic_payment_methods[allow_redirects]=never")
	}
	first := pay()
	first.refused(402, "card_error", "card_declined", "", "Your card has insufficient funds.")
	first.want("error.decline_code", `"insufficient_funds"`).
		want("error.payment_intent.status", `"requires_payment_method"`)
	again := pay()
	if again.raw != first.raw || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("replayed %s as %s", first.raw, again.raw)
	}
	d.header.Del("Idempotency-Key")
	d.get("/v1/payment_intents").want("data.1", "null")
}

func TestPaymentsNeedAGateway(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.do("POST", "/v1/customers", "payment_method=pm_card_visa").refused(400, "", "", "", "")
	d.post("/v1/customers")
}
