package store

import (
	"fmt"
	"slices"
	"strings"
)

// Cond is a condition on a promoted column.
type Cond struct {
	column, op string
	values     []any
}

// Eq asks for a value; nil asks for null.
func Eq(column string, value any) Cond { return Cond{column, "=", []any{plain(value)}} }

// In asks for one of several values; for none of them when the list is empty.
func In(column string, values ...string) Cond {
	c := Cond{column: column, op: "in"}
	if len(values) > 0 {
		c.values = padded(values)
	}
	return c
}

// Gt asks for more than a value.
func Gt(column string, value int64) Cond { return Cond{column, ">", []any{value}} }

// Gte asks for a value or more.
func Gte(column string, value int64) Cond { return Cond{column, ">=", []any{value}} }

// Lt asks for less than a value.
func Lt(column string, value int64) Cond { return Cond{column, "<", []any{value}} }

// Lte asks for a value or less.
func Lte(column string, value int64) Cond { return Cond{column, "<=", []any{value}} }

// holds says whether a value in memory meets the condition, as the database would judge it.
func (c Cond) holds(value any) bool {
	switch c.op {
	case "=", "in":
		return slices.Contains(c.values, value)
	}
	n, ok := value.(int64)
	if !ok {
		return false // null compares to nothing
	}
	limit := c.values[0].(int64)
	switch c.op {
	case ">":
		return n > limit
	case ">=":
		return n >= limit
	case "<":
		return n < limit
	}
	return n <= limit
}

// where collects the conditions of a select and their arguments.
type where struct {
	b    strings.Builder
	args []any
	list bool // a column is held against several values
}

// within starts with the scope, which every statement names.
func within(q Querier) *where {
	s := q.Scope()
	w := &where{args: []any{s.Account, s.Livemode}}
	w.b.WriteString(" where account = $1 and livemode = $2")
	return w
}

func (w *where) arg(value any) string {
	w.args = append(w.args, value)
	return fmt.Sprintf("$%d", len(w.args))
}

// and adds a condition; every %s in it becomes an argument.
func (w *where) and(format string, values ...any) *where {
	names := make([]any, len(values))
	for i, v := range values {
		names[i] = w.arg(v)
	}
	fmt.Fprintf(&w.b, " and "+format, names...)
	return w
}

func (w *where) add(c Cond) {
	switch {
	case c.op == "in" && len(c.values) == 0:
		w.b.WriteString(" and false")
	case c.op == "in":
		w.list = w.list || len(c.values) > 1
		fmt.Fprintf(&w.b, " and %s in (%s)", c.column, placeholders(len(w.args)+1, len(c.values)))
		w.args = append(w.args, c.values...)
	case c.values[0] == nil:
		w.b.WriteString(" and " + c.column + " is null")
	default:
		w.and(c.column+" "+c.op+" %s", c.values[0])
	}
}

func (w *where) String() string { return w.b.String() }

// newestLive is the select's condition and order: tombstones stay out. The plus keeps SQLite from
// walking the index of all that was ever created, in order to spare itself the sorting of a few
// rows that another index finds at once.
func (w *where) newestLive() string {
	order := "created"
	if w.list {
		order = "+created"
	}
	return w.String() + " and not deleted order by " + order + " desc, id desc"
}
