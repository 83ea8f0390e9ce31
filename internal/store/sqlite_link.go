package store

import (
	"context"
	"database/sql"
)

// liteConn is one connection with its prepared statements, which database/sql would not keep.
type liteConn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
}

// preparedMax bounds the statements of a connection; the house has about two hundred.
const preparedMax = 512

func newLiteConn(c *sql.Conn) *liteConn {
	return &liteConn{Conn: c, prepared: map[string]*sql.Stmt{}}
}

// prepare and what follows do not take the caller's context: a transaction that others share must
// not be interrupted in the middle, and no statement here takes long.
func (c *liteConn) prepare(text string) (*sql.Stmt, error) {
	if st := c.prepared[text]; st != nil {
		return st, nil
	}
	if len(c.prepared) >= preparedMax {
		c.forget()
	}
	st, err := c.PrepareContext(context.Background(), text)
	if err == nil {
		c.prepared[text] = st
	}
	return st, err
}

func (c *liteConn) forget() {
	for _, st := range c.prepared {
		st.Close()
	}
	clear(c.prepared)
}

// close ends the connection. With a statement left open SQLite would keep it, and its log, alive.
func (c *liteConn) close() error {
	c.forget()
	return c.Conn.Close()
}

func (c *liteConn) exec(text string, args ...any) (int64, error) {
	st, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	done, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

func (c *liteConn) run(texts ...string) error {
	for _, text := range texts {
		if _, err := c.exec(text); err != nil {
			return err
		}
	}
	return nil
}

// liteLink is a transaction, or a snapshot, on a connection.
type liteLink struct {
	ctx    context.Context
	conn   *liteConn
	queued []stmt
	stats  *Stats
	first  func() error // called before the first statement; nil afterwards
}

func (l *liteLink) queue(stmts ...stmt) { l.queued = append(l.queued, stmts...) }
func (l *liteLink) drop()               { l.queued = nil }

func (l *liteLink) flush() error {
	queued := l.queued
	l.queued = nil
	if len(queued) > 0 {
		if err := l.start(); err != nil {
			return err
		}
	}
	for _, st := range queued {
		n, err := l.conn.exec(st.shape.one, st.args...)
		if err != nil {
			return liteError(err)
		}
		if st.must && n == 0 {
			return ErrConflict
		}
		if st.count != nil {
			*st.count += n
		}
	}
	return nil
}

// start is called before statements.
func (l *liteLink) start() error {
	first := l.first
	if first == nil {
		return nil
	}
	l.first = nil
	return first()
}

func (l *liteLink) exec(text string, args ...any) (int64, error) {
	if err := l.flush(); err != nil {
		return 0, err
	}
	if err := l.start(); err != nil {
		return 0, err
	}
	n, err := l.conn.exec(text, args...)
	return n, liteError(err)
}

func (l *liteLink) query(text string, args []any, each func(row) error) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if err := l.flush(); err != nil {
		return err
	}
	if err := l.start(); err != nil {
		return err
	}
	l.stats.Queries.Add(1)
	st, err := l.conn.prepare(text)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(context.Background(), args...)
	if err != nil {
		return liteError(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return liteError(rows.Err())
}

// queryAll asks one after the other: in process there is no round trip to save.
func (l *liteLink) queryAll(list []question) error {
	for _, q := range list {
		if err := l.query(q.sql, q.args, q.each); err != nil {
			return err
		}
	}
	return nil
}
