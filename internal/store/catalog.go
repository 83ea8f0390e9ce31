package store

import (
	"context"
	"reflect"
)

// table is the name of a collection's table.
type table string

// tables are in the order in which they are written: what is referred to comes first.
var tables = []table{
	"test_clocks", "products", "prices", "tax_rates", "coupons", "customers", "payment_methods",
	"setup_intents", "subscriptions", "invoices", "discounts", "invoice_items", "payment_intents",
	"charges", "refunds", "invoice_payments", "balance_transactions", "webhook_endpoints",
	"portal_configurations", "portal_sessions", "attempts",
}

// resource is a collection of whatever type.
type resource interface {
	Object() string
	called() string
	objects(q Querier, ids []string) (map[string]any, error)
	embedded(q Querier, ids []string) (map[string]any, error)
	shown(q Querier, ids []string) (map[string]any, error)
	verify(ctx context.Context, l link) ([]string, error)
	pointer() reflect.Type
}

// catalog finds collections by the Go type and by the API's name of what they keep.
type catalog struct {
	all      []resource
	byType   map[reflect.Type]resource
	byObject map[string]resource
}

func newCatalog() *catalog {
	c := &catalog{byType: map[reflect.Type]resource{}, byObject: map[string]resource{}}
	c.all = []resource{
		TestClocks, Products, Prices, TaxRates, Coupons, Customers, PaymentMethods, SetupIntents,
		Subscriptions, Invoices, Discounts, InvoiceItems, PaymentIntents, Charges, Refunds,
		InvoicePayments, BalanceTransactions, WebhookEndpoints, PortalConfigurations,
		PortalSessions, Attempts,
	}
	for _, r := range c.all {
		c.byType[r.pointer()] = r
		c.byObject[r.Object()] = r
	}
	return c
}

// Keeps says whether an object is there; noun is what NotFound calls its kind.
func Keeps(q Querier, noun, id string) (bool, error) {
	for _, r := range q.work().catalog.all {
		if r.called() == noun {
			found, err := r.objects(q, []string{id})
			return len(found) > 0, err
		}
	}
	return false, nil
}

func (c *Collection[T]) called() string { return c.noun }

func (c *Collection[T]) pointer() reflect.Type { return reflect.TypeFor[*T]() }
