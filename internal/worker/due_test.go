package worker_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// subscriptions are due at these times, each named for its place.
func (b *bench) subscriptions(scope billing.Scope, at ...int64) {
	b.t.Helper()
	b.writeAs(scope, func(tx *store.Tx) {
		store.Customers.Insert(tx, &billing.Customer{ID: "cus_1", Object: "customer",
			Created: storetest.Now, NextInvoiceSequence: 1})
		for i, next := range at {
			sub := &billing.Subscription{ID: fmt.Sprint("sub_", i), Object: "subscription",
				Created: storetest.Now, Customer: billing.To[billing.Customer]("cus_1"),
				Status: billing.SubscriptionActive, Currency: "usd",
				CollectionMethod: billing.ChargeAutomatically}
			sub.Private.NextAt = &next
			store.Subscriptions.Insert(tx, sub)
		}
	})
}

func (b *bench) expectCalls(want ...string) {
	b.t.Helper()
	if got := b.app.called(); !slices.Equal(got, want) {
		b.t.Errorf("calls %q, want %q", got, want)
	}
}

func TestEachKindIsDoneWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		now := storetest.Now
		b.subscriptions(storetest.Acme, now+10)
		b.write(func(tx *store.Tx) {
			for id, at := range map[string][2]int64{"in_draft": {now + 10, 0}, "in_open": {0, now + 10}} {
				in := &billing.Invoice{ID: id, Object: "invoice", Created: now, Currency: "usd",
					Customer: billing.To[billing.Customer]("cus_1"), Status: billing.InvoiceDraft,
					CollectionMethod: billing.ChargeAutomatically}
				if at[0] > 0 {
					in.Private.FinalizeAt = &at[0]
				} else {
					in.Private.RetryAt = &at[1]
				}
				store.Invoices.Insert(tx, in)
			}
			store.Attempts.Insert(tx, &store.Attempt{ID: "att_1", Object: "attempt", Op: "charge",
				State: store.AttemptUnknown, InquireAt: new(now + 10)})
			store.TestClocks.Insert(tx, &billing.TestClock{ID: "clock_1", Created: now,
				Object: "test_helpers.test_clock", Status: "ready", DeletesAfter: now + 10})
		})
		b.time.Set(time.Unix(now+9, 0))
		b.step(0)
		b.expectCalls()
		b.time.Set(time.Unix(now+10, 0))
		b.step(5)
		b.expectCalls("subscription sub_0", "invoice in_draft", "invoice in_open", "attempt att_1",
			"expire clock_1")
		b.step(0)
	})
}

func TestWhatFailsIsLeftAloneAndDoesNotHideTheRest(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.subscriptions(storetest.Acme, 10, 20, 30)
		b.subscriptions(storetest.Other, 15)
		b.app.fail = map[string]error{"sub_1": errors.New("broken")}
		n, err := b.Step(t.Context())
		if n != 4 || err == nil || !strings.Contains(err.Error(), "sub_1: broken") {
			t.Errorf("%d, %v", n, err)
		}
		// sub_1 is tried in the batch and then alone; Other has a sub_0 too.
		b.expectCalls("subscription sub_0", "subscription sub_0", "subscription sub_1",
			"subscription sub_2", "subscription sub_1")
		b.step(0)
		b.time.Advance(4 * time.Second)
		b.step(0)
		b.time.Advance(time.Second)
		if _, err := b.Step(t.Context()); err == nil {
			t.Error("it was not tried again")
		}
		b.time.Advance(5 * time.Second)
		b.step(0) // the pause has doubled
		b.time.Advance(5 * time.Second)
		b.app.fail = nil
		b.step(1)
	})
}

func TestAFailedBatchIsDoneOneByOne(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.subscriptions(storetest.Acme, 10, 20)
	b.app.fail = map[string]error{"batch": errors.New("commit failed")}
	b.step(2)
	b.expectCalls("subscription sub_0", "subscription sub_1", "subscription sub_0",
		"subscription sub_1")
}

func TestADeclineIsAnOutcome(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.subscriptions(storetest.Acme, 10)
	b.app.fail = map[string]error{"sub_0": &billing.Error{Type: billing.ErrorCard}}
	if _, err := b.Step(t.Context()); err != nil {
		t.Errorf("a decline failed the step: %v", err)
	}
}

func TestWorkThatStaysDueDoesNotSpin(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.subscriptions(storetest.Acme, 10)
	b.app.spin = map[string]bool{"sub_0": true}
	b.step(20)
	b.step(0)
}

func TestAPanicIsAnErrorOfItsOwnWork(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.write(func(tx *store.Tx) {
		for _, id := range []string{"job_1", "job_2"} {
			if _, err := store.Enqueue(tx, store.Job{ID: id, Kind: "mail"}); err != nil {
				t.Error(err)
			}
		}
	})
	b.app.jobs = func(_ context.Context, j store.Job) error {
		if j.ID == "job_1" {
			panic("broken invariant")
		}
		return nil
	}
	if n, err := b.Step(t.Context()); n != 2 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	b.expectCalls("job job_1", "job job_2")
}

func TestJobsAreTriedAgainAndThenDead(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.write(func(tx *store.Tx) {
			if _, err := store.Enqueue(tx, store.Job{ID: "job_1", Kind: "mail"}); err != nil {
				t.Error(err)
			}
		})
		b.app.fail = map[string]error{"job_1": errors.New("no mail server")}
		tries := 0
		for range 20 {
			n, err := b.Step(t.Context())
			if tries += n; n == 1 && err == nil {
				t.Error("the failure was lost")
			}
			b.time.Advance(6 * time.Hour)
		}
		dead, err := b.db.DeadJobs(t.Context(), 10)
		if tries != 15 || err != nil || len(dead) != 1 {
			t.Errorf("%d tries, %v, %v", tries, dead, err)
		}
	})
}

func TestClocksAdvance(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.write(func(tx *store.Tx) {
			for i, status := range []string{"advancing", "ready", "advancing"} {
				store.TestClocks.Insert(tx, &billing.TestClock{ID: fmt.Sprint("clock_", i),
					Object: "test_helpers.test_clock", Created: storetest.Now, Status: status,
					DeletesAfter: storetest.Now + 1e6, FrozenTime: 5})
			}
		})
		b.app.fail = map[string]error{"clock_0": errors.New("broken")}
		if n, err := b.Step(t.Context()); n != 2 || err == nil {
			t.Errorf("%d, %v", n, err)
		}
		b.app.fail = nil
		b.step(0)
		b.time.Advance(5 * time.Second)
		b.step(1)
		b.step(0)
	})
}

func TestPruning(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.product("prod_old")
		b.time.Advance(29 * 24 * time.Hour)
		b.product("prod_new")
		b.step(0)
		count := func() (n int) {
			b.read(func(v *store.View) error {
				events, _, err := store.Events(v, store.EventPage{Page: store.Page{Limit: 10}})
				n = len(events)
				return err
			})
			return n
		}
		if n := count(); n != 2 {
			t.Fatalf("%d events", n)
		}
		b.time.Advance(24*time.Hour + time.Second)
		b.step(0)
		if n := count(); n != 1 {
			t.Errorf("%d events are left, want 1", n)
		}
	})
}
