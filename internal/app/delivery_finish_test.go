package app_test

import (
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestAnEndpointThatOnlyFailsIsDisabled counts from the first failure since the last success.
func TestAnEndpointThatOnlyFailsIsDisabled(t *testing.T) {
	t.Parallel()
	const days3 = 3 * 24 * time.Hour
	failed, arrived := store.DeliveryPending, store.DeliveryDelivered
	for _, test := range []struct {
		what   string
		states []string
		at     []time.Duration
		want   string
	}{
		{"one failure", []string{failed}, []time.Duration{0}, "enabled"},
		{"almost three days", []string{failed, failed, failed},
			[]time.Duration{0, time.Hour, days3 - time.Millisecond}, "enabled"},
		{"three days", []string{failed, failed, failed}, []time.Duration{0, time.Hour, days3},
			"disabled"},
		{"one that is given up", []string{failed, store.DeliveryFailed},
			[]time.Duration{0, days3 + time.Hour}, "disabled"},
		{"a success between", []string{failed, arrived, failed},
			[]time.Duration{0, time.Hour, days3}, "enabled"},
		{"three days after a success", []string{failed, arrived, failed, failed},
			[]time.Duration{0, time.Hour, 2 * time.Hour, days3 + 2*time.Hour}, "disabled"},
	} {
		a := office(t)
		c, endpoint := hooked(t, a)
		for i, state := range test.states {
			finish(t, a, store.DeliveryResult{State: state,
				AtMs: storetest.Now*1000 + test.at[i].Milliseconds(), Status: 500})
		}
		if got := statusOf(t, a, c, endpoint.ID); got != test.want {
			t.Errorf("%s: the endpoint is %s, want %s", test.what, got, test.want)
		}
		off := false
		if _, err := a.UpdateWebhookEndpoint(t.Context(), c, endpoint.ID,
			app.WebhookEndpointUpdateParams{Disabled: &off}); err != nil {
			t.Fatal(err)
		}
		product(t, a, c)
		finish(t, a, store.DeliveryResult{State: failed,
			AtMs: storetest.Now*1000 + 2*days3.Milliseconds(), Status: 500})
		if got := statusOf(t, a, c, endpoint.ID); got != "enabled" {
			t.Errorf("%s: enabled again and %s after one failure", test.what, got)
		}
	}
}

// TestADeletedEndpointsAnswerIsRecorded: it may answer after it was deleted.
func TestADeletedEndpointsAnswerIsRecorded(t *testing.T) {
	t.Parallel()
	a := office(t)
	c, endpoint := hooked(t, a)
	product(t, a, c)
	on := claimed(t, a)
	if _, err := a.DeleteWebhookEndpoint(t.Context(), c, endpoint.ID); err != nil {
		t.Fatal(err)
	}
	result := store.DeliveryResult{State: store.DeliveryDelivered, AtMs: storetest.Now * 1000}
	if err := a.FinishDelivery(t.Context(), on, result); err != nil {
		t.Error(err)
	}
}

// hooked is an account with one webhook endpoint.
func hooked(t *testing.T, a *app.App) (app.Caller, *billing.WebhookEndpoint) {
	t.Helper()
	made, err := a.CreateAccount(t.Context(), app.AccountCreateParams{Name: "Desk",
		Country: "US"})
	if err != nil {
		t.Fatal(err)
	}
	c := app.Caller{Actor: billing.Actor{Scope: billing.Scope{Account: made.ID}}}
	endpoint, err := a.CreateWebhookEndpoint(t.Context(), c, app.WebhookEndpointCreateParams{
		URL: "https://hooks.example.com/", EnabledEvents: []string{"product.created"}})
	if err != nil {
		t.Fatal(err)
	}
	product(t, a, c)
	return c, endpoint
}

func product(t *testing.T, a *app.App, c app.Caller) {
	t.Helper()
	if _, err := a.CreateProduct(t.Context(), c, app.ProductCreateParams{
		ProductParams: app.ProductParams{Name: new("x")}}); err != nil {
		t.Fatal(err)
	}
}

// claimed takes the delivery that waits, whenever it is due.
func claimed(t *testing.T, a *app.App) store.Delivery {
	t.Helper()
	ds, err := a.DB.ClaimDeliveries(t.Context(), store.Claim{NowMs: 1 << 50, LeaseMs: 0, Limit: 1})
	if err != nil || len(ds) != 1 {
		t.Fatalf("claimed %v, %v", ds, err)
	}
	return ds[0]
}

// finish records a try, and leaves the delivery to be tried again.
func finish(t *testing.T, a *app.App, r store.DeliveryResult) {
	t.Helper()
	d := claimed(t, a)
	if err := a.FinishDelivery(t.Context(), d, r); err != nil {
		t.Fatal(err)
	}
	if r.State == store.DeliveryPending {
		return
	}
	c := app.Caller{Actor: billing.Actor{Scope: d.Scope}}
	product(t, a, c) // the next event
}

func statusOf(t *testing.T, a *app.App, c app.Caller, id string) (status string) {
	t.Helper()
	err := a.View(t.Context(), c.Scope, func(q *store.View) error {
		endpoint, err := store.WebhookEndpoints.Get(q, id)
		status = endpoint.Status
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return status
}
