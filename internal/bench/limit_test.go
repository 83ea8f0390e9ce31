package bench_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// footprint is what so many deeds left in the database: each row that is new or different, and
// the number of commits.
type footprint struct {
	deeds, commits int
	writes         []write
}

// write is a plain statement for one row.
type write struct {
	table  string
	text   string
	args   []any
	before string // the insert of a row that is updated
	bytes  int
}

// footprint does something and finds out what that wrote.
func (h *bench) footprint(deeds int, do func()) footprint {
	h.Helper()
	was, err := h.mine.snapshot()
	h.check(err)
	commits := h.house.DB.Stats().Commits.Load()
	do()
	f := footprint{deeds: deeds, commits: int(h.house.DB.Stats().Commits.Load() - commits)}
	is, err := h.mine.snapshot()
	h.check(err)
	for table, rows := range is {
		for key, row := range rows {
			before, known := was[table][key]
			switch {
			case !known:
				f.writes = append(f.writes, insertion(table, row))
			case !reflect.DeepEqual(before.values, row.values):
				f.writes = append(f.writes, update(table, row, h.mine.keys[table]))
			}
		}
	}
	slices.SortStableFunc(f.writes, func(a, b write) int { return strings.Compare(a.text, b.text) })
	return f
}

func insertion(table string, t tuple) write {
	var args []string
	for i := range t.columns {
		args = append(args, fmt.Sprint("$", i+1))
	}
	return write{table: table, args: t.values, bytes: t.bytes(),
		text: fmt.Sprintf("insert into %s (%s) values (%s)", table,
			strings.Join(t.columns, ", "), strings.Join(args, ", "))}
}

func update(table string, t tuple, keys []string) write {
	var set, where []string
	for i, name := range t.columns {
		if slices.Contains(keys, name) {
			where = append(where, fmt.Sprintf("%s = $%d", name, i+1))
		} else {
			set = append(set, fmt.Sprintf("%s = $%d", name, i+1))
		}
	}
	w := insertion(table, t)
	w.before = w.text
	w.text = fmt.Sprintf("update %s set %s where %s", table, strings.Join(set, ", "),
		strings.Join(where, " and "))
	return w
}

// String says what one deed wrote.
func (f footprint) String() string {
	bytes := 0
	for _, w := range f.writes {
		bytes += w.bytes
	}
	n := float64(f.deeds)
	return fmt.Sprintf("%.1f rows, %.1f kB, %.2f commits", float64(len(f.writes))/n,
		float64(bytes)/n/1000, float64(f.commits)/n)
}

// parts deals the writes out to the commits, so that each has its share of every table.
func (f footprint) parts() [][]write {
	out := make([][]write, max(f.commits, 1))
	for i, w := range f.writes {
		out[i%len(out)] = append(out[i%len(out)], w)
	}
	return out
}

// replay writes a footprint again, with so many connections where the engine has more than one
// writer, and says how many deeds a second that was. Afterwards the database is empty again.
func (h *bench) replay(f footprint, connections int) float64 {
	h.Helper()
	var before []write
	for _, w := range f.writes {
		if w.before != "" {
			before = append(before, write{text: w.before, args: w.args})
		}
	}
	h.check(h.limit.commit(before))
	parts := f.parts()
	began := time.Now()
	if h.limit.pool == nil {
		connections = 1
	}
	h.check(together(len(parts), connections, func(i int) error {
		return h.limit.commit(parts[i])
	}))
	took := time.Since(began)
	h.check(h.limit.clear(f))
	return float64(f.deeds) / took.Seconds()
}

// commit runs statements in one transaction: on PostgreSQL in one round trip.
func (d *database) commit(writes []write) error {
	if d.pool == nil {
		return d.commitLite(writes)
	}
	batch := &pgx.Batch{}
	batch.Queue("begin")
	for _, w := range writes {
		batch.Queue(w.text, w.args...)
	}
	batch.Queue("commit")
	return d.pool.SendBatch(context.Background(), batch).Close()
}

func (d *database) commitLite(writes []write) error {
	statements := make([]*sql.Stmt, len(writes)) // there is one connection: prepare first
	for i, w := range writes {
		var err error
		if statements[i], err = d.statement(w.text); err != nil {
			return err
		}
	}
	tx, err := d.sql.Begin()
	if err != nil {
		return err
	}
	for i, w := range writes {
		if _, err := tx.Stmt(statements[i]).Exec(w.args...); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func (d *database) clear(f footprint) error {
	done := map[string]bool{}
	for _, w := range f.writes {
		if !done[w.table] {
			done[w.table] = true
			if _, err := d.sql.Exec("delete from " + w.table); err != nil {
				return err
			}
		}
	}
	return nil
}

// together does n things with some workers.
func together(n, workers int, do func(i int) error) error {
	var next atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, workers)
	for w := range workers {
		all.Go(func() {
			for failed[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				failed[w] = do(i)
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
