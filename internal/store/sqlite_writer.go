package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// liteWriter is the one connection that writes. Its transactions are commits of whole groups:
// whoever comes while a group is open joins it, and it is open while others wait for their turn
// or an earlier group is on its way to the disk. Nobody waits for a group to fill.
//
// Members take turns on their own goroutines (see liteMember), so a panic or an early exit in a
// transaction is its caller's alone. Whoever finishes while nobody waits commits for the group.
//
// A group is acknowledged when it is on the disk, but the next one writes meanwhile: SQLite
// commits without waiting (synchronous=NORMAL), and the log is then synced beside it. The log is
// a sequence, so with a commit everything is on the disk that came before it.
type liteWriter struct {
	conn    *liteConn
	log     syncer // the write-ahead log; nil: nobody waits for the disk
	stats   *Stats
	waiting atomic.Int64
	last    atomic.Pointer[liteGroup] // the last that was, or is being, committed
	turn    sync.Mutex
	// settling are the goroutines that wait for the disk.
	settling sync.WaitGroup

	// What is guarded by turn.
	group   *liteGroup // open transaction
	syncing bool       // a group is on its way to the disk
	broken  error      // the disk failed: what it holds is not known any more
}

// syncer is a file of which only that it is on the disk matters.
type syncer interface {
	Sync() error
	Close() error
}

// groupMax is how many transactions share a commit, and more only while they wait for the disk.
const groupMax = 64

// liteGroup is one commit of SQLite and those who wait for it.
type liteGroup struct {
	size int
	err  error
	done chan struct{}
}

// syncBeside makes the log's way to the disk this program's, not SQLite's.
func (w *liteWriter) syncBeside() error {
	var path string
	row := w.conn.QueryRowContext(context.Background(),
		"select file from pragma_database_list where name = 'main'")
	if err := row.Scan(&path); err != nil {
		return err
	}
	log, err := os.OpenFile(path+"-wal", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	w.log = log
	return w.conn.run("pragma synchronous = normal")
}

// open is the group that is open, or a new one.
func (w *liteWriter) open() (*liteGroup, error) {
	if w.broken != nil {
		return nil, w.broken
	}
	if w.group == nil {
		if err := w.conn.run("begin immediate"); err != nil {
			return nil, liteError(err)
		}
		w.group = &liteGroup{done: make(chan struct{})}
	}
	return w.group, nil
}

// errUndone ends a group whose first member failed. Nobody else is in it.
var errUndone = errors.New("store: rolled back")

// poison fails the whole group: SQLite gave the transaction up, as it does when the disk is full.
func (w *liteWriter) poison(g *liteGroup, err error) error {
	g.err = fmt.Errorf("store: group commit failed: %w", err)
	return g.err
}

// pass ends a turn. It commits the open group when it is full or nobody is going to join it. Who
// waits will come, because taking one's turn cannot be given up. One group at a time is on its way
// to the disk, however many wait: what came after a sync that failed is never acknowledged.
func (w *liteWriter) pass() {
	defer w.turn.Unlock()
	g := w.group
	if g == nil {
		return
	}
	joined := g.size >= groupMax || w.waiting.Load() == 0
	if g.err == nil && (w.syncing || !joined) {
		return
	}
	w.commit(g)
}

func (w *liteWriter) commit(g *liteGroup) {
	w.last.Store(g) // before anybody can read what it wrote
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
	if g.err != nil || w.log == nil {
		close(g.done)
		return
	}
	w.syncing = true
	w.settling.Go(func() { w.settle(g) })
}

// settle waits for the disk, and then commits the group that was open meanwhile. After a sync
// that failed nobody knows what the disk holds, and trying again would not tell: nothing is
// written any more until the program has started anew.
func (w *liteWriter) settle(g *liteGroup) {
	if err := w.log.Sync(); err != nil {
		g.err = fmt.Errorf("store: sync: %w", err)
	}
	close(g.done)
	w.turn.Lock()
	w.syncing = false
	if g.err != nil && w.broken == nil {
		w.broken = g.err
		if w.group != nil {
			w.group.err = w.broken // what it read may be lost
		}
	}
	w.pass()
}

// settled waits until everything that can be read now is on the disk.
func (w *liteWriter) settled() {
	if g := w.last.Load(); g != nil {
		<-g.done
	}
}

// close lets the last writer finish, and refuses whoever comes later.
func (w *liteWriter) close() error {
	w.settling.Wait()
	w.turn.Lock()
	if w.group != nil {
		w.commit(w.group)
	}
	w.broken = sql.ErrConnDone
	w.turn.Unlock()
	w.settling.Wait()
	err := w.conn.close()
	if w.log != nil {
		err = errors.Join(err, w.log.Close())
	}
	return err
}
