package sim

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/worker"
)

// Dice are where all chance comes from; *rand.Rand is one.
type Dice interface{ IntN(n int) int }

// House is the whole program without sockets. The clock, the ids and the gateway outlive a
// crash; the rest is opened anew.
type House struct {
	testing.TB
	Clock   *clock.Manual
	Gateway *simulator.Simulator
	Key     string
	Scope   billing.Scope

	DB     *store.DB
	App    *app.App
	Worker *worker.Worker
	API    http.Handler
	// Seen counts what was reached: answers, states, crashes.
	Seen Coverage

	templates *http.ServeMux // of Stripe's paths
	ids       id.Source
	at        store.Options // where the database is
	faults    faults
	// Crashes is how often the house went down.
	Crashes int
}

// Start is when every simulated life begins.
var Start = time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC)

// faults decide what goes wrong, while it may.
type faults struct {
	on      bool
	dice    Dice
	crashes int // per thousand points at which a process may die
	calls   func(gateway.Op, gateway.Attempt) simulator.Fault
	notices func(gateway.Notification) simulator.DeliveryFault
	outage  func() bool
}

// Open builds a House on a fresh database of one engine. Nothing goes wrong before Break.
func Open(t testing.TB, engine string) *House {
	t.Helper()
	h := &House{TB: t, Clock: clock.NewManual(Start), Seen: Coverage{}, templates: templates()}
	h.ids = id.NewSystem(h.Clock.Now, id.NewSeeded(2))
	// The handle that storetest opens stays, as another process that looks on at the end.
	storetest.New(t, engine)(func(o *store.Options) { o.IDs = h.ids; h.at = *o })
	var err error
	h.Gateway, err = simulator.Open(context.Background(), simulator.Options{Volatile: true,
		Clock: h.Clock.Now, Rand: id.NewSeeded(1), PublicURL: "http://simulator.test",
		Faults: h.callFault, DeliveryFaults: h.noticeFault, Wait: noWait,
		Before: func(gateway.Op, gateway.Attempt) { h.mayCrash() },
		After:  func(gateway.Op, gateway.Attempt) { h.mayCrash() }})
	if err != nil {
		t.Fatal(err)
	}
	h.boot()
	t.Cleanup(func() { h.shut() })
	made, err := h.App.CreateAccount(context.Background(), app.AccountCreateParams{
		Name: "Simulated", Country: "US", SecretKey: "sk_test_simulated00001"})
	if err != nil {
		t.Fatal(err)
	}
	h.Key, h.Scope = made.TestKey, billing.Scope{Account: made.Account.ID}
	return h
}

func noWait(context.Context, time.Duration) error { return nil }

// Revive builds a House on a database and books that a program which was killed has left behind.
// Its clock stands at a moment of the caller's, and nothing goes wrong any more.
func Revive(t testing.TB, at store.Options, books simulator.Options, now time.Time) *House {
	t.Helper()
	h := &House{TB: t, Clock: clock.NewManual(now), at: at, Seen: Coverage{},
		templates: templates()}
	h.ids = id.NewSystem(h.Clock.Now, id.NewSeeded(uint64(now.UnixNano())))
	h.at.IDs = h.ids
	books.Clock, books.Rand = h.Clock.Now, id.NewSeeded(uint64(now.UnixNano())+1)
	var err error
	if h.Gateway, err = simulator.Open(context.Background(), books); err != nil {
		t.Fatal(err)
	}
	h.boot()
	t.Cleanup(func() {
		h.shut()
		if err := h.Gateway.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// Database says where the house's data is, for whoever measures what is in it.
func (h *House) Database() store.Options { return h.at }

// boot starts a process on the database.
func (h *House) boot() {
	h.Helper()
	var err error
	if h.DB, err = store.Open(context.Background(), h.at); err != nil {
		h.Fatal(err)
	}
	log := slog.New(alarm{h})
	h.App = app.New(app.Options{DB: h.DB, Clock: h.Clock, IDs: h.ids, Gateway: h.Gateway,
		PublicURL: "http://portico.test", Log: log, Guard: outbound.Guard{AllowLoopback: true},
		Fault: func(string) { h.mayCrash() }})
	h.Gateway.DeliverTo(h.App.RecordNotification)
	h.API = api.New(api.Options{App: h.App, Log: log})
	h.Worker = worker.New(worker.Options{App: h.App, DB: h.DB, Clock: h.Clock, Log: log,
		Guard: outbound.Guard{AllowLoopback: true}, Pump: h.Gateway.Pump})
}

func (h *House) shut() {
	if h.DB == nil {
		return
	}
	if err := h.DB.Close(); err != nil {
		h.Errorf("close: %v", err)
	}
	h.DB = nil
}

// Reboot is what follows a crash: everything in memory is gone.
func (h *House) Reboot() {
	h.Helper()
	h.Crashes++
	h.Seen.note("a crash")
	h.shut()
	h.boot()
}

// mayCrash kills the goroutine that acts, as a crash would: nothing after this point happens.
func (h *House) mayCrash() {
	if h.faults.on && h.faults.crashes > 0 && h.faults.dice.IntN(1000) < h.faults.crashes {
		runtime.Goexit()
	}
}

func (h *House) callFault(op gateway.Op, a gateway.Attempt) simulator.Fault {
	if !h.faults.on {
		return simulator.Fault{}
	}
	if h.faults.outage != nil && h.faults.outage() {
		return simulator.Fault{Kind: simulator.Outage}
	}
	return h.faults.calls(op, a)
}

func (h *House) noticeFault(n gateway.Notification) simulator.DeliveryFault {
	if !h.faults.on {
		return simulator.DeliveryFault{}
	}
	f := h.faults.notices(n)
	if n.Op == gateway.OpRefund {
		f.Drop = false // that a refund came back after days is told by nothing else
	}
	return f
}

// live does something that a crash may end, and says whether it was finished. After a crash the
// house is up again.
func (h *House) live(do func()) (finished bool) {
	h.Helper()
	ended := make(chan any)
	go func() {
		defer func() { ended <- recovered(recover(), finished) }()
		do()
		finished = true
	}()
	switch end := (<-ended).(type) {
	case error:
		h.Fatal(end)
	case bool:
		if !end {
			h.Reboot()
		}
	}
	return finished
}

func recovered(panicked any, finished bool) any {
	if panicked == nil {
		return finished
	}
	return fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
}

// Work does everything that is due now; crashes interrupt it and it is taken up again.
func (h *House) Work() {
	h.Helper()
	for range 1000 {
		var n int
		var err error
		if !h.live(func() { n, err = h.Worker.Step(context.Background()) }) {
			continue
		}
		if err != nil && !tolerable(err) {
			h.Fatalf("%s: worker: %v", h.now(), err)
		}
		if n == 0 {
			return
		}
	}
	h.Fatalf("%s: the work never ends", h.now())
}

// tolerable errors are the gateway's alone: whoever met one tries again later.
func tolerable(err error) bool {
	for line := range strings.Lines(err.Error()) {
		if !strings.Contains(line, "simulator: ") {
			return false
		}
	}
	return true
}

func (h *House) now() string { return h.Clock.Now().Format(time.DateTime) }

// MoveTo moves the clock, stopping wherever the wall's clock, the gateway or a job has something
// to do. step is the longest that is slept at a time.
func (h *House) MoveTo(at time.Time, step time.Duration) {
	h.Helper()
	h.Work()
	for h.Clock.Now().Before(at) {
		next := h.Clock.Now().Add(step)
		next = h.earlier(next)
		if next.After(at) {
			next = at
		}
		h.Clock.Set(next)
		h.Work()
	}
}

// overdueAgain is how long something that is due and was not done is left alone.
const overdueAgain = time.Minute

// earlier is when something falls due, if that is before limit.
func (h *House) earlier(limit time.Time) time.Time {
	h.Helper()
	ctx, now := context.Background(), h.Clock.Now()
	soonest := func(at time.Time) {
		if !at.After(now) {
			at = now.Add(overdueAgain)
		}
		if at.Before(limit) {
			limit = at
		}
	}
	due, found, err := h.DB.NextWall(ctx)
	if err != nil {
		h.Fatal(err)
	}
	if found {
		soonest(time.Unix(due, 0))
	}
	at, found, err := h.Gateway.NextDue(ctx)
	if err != nil {
		h.Fatal(err)
	}
	if found {
		soonest(at)
	}
	return limit
}

// alarm is a log in which a panic or a failed command is the end of the test.
type alarm struct{ h *House }

func (a alarm) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (a alarm) WithAttrs([]slog.Attr) slog.Handler           { return a }
func (a alarm) WithGroup(string) slog.Handler                { return a }

// Handle fails the test; a failure of the gateway is part of the plan.
func (a alarm) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(at slog.Attr) bool {
		text += " " + at.String()
		return true
	})
	if !strings.Contains(text, "simulator: ") && !strings.Contains(text, "deleted meanwhile") &&
		!strings.Contains(text, "endpoint was disabled") {
		a.h.Errorf("%s: %s", a.h.now(), text)
	}
	return nil
}
