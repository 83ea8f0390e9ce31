package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
)

// App is what a worker asks of the command room. Each verb looks under a lock whether its work is
// due; when it is not, because another worker was quicker, that is no error.
type App interface {
	AdvanceSubscription(ctx context.Context, scope billing.Scope, id string) error
	// AdvanceSubscriptions advances many in one commit and gives those that failed.
	AdvanceSubscriptions(ctx context.Context, rows []store.DueRow) ([]store.DueRow, error)
	AdvanceInvoice(ctx context.Context, scope billing.Scope, id string) error
	// AdvanceInvoices advances many, with up to width calls of the gateway at a time, and gives
	// those of which nothing is done.
	AdvanceInvoices(ctx context.Context, rows []store.DueRow, width int) ([]store.DueRow, error)
	InquireAttempt(ctx context.Context, scope billing.Scope, id string) error
	// RunTestClock takes an advancing clock to its target, through all that falls due.
	RunTestClock(ctx context.Context, scope billing.Scope, id string) error
	// ExpireTestClock deletes a clock that has outlived its time.
	ExpireTestClock(ctx context.Context, scope billing.Scope, id string) error
	RunJob(ctx context.Context, job store.Job) error
	// Reconcile compares the gateway's books since a moment with ours.
	Reconcile(ctx context.Context, since time.Time) error
	// FinishDelivery records a try, and disables an endpoint that only fails.
	FinishDelivery(ctx context.Context, d store.Delivery, r store.DeliveryResult) error
}

// Options are what a Worker works with. App, DB and Clock are needed.
type Options struct {
	App   App
	DB    *store.DB
	Clock clock.Clock
	Log   *slog.Logger // nil discards
	// Poll is how often deliveries, jobs and test clocks are looked for when nothing wakes the
	// worker, as in a process of its own; 0 is 250 ms.
	Poll time.Duration
	// Width is how many pieces of one kind are done at a time; 0 is 8.
	Width int
	// Guard is what every account's webhooks may reach; its settings may add to it.
	Guard outbound.Guard
	// Client is how webhooks are sent.
	Client outbound.Options
	// Pump moves the gateway's simulator on; nil without one.
	Pump func(ctx context.Context) (int, error)
}

// Worker does due work. Either Run it or call Step, not both at a time.
type Worker struct {
	Options
	chores     []*chore
	clients    clients
	clocks     running
	turns      turns
	inFlight   atomic.Int64   // deliveries claimed and not finished
	background sync.WaitGroup // what chores started and did not wait for
}

// A chore is one kind of work.
type chore struct {
	name string
	poll time.Duration
	wake chan struct{}
	// step does what is due now, or in parallel starts it, and says how much there was. It gives
	// the errors of single pieces too, which it has logged.
	step func(ctx context.Context, parallel bool) (worked int, err error)
}

// The names of the chores that a commit wakes.
const (
	choreDeliveries = "deliveries"
	choreJobs       = "jobs"
)

// slowPoll is how often work that is due to the second is looked for.
const slowPoll = time.Second

// New makes a Worker. Nothing happens before Run or Step.
func New(o Options) *Worker {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Poll == 0 {
		o.Poll = 250 * time.Millisecond
	}
	if o.Width == 0 {
		o.Width = 8
	}
	w := &Worker{Options: o}
	w.add("test clocks", o.Poll, w.advanceClocks)
	w.addDue(store.DueSubscription, w.advanceSubscriptions)
	w.addDue(store.DueInvoiceFinalize, w.advanceInvoices)
	w.addDue(store.DueInvoiceRetry, w.advanceInvoices)
	w.addDue(store.DueAttemptInquire, w.alone(o.App.InquireAttempt))
	w.addDue(store.DueTestClockDelete, w.alone(o.App.ExpireTestClock))
	if o.Pump != nil {
		w.add("simulator", o.Poll, w.pump)
	}
	w.add(choreJobs, o.Poll, w.runJobs)
	w.add(choreDeliveries, o.Poll, w.dispatch)
	w.add("reconciliation", time.Minute, (&reconciler{Worker: w}).step)
	w.add("pruning", time.Minute, (&pruner{Worker: w}).step)
	return w
}

func (w *Worker) add(name string, poll time.Duration,
	step func(context.Context, bool) (int, error)) {
	w.chores = append(w.chores, &chore{name, poll, make(chan struct{}, 1), step})
}

// Wake makes every loop look for work now.
func (w *Worker) Wake() {
	for _, c := range w.chores {
		c.ring()
	}
}

// Committed wakes the loops that a commit left work for; it is made to be store.Options.OnCommit.
func (w *Worker) Committed(c store.Commit) {
	if c.Deliveries > 0 {
		w.wakeOnly(choreDeliveries)
	}
	if c.Jobs > 0 {
		w.wakeOnly(choreJobs)
	}
}

func (w *Worker) wakeOnly(name string) {
	for _, c := range w.chores {
		if c.name == name {
			c.ring()
		}
	}
}

// ring never waits: a bell that is already ringing is heard once.
func (c *chore) ring() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Step does everything that is due now, one piece after the other, until nothing is left. It says
// how many pieces there were and joins the errors of those that failed.
func (w *Worker) Step(ctx context.Context) (worked int, err error) {
	var failed []error
	for again := true; again; {
		again = false
		for _, c := range w.chores {
			n, err := c.step(ctx, false)
			for n > 0 && err == nil && ctx.Err() == nil {
				worked, again = worked+n, true
				n, err = c.step(ctx, false)
			}
			worked, again = worked+n, again || n > 0 && ctx.Err() == nil
			if err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", c.name, err))
			}
		}
	}
	return worked, errors.Join(failed...)
}

// Run works until ctx ends. What has begun by then is finished; nothing new begins.
func (w *Worker) Run(ctx context.Context) {
	var loops sync.WaitGroup
	for _, c := range w.chores {
		loops.Go(func() { w.loop(ctx, c) })
	}
	loops.Wait()
	w.background.Wait()
	w.clients.close()
}

func (w *Worker) loop(ctx context.Context, c *chore) {
	for ctx.Err() == nil {
		worked, err := w.guarded(func() (int, error) { return c.step(ctx, true) })
		if worked > 0 {
			continue
		}
		pause := c.poll
		if err != nil && ctx.Err() == nil {
			w.Log.Error("looking for work failed", "kind", c.name, "error", err)
			pause = max(pause, slowPoll)
		}
		select {
		case <-ctx.Done():
		case <-c.wake:
		case <-w.Clock.After(pause):
		}
	}
}

// guarded turns a panic into an error, so that one broken piece of work does not end the others.
func (w *Worker) guarded(do func() (int, error)) (n int, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			w.Log.Error("panic", "error", broken, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", broken)
		}
	}()
	return do()
}

// try is guarded for work that has no number.
func (w *Worker) try(do func() error) error {
	_, err := w.guarded(func() (int, error) { return 0, do() })
	return err
}

// start does a piece of work in the background, or at once when not in parallel.
func (w *Worker) start(parallel bool, do func()) {
	if parallel {
		w.background.Go(do)
		return
	}
	do()
}

// each does n pieces of work, up to Width of them at a time, and waits for all.
func (w *Worker) each(parallel bool, n int, do func(i int)) {
	if !parallel {
		for i := range n {
			do(i)
		}
		return
	}
	var all sync.WaitGroup
	slots := make(chan struct{}, w.Width)
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	all.Wait()
}

// pump lets the simulator do what has fallen due on its side.
func (w *Worker) pump(ctx context.Context, _ bool) (int, error) { return w.Pump(ctx) }
