package worker

import (
	"context"
	"fmt"
	"time"
)

const (
	// reconcileEvery is how often the gateway's books are compared with ours.
	reconcileEvery = 24 * time.Hour
	// reconcileFirst is how far back a worker looks that has just started.
	reconcileFirst = 72 * time.Hour
	// reconcileOverlap is looked at twice, because a gateway may enter what it did a little later.
	reconcileOverlap = time.Hour
)

// reconciler compares the gateway's books with ours, once a day.
type reconciler struct {
	*Worker
	last time.Time
}

// step says that there was no work, because nobody waits for more of it.
func (r *reconciler) step(ctx context.Context, _ bool) (int, error) {
	now := r.Clock.Now()
	if now.Sub(r.last) < reconcileEvery {
		return 0, nil
	}
	since := now.Add(-reconcileFirst)
	if !r.last.IsZero() {
		since = r.last.Add(-reconcileOverlap)
	}
	r.last = now
	if err := r.App.Reconcile(ctx, since); err != nil {
		return 0, fmt.Errorf("reconcile: %w", err)
	}
	return 0, nil
}
