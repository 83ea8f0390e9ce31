package store

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
)

// APIKey lets a program act for one account and mode. Only the SHA-256 of a key is kept.
type APIKey struct {
	billing.Scope
	Hash      string // hexadecimal
	Kind      string // "secret"
	Last4     string
	Created   int64
	ExpiresAt *int64
}

var insertKeyShape = insertShape("api_keys", []string{"hash text", "account text",
	"livemode boolean", "kind text", "last4 text", "created bigint", "expires_at bigint"})

// InsertKey adds a key for the transaction's account and mode.
func InsertKey(tx *Tx, k APIKey) {
	tx.w.link.queue(stmt{shape: insertKeyShape, args: []any{k.Hash, tx.scope.Account,
		tx.scope.Livemode, k.Kind, k.Last4, k.Created, optional(k.ExpiresAt)}})
}

// KeyTaken says that a key belongs to an account already. PostgreSQL names a primary key as such.
func KeyTaken(err error) bool {
	return Unique(err, "api_keys.hash") || Unique(err, "api_keys.id")
}

// ExpireKey lets a key end at a moment.
func ExpireKey(tx *Tx, hash string, at int64) error {
	n, err := tx.w.link.exec(`update api_keys set expires_at = $4
		where hash = $3 and account = $1 and livemode = $2`,
		tx.scope.Account, tx.scope.Livemode, hash, at)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

const selectKey = "select hash, account, livemode, kind, last4, created, expires_at from api_keys"

// KeyByHash finds a key, whoever it belongs to. Whether it has expired is for the caller to say.
func (db *DB) KeyByHash(ctx context.Context, hash string) (key APIKey, err error) {
	err = db.across(ctx, func(l link) error {
		found, err := keys(l, selectKey+" where hash = $1", hash)
		if err == nil {
			err = missing(found)
		}
		if err == nil {
			key = found[0]
		}
		return err
	})
	return key, err
}

// Keys are the keys of an account's mode, newest first.
func Keys(q Querier) ([]APIKey, error) {
	at := within(q)
	return keys(q.work().link, selectKey+at.String()+" order by created desc, hash", at.args...)
}

func keys(l link, sql string, args ...any) (out []APIKey, err error) {
	err = l.query(sql, args, func(r row) error {
		var k APIKey
		err := r.Scan(&k.Hash, &k.Account, &k.Livemode, &k.Kind, &k.Last4, &k.Created, &k.ExpiresAt)
		out = append(out, k)
		return err
	})
	return out, err
}
