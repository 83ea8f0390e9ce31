package worker_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/worker"
)

// bench is a worker on a fresh database, with an app that does next to nothing.
type bench struct {
	t    *testing.T
	db   *store.DB
	time *clock.Manual
	app  *scripted
	*worker.Worker
}

func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) { test(newBench(t, open())) })
}

func newBench(t *testing.T, db *store.DB) *bench {
	m := clock.NewManual(time.Unix(storetest.Now, 0))
	b := &bench{t: t, db: db, time: m, app: &scripted{db: db, time: m}}
	b.Worker = worker.New(worker.Options{App: b.app, DB: db, Clock: m,
		Guard: outbound.Guard{AllowLoopback: true}})
	return b
}

// step does what is due and wants this many pieces.
func (b *bench) step(want int) {
	b.t.Helper()
	if n, err := b.Step(b.t.Context()); n != want || err != nil {
		b.t.Errorf("step: %d pieces, %v; want %d", n, err, want)
	}
}

func (b *bench) write(fn func(tx *store.Tx)) { b.writeAs(storetest.Acme, fn) }

func (b *bench) writeAs(scope billing.Scope, fn func(tx *store.Tx)) {
	b.t.Helper()
	o := store.Origin{Scope: scope, Now: b.time.Now().Unix()}
	err := b.db.Write(b.t.Context(), o, func(tx *store.Tx) error {
		fn(tx)
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) read(fn func(v *store.View) error) {
	b.t.Helper()
	if err := b.db.Read(b.t.Context(), storetest.Acme, b.time.Now().Unix(), fn); err != nil {
		b.t.Fatal(err)
	}
}

// product makes one product.created event.
func (b *bench) product(id string) {
	b.t.Helper()
	b.write(func(tx *store.Tx) { store.Products.Insert(tx, productNamed(id)) })
}

func productNamed(id string) *billing.Product {
	return &billing.Product{ID: id, Object: "product", Active: true,
		Created: storetest.Now, Name: "<" + id + "> & Söhne", Type: "service"}
}

// endpoint listens to everything at an address of a test server.
func (b *bench) endpoint(id string, h http.HandlerFunc) *httptest.Server {
	b.t.Helper()
	server := httptest.NewServer(h)
	b.t.Cleanup(server.Close)
	b.write(func(tx *store.Tx) { store.WebhookEndpoints.Insert(tx, endpointAt(id, server.URL)) })
	return server
}

func endpointAt(id, url string) *billing.WebhookEndpoint {
	e := &billing.WebhookEndpoint{ID: id, Object: "webhook_endpoint", Created: storetest.Now,
		EnabledEvents: []string{"*"}, Status: "enabled", URL: url}
	e.Private.Secret = "whsec_" + id
	return e
}

// deliveries are all of Acme's, of its events in turn.
func (b *bench) deliveries() (out []store.Delivery) {
	b.t.Helper()
	b.read(func(v *store.View) error {
		events, _, err := store.Events(v, store.EventPage{Page: store.Page{Limit: 100}})
		for _, e := range slices.Backward(events) {
			ds, failed := store.Deliveries(v, e.ID)
			out, err = append(out, ds...), errors.Join(err, failed)
		}
		return err
	})
	return out
}

// scripted is an app whose verbs note that they were called, clear the due time, and fail for the
// ids that the test names.
type scripted struct {
	db   *store.DB
	time *clock.Manual

	mu    sync.Mutex
	calls []string
	fail  map[string]error
	spin  map[string]bool // succeeds and stays due
	jobs  func(ctx context.Context, j store.Job) error
	move  func(ctx context.Context, scope billing.Scope, id string) error
}

func (a *scripted) note(verb, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, verb+" "+id)
	return a.fail[id]
}

// called gives the calls since it was asked last.
func (a *scripted) called() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.calls
	a.calls = nil
	return out
}

func (a *scripted) done(ctx context.Context, scope billing.Scope, id string,
	fn func(tx *store.Tx) error) error {
	if a.spin[id] {
		return nil
	}
	return a.db.Write(ctx, store.Origin{Scope: scope, Now: a.time.Now().Unix()}, fn)
}

func (a *scripted) AdvanceSubscription(ctx context.Context, s billing.Scope, id string) error {
	if err := a.note("subscription", id); err != nil {
		return err
	}
	return a.done(ctx, s, id, func(tx *store.Tx) error {
		sub, err := store.Subscriptions.Lock(tx, id)
		if err == nil {
			sub.Private.NextAt = nil
		}
		return err
	})
}

func (a *scripted) AdvanceSubscriptions(ctx context.Context,
	rows []store.DueRow) (failed []store.DueRow, err error) {
	for _, r := range rows {
		if err := a.AdvanceSubscription(ctx, r.Scope, r.ID); err != nil {
			failed = append(failed, r)
		}
	}
	return failed, a.fail["batch"]
}

func (a *scripted) AdvanceInvoices(ctx context.Context,
	rows []store.DueRow, _ int) (failed []store.DueRow, err error) {
	for _, r := range rows {
		if err := a.AdvanceInvoice(ctx, r.Scope, r.ID); err != nil {
			failed = append(failed, r)
		}
	}
	return failed, a.fail["batch"]
}

func (a *scripted) AdvanceInvoice(ctx context.Context, s billing.Scope, id string) error {
	if err := a.note("invoice", id); err != nil {
		return err
	}
	return a.done(ctx, s, id, func(tx *store.Tx) error {
		inv, err := store.Invoices.Lock(tx, id)
		if err == nil {
			inv.Private.FinalizeAt, inv.Private.RetryAt = nil, nil
		}
		return err
	})
}

func (a *scripted) InquireAttempt(ctx context.Context, s billing.Scope, id string) error {
	if err := a.note("attempt", id); err != nil {
		return err
	}
	return a.done(ctx, s, id, func(tx *store.Tx) error {
		att, err := store.Attempts.Lock(tx, id)
		if err == nil {
			att.InquireAt = nil
		}
		return err
	})
}

func (a *scripted) RunTestClock(ctx context.Context, s billing.Scope, id string) error {
	if err := a.note("clock", id); err != nil {
		return err
	}
	if a.move != nil {
		return a.move(ctx, s, id)
	}
	return a.done(ctx, s, id, func(tx *store.Tx) error {
		c, err := store.TestClocks.Lock(tx, id)
		if err == nil {
			c.Status = billing.TestClockReady
		}
		return err
	})
}

func (a *scripted) ExpireTestClock(ctx context.Context, s billing.Scope, id string) error {
	if err := a.note("expire", id); err != nil {
		return err
	}
	return a.done(ctx, s, id, func(tx *store.Tx) error {
		c, err := store.TestClocks.Lock(tx, id)
		if err == nil {
			store.TestClocks.Delete(tx, c)
		}
		return err
	})
}

func (a *scripted) Reconcile(context.Context, time.Time) error { return nil }

func (a *scripted) RunJob(ctx context.Context, j store.Job) error {
	if err := a.note("job", j.ID); err != nil || a.jobs == nil {
		return err
	}
	return a.jobs(ctx, j)
}

func (a *scripted) FinishDelivery(ctx context.Context, d store.Delivery,
	r store.DeliveryResult) error {
	o := store.Origin{Scope: d.Scope, Now: a.time.Now().Unix()}
	return a.db.Write(ctx, o, func(tx *store.Tx) error { return store.FinishDelivery(tx, d, r) })
}
