package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// Get reads a noun. ErrNotFound also stands for tombstones and for another scope's ids. In a Tx
// it gives the tracked instance, if there is one.
func (c *Collection[T]) Get(q Querier, id string) (*T, error) {
	v, deleted, err := c.Find(q, id)
	if err == nil && deleted {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Find is Get that also finds tombstones, and says so.
func (c *Collection[T]) Find(q Querier, id string) (v *T, deleted bool, err error) {
	if e := c.seen(q, id); e != nil {
		return e.v, e.tombstone(), nil
	}
	e, err := c.one(q, id, "")
	if err != nil {
		return nil, false, err
	}
	return e.v, e.dead, nil
}

// Lock reads a noun for update and tracks it: what changes in it is saved at commit.
func (c *Collection[T]) Lock(tx *Tx, id string) (*T, error) {
	if e := c.known(tx, id); e != nil {
		if e.tombstone() {
			return nil, ErrNotFound
		}
		return e.v, nil
	}
	e, err := c.one(tx, id, tx.w.locking)
	if err != nil || e.dead {
		return nil, cmp.Or(err, ErrNotFound)
	}
	return e.v, e.follow(tx.w)
}

// one reads a row by its id, tombstone or not.
func (c *Collection[T]) one(q Querier, id, locking string) (*entry[T], error) {
	if e, err := c.recall(q, id); e != nil || err != nil {
		return e, err
	}
	at := within(q).and("id = %s", id)
	es, err := c.load(q, at.String()+locking, at.args)
	if err != nil || len(es) == 0 {
		return nil, cmp.Or(err, ErrNotFound)
	}
	return es[0], nil
}

// Many reads several nouns by id with one query. What does not exist is missing in the answer.
func (c *Collection[T]) Many(q Querier, ids []string) (map[string]*T, error) {
	es, err := c.many(q, ids)
	out := make(map[string]*T, len(es))
	for id, e := range es {
		if !e.tombstone() {
			out[id] = e.v
		}
	}
	return out, err
}

// many is Many with tombstones, which live on inside what refers to them.
func (c *Collection[T]) many(q Querier, ids []string) (map[string]*entry[T], error) {
	out := make(map[string]*entry[T], len(ids))
	var missing []string
	for _, id := range ids {
		e := c.seen(q, id)
		if e == nil {
			var err error
			if e, err = c.recall(q, id); err != nil {
				return nil, err
			}
		}
		if e != nil {
			out[id] = e
		} else if id != "" && !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	at := within(q)
	at.add(In("id", missing...))
	es, err := c.load(q, at.String(), at.args)
	for _, e := range es {
		out[c.id(e.v)] = e
	}
	return out, err
}

// Insert adds a noun to the transaction. It is written when the transaction commits.
func (c *Collection[T]) Insert(tx *Tx, v *T) {
	if c.known(tx, c.id(v)) != nil {
		panic("store: " + c.id(v) + " is inserted, but the transaction has it already")
	}
	tx.w.track(&entry[T]{c: c, scope: tx.scope, v: v, fresh: true})
}

// Delete leaves a tombstone, so that cursors and references hold. It emits nothing by itself.
func (c *Collection[T]) Delete(tx *Tx, v *T) {
	e := c.must(tx, v)
	e.dead = true
	if c.gone != nil {
		*c.gone(v) = true
	}
}

// known is the transaction's entry of an id, or nil.
func (c *Collection[T]) known(q Querier, id string) *entry[T] {
	if e, ok := q.work().byID[key{string(c.table), q.Scope(), id}]; ok {
		return e.(*entry[T])
	}
	return nil
}

// seen is the entry of an id that the transaction tracks or has prefetched, or nil.
func (c *Collection[T]) seen(q Querier, id string) *entry[T] {
	if e := c.known(q, id); e != nil {
		return e
	}
	if e, ok := q.work().ahead.rows[key{string(c.table), q.Scope(), id}]; ok {
		return e.(*entry[T])
	}
	return nil
}

// New says that the transaction itself made the noun, so that nothing in the database can refer
// to it yet.
func (c *Collection[T]) New(tx *Tx, v *T) bool {
	e := c.known(tx, c.id(v))
	return e != nil && e.fresh
}

// must is the entry of a noun that has to be tracked for what is asked of it.
func (c *Collection[T]) must(tx *Tx, v *T) *entry[T] {
	e := c.known(tx, c.id(v))
	if e == nil || e.v != v {
		panic(fmt.Sprintf("store: %s %s was neither locked nor inserted", c.object, c.id(v)))
	}
	return e
}

// follow starts tracking what was loaded with a lock.
func (e *entry[T]) follow(w *work) error {
	if err := e.baseline(); err != nil {
		return err
	}
	e.snapped = true
	w.track(e)
	return nil
}

// load reads the rows of a select's tail.
func (c *Collection[T]) load(q Querier, tail string, args []any) (out []*entry[T], err error) {
	asked := c.question(q, tail, args, &out)
	if err = q.work().link.query(asked.sql, asked.args, asked.each); err != nil {
		return nil, fmt.Errorf("read %s: %w", c.table, err)
	}
	return out, nil
}

// question is a select of the collection that collects its rows in out.
func (c *Collection[T]) question(q Querier, tail string, args []any, out *[]*entry[T]) question {
	return question{c.fields + tail, args, func(r row) error {
		var s stored
		err := r.Scan(&s.scope.Account, &s.scope.Livemode, &s.rev, &s.dead, &s.version,
			&s.private, &s.doc)
		if err != nil {
			return err
		}
		e, err := c.read(s)
		if err == nil {
			*out = append(*out, e)
			q.work().remember(e.name(), s)
		}
		return err
	}}
}

// NotFound turns ErrNotFound into the caller's error: param "id" names the object in the path,
// any other one a reference. Other errors stay what they are.
func (c *Collection[T]) NotFound(err error, id, param string) error {
	if errors.Is(err, ErrNotFound) {
		return billing.NoSuch(c.noun, id, param)
	}
	return err
}
