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

var claimShape = insertShape("idempotency_keys", []string{"account text", "livemode boolean",
	"idempotency_key text", "method text", "path text", "params_hash text", "state text",
	"status bigint", "subject text", "created bigint", "locked_until_ms bigint",
	"request_id text"})

// ClaimIdempotency takes a key for the transaction's request, with the transaction's next query
// or its commit. When somebody had the key before, that fails with an error that IdempotencyTaken
// knows, and the transaction leaves nothing.
func ClaimIdempotency(tx *Tx, c IdempotencyClaim) {
	tx.w.link.queue(stmt{shape: claimShape, args: []any{tx.scope.Account, tx.scope.Livemode, c.Key,
		c.Method, c.Path, c.ParamsHash, IdempotencyRunning, int64(0), "", c.Created,
		c.LockedUntilMs, c.RequestID}})
}

// IdempotencyTaken says whether a transaction failed because its key had been claimed before. The
// key is the primary key, which the engines name differently.
func IdempotencyTaken(err error) bool {
	return Unique(err, "idempotency_keys.idempotency_key") || Unique(err, "idempotency_keys.id")
}

// Idempotency reads what is known of a key; nil when nothing is.
func Idempotency(q Querier, key string) (found *IdempotencyRow, err error) {
	at := within(q).and("idempotency_key = %s", key)
	err = q.work().link.query(`select idempotency_key, method, path, params_hash, created,
		locked_until_ms, state, status, body, sealed, subject, request_id
		from idempotency_keys`+at.String(),
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

var completeShape = &shape{
	one: `update idempotency_keys set state = 'done', status = $4,
		body = $5, subject = $6, sealed = $7, locked_until_ms = 0
		where account = $1 and livemode = $2 and idempotency_key = $3`,
	many: `update idempotency_keys k set state = 'done', status = n.status,
		body = n.body, subject = n.subject, sealed = n.sealed, locked_until_ms = 0
		from unnest($1::text[], $2::boolean[], $3::text[], $4::bigint[], $5::text[], $6::text[],
		$7::boolean[]) as n(account, livemode, key, status, body, subject, sealed)
		where k.account = n.account and k.livemode = n.livemode and k.idempotency_key = n.key`,
}

// CompleteIdempotency keeps the answer of a claimed key. A key that was pruned meanwhile keeps
// none: what it was claimed for happens all the same.
func CompleteIdempotency(tx *Tx, a IdempotencyAnswer) {
	tx.w.link.queue(stmt{shape: completeShape, args: []any{tx.scope.Account, tx.scope.Livemode,
		a.Key, a.Status, asText(a.Body), a.Subject, a.Sealed}})
}

var relockShape = &shape{one: `update idempotency_keys set locked_until_ms = $4, subject = $5
	where account = $1 and livemode = $2 and idempotency_key = $3 and state = 'running'`}

// RelockIdempotency keeps a claimed key until another moment, and names the noun that its answer
// will be about: for work that outlives the request.
func RelockIdempotency(tx *Tx, key, subject string, untilMs int64) {
	tx.w.link.queue(stmt{shape: relockShape, args: []any{tx.scope.Account, tx.scope.Livemode, key,
		untilMs, subject}})
}

var unlockShape = &shape{one: `update idempotency_keys set locked_until_ms = 0
	where account = $1 and livemode = $2 and idempotency_key = $3 and state = 'running'`}

// UnlockIdempotency ends a request that could not be answered yet: its key stays claimed, and the
// next request with it may look at once what became of its noun.
func UnlockIdempotency(tx *Tx, key string) {
	tx.w.link.queue(stmt{shape: unlockShape,
		args: []any{tx.scope.Account, tx.scope.Livemode, key}})
}

// PruneIdempotency forgets keys that were claimed before a moment, and says how many.
func (db *DB) PruneIdempotency(ctx context.Context, before int64) (n int64, err error) {
	err = db.claim(ctx, func(l link) (err error) {
		n, err = l.exec("delete from idempotency_keys where created < $1", before)
		return err
	})
	return n, err
}
