package store

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// Page is a piece of a list, newest first. The cursors are ids and exclude each other.
type Page struct {
	Where         []Cond
	Limit         int
	StartingAfter string // the page after this one
	EndingBefore  string // the page before this one
}

// All reads every noun that meets the conditions, newest first: for small sets.
func (c *Collection[T]) All(q Querier, conds ...Cond) ([]*T, error) {
	es, err := c.matching(q, conds, reading{})
	return values(es), err
}

// LockAll is All for update: what changes in the nouns is saved at commit.
func (c *Collection[T]) LockAll(tx *Tx, conds ...Cond) ([]*T, error) {
	es, err := c.matching(tx, conds, reading{lock: true})
	if err != nil {
		return nil, err
	}
	for _, e := range es {
		if c.known(tx, c.id(e.v)) == e {
			continue
		}
		if err := e.follow(tx.w); err != nil {
			return nil, err
		}
	}
	return values(es), nil
}

// First is the newest noun that meets the conditions, or ErrNotFound.
func (c *Collection[T]) First(q Querier, conds ...Cond) (*T, error) {
	// What the transaction holds takes the place of as many rows at most.
	es, err := c.matching(q, conds, reading{limit: 1 + c.held(q)})
	if err != nil || len(es) == 0 {
		return nil, cmp.Or(err, ErrNotFound)
	}
	return es[0].v, nil
}

// held is how many of the collection's nouns the transaction tracks, rounded up to a power of two
// so that there are few different statements.
func (c *Collection[T]) held(q Querier) int {
	n := 0
	for _, t := range q.work().tracked {
		if e, ok := t.(*entry[T]); ok && e.c == c {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}

// LockFirst is First for update.
func (c *Collection[T]) LockFirst(tx *Tx, conds ...Cond) (*T, error) {
	v, err := c.First(tx, conds...)
	if err != nil {
		return nil, err
	}
	locked, err := c.Lock(tx, c.id(v))
	if err != nil {
		return nil, err
	}
	for _, cond := range conds {
		if !cond.holds(c.valueOf(locked, cond.column)) {
			return nil, ErrConflict // it changed between the look and the lock
		}
	}
	return locked, nil
}

// reading says how rows are read.
type reading struct {
	lock  bool
	limit int // 0: all
}

// rows are what the database says of the conditions, or has said when it was prefetched.
func (c *Collection[T]) rows(q Querier, conds []Cond, how reading) ([]*entry[T], error) {
	if es, ok, err := c.answered(q, conds, how.lock); ok || err != nil {
		return es, err
	}
	at, tail := within(q), ""
	for _, cond := range conds {
		c.kindOf(cond.column)
		at.add(cond)
	}
	if how.limit > 0 {
		tail += fmt.Sprintf(" limit %d", how.limit)
	}
	if how.lock {
		tail += q.work().locking
	}
	return c.load(q, at.newestLive()+tail, at.args)
}

// answered is what a prefetch has brought for the conditions, to this reader or, before it was
// rehearsed on, to the snapshot.
func (c *Collection[T]) answered(q Querier, conds []Cond, lock bool) ([]*entry[T], bool, error) {
	w := q.work()
	if len(w.ahead.answers) > 0 {
		if known, ok := w.ahead.answers[c.answerKey(q, conds, lock)]; ok {
			return slices.Clone(known.([]*entry[T])), true, nil
		}
	}
	if len(w.lists) == 0 {
		return nil, false, nil
	}
	return c.recallList(q, c.answerKey(q, conds, false)) // a snapshot needs no locks
}

// matching merges what the database says with what the transaction has changed since.
func (c *Collection[T]) matching(q Querier, conds []Cond, how reading) ([]*entry[T], error) {
	es, err := c.rows(q, conds, how)
	if err != nil || len(q.work().byID) == 0 {
		return es, err
	}
	es = slices.DeleteFunc(es, func(e *entry[T]) bool { return c.known(q, c.id(e.v)) != nil })
	es = append(es, c.heldBy(q, conds)...)
	c.newestFirst(es)
	return es, nil
}

// Held is what the transaction has locked or inserted and meets the conditions, newest first. It
// asks the database nothing: for those who have locked whatever could meet them.
func (c *Collection[T]) Held(tx *Tx, conds ...Cond) []*T {
	es := c.heldBy(tx, conds)
	c.newestFirst(es)
	return values(es)
}

func (c *Collection[T]) heldBy(q Querier, conds []Cond) (es []*entry[T]) {
	for _, t := range q.work().tracked {
		e, ok := t.(*entry[T])
		if ok && e.c == c && e.scope == q.Scope() && !e.tombstone() && c.meets(e.v, conds) {
			es = append(es, e)
		}
	}
	return es
}

func (c *Collection[T]) newestFirst(es []*entry[T]) {
	slices.SortFunc(es, func(a, b *entry[T]) int {
		return cmp.Or(cmp.Compare(c.created(b.v), c.created(a.v)),
			cmp.Compare(c.id(b.v), c.id(a.v)))
	})
}

func (c *Collection[T]) meets(v *T, conds []Cond) bool {
	return !slices.ContainsFunc(conds, func(cond Cond) bool {
		return !cond.holds(c.valueOf(v, cond.column))
	})
}

// List reads a page. In a Tx it sees what is committed, not what the transaction is changing.
func (c *Collection[T]) List(q Querier, p Page) (vs []*T, hasMore bool, err error) {
	at, err := c.pageOf(q, p)
	if err != nil {
		return nil, false, err
	}
	var es []*entry[T]
	if known, ok := q.work().ahead.answers[c.pageKey(at)]; ok {
		es = slices.Clone(known.([]*entry[T]))
	} else if es, err = c.load(q, at.String(), at.args); err != nil {
		return nil, false, err
	}
	es, hasMore = trim(p, es)
	return values(es), hasMore, nil
}

// pageOf is the select of a page.
func (c *Collection[T]) pageOf(q Querier, p Page) (*where, error) {
	at := within(q)
	for _, cond := range p.Where {
		c.kindOf(cond.column)
		at.add(cond)
	}
	at.b.WriteString(" and not deleted")
	order, err := at.page(q, p, string(c.table), c.noun)
	at.b.WriteString(order)
	return at, err
}

// pageKey names the question of a page.
func (c *Collection[T]) pageKey(at *where) string {
	return fmt.Sprintf("page of %s %s %#v", c.table, at.String(), at.args)
}

// ToList is for List, of the newest.
func (c *Collection[T]) ToList(limit int, conds ...Cond) Need {
	return func(q Querier) *need {
		at, err := c.pageOf(q, Page{Where: conds, Limit: limit})
		if err != nil { // there is no cursor that could be wrong
			panic(err)
		}
		var es []*entry[T]
		return &need{c.question(q, at.String(), at.args, &es), func() error {
			q.work().ahead.answer(c.pageKey(at), es)
			return nil
		}}
	}
}

// page adds the cursor's condition and gives the order and limit of the select.
func (w *where) page(q Querier, p Page, table, noun string) (string, error) {
	cursor, param, sign, order := p.StartingAfter, "starting_after", "<", "desc"
	if cursor == "" && p.EndingBefore != "" {
		cursor, param, sign, order = p.EndingBefore, "ending_before", ">", "asc"
	}
	if cursor != "" {
		created, err := createdOf(q, table, cursor)
		if errors.Is(err, ErrNotFound) {
			return "", billing.NoSuch(noun, cursor, param)
		}
		if err != nil {
			return "", err
		}
		w.and("(created, id) "+sign+" (%s, %s)", created, cursor)
	}
	return " order by created " + order + ", id " + order + " limit " + w.arg(p.limit()+1), nil
}

// createdOf is where a cursor stands in the order; tombstones keep their place.
func createdOf(q Querier, table, id string) (created int64, err error) {
	at := within(q).and("id = %s", id)
	found := false
	err = q.work().link.query("select created from "+table+at.String(), at.args, func(r row) error {
		found = true
		return r.Scan(&created)
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return created, err
}

func (p Page) limit() int64 {
	if p.Limit <= 0 {
		return 10
	}
	return int64(p.Limit)
}

// trim cuts the one row too many that says that there are more, and restores the order of a page
// that was read backwards.
func trim[E any](p Page, es []E) ([]E, bool) {
	more := int64(len(es)) > p.limit()
	if more {
		es = es[:p.limit()]
	}
	if p.StartingAfter == "" && p.EndingBefore != "" {
		slices.Reverse(es)
	}
	return es, more
}

func values[T any](es []*entry[T]) []*T {
	out := make([]*T, len(es))
	for i, e := range es {
		out[i] = e.v
	}
	return out
}
