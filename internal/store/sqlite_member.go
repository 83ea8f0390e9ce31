package store

import (
	"context"
	"errors"
)

// liteMember is one transaction of a group. It takes its turn with its first statement: what a
// command does before, which is everything when it reads nothing, it does while others write.
//
// It stays atomic in a savepoint of its own. The first of a group needs none, for which SQLite
// copies every page that is touched: when it fails, there is nobody else yet whose work would be
// lost, and the group ends.
type liteMember struct {
	w         *liteWriter
	ctx       context.Context
	group     *liteGroup // nil until it has its turn
	savepoint bool
}

func (w *liteWriter) write(ctx context.Context, fn func(link) error) error {
	m := &liteMember{w: w, ctx: ctx}
	if err := m.run(fn); err != nil || m.group == nil {
		return err // rolled back, whatever becomes of the others, or nothing was asked
	}
	<-m.group.done
	return m.group.err
}

// run is the transaction. It is rolled back unless it ends well, also when it panics or its
// goroutine exits.
func (m *liteMember) run(fn func(link) error) (err error) {
	ended := false
	defer func() {
		if m.group == nil {
			return
		}
		if !ended {
			err = errors.Join(err, m.undo())
		}
		m.w.pass()
	}()
	l := &liteLink{ctx: m.ctx, conn: m.w.conn, stats: m.w.stats, first: m.join}
	if err = fn(l); err == nil {
		err = l.flush()
	}
	if err == nil && m.savepoint {
		err = m.must("release member")
	}
	ended = err == nil
	return err
}

// join waits for the member's turn. With a group that has failed it fails.
func (m *liteMember) join() error {
	w := m.w
	w.waiting.Add(1)
	w.turn.Lock()
	w.waiting.Add(-1)
	g, err := w.open()
	if err == nil {
		err = m.ctx.Err()
	}
	if err != nil {
		w.pass()
		return err
	}
	m.group = g
	g.size++
	if g.err != nil || g.size == 1 {
		return g.err
	}
	m.savepoint = true
	return m.must("savepoint member")
}

// must runs a statement without which the group cannot go on.
func (m *liteMember) must(text string) error {
	if err := m.w.conn.run(text); err != nil {
		return m.w.poison(m.group, err)
	}
	return nil
}

// undo takes back what the member wrote.
func (m *liteMember) undo() error {
	switch {
	case m.group.err != nil:
		return nil
	case !m.savepoint:
		m.group.err = errUndone
		return nil
	}
	if err := m.must("rollback to member"); err != nil {
		return err
	}
	return m.must("release member")
}
