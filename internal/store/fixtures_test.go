package store_test

import (
	"encoding/json"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// bed is a database and its two neighbours: whatever a test does happens in Acme's test mode.
type bed struct {
	t  *testing.T
	db *store.DB
}

// each runs a test on both engines.
func each(t *testing.T, test func(b bed)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) { test(bed{t, open()}) })
}

func origin() store.Origin {
	return store.Origin{Scope: storetest.Acme, Now: storetest.Now, RequestID: "req_1",
		IdempotencyKey: "idem_1"}
}

// write must succeed.
func (b bed) write(fn func(tx *store.Tx)) {
	b.t.Helper()
	b.do(func(tx *store.Tx) error { fn(tx); return nil })
}

func (b bed) do(fn func(tx *store.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), origin(), fn); err != nil {
		b.t.Fatal(err)
	}
}

// try gives the error back.
func (b bed) try(fn func(tx *store.Tx) error) error {
	return b.db.Write(b.t.Context(), origin(), fn)
}

func (b bed) read(fn func(v *store.View) error) {
	b.t.Helper()
	b.readAs(storetest.Acme, fn)
}

func (b bed) readAs(scope billing.Scope, fn func(v *store.View) error) {
	b.t.Helper()
	if err := b.db.Read(b.t.Context(), scope, storetest.Now, fn); err != nil {
		b.t.Fatal(err)
	}
}

// events are all events, oldest first.
func (b bed) events() []*billing.Event {
	b.t.Helper()
	var out []*billing.Event
	b.read(func(v *store.View) error {
		es, more, err := store.Events(v, store.EventPage{Page: store.Page{Limit: 100}})
		for i := range es {
			out = append(out, es[len(es)-1-i])
		}
		if more {
			b.t.Fatal("more than 100 events")
		}
		return err
	})
	return out
}

func types(es []*billing.Event) (out []string) {
	for _, e := range es {
		out = append(out, e.Type)
	}
	return out
}

// payload is an event's data.
type payload struct {
	Object   map[string]any  `json:"object"`
	Previous json.RawMessage `json:"previous_attributes"`
}

func data(t *testing.T, e *billing.Event) (p payload) {
	t.Helper()
	if err := json.Unmarshal(e.Data, &p); err != nil {
		t.Fatalf("%s: %v: %s", e.Type, err, e.Data)
	}
	return p
}

func ptr[T any](v T) *T { return &v }

func customer(id string) *billing.Customer {
	return &billing.Customer{ID: id, Object: "customer", Created: storetest.Now,
		Email: ptr(id + "@example.com"), NextInvoiceSequence: 1}
}

func product(id string) *billing.Product {
	return &billing.Product{ID: id, Object: "product", Created: storetest.Now, Active: true,
		Name: id, Type: "service"}
}

func price(id, product string) *billing.Price {
	return &billing.Price{ID: id, Object: "price", Created: storetest.Now, Active: true,
		BillingScheme: billing.SchemeTiered, Currency: "usd", Type: billing.PriceRecurring,
		Product:   billing.To[billing.Product](product),
		Recurring: &billing.Recurring{Interval: "month", IntervalCount: 1, UsageType: "licensed"},
		Tiers:     []billing.PriceTier{{UnitAmount: ptr(int64(900))}}}
}

func coupon(id string) *billing.Coupon {
	return &billing.Coupon{ID: id, Object: "coupon", Created: storetest.Now,
		AmountOff: ptr(int64(100)), Currency: ptr("usd"), Duration: billing.DurationForever}
}

func subscription(id, customer string, prices ...string) *billing.Subscription {
	s := &billing.Subscription{ID: id, Object: "subscription", Created: storetest.Now,
		Customer: billing.To[billing.Customer](customer), Status: billing.SubscriptionActive,
		CollectionMethod: billing.ChargeAutomatically, Currency: "usd"}
	for i, p := range prices {
		s.Items.Data = append(s.Items.Data, billing.SubscriptionItem{
			ID: "si_" + id + "_" + string(rune('a'+i)), Object: "subscription_item",
			CurrentPeriodStart: storetest.Now, CurrentPeriodEnd: storetest.Now + 2678400,
			Created: storetest.Now, Price: billing.Embed[billing.Price]{ID: p}, Quantity: 1,
			Subscription: id})
	}
	return s
}

func invoice(id, customer, subscription string) *billing.Invoice {
	in := &billing.Invoice{ID: id, Object: "invoice", Created: storetest.Now, Currency: "usd",
		Customer: billing.To[billing.Customer](customer), Status: billing.InvoiceDraft,
		CollectionMethod: billing.ChargeAutomatically}
	if subscription != "" {
		in.Parent = &billing.InvoiceParent{Type: "subscription_details",
			SubscriptionDetails: &billing.SubscriptionDetails{
				Subscription: billing.To[billing.Subscription](subscription)}}
	}
	return in
}

func endpoint(id string, types ...string) *billing.WebhookEndpoint {
	return &billing.WebhookEndpoint{ID: id, Object: "webhook_endpoint", Created: storetest.Now,
		EnabledEvents: types, Status: "enabled", URL: "https://example.com/" + id,
		Private: billing.WebhookEndpointPrivate{Secret: "whsec_" + id}}
}

// catalog is a product with two prices, and a customer.
func (b bed) catalog() {
	b.t.Helper()
	b.write(func(tx *store.Tx) {
		store.Products.Insert(tx, product("prod_1"))
		store.Prices.Insert(tx, price("price_1", "prod_1"))
		store.Prices.Insert(tx, price("price_2", "prod_1"))
		store.Customers.Insert(tx, customer("cus_1"))
	})
}
