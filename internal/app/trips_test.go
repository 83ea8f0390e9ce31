package app_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// cost is how often something waited for the database. Round trips are PostgreSQL's alone.
type cost struct{ trips, queries, commits int64 }

func spent(h *sim.House, do func()) cost {
	s := h.DB.Stats()
	was := cost{s.Trips.Load(), s.Queries.Load(), s.Commits.Load()}
	do()
	return cost{s.Trips.Load() - was.trips, s.Queries.Load() - was.queries,
		s.Commits.Load() - was.commits}
}

// atMost fails when something waited more often than a test allows.
func (c cost) atMost(t *testing.T, what string, most cost) {
	t.Helper()
	if c.trips > most.trips || c.queries > most.queries || c.commits != most.commits {
		t.Errorf("%s cost %+v, want at most %+v", what, c, most)
	}
}

// TestTripsOfAPayment counts how often payments wait for the database: one that somebody asks for
// with an idempotency key, and those of many drafts that the worker finalizes and collects.
func TestTripsOfAPayment(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := sim.Open(t, engine)
			h.Make("/v1/products", "name=Pro", "id=prod_1")
			price := h.Make("/v1/prices", "product=prod_1", "unit_amount=1000", "currency=usd",
				"recurring[interval]=day")
			const many = 20
			for i := range many {
				customer := h.Make("/v1/customers", fmt.Sprint("name=", i),
					"payment_method=pm_card_visa",
					"invoice_settings[default_payment_method]=pm_card_visa")
				// Begin: what is known of the request, what is known then, and the commit. End:
				// what the attempt names, and the commit.
				spent(h, func() { subscribe(t, h, customer, price) }).
					atMost(t, "creating a paid subscription", cost{5, 15, 2})
			}
			h.Work()
			h.Clock.Advance(24 * time.Hour)
			h.Work()
			h.Clock.Advance(time.Hour + time.Minute)
			// The same, for all of them together: the drafts, what they touch, what they look up
			// and its products, and the commit; then the end as above.
			rows := due(t, h, many)
			spent(h, func() { collect(t, h, rows) }).
				atMost(t, "finalizing and collecting many drafts", cost{7, 17, 2})
			if r := h.Report(); r.Paid != 2*many {
				t.Errorf("%d invoices are paid", r.Paid)
			}
		})
	}
}

func subscribe(t *testing.T, h *sim.House, customer, price string) {
	t.Helper()
	reply := &app.Reply{Key: customer, Method: "POST", Path: "/v1/subscriptions",
		Render: func(_ store.Querier, noun any) ([]byte, error) { return json.Marshal(noun) }}
	sub, err := h.App.CreateSubscription(t.Context(),
		app.Caller{Actor: billing.Actor{Scope: h.Scope}, Reply: reply},
		app.SubscriptionCreateParams{Customer: customer,
			Items: []app.SubscriptionItemParams{{Price: &price}}})
	if err != nil || sub.Status != billing.SubscriptionActive || reply.Status != 200 {
		t.Fatalf("%+v, answered %d, %v", sub, reply.Status, err)
	}
}

func due(t *testing.T, h *sim.House, want int) []store.DueRow {
	t.Helper()
	rows, err := h.DB.Due(t.Context(), store.DueScan{Kind: store.DueInvoiceFinalize,
		Before: h.Clock.Now().Unix(), Limit: 100})
	if err != nil || len(rows) != want {
		t.Fatalf("%d drafts are due, %v", len(rows), err)
	}
	return rows
}

func collect(t *testing.T, h *sim.House, rows []store.DueRow) {
	t.Helper()
	if again, err := h.App.AdvanceInvoices(t.Context(), rows, 4); len(again) > 0 || err != nil {
		t.Fatalf("%d are to be done again, %v", len(again), err)
	}
}
