package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v86"
	"github.com/stripe/stripe-go/v86/webhook"
)

// letter is a webhook as it arrived.
type letter struct {
	body      []byte
	signature string
}

// TestClientWebhooks has events delivered over HTTP and verified as an application would.
func TestClientWebhooks(t *testing.T) {
	eachClient(t, func(c *client) {
		arrived := make(chan letter, 100)
		receiver := httptest.NewServer(http.HandlerFunc(
			func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body) // what is missing fails the signature
				arrived <- letter{body, r.Header.Get("Stripe-Signature")}
			}))
		defer receiver.Close()
		c.allow("127.0.0.1")
		endpoint, err := c.V1WebhookEndpoints.Create(c.ctx, &stripe.WebhookEndpointCreateParams{
			URL: stripe.String(receiver.URL + "/hook"),
			EnabledEvents: stripe.StringSlice([]string{"invoice.paid",
				"customer.subscription.updated"})})
		c.ok(err)
		same(c, "secret", strings.HasPrefix(endpoint.Secret, "whsec_"), true)
		sub := c.subscribe(c.payer("pm_card_visa"), c.plan(2000))
		c.Settle()
		close(arrived)
		types := map[stripe.EventType]int{}
		for l := range arrived {
			event, err := webhook.ConstructEvent(l.body, l.signature, endpoint.Secret)
			c.ok(err)
			types[event.Type]++
			if event.Type == stripe.EventTypeInvoicePaid {
				var invoice stripe.Invoice
				c.ok(json.Unmarshal(event.Data.Raw, &invoice))
				same(c, "subscription", invoice.Parent.SubscriptionDetails.Subscription.ID, sub.ID)
			} else {
				same(c, "status before", event.GetPreviousValue("status"), "incomplete")
			}
			_, err = webhook.ConstructEvent(l.body, l.signature, "whsec_wrong")
			same(c, "a wrong secret is noticed", err != nil, true)
		}
		same(c, "invoice.paid", types[stripe.EventTypeInvoicePaid], 1)
		same(c, "updated", types[stripe.EventTypeCustomerSubscriptionUpdated], 1)

		endpoint, err = c.V1WebhookEndpoints.Update(c.ctx, endpoint.ID,
			&stripe.WebhookEndpointUpdateParams{Disabled: stripe.Bool(true)})
		c.ok(err)
		same(c, "status", endpoint.Status, "disabled")
		same(c, "secret is shown once", endpoint.Secret, "")
		endpoint, err = c.V1WebhookEndpoints.Delete(c.ctx, endpoint.ID, nil)
		c.ok(err)
		same(c, "deleted", endpoint.Deleted, true)
	})
}

func TestClientEvents(t *testing.T) {
	eachClient(t, func(c *client) {
		ada := c.payer("pm_card_visa")
		_, err := c.V1Customers.Update(c.ctx, ada.ID,
			&stripe.CustomerUpdateParams{Name: stripe.String("Countess Lovelace")})
		c.ok(err)
		var updates []*stripe.Event
		for event, err := range c.V1Events.List(c.ctx, &stripe.EventListParams{
			Types: stripe.StringSlice([]string{"customer.updated"})}).All(c.ctx) {
			c.ok(err)
			updates = append(updates, event)
		}
		if len(updates) == 0 {
			c.Fatal("there is no customer.updated")
		}
		event, err := c.V1Events.Retrieve(c.ctx, updates[0].ID, nil)
		c.ok(err)
		same(c, "name before", event.GetPreviousValue("name"), "Ada Lovelace")
		same(c, "name", event.GetObjectValue("name"), "Countess Lovelace")
		same(c, "request", strings.HasPrefix(event.Request.ID, "req_"), true)
		same(c, "its key", event.Request.IdempotencyKey != "", true)
	})
}

// Stripe's names for parts of a portal.
type (
	portalHistory = stripe.BillingPortalConfigurationCreateFeaturesInvoiceHistoryParams
	portalCancel  = stripe.BillingPortalConfigurationCreateFeaturesSubscriptionCancelParams
	flowCancel    = stripe.BillingPortalSessionCreateFlowDataSubscriptionCancelParams
)

func TestClientPortal(t *testing.T) {
	eachClient(t, func(c *client) {
		ada := c.payer("pm_card_visa")
		sub := c.subscribe(ada, c.plan(2000))
		session, err := c.V1BillingPortalSessions.Create(c.ctx,
			&stripe.BillingPortalSessionCreateParams{Customer: stripe.String(ada.ID),
				ReturnURL: stripe.String("https://example.com/account"),
				Expand:    stripe.StringSlice([]string{"configuration"})})
		c.ok(err)
		same(c, "default configuration", session.Configuration.IsDefault, true)
		same(c, "link", strings.HasPrefix(session.URL, "http://portico.test/p/session/"), true)

		configuration, err := c.V1BillingPortalConfigurations.Create(c.ctx,
			&stripe.BillingPortalConfigurationCreateParams{
				BusinessProfile: &stripe.BillingPortalConfigurationCreateBusinessProfileParams{
					Headline: stripe.String("Hello")},
				Features: &stripe.BillingPortalConfigurationCreateFeaturesParams{
					InvoiceHistory: &portalHistory{
						Enabled: stripe.Bool(true)},
					SubscriptionCancel: &portalCancel{
						Enabled: stripe.Bool(true), Mode: stripe.String("immediately")}}})
		c.ok(err)
		configuration, err = c.V1BillingPortalConfigurations.Update(c.ctx, configuration.ID,
			&stripe.BillingPortalConfigurationUpdateParams{Active: stripe.Bool(true),
				DefaultReturnURL: stripe.String("https://example.com/")})
		c.ok(err)
		session, err = c.V1BillingPortalSessions.Create(c.ctx,
			&stripe.BillingPortalSessionCreateParams{Customer: stripe.String(ada.ID),
				Configuration: stripe.String(configuration.ID), Locale: stripe.String("it"),
				FlowData: &stripe.BillingPortalSessionCreateFlowDataParams{
					Type: stripe.String("subscription_cancel"),
					SubscriptionCancel: &flowCancel{
						Subscription: stripe.String(sub.ID)}}})
		c.ok(err)
		same(c, "flow", session.Flow.SubscriptionCancel.Subscription, sub.ID)
	})
}
