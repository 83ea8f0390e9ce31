package store

import "github.com/portico-billing/portico/internal/billing"

// stored is a row as the database gave it.
type stored struct {
	scope        billing.Scope
	rev, version int64
	dead         bool
	private, doc []byte
}

// recallMax bounds what a snapshot remembers: a page about one customer, not an export.
const recallMax = 256

// remember keeps a row of a snapshot, which cannot change any more, so that nobody asks the
// database for it again. A transaction remembers nothing: its rows may be locked and be different.
func (w *work) remember(k key, s stored) {
	if w.rows != nil && len(w.rows) < recallMax {
		w.rows[k] = s
	}
}

// recall is a row that the snapshot has read before, decoded anew, so that whoever read it then
// may do with it what they like; nil when it has not.
func (c *Collection[T]) recall(q Querier, id string) (*entry[T], error) {
	s, ok := q.work().rows[key{string(c.table), q.Scope(), id}]
	if !ok {
		return nil, nil
	}
	return c.read(s)
}

// recalls says whether the snapshot has read a row before.
func (c *Collection[T]) recalls(q Querier, id string) bool {
	_, ok := q.work().rows[key{string(c.table), q.Scope(), id}]
	return ok
}

// rememberList keeps which rows of a snapshot answer a question.
func (c *Collection[T]) rememberList(q Querier, question string, es []*entry[T]) {
	w := q.work()
	if w.rows == nil {
		return
	}
	if w.lists == nil {
		w.lists = map[string][]string{}
	}
	ids := make([]string, len(es))
	for i, e := range es {
		ids[i] = c.id(e.v)
	}
	w.lists[question] = ids
}

// recallList answers a question from the rows that the snapshot remembers, decoded anew; false
// when it does not remember them all.
func (c *Collection[T]) recallList(q Querier, question string) ([]*entry[T], bool, error) {
	ids, ok := q.work().lists[question]
	var es []*entry[T]
	for _, id := range ids {
		e, err := c.recall(q, id)
		if e == nil || err != nil {
			return nil, false, err
		}
		es = append(es, e)
	}
	return es, ok, nil
}

// read makes an entry of a row.
func (c *Collection[T]) read(s stored) (*entry[T], error) {
	if s.version > docVersion {
		return nil, ErrTooOld
	}
	e := &entry[T]{c: c, scope: s.scope, v: new(T), rev: s.rev, dead: s.dead}
	return e, c.decode(e.v, s.doc, s.private, s.dead)
}
