package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// engine is a database: SQLite or PostgreSQL. Both run the same SQL text; what differs is here.
type engine interface {
	name() string
	// read runs fn on one snapshot.
	read(ctx context.Context, fn func(link) error) error
	// write runs fn in one transaction, once; nil means that it is committed.
	write(ctx context.Context, fn func(link) error) error
	// forUpdate is appended to a select that locks its rows. SQLite has one writer: nothing to
	// lock.
	forUpdate() string
	// database is the same database through database/sql, for the migrations.
	database() (*sql.DB, error)
	close() error
}

// link is one connection inside one transaction or snapshot. Statements that are queued run
// before the next query, or at commit: on PostgreSQL in one round trip with it.
type link interface {
	query(sql string, args []any, each func(row) error) error
	// queryAll runs several selects in their order: on PostgreSQL in one round trip.
	queryAll(list []question) error
	// exec runs a statement at once and says how many rows it touched.
	exec(sql string, args ...any) (int64, error)
	queue(stmts ...stmt)
	// flush runs what is queued.
	flush() error
	// drop forgets what is queued.
	drop()
}

// question is a select and what takes its rows.
type question struct {
	sql  string
	args []any
	each func(row) error
}

// row reads the columns of the current row.
type row interface{ Scan(dst ...any) error }

// shape is a statement's text, and the text that does the same for many rows given as arrays.
// In process there is no round trip to save, so SQLite has no use for the latter.
type shape struct{ one, many string }

// stmt is one row's worth of a shape.
type stmt struct {
	shape *shape
	args  []any
	// must says that touching no row means that it was changed meanwhile: ErrConflict. It is for
	// updates of rows that were locked, so that on PostgreSQL it cannot happen: there the commit
	// is already on its way.
	must  bool
	count *int64 // adds up the rows that were touched
}

// insertShape writes the two texts that insert into a table; types are "name type" pairs, where
// json goes in as text.
func insertShape(table string, columns []string) *shape {
	names, args, arrays, values := splitColumns(columns)
	return &shape{
		one: fmt.Sprintf("insert into %s (%s) values (%s)", table,
			strings.Join(names, ", "), strings.Join(args, ", ")),
		many: fmt.Sprintf("insert into %s (%s) select %s from unnest(%s) as n(%s)", table,
			strings.Join(names, ", "), strings.Join(values, ", "),
			strings.Join(arrays, ", "), strings.Join(names, ", ")),
	}
}

func splitColumns(columns []string) (names, args, arrays, values []string) {
	for i, column := range columns {
		name, kind, _ := strings.Cut(column, " ")
		arg := "$" + strconv.Itoa(i+1)
		value := "n." + name
		if kind == "json" {
			kind, value = "text", value+"::json"
		}
		names, args = append(names, name), append(args, arg)
		arrays, values = append(arrays, arg+"::"+kind+"[]"), append(values, value)
	}
	return names, args, arrays, values
}

// placeholders is "$from, $from+1, ..." for n arguments.
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// padded repeats the last value until there are 1, 2, 4, 8 ... of them, so that lists of any
// length share a few prepared statements.
func padded(values []string) []any {
	n := 1
	for n < len(values) {
		n *= 2
	}
	out := make([]any, n)
	for i := range out {
		out[i] = values[min(i, len(values)-1)]
	}
	return out
}
