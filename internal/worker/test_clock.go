package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// running names what is being done in the background, so that it is not begun twice.
type running struct {
	mu   sync.Mutex
	ids  map[heldKey]bool
	held held
}

// begin is false when the work is going on already.
func (r *running) begin(key heldKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids[key] {
		return false
	}
	if r.ids == nil {
		r.ids = map[heldKey]bool{}
	}
	r.ids[key] = true
	return true
}

func (r *running) end(key heldKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.ids, key)
}

// advanceClocks takes test clocks to where they were told to go, each by itself: a clock that
// crosses ten years does not make the others wait.
func (w *Worker) advanceClocks(ctx context.Context, parallel bool) (int, error) {
	rows, err := w.advancing(ctx)
	if err != nil {
		return 0, fmt.Errorf("advancing test clocks: %w", err)
	}
	started := 0
	var failed []error
	for _, row := range w.clocks.held.free(rows, w.Clock.Now()) {
		key := keyOf(row)
		if !w.clocks.begin(key) {
			continue
		}
		started++
		w.start(parallel, func() {
			defer w.clocks.end(key)
			if err := w.advanceClock(ctx, row); err != nil && !parallel {
				failed = append(failed, err)
			}
		})
	}
	return started, errors.Join(failed...)
}

// advanceClock stops between two steps when the worker does; another worker goes on from there.
func (w *Worker) advanceClock(ctx context.Context, row store.DueRow) error {
	err := w.try(func() error { return w.App.RunTestClock(ctx, row.Scope, row.ID) })
	if ctx.Err() != nil {
		return nil
	}
	if until := w.clocks.held.done(row, w.Clock.Now(), err); err != nil {
		w.Log.Error("advancing a test clock failed", "clock", row.ID, "account", row.Account,
			"again", until, "error", err)
		return fmt.Errorf("%s: %w", row.ID, err)
	}
	return nil
}

// advancing lists the clocks that are on their way. Each stands at the time that it has reached,
// which moves while it gets on.
func (w *Worker) advancing(ctx context.Context) (rows []store.DueRow, err error) {
	accounts, err := w.DB.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, account := range accounts {
		scope := billing.Scope{Account: account.ID} // there are none in live mode
		err := w.DB.Read(ctx, scope, w.Clock.Now().Unix(), func(v *store.View) error {
			clocks, err := store.TestClocks.All(v, store.Eq("status", billing.TestClockAdvancing))
			for _, c := range clocks {
				rows = append(rows, store.DueRow{Scope: scope, ID: c.ID, At: c.FrozenTime})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}
