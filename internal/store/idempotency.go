package store

import (
	"context"
)

// States of an idempotency row.
const (
	IdempotencyRunning = "running"
	IdempotencyDone    = "done"
)

// IdempotencyClaim is a request that asks to be done at most once.
type IdempotencyClaim struct {
	Key, Method, Path string
	ParamsHash        string
	RequestID         string
	Created           int64 // unix seconds
	LockedUntilMs     int64 // until then a request with the same key is told to wait
}

// IdempotencyRow is what became of the first request with a key.
type IdempotencyRow struct {
	IdempotencyClaim
	State   string
	Status  int64
	Body    []byte
	Sealed  bool   // the body can be read only by who knows how it was sealed
	Subject string // the noun that it made, for the answer once it is known
}

// ClaimIdempotency takes a key for the transaction's request. It gives nil when the key is new,
// else the row of the request that had it first, locked for this transaction.
func ClaimIdempotency(tx *Tx, c IdempotencyClaim) (*IdempotencyRow, error) {
	n, err := tx.w.link.exec(`insert into idempotency_keys (account, livemode, idempotency_key,
		method, path, params_hash, state, status, subject, created, locked_until_ms, request_id)
		values ($1, $2, $3, $4, $5, $6, 'running', 0, '', $7, $8, $9) on conflict do nothing`,
		tx.scope.Account, tx.scope.Livemode, c.Key, c.Method, c.Path, c.ParamsHash, c.Created,
		c.LockedUntilMs, c.RequestID)
	if err != nil || n == 1 {
		return nil, err
	}
	row, err := idempotency(tx, c.Key, tx.w.locking)
	if err == nil && row == nil {
		err = ErrConflict // it was released between the two statements
	}
	return row, err
}

// Idempotency reads what is known of a key; nil when nothing is.
func Idempotency(q Querier, key string) (*IdempotencyRow, error) {
	return idempotency(q, key, "")
}

func idempotency(q Querier, key, tail string) (found *IdempotencyRow, err error) {
	at := within(q).and("idempotency_key = %s", key)
	err = q.work().link.query(`select idempotency_key, method, path, params_hash, created,
		locked_until_ms, state, status, body, sealed, subject, request_id
		from idempotency_keys`+at.String()+tail,
		at.args, func(r row) error {
			f := &IdempotencyRow{}
			found = f
			return r.Scan(&f.Key, &f.Method, &f.Path, &f.ParamsHash, &f.Created,
				&f.LockedUntilMs, &f.State, &f.Status, &f.Body, &f.Sealed, &f.Subject,
				&f.RequestID)
		})
	return found, err
}

// IdempotencyAnswer is the answer that every request with the key gets.
type IdempotencyAnswer struct {
	Key     string
	Status  int64
	Body    []byte
	Sealed  bool
	Subject string
}

// CompleteIdempotency keeps the answer of a claimed key.
func CompleteIdempotency(tx *Tx, a IdempotencyAnswer) error {
	n, err := tx.w.link.exec(`update idempotency_keys set state = 'done', status = $4, body = $5,
		subject = $6, sealed = $7, locked_until_ms = 0
		where account = $1 and livemode = $2 and idempotency_key = $3`,
		tx.scope.Account, tx.scope.Livemode, a.Key, a.Status, asText(a.Body), a.Subject,
		a.Sealed)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// RelockIdempotency keeps a claimed key until another moment, and names the noun that its answer
// will be about: for work that outlives the request.
func RelockIdempotency(tx *Tx, key, subject string, untilMs int64) error {
	_, err := tx.w.link.exec(`update idempotency_keys set locked_until_ms = $4, subject = $5
		where account = $1 and livemode = $2 and idempotency_key = $3 and state = 'running'`,
		tx.scope.Account, tx.scope.Livemode, key, untilMs, subject)
	return err
}

// ReleaseIdempotency frees a claimed key, because nothing was done under it.
func ReleaseIdempotency(tx *Tx, key string) error {
	_, err := tx.w.link.exec(`delete from idempotency_keys
		where account = $1 and livemode = $2 and idempotency_key = $3 and state = 'running'`,
		tx.scope.Account, tx.scope.Livemode, key)
	return err
}

// PruneIdempotency forgets keys that were claimed before a moment, and says how many.
func (db *DB) PruneIdempotency(ctx context.Context, before int64) (n int64, err error) {
	err = db.claim(ctx, func(l link) (err error) {
		n, err = l.exec("delete from idempotency_keys where created < $1", before)
		return err
	})
	return n, err
}
