package store

import (
	"context"
	"strconv"
)

// NextNumber draws the next number of a named sequence of the transaction's account and mode,
// from 1. A transaction that fails gives its numbers back, so there are no gaps.
func NextNumber(tx *Tx, sequence string) (n int64, err error) {
	err = tx.w.link.query(`insert into sequences (account, livemode, name, n) values ($1, $2, $3, 1)
		on conflict (account, livemode, name) do update set n = sequences.n + 1 returning n`,
		[]any{tx.scope.Account, tx.scope.Livemode, sequence},
		func(r row) error { return r.Scan(&n) })
	return n, err
}

// Meta reads a fact about the database itself; empty when it is not set.
func (db *DB) Meta(ctx context.Context, name string) (value string, err error) {
	err = db.across(ctx, func(l link) error {
		return l.query("select value from meta where name = $1", []any{name},
			func(r row) error { return r.Scan(&value) })
	})
	return value, err
}

// SetMeta writes a fact about the database itself.
func (db *DB) SetMeta(ctx context.Context, name, value string) error {
	return db.claim(ctx, func(l link) error {
		_, err := l.exec(`insert into meta (name, value) values ($1, $2)
			on conflict (name) do update set value = excluded.value`, name, value)
		return err
	})
}

// binaryVersion counts the schemas that this program understands. It grows when a migration
// makes older programs write what newer ones misread; min_binary in meta then grows with it.
const binaryVersion = 1

// check refuses a database that needs a newer program.
func (db *DB) check(ctx context.Context) error {
	value, err := db.Meta(ctx, "min_binary")
	if err != nil || value == "" {
		return err
	}
	least, err := strconv.Atoi(value)
	if err == nil && least > binaryVersion {
		return ErrTooOld
	}
	return err
}
