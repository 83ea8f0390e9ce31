// Package clock is the only room that asks the time of day.
//
// It owns the Clock that every command, worker and door is given: System in the program, Manual
// in tests. It does not own test clocks of the product: those are nouns, and a command gets its
// `now` from the customer's.
//
// It promises that time moves in a test only when the test moves it.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and waits for it to pass.
type Clock interface {
	// Now is the present moment.
	Now() time.Time
	// After sends the time once d has passed.
	After(d time.Duration) <-chan time.Time
	// Sleep waits for d, or less long when ctx ends first; then it says why.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the machine's own clock.
type System struct{}

// Now is the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// After is time.After.
func (System) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Sleep waits on the machine's clock.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	return wait(ctx, timer.C)
}

func wait(ctx context.Context, passed <-chan time.Time) error {
	select {
	case <-passed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
