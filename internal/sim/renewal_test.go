package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestRenewalsAskTogether counts the queries of one round of renewals: however many subscriptions
// renew together, there are as many.
func TestRenewalsAskTogether(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			few, many := renewalQueries(t, engine, 2), renewalQueries(t, engine, 30)
			if few != many {
				t.Errorf("2 renewals took %d queries, 30 took %d", few, many)
			}
		})
	}
}

// renewalQueries is how often the database is asked while n subscriptions renew. One of them has
// a pending item to sweep.
func renewalQueries(t *testing.T, engine string, n int) int64 {
	t.Helper()
	h := sim.Open(t, engine)
	h.Make("/v1/products", "name=Tea", "id=prod_tea")
	price := h.Make("/v1/prices", "product=prod_tea", "unit_amount=1000", "currency=usd",
		"recurring[interval]=month")
	var customer string
	for i := range n {
		customer = h.Make("/v1/customers", fmt.Sprint("name=", i))
		h.Make("/v1/subscriptions", "customer="+customer, "items[0][price]="+price,
			"collection_method=send_invoice", "days_until_due=30")
	}
	h.Make("/v1/invoiceitems", "customer="+customer, "amount=500", "currency=usd")
	h.Clock.Set(sim.Start.AddDate(0, 0, 28))
	h.Work()
	h.Clock.Set(sim.Start.AddDate(0, 0, 29).Add(time.Minute)) // January 31 renews in February
	before := h.DB.Stats().Queries.Load()
	h.Work()
	return h.DB.Stats().Queries.Load() - before
}
