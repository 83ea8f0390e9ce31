package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// RunTestClock carries an advancing test clock to its target: everything that is due on the way
// is done in the order of its time, each at its own time. It can be killed at any moment and goes
// on where it was.
func (a *App) RunTestClock(ctx context.Context, s billing.Scope, id string) error {
	for ctx.Err() == nil {
		from, target, err := a.clockTarget(ctx, s, id)
		if err != nil || target == 0 {
			return err
		}
		due, found, err := a.DB.NextDue(ctx, s, id, target)
		if err != nil {
			return err
		}
		if !found {
			return a.clockArrived(ctx, s, id, target)
		}
		due.At = max(due.At, from) // what was put off until it was late is not done in the past
		if err := a.doDue(ctx, due); ctx.Err() != nil {
			return ctx.Err() // the worker is stopping: another one goes on
		} else if errors.Is(err, errWaiting) {
			return nil // time stands still until the payment's outcome is known
		} else if err != nil {
			return a.clockFailed(ctx, s, id, fmt.Errorf("advance %s: %s %s: %w", id, due.Kind,
				due.ID, err))
		}
	}
	return ctx.Err()
}

// errWaiting says that a test clock may not move on before the outcome of a payment is known:
// gateways live by real time.
var errWaiting = errors.New("app: a payment's outcome is not known yet")

// clockTarget is from where to where a clock advances; it is 0 when it does not.
func (a *App) clockTarget(ctx context.Context, s billing.Scope,
	id string) (from, target int64, err error) {
	err = a.View(ctx, s, func(v *store.View) error {
		clk, deleted, err := store.TestClocks.Find(v, id)
		if err != nil || deleted || clk.Status != billing.TestClockAdvancing {
			return err
		}
		from, target = clk.FrozenTime, clk.StatusDetails.Advancing.TargetFrozenTime
		return nil
	})
	return from, target, err
}

// doDue does one piece of due work at its own time.
func (a *App) doDue(ctx context.Context, due store.DueRow) error {
	c := Engine(due.Scope, due.At)
	switch due.Kind {
	case store.DueSubscription:
		return a.advanceSubscription(ctx, c, due.ID)
	case store.DueInvoiceFinalize, store.DueInvoiceRetry:
		return a.advanceInvoice(ctx, c, due.ID)
	case store.DueAttemptInquire:
		return a.inquire(ctx, c, due.ID)
	}
	return fmt.Errorf("app: no due work of kind %s", due.Kind)
}

func (a *App) clockArrived(ctx context.Context, s billing.Scope, id string, target int64) error {
	return a.DB.Write(ctx, a.origin(Engine(s, 0)), func(tx *store.Tx) error {
		clk, err := store.TestClocks.Lock(tx, id)
		if err != nil || clk.Status != billing.TestClockAdvancing ||
			clk.StatusDetails.Advancing.TargetFrozenTime != target {
			return err
		}
		clk.FrozenTime, clk.Status = target, billing.TestClockReady
		clk.StatusDetails.Advancing = nil
		return store.TestClocks.Emit(tx, clk, "test_helpers.test_clock.ready")
	})
}

// clockFailed stops a clock whose work cannot be done, and says so.
func (a *App) clockFailed(ctx context.Context, s billing.Scope, id string, cause error) error {
	a.Log.Error("test clock failed", "clock", id, "error", cause)
	err := a.DB.Write(ctx, a.origin(Engine(s, 0)), func(tx *store.Tx) error {
		clk, err := store.TestClocks.Lock(tx, id)
		if err != nil {
			return err
		}
		clk.Status = billing.TestClockInternalFailure
		return store.TestClocks.Emit(tx, clk, "test_helpers.test_clock.internal_failure")
	})
	if err != nil {
		return err
	}
	return cause
}
