package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v86"

	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/spec"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// client is Stripe's own Go client, connected to the whole house by a socket. It is a witness:
// whatever it can send must be understood, and whatever is answered must fit its types. Every
// answer is checked against Stripe's document on the way.
type client struct {
	*stripe.Client
	*scenario.House
	ctx context.Context
	raw stripe.RawRequestBackend
	key string
}

// eachClient runs a tour on both engines.
func eachClient(t *testing.T, tour func(*client)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) { tour(connect(t, open)) })
}

// connect opens a house at the real time, because signatures of webhooks must be fresh.
func connect(t *testing.T, open storetest.Opener) *client {
	t.Helper()
	now := clock.System{}.Now().Truncate(time.Second)
	h := scenario.Open(t, open, scenario.Plan{Start: now})
	server := httptest.NewServer(witnessed(t, h.API))
	t.Cleanup(server.Close)
	backends := stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL: stripe.String(server.URL), MaxNetworkRetries: stripe.Int64(0),
		EnableTelemetry: stripe.Bool(false), LeveledLogger: &stripe.LeveledLogger{},
		HTTPClient: server.Client(),
	})
	return &client{Client: stripe.NewClient(h.Key, stripe.WithBackends(backends)), House: h,
		ctx: t.Context(), raw: backends.API.(stripe.RawRequestBackend), key: h.Key}
}

// witnessed holds every answer against Stripe's document.
func witnessed(t *testing.T, next http.Handler) http.Handler {
	known := templates()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		_, pattern := known.Handler(r)
		_, template, found := strings.Cut(pattern, " ")
		if found && !strings.HasPrefix(template, "/v1/portico/") {
			body := kept.Body.Bytes()
			for _, wrong := range spec.CheckResponse(r.Method, template, kept.Code, body) {
				t.Errorf("%s %s: %s", r.Method, r.URL.Path, wrong)
			}
		}
		for name, values := range kept.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(kept.Code)
		_, _ = io.Copy(w, bytes.NewReader(kept.Body.Bytes())) // the client may have gone
	})
}

// ok ends the test when something went wrong.
func (c *client) ok(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// same compares; more than one difference can be told.
func same[T comparable](c *client, what string, got, want T) {
	c.Helper()
	if got != want {
		c.Errorf("%s is %v, want %v", what, got, want)
	}
}

// refusal is the error that was expected.
func (c *client) refusal(err error) *stripe.Error {
	c.Helper()
	refused, is := errors.AsType[*stripe.Error](err)
	if !is {
		c.Fatalf("got %v, want one of the API's errors", err)
	}
	return refused
}

// allow lets webhooks be sent to this machine, which is a setting of the account's.
func (c *client) allow(host string) {
	c.Helper()
	form := url.Values{"webhooks[allowed_hosts][]": {host}}
	_, err := c.raw.RawRequest(http.MethodPost, "/v1/portico/settings", c.key, form.Encode(), nil)
	c.ok(err)
}

// plan makes a product with a monthly price.
func (c *client) plan(amountMinor int64) *stripe.Price {
	c.Helper()
	price, err := c.V1Prices.Create(c.ctx, &stripe.PriceCreateParams{
		Currency: stripe.String("usd"), UnitAmount: stripe.Int64(amountMinor),
		ProductData: &stripe.PriceCreateProductDataParams{Name: stripe.String("Plan")},
		Recurring:   &stripe.PriceCreateRecurringParams{Interval: stripe.String("month")},
	})
	c.ok(err)
	return price
}

// payer makes a customer who pays with one of the test cards.
func (c *client) payer(card string) *stripe.Customer {
	c.Helper()
	customer, err := c.V1Customers.Create(c.ctx, &stripe.CustomerCreateParams{
		Email: stripe.String("ada@example.com"), Name: stripe.String("Ada Lovelace"),
		PaymentMethod: stripe.String(card),
		InvoiceSettings: &stripe.CustomerCreateInvoiceSettingsParams{
			DefaultPaymentMethod: stripe.String(card)},
	})
	c.ok(err)
	return customer
}

func (c *client) subscribe(customer *stripe.Customer,
	prices ...*stripe.Price) *stripe.Subscription {
	c.Helper()
	params := &stripe.SubscriptionCreateParams{Customer: stripe.String(customer.ID)}
	for _, price := range prices {
		params.Items = append(params.Items,
			&stripe.SubscriptionCreateItemParams{Price: stripe.String(price.ID)})
	}
	subscription, err := c.V1Subscriptions.Create(c.ctx, params)
	c.ok(err)
	return subscription
}

// walked collects the ids of a list through all its pages.
func walked[T any](c *client, list *stripe.V1List[T], id func(T) string) []string {
	c.Helper()
	var ids []string
	for v, err := range list.All(c.ctx) {
		c.ok(err)
		ids = append(ids, id(v))
	}
	return ids
}

func customerID(c *stripe.Customer) string { return c.ID }

func TestClientCustomers(t *testing.T) {
	eachClient(t, func(c *client) {
		ada, err := c.V1Customers.Create(c.ctx, &stripe.CustomerCreateParams{
			Email: stripe.String("ada@example.com"), Balance: stripe.Int64(-500),
			Address:          &stripe.AddressParams{City: stripe.String("London")},
			PreferredLocales: stripe.StringSlice([]string{"it", "en"}),
			Metadata:         map[string]string{"a": "1", "b": "2"},
		})
		c.ok(err)
		same(c, "balance", ada.Balance, -500)
		ada, err = c.V1Customers.Update(c.ctx, ada.ID, &stripe.CustomerUpdateParams{
			Name: stripe.String("Ada"), Metadata: map[string]string{"b": "", "c": "3"},
			PreferredLocales: []*string{},
		})
		c.ok(err)
		same(c, "metadata", ada.Metadata["a"]+ada.Metadata["b"]+ada.Metadata["c"], "13")
		same(c, "city", ada.Address.City, "London")
		same(c, "locales", len(ada.PreferredLocales), 0)

		_, err = c.V1Customers.Retrieve(c.ctx, "cus_none", nil)
		refused := c.refusal(err)
		same(c, "status", refused.HTTPStatusCode, http.StatusNotFound)
		same(c, "code", refused.Code, stripe.ErrorCodeResourceMissing)
		same(c, "message", refused.Msg, "No such customer: 'cus_none'")
		same(c, "request", strings.HasPrefix(refused.RequestID, "req_"), true)

		gone, err := c.V1Customers.Delete(c.ctx, ada.ID, nil)
		c.ok(err)
		same(c, "deleted", gone.Deleted, true)
		gone, err = c.V1Customers.Retrieve(c.ctx, ada.ID, nil)
		c.ok(err)
		same(c, "still deleted", gone.Deleted, true)
	})
}

func TestClientPagination(t *testing.T) {
	eachClient(t, func(c *client) {
		var made []string
		for range 23 {
			customer, err := c.V1Customers.Create(c.ctx, nil)
			c.ok(err)
			made = append(made, customer.ID)
		}
		backward := walked(c, c.V1Customers.List(c.ctx, &stripe.CustomerListParams{
			ListParams: stripe.ListParams{Limit: stripe.Int64(5),
				EndingBefore: stripe.String(made[0])}}), customerID)
		slices.Reverse(made)
		forward := walked(c, c.V1Customers.List(c.ctx, &stripe.CustomerListParams{
			ListParams: stripe.ListParams{Limit: stripe.Int64(10)}}), customerID)
		if !slices.Equal(forward, made) {
			c.Errorf("forward\n%v, want\n%v", forward, made)
		}
		slices.Reverse(made)
		if !slices.Equal(backward, made[1:]) {
			c.Errorf("backward\n%v, want\n%v", backward, made[1:])
		}
		none := c.V1Customers.List(c.ctx, &stripe.CustomerListParams{
			ListParams: stripe.ListParams{StartingAfter: stripe.String("cus_none")}})
		for _, err := range none.All(c.ctx) {
			same(c, "param", c.refusal(err).Param, "starting_after")
		}
	})
}

func TestClientCatalog(t *testing.T) {
	eachClient(t, func(c *client) {
		product, err := c.V1Products.Create(c.ctx, &stripe.ProductCreateParams{
			Name: stripe.String("Gold"), Description: stripe.String("All of it"),
			DefaultPriceData: &stripe.ProductCreateDefaultPriceDataParams{
				Currency: stripe.String("eur"), UnitAmountDecimal: stripe.Float64(12.5),
				Recurring: &stripe.ProductCreateDefaultPriceDataRecurringParams{
					Interval: stripe.String("year")}}})
		c.ok(err)
		price, err := c.V1Prices.Retrieve(c.ctx, product.DefaultPrice.ID,
			&stripe.PriceRetrieveParams{Expand: stripe.StringSlice([]string{"product"})})
		c.ok(err)
		same(c, "amount", price.UnitAmountDecimal, 12.5)
		same(c, "product", price.Product.Name, "Gold")
		tiered, err := c.V1Prices.Create(c.ctx, &stripe.PriceCreateParams{
			Currency: stripe.String("usd"), Product: stripe.String(product.ID),
			BillingScheme: stripe.String("tiered"), TiersMode: stripe.String("graduated"),
			Recurring: &stripe.PriceCreateRecurringParams{Interval: stripe.String("month")},
			Tiers: []*stripe.PriceCreateTierParams{
				{UpTo: stripe.Int64(10), UnitAmount: stripe.Int64(500)},
				{UpToInf: stripe.Bool(true), UnitAmount: stripe.Int64(300)}},
			LookupKey: stripe.String("gold"),
			Expand:    stripe.StringSlice([]string{"tiers"})})
		c.ok(err)
		same(c, "tiers", len(tiered.Tiers), 2)
		found := walked(c, c.V1Prices.List(c.ctx, &stripe.PriceListParams{
			LookupKeys: stripe.StringSlice([]string{"gold", "none"})}),
			func(p *stripe.Price) string { return p.ID })
		same(c, "lookup", strings.Join(found, " "), tiered.ID)

		product, err = c.V1Products.Update(c.ctx, product.ID,
			&stripe.ProductUpdateParams{Active: stripe.Bool(false)})
		c.ok(err)
		same(c, "active", product.Active, false)

		coupon, err := c.V1Coupons.Create(c.ctx, &stripe.CouponCreateParams{
			ID: stripe.String("SPRING"), PercentOff: stripe.Float64(33.3),
			Duration: stripe.String("repeating"), DurationInMonths: stripe.Int64(3)})
		c.ok(err)
		same(c, "percent_off", coupon.PercentOff, 33.3)
		coupon, err = c.V1Coupons.Update(c.ctx, "SPRING",
			&stripe.CouponUpdateParams{Name: stripe.String("Spring")})
		c.ok(err)
		same(c, "name", coupon.Name, "Spring")
		coupon, err = c.V1Coupons.Delete(c.ctx, "SPRING", nil)
		c.ok(err)
		same(c, "deleted", coupon.Deleted, true)

		rate, err := c.V1TaxRates.Create(c.ctx, &stripe.TaxRateCreateParams{
			DisplayName: stripe.String("VAT"), Inclusive: stripe.Bool(false),
			Percentage: stripe.Float64(21.25), Country: stripe.String("IT")})
		c.ok(err)
		same(c, "percentage", rate.Percentage, 21.25)
		rate, err = c.V1TaxRates.Update(c.ctx, rate.ID,
			&stripe.TaxRateUpdateParams{Active: stripe.Bool(false)})
		c.ok(err)
		same(c, "active", rate.Active, false)

		_, err = c.V1Prices.Create(c.ctx, &stripe.PriceCreateParams{
			Currency: stripe.String("usd"), Product: stripe.String(product.ID)})
		same(c, "type", c.refusal(err).Type, stripe.ErrorTypeInvalidRequest)
	})
}

func TestClientIdempotency(t *testing.T) {
	eachClient(t, func(c *client) {
		price, ada := c.plan(2000), c.payer("pm_card_visa")
		keyed := func(quantity int64) *stripe.SubscriptionCreateParams {
			p := &stripe.SubscriptionCreateParams{Customer: stripe.String(ada.ID),
				Items: []*stripe.SubscriptionCreateItemParams{
					{Price: stripe.String(price.ID), Quantity: stripe.Int64(quantity)}}}
			p.SetIdempotencyKey("the same key")
			return p
		}
		first, err := c.V1Subscriptions.Create(c.ctx, keyed(1))
		c.ok(err)
		second, err := c.V1Subscriptions.Create(c.ctx, keyed(1))
		c.ok(err)
		same(c, "subscription", second.ID, first.ID)
		same(c, "header", second.LastResponse.Header.Get("Idempotent-Replayed"), "true")
		_, err = c.V1Subscriptions.Create(c.ctx, keyed(2))
		same(c, "type", c.refusal(err).Type, stripe.ErrorTypeIdempotency)
		all := walked(c, c.V1Subscriptions.List(c.ctx, nil),
			func(s *stripe.Subscription) string { return s.ID })
		same(c, "subscriptions", len(all), 1)
	})
}
