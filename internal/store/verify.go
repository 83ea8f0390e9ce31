package store

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"
)

// Verify says which rows contradict themselves: a promoted column that does not say what its
// document says, a posting that does not balance. Tests run it at their end, operators when in
// doubt. It reads every noun.
func Verify(ctx context.Context, db *DB) (bad []string, err error) {
	err = db.across(ctx, func(l link) error {
		for _, r := range db.catalog.all {
			found, err := r.verify(ctx, l)
			if err != nil {
				return err
			}
			bad = append(bad, found...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	unbalanced, err := db.UnbalancedPostings(ctx)
	for _, id := range unbalanced {
		bad = append(bad, fmt.Sprintf("ledger: %s does not sum to zero", id))
	}
	return bad, err
}

// verifyRows is how many rows are read at a time: a statement that reads a large table to its end
// takes longer than PostgreSQL lets one take.
const verifyRows = 1000

// rowKey is where a row stands in the order of its table.
type rowKey struct {
	account  string
	livemode bool
	id       string
}

func (c *Collection[T]) verify(ctx context.Context, l link) (bad []string, err error) {
	names := []string{"account", "livemode", "id", "created", "deleted", "private", "doc"}
	for _, x := range c.columns {
		names = append(names, x.name)
	}
	sql := fmt.Sprintf(`select %s from %s where (account, livemode, id) > ($1, $2, $3)
		order by account, livemode, id limit $4`, strings.Join(names, ", "), c.table)
	var last rowKey
	for read := verifyRows; read == verifyRows; {
		read = 0
		args := []any{last.account, last.livemode, last.id, verifyRows}
		err = l.query(sql, args, func(r row) error {
			read++
			found, err := c.verifyRow(r, &last)
			bad = append(bad, found...)
			return cmp.Or(err, ctx.Err())
		})
		if err != nil {
			return nil, err
		}
	}
	return bad, nil
}

// verifyRow looks at one row and notes in at where it stands.
func (c *Collection[T]) verifyRow(r row, at *rowKey) (bad []string, err error) {
	var created int64
	var deleted bool
	var private, doc []byte
	dst := []any{&at.account, &at.livemode, &at.id, &created, &deleted, &private, &doc}
	held := make([]any, len(c.columns))
	for i, x := range c.columns {
		switch x.kind {
		case "text":
			held[i] = new(*string)
		case "bigint":
			held[i] = new(*int64)
		default:
			held[i] = new(*bool)
		}
		dst = append(dst, held[i])
	}
	if err := r.Scan(dst...); err != nil {
		return nil, err
	}
	v := new(T)
	if err := c.decode(v, doc, private, deleted); err != nil {
		return nil, fmt.Errorf("%s: %w", at.id, err)
	}
	differ := func(column string, is, says any) {
		if is != says {
			bad = append(bad, fmt.Sprintf("%s: %s: %s is %v, the document says %v",
				c.table, at.id, column, is, says))
		}
	}
	differ("id", at.id, c.id(v))
	differ("created", created, c.created(v))
	for i, x := range c.columns {
		differ(x.name, plain(reflect.ValueOf(held[i]).Elem().Interface()), plain(x.value(v)))
	}
	return bad, nil
}
