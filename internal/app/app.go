// Package app carries out commands: every verb of the product, one file each. A command loads
// what a decision needs, lets the pure rooms decide, saves what they said, and emits its events,
// in one write transaction. Commands that move money have three phases: an attempt is committed,
// the gateway is called outside any transaction, and the outcome is committed.
//
// It is the only room that opens a write transaction and the only one that knows both the rules
// and the store. It does not know HTTP, HTML or SQL.
//
// It promises that a command is done wholly or not at all, that a crash between phases is
// finished by the worker and never charges twice, and that a command given twice with the same
// idempotency key has one effect.
package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
)

// Options are what an App works with.
type Options struct {
	DB      *store.DB
	Clock   clock.Clock
	IDs     id.Source
	Gateway gateway.Gateway // nil: no gateway is connected
	Log     *slog.Logger
	// PublicURL is where the portal and hosted pages are reached, without a trailing slash.
	PublicURL string
	// Guard says which addresses webhooks may be sent to, besides those that settings allow.
	Guard outbound.Guard
	// GatewayTimeout bounds one call of the gateway; it is shorter than an attempt's lease.
	GatewayTimeout time.Duration
	// Mail writes and sends a mail; nil sends none.
	Mail func(context.Context, MailJob) error
	// Fault is called at named points between phases; tests crash there. nil in production.
	Fault func(point string)
}

// App holds what commands need.
type App struct {
	Options
}

// New makes an App.
func New(o Options) *App {
	if o.GatewayTimeout == 0 {
		o.GatewayTimeout = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &App{Options: o}
}

// at marks a point between phases, where tests crash.
func (a *App) at(point string) {
	if a.Fault != nil {
		a.Fault(point)
	}
}

// wall is the real time in unix seconds.
func (a *App) wall() int64 { return a.Clock.Now().Unix() }

// wallMs is the real time in unix milliseconds.
func (a *App) wallMs() int64 { return a.Clock.Now().UnixMilli() }

// now is a customer's time: that of their test clock, or else the real one. While the clock
// advances, only the advance itself may write.
func (a *App) now(q store.Querier, c Caller, cus *billing.Customer) (int64, error) {
	if c.At != 0 {
		return c.At, nil
	}
	if cus == nil || cus.TestClock.ID == "" {
		return q.Now(), nil
	}
	clk, err := store.TestClocks.Get(q, cus.TestClock.ID)
	if err != nil {
		return 0, err
	}
	if clk.Status == billing.TestClockAdvancing {
		return 0, busyClock(clk.ID)
	}
	return clk.FrozenTime, nil
}

// customerNow is now for the customer with an id; nobody, and who is deleted, lives by the wall.
func (a *App) customerNow(q store.Querier, c Caller, id string) (int64, error) {
	if id == "" || c.At != 0 {
		return a.now(q, c, nil)
	}
	cus, err := store.Customers.Get(q, id)
	if errors.Is(err, store.ErrNotFound) {
		return q.Now(), nil
	}
	if err != nil {
		return 0, err
	}
	return a.now(q, c, cus)
}

func busyClock(clock string) error {
	return billing.Invalid("", "Test clock '%s' is advancing. Wait until its status is `ready` "+
		"and try again.", clock).WithCode("lock_timeout").WithStatus(429)
}

// View reads in one snapshot, with a library to keep what is looked up more than once.
func (a *App) View(ctx context.Context, s billing.Scope, fn func(*store.View) error) error {
	return a.DB.Read(withLibrary(ctx), s, a.wall(), fn)
}
