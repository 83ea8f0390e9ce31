package app_test

import (
	"errors"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestAKeyComesBeforeARefusal: a request with a used key learns that first, even when it is so
// wrong that nothing is looked up for it.
func TestAKeyComesBeforeARefusal(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := sim.Open(t, engine)
			caller := func(key, hash string) app.Caller {
				return app.Caller{Actor: billing.Actor{Scope: h.Scope}, Reply: &app.Reply{Key: key,
					Method: "POST", Path: "/v1/things", ParamsHash: hash,
					Render: func(store.Querier, any) ([]byte, error) { return []byte("{}"), nil }}}
			}
			first := app.CustomerCreateParams{}
			if _, err := h.App.CreateCustomer(t.Context(), caller("k", "a"), first); err != nil {
				t.Fatal(err)
			}
			var none app.SubscriptionCreateParams // refused: it names no customer
			for _, c := range []struct{ key, hash, want string }{
				{"k", "b", billing.ErrorIdempotency}, {"new", "b", billing.ErrorInvalidRequest}} {
				_, err := h.App.CreateSubscription(t.Context(), caller(c.key, c.hash), none)
				var refused *billing.Error
				if !errors.As(err, &refused) || refused.Type != c.want {
					t.Errorf("key %s, parameters %s: %v", c.key, c.hash, err)
				}
			}
			again := caller("k", "a")
			_, err := h.App.CreateSubscription(t.Context(), again, none)
			if !app.IsReplay(err) || string(again.Reply.Body) != "{}" {
				t.Errorf("the same request again: %s, %v", again.Reply.Body, err)
			}
		})
	}
}
