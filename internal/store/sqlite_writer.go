package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// liteWriter is the one connection that writes. Its transactions are commits of whole groups:
// whoever queued while another transaction ran joins the same commit, in a savepoint of its own,
// so that it stays atomic. Nobody waits for a group to fill. The first of a group needs no
// savepoint, for which SQLite copies every page that is touched: when it fails, there is nobody
// else yet whose work would be lost, and the group ends.
//
// The callers take turns on their own goroutines, so a panic or an early exit in a transaction is
// its caller's alone; whoever finishes while nobody waits commits for the group.
type liteWriter struct {
	conn    *liteConn
	stats   *Stats
	waiting atomic.Int64
	turn    sync.Mutex

	group *liteGroup // open transaction; guarded by turn
}

// groupMax is how many transactions share a commit.
const groupMax = 64

// liteGroup is one commit of SQLite and those who wait for it.
type liteGroup struct {
	size int
	err  error
	done chan struct{}
}

func (w *liteWriter) write(ctx context.Context, fn func(link) error) error {
	group, err := w.take(ctx, fn)
	if err != nil {
		return err // rolled back, whatever becomes of the others
	}
	<-group.done
	return group.err
}

// take waits for the caller's turn, runs fn, and commits if nobody else waits.
func (w *liteWriter) take(ctx context.Context, fn func(link) error) (g *liteGroup, err error) {
	w.waiting.Add(1)
	w.turn.Lock()
	w.waiting.Add(-1)
	defer w.turn.Unlock()
	if g, err = w.open(); err != nil {
		return nil, err
	}
	g.size++
	defer w.finish(g)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return g, w.member(ctx, g, fn)
}

func (w *liteWriter) open() (*liteGroup, error) {
	if w.group == nil {
		if err := w.conn.run("begin immediate"); err != nil {
			return nil, liteError(err)
		}
		w.group = &liteGroup{done: make(chan struct{})}
	}
	return w.group, nil
}

// member runs one transaction. It is rolled back unless it ends well, also when it panics or its
// goroutine exits.
func (w *liteWriter) member(ctx context.Context, g *liteGroup, fn func(link) error) (err error) {
	if g.err != nil {
		return g.err
	}
	savepoint := g.size > 1
	if savepoint {
		if err := w.conn.run("savepoint member"); err != nil {
			return w.poison(g, err)
		}
	}
	ended := false
	defer func() {
		switch {
		case ended:
		case !savepoint:
			g.err = errUndone
		default:
			if undone := w.conn.run("rollback to member", "release member"); undone != nil {
				err = errors.Join(err, w.poison(g, undone))
			}
		}
	}()
	l := &liteLink{ctx: ctx, conn: w.conn, stats: w.stats}
	if err = fn(l); err == nil {
		err = l.flush()
	}
	if err != nil {
		return err
	}
	ended = true
	if savepoint {
		if err := w.conn.run("release member"); err != nil {
			return w.poison(g, err)
		}
	}
	return nil
}

// errUndone ends a group whose first member failed. Nobody else is in it.
var errUndone = errors.New("store: rolled back")

// poison fails the whole group: SQLite gave the transaction up, as it does when the disk is full.
func (w *liteWriter) poison(g *liteGroup, err error) error {
	g.err = fmt.Errorf("store: group commit failed: %w", err)
	return g.err
}

// finish commits when the group is full or nobody waits to join it. Who waits will come, because
// taking one's turn cannot be given up.
func (w *liteWriter) finish(g *liteGroup) {
	if g.size < groupMax && w.waiting.Load() > 0 && g.err == nil {
		return
	}
	if g.err == nil {
		if err := w.conn.run("commit"); err != nil {
			g.err = fmt.Errorf("store: commit: %w", err)
		}
	}
	if g.err != nil {
		// SQLite may have rolled back by itself already; then this fails, which is well.
		_ = w.conn.run("rollback")
	}
	w.stats.Commits.Add(1)
	w.group = nil
	close(g.done)
}
