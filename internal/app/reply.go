package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// Reply is an API request's answer. It is rendered and, when the request has an idempotency key,
// stored in the transaction of the command itself.
type Reply struct {
	Key, Method, Path, ParamsHash string
	// Credential is the secret that the request proved itself with. An answer that holds a secret
	// is kept so that only the same credential can read it again.
	Credential  string
	Render      func(q store.Querier, noun any) ([]byte, error)
	RenderError func(e *billing.Error) (status int, body []byte)

	Status   int
	Body     []byte
	Replayed bool
	// Original is the request that the answer was made for, when it is replayed.
	Original string
}

// errReplayed ends a command whose answer was already there.
var errReplayed = errors.New("app: answered from an earlier request")

// IsReplay says that a command did nothing, because its answer was already there.
func IsReplay(err error) bool { return errors.Is(err, errReplayed) }

// lockMs is how long a request may run before another one with its key may look what became of it.
const lockMs = 90_000

// claim takes an idempotency key for this request. Whether another request had it is known with
// the transaction's first query, or at its end.
func (a *App) claim(tx *store.Tx, c Caller) {
	r := c.Reply
	if r == nil || r.Key == "" {
		return
	}
	r.Original = c.RequestID
	store.ClaimIdempotency(tx, store.IdempotencyClaim{
		Key: r.Key, Method: r.Method, Path: r.Path, ParamsHash: r.ParamsHash,
		RequestID: c.RequestID, Created: a.wall(), LockedUntilMs: a.wallMs() + lockMs,
	})
}

// answered answers what the request answered that had the key before. It looks from within a
// write, which sees a claim that is only about to be committed, as a snapshot would not, and ends
// when that is. ErrConflict says that the key is free again meanwhile.
func (a *App) answered(ctx context.Context, c Caller) error {
	var row *store.IdempotencyRow
	err := a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) (err error) {
		row, err = store.Idempotency(tx, c.Reply.Key)
		return err
	})
	if err != nil {
		return err
	}
	if row == nil {
		return store.ErrConflict
	}
	c.Reply.Original = row.RequestID
	return c.Reply.replay(row, a.wallMs())
}

// complete renders the answer and keeps it under the request's key. noun nil means that another
// phase will answer.
func (a *App) complete(tx *store.Tx, r *Reply, noun any) (err error) {
	if r == nil || noun == nil {
		return nil
	}
	r.Status = 200
	if r.Body, err = r.Render(tx, noun); err != nil || r.Key == "" {
		return err
	}
	kept := store.IdempotencyAnswer{Key: r.Key, Status: int64(r.Status), Body: r.Body}
	if holdsSecret(noun) {
		kept.Sealed = true
		if kept.Body, err = r.seal(); err != nil {
			return err
		}
	}
	store.CompleteIdempotency(tx, kept)
	return nil
}

// refuse keeps a refusal as the answer. One that asks the caller to come back is not kept: whoever
// comes with the key next is told what has become of the attempt by then.
func (a *App) refuse(tx *store.Tx, r *Reply, e *billing.Error) {
	if r == nil {
		return
	}
	r.Status, r.Body = r.RenderError(e)
	switch {
	case r.Key == "":
	case e.ShouldRetry != nil && *e.ShouldRetry:
		store.UnlockIdempotency(tx, r.Key)
	default:
		store.CompleteIdempotency(tx, store.IdempotencyAnswer{Key: r.Key,
			Status: int64(r.Status), Body: r.Body})
	}
}

// replay answers from an earlier request with the same key, or says why it cannot.
func (r *Reply) replay(row *store.IdempotencyRow, nowMs int64) error {
	const differ = "Keys for idempotent requests can only be used "
	switch {
	case row.Path != r.Path || row.Method != r.Method:
		return idempotency(400, "", differ+"for the same endpoint they were first used for ('%s' "+
			"vs '%s'). Try using a key other than '%s' if you meant to execute a different "+
			"request.", row.Path, r.Path, r.Key)
	case row.ParamsHash != r.ParamsHash:
		return idempotency(400, "", differ+"with the same parameters they were first used with. "+
			"Try using a key other than '%s' if you meant to execute a different request.", r.Key)
	case row.State != store.IdempotencyDone:
		inUse := idempotency(409, "idempotency_key_in_use", "There is currently another "+
			"in-progress request using this Idempotent Key (that probably means you submitted "+
			"twice, and the other request is still going through): %s. Please try again later.",
			r.Key)
		if row.LockedUntilMs < nowMs && row.Subject != "" {
			return &abandonedError{attempt: row.Subject, inUse: inUse}
		}
		return inUse
	}
	body, err := r.unseal(row)
	if err != nil {
		return err
	}
	r.Status, r.Body, r.Replayed = int(row.Status), body, true
	return errReplayed
}

func idempotency(status int, code, format string, args ...any) error {
	e := billing.Invalid("", format, args...).WithStatus(status).WithCode(code)
	e.Type = billing.ErrorIdempotency
	return e
}
