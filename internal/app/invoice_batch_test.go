package app_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// drafts is a house in which three drafts are due.
func drafts(t *testing.T, test func(t *testing.T, h *sim.House, rows []store.DueRow)) {
	t.Helper()
	t.Parallel()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := sim.Open(t, engine)
			h.Make("/v1/products", "name=Pro", "id=prod_1")
			price := h.Make("/v1/prices", "product=prod_1", "unit_amount=1000", "currency=usd",
				"recurring[interval]=day")
			for range 3 {
				customer := h.Make("/v1/customers", "payment_method=pm_card_visa",
					"invoice_settings[default_payment_method]=pm_card_visa")
				h.Make("/v1/subscriptions", "customer="+customer, "items[0][price]="+price)
			}
			h.Work()
			h.Clock.Advance(24 * time.Hour)
			h.Work()
			h.Clock.Advance(time.Hour + time.Minute)
			h.App.Log = slog.New(slog.DiscardHandler) // what goes wrong here is meant to
			test(t, h, due(t, h, 3))
		})
	}
}

// calls counts the charges that a gateway is asked for, and lets something happen with each.
type calls struct {
	gateway.Gateway
	n    int
	with func(n int)
}

func (c *calls) Charge(ctx context.Context, r gateway.ChargeRequest) (gateway.Result, error) {
	c.n++
	c.with(c.n)
	return c.Gateway.Charge(ctx, r)
}

// paidOnce fails unless, in the end, every invoice is paid and none twice.
func paidOnce(t *testing.T, h *sim.House) {
	t.Helper()
	h.MoveTo(h.Clock.Now().Add(3*time.Hour), time.Hour)
	if r := h.Report(); r.Paid != 6 || r.ChargedTwice+r.NeverRecorded+r.Parked > 0 {
		t.Errorf("in the end: %v", r)
	}
}

func TestABatchWithABadInvoiceChargesNothing(t *testing.T) {
	drafts(t, func(t *testing.T, h *sim.House, rows []store.DueRow) {
		rows = append(rows, store.DueRow{Scope: h.Scope, ID: "in_nowhere"})
		gate := &calls{h.App.Gateway, 0, func(int) {}}
		h.App.Gateway = gate
		again, err := h.App.AdvanceInvoices(t.Context(), rows, 1)
		if len(again) != 4 || err != nil || gate.n != 0 {
			t.Errorf("%d are to be done again after %d charges, %v", len(again), gate.n, err)
		}
		paidOnce(t, h)
	})
}

// TestASlowGatewayIsNotAskedTooLate: a call that would outlive the attempt's lease is not made,
// because the worker might ask about the attempt meanwhile and give it up.
func TestASlowGatewayIsNotAskedTooLate(t *testing.T) {
	drafts(t, func(t *testing.T, h *sim.House, rows []store.DueRow) {
		gate := &calls{h.App.Gateway, 0, func(int) { h.Clock.Advance(20 * time.Second) }}
		h.App.Gateway = gate
		if again, err := h.App.AdvanceInvoices(t.Context(), rows, 1); len(again) > 0 || err != nil {
			t.Errorf("%d are to be done again, %v", len(again), err)
		}
		if gate.n != 2 {
			t.Errorf("%d charges were asked for in 30 seconds", gate.n)
		}
		paidOnce(t, h)
	})
}

func TestABrokenAdapterHasAnUnknownOutcome(t *testing.T) {
	drafts(t, func(t *testing.T, h *sim.House, rows []store.DueRow) {
		sound := h.App.Gateway
		h.App.Gateway = &calls{sound, 0, func(n int) {
			if n == 2 {
				panic("broken")
			}
		}}
		if again, err := h.App.AdvanceInvoices(t.Context(), rows, 1); len(again) > 0 || err != nil {
			t.Errorf("%d are to be done again, %v", len(again), err)
		}
		h.App.Gateway = sound
		if r := h.Report(); r.Paid != 5 {
			t.Errorf("while one is unknown: %v", r)
		}
		paidOnce(t, h)
	})
}

// TestOneOutcomeThatFailsLeavesTheOthers: an attempt whose plan cannot be read keeps no other
// payment of its batch from being recorded.
func TestOneOutcomeThatFailsLeavesTheOthers(t *testing.T) {
	drafts(t, func(t *testing.T, h *sim.House, rows []store.DueRow) {
		var kept []byte
		gate := &calls{h.App.Gateway, 0, func(n int) {
			if n == 1 {
				kept = spoil(t, h, rows[1].ID, []byte("{"))
			}
		}}
		h.App.Gateway = gate
		_, err := h.App.AdvanceInvoices(t.Context(), rows, 1)
		if r := h.Report(); err == nil || r.Paid != 5 || gate.n != 3 {
			t.Errorf("%d charges, %v, %v", gate.n, r, err)
		}
		spoil(t, h, rows[1].ID, kept)
		paidOnce(t, h)
	})
}

// spoil replaces the plan of an invoice's attempts and answers what it was.
func spoil(t *testing.T, h *sim.House, invoice string, plan []byte) (was []byte) {
	t.Helper()
	err := h.DB.Write(t.Context(), store.Origin{Scope: h.Scope, Now: 1}, func(tx *store.Tx) error {
		attempts, err := store.Attempts.LockAll(tx, store.Eq("invoice", invoice))
		for _, att := range attempts {
			was, att.Change = att.Change, plan
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return was
}
