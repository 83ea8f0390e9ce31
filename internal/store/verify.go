package store

import (
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

func (c *Collection[T]) verify(ctx context.Context, l link) (bad []string, err error) {
	names := []string{"id", "created", "deleted", "private", "doc"}
	for _, x := range c.columns {
		names = append(names, x.name)
	}
	sql := fmt.Sprintf("select %s from %s order by account, livemode, id",
		strings.Join(names, ", "), c.table)
	err = l.query(sql, nil, func(r row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, err := c.verifyRow(r)
		bad = append(bad, found...)
		return err
	})
	return bad, err
}

func (c *Collection[T]) verifyRow(r row) (bad []string, err error) {
	var id string
	var created int64
	var deleted bool
	var private, doc []byte
	dst := []any{&id, &created, &deleted, &private, &doc}
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
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	differ := func(column string, is, says any) {
		if is != says {
			bad = append(bad, fmt.Sprintf("%s: %s: %s is %v, the document says %v",
				c.table, id, column, is, says))
		}
	}
	differ("id", id, c.id(v))
	differ("created", created, c.created(v))
	for i, x := range c.columns {
		differ(x.name, plain(reflect.ValueOf(held[i]).Elem().Interface()), plain(x.value(v)))
	}
	return bad, nil
}
