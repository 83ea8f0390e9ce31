package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pgLink is a transaction, or a snapshot, on a connection. It takes one, and begins, with the
// first statement that needs it, in the same round trip.
type pgLink struct {
	ctx    context.Context
	pool   *pgxpool.Pool
	conn   *pgxpool.Conn // nil until the first statement
	begin  string
	begun  bool
	queued []stmt
	stats  *Stats
}

// manyFrom is the number of rows of one shape from which unnest beats single statements, manyMost
// the number that goes into one: the driver's buffers grow with the largest statement.
const (
	manyFrom = 3
	manyMost = 25
)

func (l *pgLink) queue(stmts ...stmt) { l.queued = append(l.queued, stmts...) }
func (l *pgLink) drop()               { l.queued = nil }

// pipeline is a batch and what must be checked in its results.
type pipeline struct {
	batch pgx.Batch
	check []func(touched int64) error
}

func (p *pipeline) add(text string, args ...any) {
	p.batch.Queue(text, args...)
	p.check = append(p.check, nil)
}

// add queues statements of one shape: together as arrays when there are enough of them.
func (p *pipeline) addStmts(stmts []stmt) {
	shape := stmts[0].shape
	for shape.many != "" && len(stmts) >= manyFrom {
		piece := stmts[:min(len(stmts), manyMost)]
		stmts = stmts[len(piece):]
		p.batch.Queue(shape.many, columnsOf(piece)...)
		p.check = append(p.check, checkTouched(piece))
	}
	for i, st := range stmts {
		p.batch.Queue(st.shape.one, st.args...)
		p.check = append(p.check, checkTouched(stmts[i:i+1]))
	}
}

func checkTouched(stmts []stmt) func(int64) error {
	first := stmts[0]
	if !first.must && first.count == nil {
		return nil
	}
	return func(touched int64) error {
		if first.must && touched < int64(len(stmts)) {
			return ErrConflict
		}
		if first.count != nil {
			*first.count += touched
		}
		return nil
	}
}

// columnsOf turns rows into one array per column.
func columnsOf(stmts []stmt) []any {
	out := make([]any, len(stmts[0].args))
	for c := range out {
		switch stmts[0].args[c].(type) {
		case string:
			out[c] = columnOf[string](stmts, c)
		case int64:
			out[c] = columnOf[int64](stmts, c)
		case bool:
			out[c] = columnOf[bool](stmts, c)
		default:
			out[c] = anyColumn(stmts, c)
		}
	}
	return out
}

// columnOf is a column whose values have one type, which the driver writes much faster than one
// in which it must look at each.
func columnOf[V any](stmts []stmt, c int) any {
	column := make([]V, len(stmts))
	for r := range stmts {
		value, ok := stmts[r].args[c].(V)
		if !ok {
			return anyColumn(stmts, c)
		}
		column[r] = value
	}
	return column
}

func anyColumn(stmts []stmt, c int) []any {
	column := make([]any, len(stmts))
	for r := range stmts {
		column[r] = stmts[r].args[c]
	}
	return column
}

// drain reads the results of what was queued.
func (p *pipeline) drain(results pgx.BatchResults) error {
	for _, check := range p.check {
		tag, err := results.Exec()
		if err != nil {
			return err
		}
		if check != nil {
			if err := check(tag.RowsAffected()); err != nil {
				return err
			}
		}
	}
	return nil
}

// start puts the beginning of the transaction, if it has not begun, and what is queued into a
// pipeline.
func (l *pgLink) start() (*pipeline, error) {
	if err := l.connect(); err != nil {
		return nil, err
	}
	p := &pipeline{}
	if !l.begun {
		p.add(l.begin)
		l.begun = true
	}
	l.take(p)
	return p, nil
}

func (l *pgLink) take(p *pipeline) {
	for q := l.queued; len(q) > 0; {
		n := 1
		for n < len(q) && q[n].shape == q[0].shape {
			n++
		}
		p.addStmts(q[:n])
		q = q[n:]
	}
	l.queued = nil
}

// connect takes a connection, unless there is one.
func (l *pgLink) connect() (err error) {
	if l.conn == nil {
		l.conn, err = l.pool.Acquire(l.ctx)
	}
	return err
}

// send runs a pipeline that ends with what was queued.
func (l *pgLink) send(p *pipeline) error {
	if len(p.check) == 0 {
		return nil
	}
	l.stats.Trips.Add(1)
	results := l.conn.SendBatch(l.ctx, &p.batch)
	err := p.drain(results)
	if closed := results.Close(); err == nil {
		err = closed
	}
	return pgError(err)
}

func (l *pgLink) flush() error {
	if len(l.queued) == 0 {
		return nil
	}
	p, err := l.start()
	if err != nil {
		return err
	}
	return l.send(p)
}

func (l *pgLink) exec(text string, args ...any) (touched int64, err error) {
	p, err := l.start()
	if err != nil {
		return 0, err
	}
	p.batch.Queue(text, args...)
	p.check = append(p.check, func(n int64) error {
		touched = n
		return nil
	})
	return touched, l.send(p)
}

func (l *pgLink) query(text string, args []any, each func(row) error) error {
	if l.begun && len(l.queued) == 0 {
		l.stats.Queries.Add(1)
		l.stats.Trips.Add(1)
		rows, err := l.conn.Query(l.ctx, text, args...)
		if err != nil {
			return pgError(err)
		}
		return eachRow(rows, each)
	}
	return l.queryAll([]question{{text, args, each}})
}

func (l *pgLink) queryAll(list []question) (err error) {
	p, err := l.start()
	if err != nil {
		return err
	}
	l.stats.Queries.Add(int64(len(list)))
	l.stats.Trips.Add(1)
	for _, q := range list {
		p.batch.Queue(q.sql, q.args...)
	}
	results := l.conn.SendBatch(l.ctx, &p.batch)
	defer func() {
		if closed := results.Close(); err == nil {
			err = pgError(closed)
		}
	}()
	if err := p.drain(results); err != nil {
		return pgError(err)
	}
	for _, q := range list {
		rows, err := results.Query()
		if err != nil {
			return pgError(err)
		}
		if err := eachRow(rows, q.each); err != nil {
			return err
		}
	}
	return nil
}

func eachRow(rows pgx.Rows, each func(row) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return pgError(rows.Err())
}

// commit sends what is queued together with the commit. Rows that are updated were locked before,
// so none of the updates can miss. What was never begun is one implicit transaction.
func (l *pgLink) commit() error {
	p := &pipeline{}
	l.take(p)
	if l.begun {
		p.add("commit")
	}
	err := l.connect()
	if err == nil {
		err = l.send(p)
	}
	if err == nil {
		l.begun = false
	}
	return err
}

// rollback ends what was begun, and gives the connection back.
func (l *pgLink) rollback() {
	if l.conn == nil {
		return
	}
	if l.begun && !l.conn.Conn().IsClosed() {
		l.stats.Trips.Add(1)
		l.end()
	}
	l.begun = false
	l.conn.Release()
}

// leave ends a snapshot. Nothing depends on it, so nobody waits for it.
func (l *pgLink) leave() {
	if l.conn != nil && l.begun && !l.conn.Conn().IsClosed() {
		go func() {
			defer l.conn.Release()
			l.end()
		}()
	} else if l.conn != nil {
		l.conn.Release()
	}
}

// end does not take the caller's context, which may be over. When it fails, the pool sees the
// connection's state and throws it away.
func (l *pgLink) end() { _, _ = l.conn.Exec(context.WithoutCancel(l.ctx), "rollback") }
