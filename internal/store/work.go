package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/id"
)

// work is the state behind a View or a Tx: the connection, what is tracked, and the events that
// are staged.
type work struct {
	ctx     context.Context
	link    link
	ids     id.Source
	catalog *catalog
	locking string // the engine's suffix for a select that locks

	tracked  []tracked
	byID     map[key]tracked
	ahead    ahead
	events   []stagedEvent
	rows     map[key]stored      // read by this snapshot; nil in a transaction
	lists    map[string][]string // ids by question, of this snapshot
	embeds   map[key]any         // objects read in order to be embedded
	settings map[billing.Scope][]byte
	left     Commit
	fanOut   int64 // deliveries made by the statements so far
}

// key names a row.
type key struct {
	table string
	scope billing.Scope
	id    string
}

// tracked is an entry of some collection.
type tracked interface {
	name() key
	// announce stages the automatic event of what changed since the last snapshot.
	announce(*Tx) error
	// save is the statement that writes the row, if it must be written, and its turn.
	save() (st stmt, turn turn, changed bool, err error)
	// mirror queues what follows from the row in other tables.
	mirror(*Tx)
	// mark remembers how the noun stands, so that it can be put back.
	mark() (putBack func() error)
}

// turn orders the writes of one flush: parents before children, because of the foreign keys, and
// within a table what gives a unique value up before what takes it.
type turn struct{ rank, phase int }

const (
	phaseRelease = iota
	phaseUpdate
	phaseInsert
)

func (db *DB) newWork(ctx context.Context, l link) *work {
	return &work{ctx: ctx, link: l, ids: db.ids, catalog: db.catalog,
		locking: db.engine.forUpdate(), embeds: map[key]any{}}
}

func (w *work) track(t tracked) {
	if w.byID == nil {
		w.byID = map[key]tracked{}
	}
	w.byID[t.name()] = t
	w.tracked = append(w.tracked, t)
}

// flush queues what changed and the events that tell of it. It may be called more than once.
func (tx *Tx) flush() error {
	w := tx.w
	for _, t := range w.tracked {
		if err := t.announce(tx); err != nil {
			return err
		}
	}
	if err := tx.saveRows(); err != nil {
		return err
	}
	for _, t := range w.tracked {
		t.mirror(tx)
	}
	tx.queueEvents()
	return nil
}

func (tx *Tx) saveRows() error {
	type write struct {
		turn
		stmt
	}
	var writes []write
	for _, t := range tx.w.tracked {
		st, turn, changed, err := t.save()
		if err != nil {
			return err
		}
		if changed {
			writes = append(writes, write{turn, st})
		}
	}
	slices.SortStableFunc(writes, func(a, b write) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.phase, b.phase))
	})
	for _, wr := range writes {
		tx.w.link.queue(wr.stmt)
	}
	return nil
}
