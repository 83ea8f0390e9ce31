package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// TestClockCreateParams create a test clock.
type TestClockCreateParams struct {
	FrozenTime int64   `form:"frozen_time"`
	Name       *string `form:"name"`
}

// testClockSeconds is how long a test clock lives: 30 days of real time.
const testClockSeconds = 30 * 86400

// CreateTestClock makes a clock that stands still until it is advanced.
func (a *App) CreateTestClock(ctx context.Context, c Caller,
	p TestClockCreateParams) (clk *billing.TestClock, err error) {
	if c.Livemode {
		return nil, billing.Invalid("", "Test clocks can only be used in test mode.")
	}
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if p.FrozenTime <= 0 {
			return nil, billing.Invalid("frozen_time", "Invalid timestamp: must be positive.")
		}
		clk = &billing.TestClock{ID: a.IDs.New("clock"), Object: "test_helpers.test_clock",
			Created: tx.Now(), DeletesAfter: tx.Now() + testClockSeconds,
			FrozenTime: p.FrozenTime, Name: filled(p.Name), Status: billing.TestClockReady}
		store.TestClocks.Insert(tx, clk)
		return clk, nil
	})
	return clk, err
}

// TestClockAdvanceParams move a test clock.
type TestClockAdvanceParams struct {
	FrozenTime int64 `form:"frozen_time"`
}

// AdvanceTestClock starts a clock's way to a later time. It answers at once; the worker does
// everything that falls due in between, and then says that the clock is ready.
func (a *App) AdvanceTestClock(ctx context.Context, c Caller, id string,
	p TestClockAdvanceParams) (clk *billing.TestClock, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if clk, err = locked(tx, store.TestClocks, id); err != nil {
			return nil, err
		}
		if clk.Status == billing.TestClockAdvancing {
			return nil, busyClock(id)
		}
		if p.FrozenTime <= clk.FrozenTime {
			return nil, billing.Invalid("frozen_time", "The test clock can only be advanced to a "+
				"time after its current frozen time (%d).", clk.FrozenTime)
		}
		clk.Status = billing.TestClockAdvancing
		clk.StatusDetails.Advancing = &billing.TestClockAdvancingDetails{
			TargetFrozenTime: p.FrozenTime}
		return clk, store.TestClocks.Emit(tx, clk, "test_helpers.test_clock.advancing")
	})
	return clk, err
}

// DeleteTestClock deletes a clock with the customers that live by it.
func (a *App) DeleteTestClock(ctx context.Context, c Caller,
	id string) (clk *billing.TestClock, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if clk, err = locked(tx, store.TestClocks, id); err != nil {
			return nil, err
		}
		if clk.Status == billing.TestClockAdvancing {
			return nil, busyClock(id)
		}
		customers, err := store.Customers.LockAll(tx, store.Eq("test_clock", id))
		if err != nil {
			return nil, err
		}
		for _, cus := range customers {
			if err := a.deleteCustomer(tx, c, cus); err != nil {
				return nil, err
			}
		}
		store.TestClocks.Delete(tx, clk)
		return clk, store.TestClocks.Emit(tx, clk, "test_helpers.test_clock.deleted")
	})
	return clk, err
}

// ExpireTestClock deletes a test clock that has outlived its time, with its customers.
func (a *App) ExpireTestClock(ctx context.Context, s billing.Scope, id string) error {
	_, err := a.DeleteTestClock(ctx, Engine(s, 0), id)
	return err
}
