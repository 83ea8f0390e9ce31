package worker_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/worker"
)

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: not within %v", what, patience)
	}
}

// present is a bench whose events happen now, so that a worker on real time does not prune them.
func present(t *testing.T, options ...func(*store.Options)) *bench {
	t.Helper()
	b := newBench(t, storetest.Open(t, options...))
	b.time.Set(clock.System{}.Now())
	return b
}

// running starts a worker on real time. It polls so rarely that only being woken explains speed.
func (b *bench) running(poll time.Duration, client outbound.Options) (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	b.Worker = worker.New(worker.Options{App: b.app, DB: b.db, Clock: clock.System{}, Poll: poll,
		Guard: outbound.Guard{AllowLoopback: true}, Client: client})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Run(ctx)
	}()
	return func() {
		cancel()
		within(b.t, "stop", ended)
	}
}

func TestAHangingEndpointDelaysNoOther(t *testing.T) {
	t.Parallel()
	b := present(t)
	hang, got := make(chan struct{}), make(chan struct{}, 200)
	b.endpoint("we_hangs", func(http.ResponseWriter, *http.Request) { <-hang })
	b.endpoint("we_quick", func(http.ResponseWriter, *http.Request) { got <- struct{}{} })
	for i := range 60 {
		b.product(fmt.Sprintf("prod_%02d", i))
	}
	stop := b.running(20*time.Millisecond, outbound.Options{})
	for range 60 {
		within(t, "event", got)
	}
	close(hang)
	stop()
}

// TestManyHangingEndpointsDelayNoOther lets a hundred endpoints hang, each with a queue that could
// take sixteen places. What happens then at an endpoint that answers arrives while all the others
// still hang, since nothing here ends a request but its answer.
func TestManyHangingEndpointsDelayNoOther(t *testing.T) {
	t.Parallel()
	const endpoints, queue = 100, 16
	b := present(t)
	hang, hanging := make(chan struct{}), make(chan string, 2*endpoints*queue)
	server := b.endpoint("we_000", func(_ http.ResponseWriter, r *http.Request) {
		hanging <- r.URL.Path
		<-hang
	})
	release := sync.OnceFunc(func() { close(hang) })
	t.Cleanup(release) // or a failure would wait for the server for ever
	b.write(func(tx *store.Tx) {
		for i := 1; i < endpoints; i++ {
			id := fmt.Sprintf("we_%03d", i)
			store.WebhookEndpoints.Insert(tx, endpointAt(id, server.URL+"/"+id))
		}
	})
	b.write(func(tx *store.Tx) {
		for i := range queue {
			store.Products.Insert(tx, productNamed(fmt.Sprintf("prod_%02d", i)))
		}
	})
	stop := b.running(20*time.Millisecond, outbound.Options{Timeout: time.Hour})
	reached := map[string]bool{}
	for len(reached) < endpoints {
		select {
		case path := <-hanging:
			reached[path] = true
		case <-time.After(patience):
			t.Fatalf("%d of %d endpoints were reached", len(reached), endpoints)
		}
	}
	got := make(chan struct{}, 1)
	b.endpoint("we_well", func(http.ResponseWriter, *http.Request) { got <- struct{}{} })
	b.product("prod_well")
	within(t, "event", got)
	release()
	stop()
}

func TestACommitWakesAndAStopFinishes(t *testing.T) {
	t.Parallel()
	var woken func(store.Commit)
	b := present(t, func(o *store.Options) {
		o.OnCommit = func(c store.Commit) {
			if woken != nil {
				woken(c)
			}
		}
	})
	arrived, release := make(chan struct{}), make(chan struct{})
	b.endpoint("we_1", func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	})
	stop := b.running(time.Hour, outbound.Options{})
	woken = b.Committed
	b.product("prod_1")
	within(t, "event", arrived)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		stop()
	}()
	close(release) // the answer comes after the worker was told to stop
	within(t, "stop", stopped)
	if d := b.deliveries()[0]; d.State != store.DeliveryDelivered {
		t.Errorf("what had begun was not finished: %+v", d)
	}
}

func TestClocksDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	b := present(t)
	b.write(func(tx *store.Tx) {
		for _, id := range []string{"clock_long", "clock_short"} {
			store.TestClocks.Insert(tx, &billing.TestClock{ID: id, Created: storetest.Now,
				Object: "test_helpers.test_clock", Status: "advancing", DeletesAfter: 1 << 40})
		}
	})
	short := make(chan struct{})
	b.app.move = func(ctx context.Context, _ billing.Scope, id string) error {
		if id == "clock_long" {
			<-ctx.Done()
			return ctx.Err()
		}
		return b.app.done(ctx, storetest.Acme, id, func(tx *store.Tx) error {
			c, err := store.TestClocks.Lock(tx, id)
			if err == nil {
				c.Status = billing.TestClockReady
				close(short)
			}
			return err
		})
	}
	stop := b.running(20*time.Millisecond, outbound.Options{})
	within(t, "the short clock", short)
	stop()
}

func TestNothingIsLeftRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("run", func(t *testing.T) {
		b := present(t)
		got := make(chan struct{}, 1)
		b.endpoint("we_1", func(http.ResponseWriter, *http.Request) { got <- struct{}{} })
		b.product("prod_1")
		stop := b.running(20*time.Millisecond, outbound.Options{})
		within(t, "event", got)
		stop()
	})
	goleak.VerifyNone(t, before)
}
