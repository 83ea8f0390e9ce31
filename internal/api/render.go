package api

import (
	"encoding/json"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// page is a list of shown nouns, in the form of Stripe's list object.
type page struct {
	Object  string `json:"object"`
	Data    []any  `json:"data"`
	HasMore bool   `json:"has_more"`
	URL     string `json:"url"`
}

// render makes the JSON of an answer, with what was asked for expanded.
func (c *call) render(q store.Querier, answer any) ([]byte, error) {
	if c.deletes() {
		return json.Marshal(deleted(answer))
	}
	if list, ok := answer.(*page); ok {
		if err := c.expand.Apply(q, list.Data...); err != nil {
			return nil, err
		}
		return store.Encode(list)
	}
	shown, err := show(q, answer)
	if err != nil {
		return nil, err
	}
	if err := c.expand.Apply(q, shown); err != nil {
		return nil, err
	}
	return store.Encode(shown)
}

// show gives a noun of the store the form in which the API shows it. Whatever is not such a noun
// is an answer already.
func show(q store.Querier, noun any) (any, error) {
	switch v := noun.(type) {
	case *billing.Charge:
		return store.Charges.Show(q, v)
	case *billing.Coupon:
		return store.Coupons.Show(q, v)
	case *billing.Customer:
		return store.Customers.Show(q, v)
	case *billing.CustomerBalanceTransaction:
		return store.BalanceTransactions.Show(q, v)
	case *billing.Discount:
		return store.Discounts.Show(q, v)
	case *billing.Invoice:
		return store.Invoices.Show(q, v)
	case *billing.InvoiceItem:
		return store.InvoiceItems.Show(q, v)
	case *billing.InvoicePayment:
		return store.InvoicePayments.Show(q, v)
	case *billing.PaymentIntent:
		return store.PaymentIntents.Show(q, v)
	case *billing.PaymentMethod:
		return store.PaymentMethods.Show(q, v)
	case *billing.PortalConfiguration:
		return store.PortalConfigurations.Show(q, v)
	case *billing.PortalSession:
		return store.PortalSessions.Show(q, v)
	case *billing.Price:
		return store.Prices.Show(q, v)
	case *billing.Product:
		return store.Products.Show(q, v)
	}
	return showMore(q, noun)
}

func showMore(q store.Querier, noun any) (any, error) {
	switch v := noun.(type) {
	case *billing.Refund:
		return store.Refunds.Show(q, v)
	case *billing.SetupIntent:
		return store.SetupIntents.Show(q, v)
	case *billing.Subscription:
		return store.Subscriptions.Show(q, v)
	case *billing.SubscriptionItem:
		shown, err := showItems(q, []billing.SubscriptionItem{*v})
		if err != nil {
			return nil, err
		}
		return shown[0], nil
	case *billing.TaxRate:
		return store.TaxRates.Show(q, v)
	case *billing.TestClock:
		return store.TestClocks.Show(q, v)
	case *billing.WebhookEndpoint:
		if v.Secret != nil { // its creation, the one time that the secret is shown
			return store.WebhookEndpoints.Show(q, v, "secret")
		}
		return store.WebhookEndpoints.Show(q, v)
	}
	return noun, nil
}
