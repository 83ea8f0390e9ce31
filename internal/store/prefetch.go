package store

import (
	"fmt"
	"slices"
)

// A Need is something that a command is going to ask for. nil stands for none: the transaction
// has the answer already.
type Need func(q Querier) *need

// need is the query of a Need, and what keeps its answer.
type need struct {
	question
	keep func() error
}

// ahead are the answers to questions that were not asked yet. A savepoint forgets them, because
// what happens in it may make them wrong.
type ahead struct {
	rows    map[key]any    // *entry[T] of nouns that were read and not locked
	answers map[string]any // []*entry[T] by answerKey
}

// Prefetch asks for everything that a command needs at once: on PostgreSQL in one round trip,
// in the order of the needs, so that locks come first. Whoever asks for the same afterwards, with
// Get, Lock, All and so on, finds it there; whoever asks for something else gets it as always. So
// what is prefetched only decides how long a command takes, never what it does.
func Prefetch(q Querier, needs ...Need) error {
	var asked []*need
	var list []question
	for _, want := range needs {
		if n := want(q); n != nil {
			asked, list = append(asked, n), append(list, n.question)
		}
	}
	if len(list) == 0 {
		return nil
	}
	if err := q.work().link.queryAll(list); err != nil {
		return fmt.Errorf("prefetch: %w", err)
	}
	for _, n := range asked {
		if err := n.keep(); err != nil {
			return err
		}
	}
	return nil
}

// ToGet is for Get, Find and Many, and for showing what refers to the nouns.
func (c *Collection[T]) ToGet(ids ...string) Need {
	return func(q Querier) *need {
		missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			return id == "" || c.seen(q, id) != nil || c.recalls(q, id)
		})
		if len(missing) == 0 {
			return nil
		}
		at := within(q)
		at.add(In("id", missing...))
		return c.toKeep(q, at)
	}
}

// toKeep keeps the rows of a select for whoever asks for one of them.
func (c *Collection[T]) toKeep(q Querier, at *where) *need {
	var es []*entry[T]
	return &need{c.question(q, at.String(), at.args, &es), func() error {
		for _, e := range es {
			q.work().ahead.row(e.name(), e)
		}
		return nil
	}}
}

// ToLock is for Lock.
func (c *Collection[T]) ToLock(ids ...string) Need {
	return func(q Querier) *need {
		missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			return id == "" || c.known(q, id) != nil || c.recalls(q, id)
		})
		if len(missing) == 0 {
			return nil
		}
		var es []*entry[T]
		at := within(q)
		at.add(In("id", missing...))
		return &need{c.question(q, at.newestLive()+q.work().locking, at.args, &es),
			func() error { return c.followAll(q, es) }}
	}
}

func (c *Collection[T]) followAll(q Querier, es []*entry[T]) error {
	for _, e := range es {
		if c.known(q, c.id(e.v)) != nil || e.dead {
			continue
		}
		if err := e.follow(q.work()); err != nil {
			return err
		}
	}
	return nil
}

// ToListBy is for All and First with Eq(column, value) and then the conditions, for each of some
// values.
func (c *Collection[T]) ToListBy(column string, values []string, conds ...Cond) Need {
	return func(q Querier) *need {
		return c.toAnswer(q, asking{column, values, conds, false})
	}
}

// ToLockBy is for LockAll and LockFirst too.
func (c *Collection[T]) ToLockBy(column string, values []string, conds ...Cond) Need {
	return func(q Querier) *need {
		return c.toAnswer(q, asking{column, values, conds, true})
	}
}

// asking is a question that is asked for many values of a column at once.
type asking struct {
	column string
	values []string
	conds  []Cond
	lock   bool
}

// each are the conditions for one value.
func (a asking) each(value string) []Cond {
	return append([]Cond{Eq(a.column, value)}, a.conds...)
}

func (c *Collection[T]) toAnswer(q Querier, a asking) *need {
	a.values = slices.DeleteFunc(slices.Clone(a.values), func(value string) bool {
		_, known := q.work().ahead.answers[c.answerKey(q, a.each(value), a.lock)]
		return known || value == ""
	})
	if len(a.values) == 0 {
		return nil
	}
	var es []*entry[T]
	w, tail := q.work(), ""
	if a.lock {
		tail = w.locking
	}
	at := within(q)
	for _, cond := range append([]Cond{In(a.column, a.values...)}, a.conds...) {
		c.kindOf(cond.column)
		at.add(cond)
	}
	return &need{c.question(q, at.newestLive()+tail, at.args, &es), func() error {
		for _, value := range a.values {
			conds := a.each(value)
			var mine []*entry[T]
			for _, e := range es {
				if c.valueOf(e.v, a.column) == value {
					mine = append(mine, e)
				}
			}
			w.ahead.answer(c.answerKey(q, conds, false), mine)
			c.rememberList(q, c.answerKey(q, conds, false), mine)
			if a.lock {
				w.ahead.answer(c.answerKey(q, conds, true), mine)
			}
		}
		if a.lock {
			return c.followAll(q, es)
		}
		return nil
	}}
}

// answerKey names a question. What was answered without a lock is no answer to one with it.
func (c *Collection[T]) answerKey(q Querier, conds []Cond, lock bool) string {
	at := within(q)
	for _, cond := range conds {
		at.add(cond)
	}
	return fmt.Sprintf("%s %t %s %#v", c.table, lock, at.String(), at.args)
}

// row keeps a noun for whoever asks for its id.
func (a *ahead) row(name key, entry any) {
	if a.rows == nil {
		a.rows = map[key]any{}
	}
	a.rows[name] = entry
}

// answer keeps what a question brought.
func (a *ahead) answer(question string, entries any) {
	if a.answers == nil {
		a.answers = map[string]any{}
	}
	a.answers[question] = entries
}
