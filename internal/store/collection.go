package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Collection keeps the nouns of one type in one table. Collections are immutable.
type Collection[T any] struct {
	spec[T]
	rank    int // of its table: parents first
	insert  *shape
	updates *sync.Map // the shapes that were made: of a set of columns, as bits
	fields  string    // what load selects
	private bool
}

// spec is what the file of a noun says about it.
type spec[T any] struct {
	object string // as in the JSON, "billing_portal.configuration"
	noun   string // as in error messages; object when empty
	table  table
	id     func(*T) string
	// created orders lists.
	created func(*T) int64
	columns []column[T]
	events  eventTypes
	// state points to the private part; nil when there is none.
	state func(*T) any
	// gone points to the field that says that the noun is a tombstone; nil when there is none.
	gone func(*T) *bool
	// cut drops from a shallow copy what the API does not show, unless it is included. It may
	// replace fields, but not write through what it shares with the original.
	cut func(*T, includes)
	// dress adds to a hydrated copy what the API derives.
	dress func(Querier, *T, includes) error
	// mirror lists rows of a plain table that follow from the noun.
	mirror *mirror[T]
	// guard refuses a change that would break the noun's own table of moves.
	guard func(was, is *T) error
}

// docVersion is the schema number of the documents that this program writes.
const docVersion = 1

// headColumns are those that every table starts with.
var headColumns = []string{"account text", "livemode boolean", "id text", "created bigint",
	"rev bigint", "deleted boolean", "v bigint"}

func newCollection[T any](s spec[T]) *Collection[T] {
	if s.noun == "" {
		s.noun = s.object
	}
	c := &Collection[T]{spec: s, rank: slices.Index(tables, s.table), private: s.state != nil,
		updates: &sync.Map{}}
	if c.rank < 0 {
		panic("store: " + string(s.table) + " has no place in the order of tables")
	}
	all := slices.Clone(headColumns)
	for _, x := range s.columns {
		all = append(all, x.name+" "+x.kind)
	}
	all = append(all, "private json", "doc json")
	c.insert = insertShape(string(s.table), all)
	c.fields = "select account, livemode, rev, deleted, v, private, doc from " + string(s.table)
	return c
}

// promoted are what a noun says for its columns: created, and then those of its own.
func (c *Collection[T]) promoted(v *T) []any {
	values := make([]any, 0, 1+len(c.columns))
	values = append(values, c.created(v))
	for _, x := range c.columns {
		values = append(values, plain(x.value(v)))
	}
	return values
}

// updateOf is the statement that writes the document and those promoted columns whose bits are
// set. An index that none of the written columns is part of stays as it is.
func (c *Collection[T]) updateOf(changed uint64) *shape {
	if known, ok := c.updates.Load(changed); ok {
		return known.(*shape)
	}
	columns := slices.Clone(updateColumns)
	for i := range 1 + len(c.columns) {
		switch {
		case changed&(1<<i) == 0:
		case i == 0:
			columns = append(columns, "created bigint")
		default:
			columns = append(columns, c.columns[i-1].name+" "+c.columns[i-1].kind)
		}
	}
	s := updateShape(string(c.table), columns)
	c.updates.Store(changed, s)
	return s
}

// updateColumns are those that every update names: the identity, the revision that was read, and
// what it writes in any case.
var updateColumns = []string{"account text", "livemode boolean", "id text", "rev bigint",
	"deleted boolean", "v bigint", "private json", "doc json"}

// updateShape leaves the identity alone ($1 account, $2 livemode, $3 id) and checks the revision
// ($4).
func updateShape(table string, columns []string) *shape {
	names, args, arrays, values := splitColumns(columns)
	one, many := []string{"rev = rev + 1"}, []string{"rev = t.rev + 1"}
	for i := slices.Index(names, "rev") + 1; i < len(names); i++ {
		one = append(one, names[i]+" = "+args[i])
		many = append(many, names[i]+" = "+values[i])
	}
	return &shape{
		one: fmt.Sprintf("update %s set %s where account = $1 and livemode = $2 and id = $3"+
			" and rev = $4", table, strings.Join(one, ", ")),
		many: fmt.Sprintf("update %s t set %s from unnest(%s) as n(%s) where"+
			" t.account = n.account and t.livemode = n.livemode and t.id = n.id and t.rev = n.rev",
			table, strings.Join(many, ", "), strings.Join(arrays, ", "), strings.Join(names, ", ")),
	}
}

// Object is the type of the collection's nouns as the JSON names it.
func (c *Collection[T]) Object() string { return c.object }

// kindOf is the type of a column that may stand in a condition.
func (c *Collection[T]) kindOf(name string) string {
	switch name {
	case "id":
		return "text"
	case "created":
		return "bigint"
	}
	for _, x := range c.columns {
		if x.name == name {
			return x.kind
		}
	}
	panic("store: " + string(c.table) + " has no column " + strconv.Quote(name))
}

// valueOf is what a noun says for a column.
func (c *Collection[T]) valueOf(v *T, name string) any {
	switch name {
	case "id":
		return c.id(v)
	case "created":
		return c.created(v)
	}
	for _, x := range c.columns {
		if x.name == name {
			return plain(x.value(v))
		}
	}
	panic("store: " + string(c.table) + " has no column " + strconv.Quote(name))
}
