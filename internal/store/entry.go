package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unsafe"

	"github.com/portico-billing/portico/internal/billing"
)

// entry is one noun of a transaction, with what the database says of it.
type entry[T any] struct {
	c     *Collection[T]
	scope billing.Scope
	v     *T
	rev   int64
	fresh bool // not in the database yet
	dead  bool // to become a tombstone, or one already

	// What the database holds. doc is decode-then-encode of the stored bytes, because an old
	// document lacks new fields and must not look changed for that.
	doc, private []byte
	stored       []any // the promoted columns
	wasDead      bool
	rows         []mirrorRow

	// base is the noun as it was locked, when its changes are told.
	base *T

	// What the last snapshot said: doc, and how it was shown. Before the first one that is how base
	// is shown.
	snap, snapShown []byte
	snapped         bool

	next *encoded // of the flush that is under way
}

// encoded is how a noun stands now.
type encoded struct{ doc, private []byte }

func (e *entry[T]) name() key { return key{string(e.c.table), e.scope, e.c.id(e.v)} }

// baseline remembers the noun as it is now as what the database holds.
func (e *entry[T]) baseline() error {
	now, err := e.encode()
	if err != nil {
		return err
	}
	if e.c.events.updated {
		e.base = clone(e.v)
	}
	e.doc, e.private, e.snap, e.wasDead = now.doc, now.private, now.doc, e.dead
	e.stored = e.c.promoted(e.v)
	if e.c.mirror != nil {
		e.rows = e.c.mirror.rows(e.v)
	}
	return nil
}

// encode writes the document and the private state. Objects that somebody hydrated stay out.
func (e *entry[T]) encode() (*encoded, error) {
	restore := strip(e.v)
	defer restore()
	doc, err := Encode(e.v)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", e.c.object, e.c.id(e.v), err)
	}
	now := &encoded{doc: doc}
	if e.c.private {
		if now.private, err = Encode(e.c.state(e.v)); err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", e.c.object, e.c.id(e.v), err)
		}
	}
	return now, nil
}

// decode fills v from a row.
func (c *Collection[T]) decode(v *T, doc, private []byte, dead bool) error {
	if err := json.Unmarshal(doc, v); err != nil {
		return fmt.Errorf("decode %s: %w", c.object, err)
	}
	if c.private && len(private) > 0 {
		if err := json.Unmarshal(private, c.state(v)); err != nil {
			return fmt.Errorf("decode private %s: %w", c.object, err)
		}
	}
	if c.gone != nil {
		*c.gone(v) = dead
	}
	return nil
}

// tombstone says whether the noun is deleted, by Delete or by its own field.
func (e *entry[T]) tombstone() bool {
	return e.dead || e.c.gone != nil && *e.c.gone(e.v)
}

func (e *entry[T]) save() (st stmt, at turn, changed bool, err error) {
	now := e.next
	e.next = nil
	dead := e.tombstone()
	if !e.fresh && dead == e.wasDead && bytes.Equal(now.doc, e.doc) &&
		bytes.Equal(now.private, e.private) {
		return stmt{}, turn{}, false, nil
	}
	if e.c.guard != nil && !e.fresh {
		if err := e.allowed(); err != nil {
			return stmt{}, turn{}, false, err
		}
	}
	values := e.c.promoted(e.v)
	if e.fresh {
		st, at = e.insert(now, values), turn{e.c.rank, phaseInsert}
	} else {
		st, at = e.update(now, values)
		e.rev++
	}
	e.fresh, e.wasDead, e.stored = false, dead, values
	e.doc, e.private = now.doc, now.private
	return st, at, true, nil
}

func (e *entry[T]) insert(now *encoded, values []any) stmt {
	args := make([]any, 0, len(headColumns)+len(e.c.columns)+2)
	args = append(args, e.scope.Account, e.scope.Livemode, e.c.id(e.v), values[0], e.rev,
		e.tombstone(), int64(docVersion))
	args = append(args, values[1:]...)
	return stmt{shape: e.c.insert, args: append(args, now.state(), asText(now.doc))}
}

// update writes the columns that have changed. One that gives up a unique value has the first turn.
func (e *entry[T]) update(now *encoded, values []any) (stmt, turn) {
	at := turn{e.c.rank, phaseUpdate}
	args := make([]any, 0, len(updateColumns)+len(e.c.columns))
	args = append(args, e.scope.Account, e.scope.Livemode, e.c.id(e.v), e.rev, e.tombstone(),
		int64(docVersion), now.state(), asText(now.doc))
	var changed uint64
	for i, value := range values {
		if value == e.stored[i] {
			continue
		}
		changed |= 1 << i
		args = append(args, value)
		if i > 0 && e.c.columns[i-1].unique && e.stored[i] != nil {
			at.phase = phaseRelease
		}
	}
	return stmt{shape: e.c.updateOf(changed), args: args, must: true}, at
}

// state is the private part as a column holds it: null when the noun has none.
func (n *encoded) state() any {
	if n.private == nil {
		return nil
	}
	return asText(n.private)
}

func (e *entry[T]) allowed() error {
	was := new(T)
	if err := e.c.decode(was, e.doc, e.private, e.wasDead); err != nil {
		return err
	}
	return e.c.guard(was, e.v)
}

// mark is called when the noun was just flushed, so doc is how it stands. It is put back in
// place, because others hold the pointer.
func (e *entry[T]) mark() (putBack func() error) {
	was := *e
	return func() error {
		*e = was
		now, err := e.encode()
		if err == nil && bytes.Equal(now.doc, e.doc) && bytes.Equal(now.private, e.private) {
			return nil
		}
		*e.v = *new(T)
		return e.c.decode(e.v, e.doc, e.private, e.wasDead)
	}
}

// asText hands bytes to a driver as text, without copying them.
func asText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
