package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// pgGroups commits transactions that have asked nothing and only insert, as those that create a
// customer or a product do, in groups: whoever comes while earlier groups are under way waits for
// one of them to land, and takes off with all who came meanwhile. Nobody waits for a group to
// fill, and with nobody else about, everybody flies alone.
//
// A group is one transaction, in which the rows of many callers share a statement. When the
// database refuses any of it, nothing has happened, and each of its members is tried by itself.
type pgGroups struct {
	fly func(context.Context, []stmt) error // one transaction

	mu      sync.Mutex
	flying  int
	waiting *pgGroup
}

// flightsMax is how many groups are under way at once: while one waits for the disk, another one
// can be computed.
const flightsMax = 2

// pgGroup is one commit and those who wait for it.
type pgGroup struct {
	members [][]stmt
	err     error
	done    chan struct{}
}

// mayShare says whether a transaction may share its commit: all that it does is done in the same
// way for many rows at once, and none of it depends on what there was.
func mayShare(stmts []stmt) bool {
	return len(stmts) > 0 && !slices.ContainsFunc(stmts, func(st stmt) bool {
		return st.must || st.shape.many == ""
	})
}

// write commits a transaction.
func (w *pgGroups) write(ctx context.Context, stmts []stmt) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g := w.join(stmts)
	<-g.done
	if len(g.members) == 1 || !refused(g.err) {
		return g.err
	}
	for _, st := range stmts {
		if st.count != nil {
			*st.count = 0 // of rows that are no more
		}
	}
	return w.fly(ctx, stmts)
}

// refused says that the database itself has answered that it did not do it: what became of a
// transaction whose answer was lost is not known, and it is not tried again.
func refused(err error) bool {
	var pg *pgconn.PgError
	var unique UniqueError
	return errors.As(err, &pg) || errors.As(err, &unique)
}

// join puts a transaction into the next group, which takes off if it can.
func (w *pgGroups) join(stmts []stmt) *pgGroup {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = &pgGroup{done: make(chan struct{})}
	}
	g := w.waiting
	g.members = append(g.members, stmts)
	if w.flying < flightsMax || len(g.members) == groupMax {
		w.depart()
	}
	return g
}

// depart lets the waiting group go. It does not take a caller's context: the others stay.
func (w *pgGroups) depart() {
	g := w.waiting
	w.waiting = nil
	w.flying++
	go func() {
		g.err = w.fly(context.Background(), merge(g.members))
		close(g.done)
		w.land()
	}()
}

func (w *pgGroups) land() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flying--
	if w.waiting != nil {
		w.depart()
	}
}

// merge puts statements of one shape beside each other, each member's in their order.
func merge(members [][]stmt) (out []stmt) {
	for left := slices.Clone(members); len(left) > 0; {
		shape := left[0][0].shape
		for i := range left {
			for len(left[i]) > 0 && left[i][0].shape == shape {
				out, left[i] = append(out, left[i][0]), left[i][1:]
			}
		}
		left = slices.DeleteFunc(left, func(rest []stmt) bool { return len(rest) == 0 })
	}
	return out
}
