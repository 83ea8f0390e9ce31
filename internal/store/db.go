package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/id"
)

// Options say which database to open and who is told of its commits.
type Options struct {
	Path       string       // of the SQLite file
	URL        string       // postgres://...; wins over Path
	IDs        id.Source    // of events and leases
	OnCommit   func(Commit) // told after each commit that left work to do
	Log        *slog.Logger // nil discards
	MaxReaders int          // connections that read at the same time; 0 chooses
	// Unsynced lets SQLite commit without waiting for the disk, for a file that is thrown away
	// when whoever makes it is interrupted.
	Unsynced bool
}

// Commit counts what a committed transaction left for the workers.
type Commit struct{ Events, Jobs, Deliveries int }

// DB is an open database. It is safe for many goroutines.
type DB struct {
	engine   engine
	ids      id.Source
	onCommit func(Commit)
	log      *slog.Logger
	catalog  *catalog
	stats    Stats
}

// Stats count what was asked of the database, for tests and metrics.
type Stats struct {
	Commits atomic.Int64 // transactions of the engine: fewer than Writes when they were grouped
	Writes  atomic.Int64 // calls of Write that succeeded
	Queries atomic.Int64 // selects
	Retries atomic.Int64 // writes that ran again because they lost a race
	Trips   atomic.Int64 // times that a server was sent something and waited for; SQLite has none
}

// Stats are the counters since the database was opened.
func (db *DB) Stats() *Stats { return &db.stats }

// triesMax is how often a write runs before its lost race becomes the caller's.
const triesMax = 5

// Open connects to the database. It does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.IDs == nil {
		return nil, errors.New("store: Options.IDs is missing")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{ids: o.IDs, onCommit: o.OnCommit, log: o.Log, catalog: newCatalog()}
	var err error
	switch {
	case o.URL != "":
		db.engine, err = openPostgres(ctx, o, &db.stats)
	case o.Path != "":
		db.engine, err = openSQLite(ctx, o, &db.stats)
	default:
		return nil, errors.New("store: neither a path nor a URL is given")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

// Engine is "sqlite" or "postgres".
func (db *DB) Engine() string { return db.engine.name() }

// Close ends all connections; what is running finishes first.
func (db *DB) Close() error { return db.engine.close() }

// Read runs fn on one snapshot of the database: whatever it reads belongs together.
func (db *DB) Read(
	ctx context.Context, scope billing.Scope, now int64, fn func(*View) error,
) error {
	return db.engine.read(ctx, func(l link) error {
		w := db.newWork(ctx, l)
		w.rows = map[key]stored{}
		return fn(&View{scope: scope, now: now, w: w})
	})
}

// Write runs fn in one transaction and commits what it changed, or nothing. When the transaction
// loses a race, fn runs again from the start, so it must not change anything but the Tx.
func (db *DB) Write(ctx context.Context, o Origin, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		left, err := db.writeOnce(ctx, o, fn)
		if err == nil {
			db.stats.Writes.Add(1)
			if db.onCommit != nil && left != (Commit{}) {
				db.onCommit(left)
			}
			return nil
		}
		if !errors.Is(err, ErrConflict) || try == triesMax || standBack(ctx, try) != nil {
			return err
		}
		db.stats.Retries.Add(1)
	}
}

// standBack lets whoever won the race finish before the loser tries again, longer each time: at
// once it would meet the winner's next transaction, and could lose for ever.
func standBack(ctx context.Context, try int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(try) * 10 * time.Millisecond):
		return nil
	}
}

func (db *DB) writeOnce(ctx context.Context, o Origin, fn func(*Tx) error) (Commit, error) {
	var w *work
	err := db.engine.write(ctx, func(l link) error {
		w = db.newWork(ctx, l)
		tx := &Tx{scope: o.Scope, origin: &o, w: w}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.flush()
	})
	if err != nil {
		return Commit{}, err
	}
	w.left.Deliveries = int(w.fanOut)
	return w.left, nil
}

// across runs fn on one snapshot of everybody's data: for workers and checks.
func (db *DB) across(ctx context.Context, fn func(link) error) error {
	return db.engine.read(ctx, fn)
}

// claim runs fn in a transaction of everybody's data: for leases and pruning.
func (db *DB) claim(ctx context.Context, fn func(link) error) error {
	for try := 1; ; try++ {
		err := db.engine.write(ctx, fn)
		if !errors.Is(err, ErrConflict) || try == triesMax || standBack(ctx, try) != nil {
			return err
		}
	}
}
