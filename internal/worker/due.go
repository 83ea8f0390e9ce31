package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// batch is how many due rows are looked at together.
const batch = 100

// work does rows that are due and gives the error of each.
type work func(ctx context.Context, rows []store.DueRow, parallel bool) []error

// addDue adds the chore of one kind of due noun.
func (w *Worker) addDue(kind store.DueKind, do work) {
	s := &scanner{Worker: w, kind: kind, do: do}
	w.add(string(kind), slowPoll, s.step)
}

// alone does each row by itself.
func (w *Worker) alone(verb func(context.Context, billing.Scope, string) error) work {
	return func(ctx context.Context, rows []store.DueRow, parallel bool) []error {
		failed := make([]error, len(rows))
		w.each(parallel, len(rows), func(i int) {
			failed[i] = w.try(func() error { return verb(ctx, rows[i].Scope, rows[i].ID) })
		})
		return failed
	}
}

// advanceSubscriptions does all rows in one commit.
func (w *Worker) advanceSubscriptions(ctx context.Context, rows []store.DueRow,
	parallel bool) []error {
	again := w.together(rows, func() ([]store.DueRow, error) {
		return w.App.AdvanceSubscriptions(ctx, rows)
	})
	return onlyOf(rows, again, w.alone(w.App.AdvanceSubscription)(ctx, again, parallel))
}

// advanceInvoices does all rows in few commits.
func (w *Worker) advanceInvoices(ctx context.Context, rows []store.DueRow,
	parallel bool) []error {
	width := 1
	if parallel {
		width = w.Width
	}
	again := w.together(rows, func() ([]store.DueRow, error) {
		return w.App.AdvanceInvoices(ctx, rows, width)
	})
	return onlyOf(rows, again, w.alone(w.App.AdvanceInvoice)(ctx, again, parallel))
}

// together tries many rows at once, and gives those that are to be done alone.
func (w *Worker) together(rows []store.DueRow,
	all func() ([]store.DueRow, error)) (again []store.DueRow) {
	err := w.try(func() (err error) {
		again, err = all()
		return err
	})
	if err != nil {
		return rows
	}
	return again
}

// onlyOf puts the errors of some rows in the places that these have among all.
func onlyOf(rows, some []store.DueRow, failed []error) []error {
	places := make(map[heldKey]int, len(rows))
	for i, row := range rows {
		places[keyOf(row)] = i
	}
	out := make([]error, len(rows))
	for i, err := range failed {
		out[places[keyOf(some[i])]] = err
	}
	return out
}

// scanner looks for due nouns of one kind that live by the wall's clock.
type scanner struct {
	*Worker
	kind store.DueKind
	do   work
	held held
}

func (s *scanner) step(ctx context.Context, parallel bool) (int, error) {
	now := s.Clock.Now()
	// What is held back stands first in the queue; it must not hide what comes after it.
	rows, err := s.DB.Due(ctx, store.DueScan{Kind: s.kind, Before: now.Unix(),
		Limit: batch + s.held.count()})
	if err != nil {
		return 0, fmt.Errorf("due %s: %w", s.kind, err)
	}
	rows = s.held.free(rows, now)
	rows = rows[:min(len(rows), batch)]
	if len(rows) == 0 || ctx.Err() != nil {
		return 0, nil
	}
	// Work that has begun is finished even when the worker is told to stop.
	failed := s.do(context.WithoutCancel(ctx), rows, parallel)
	for i, row := range rows {
		if failed[i] = ours(failed[i]); failed[i] != nil {
			failed[i] = fmt.Errorf("%s: %w", row.ID, failed[i])
		}
		if until := s.held.done(row, now, failed[i]); failed[i] != nil {
			s.Log.Error("due work failed", "kind", string(s.kind), "id", row.ID, "account",
				row.Account, "livemode", row.Livemode, "again", until, "error", failed[i])
		}
	}
	return len(rows), errors.Join(failed...)
}

// ours leaves out that a card was declined: that is an outcome, and the app has recorded it.
func ours(err error) error {
	var refused *billing.Error
	if errors.As(err, &refused) && refused.Type == billing.ErrorCard {
		return nil
	}
	return err
}

// held remembers the rows that failed, so that they are left alone for a while. It is memory, not
// state: after a restart they are tried at once.
type held struct {
	mu   sync.Mutex
	rows map[heldKey]hold
}

type heldKey struct {
	billing.Scope
	id string
}

func keyOf(row store.DueRow) heldKey { return heldKey{row.Scope, row.ID} }

type hold struct {
	at     int64 // the due time that was worked on
	tries  int   // of that due time
	failed int   // tries that failed, in a row
	until  time.Time
}

// The pause after a first failure, doubled with each more; and after how many tries work that
// succeeds and is due all the same counts as failed, so that it cannot spin for ever.
const (
	holdFirst  = 5 * time.Second
	holdMost   = 10 * time.Minute
	spinsMost  = 20
	forgetWhen = time.Hour
)

// count is how many rows are remembered.
func (h *held) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.rows)
}

// free leaves out the rows that are held back, and forgets what has not come back.
func (h *held) free(rows []store.DueRow, now time.Time) (out []store.DueRow) {
	h.mu.Lock()
	defer h.mu.Unlock()
	due := make(map[heldKey]bool, len(rows))
	for _, row := range rows {
		key := keyOf(row)
		due[key] = true
		if !now.Before(h.rows[key].until) {
			out = append(out, row)
		}
	}
	for key, was := range h.rows {
		if !due[key] && (was.failed == 0 || now.After(was.until.Add(forgetWhen))) {
			delete(h.rows, key)
		}
	}
	return out
}

// done records how a row went and says until when it is held back.
func (h *held) done(row store.DueRow, now time.Time, err error) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rows == nil {
		h.rows = map[heldKey]hold{}
	}
	key := keyOf(row)
	was := h.rows[key]
	if was.at != row.At {
		was.at, was.tries = row.At, 0
	}
	was.tries++
	if err == nil && was.tries < spinsMost {
		was.failed, was.until = 0, time.Time{}
	} else {
		was.until = now.Add(min(holdFirst<<min(was.failed, 20), holdMost))
		was.failed++
	}
	h.rows[key] = was
	return was.until
}
