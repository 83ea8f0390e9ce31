package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// Caller is who gives a command and where its answer goes.
type Caller struct {
	billing.Actor
	// At is the time to act at, for the engine itself when it moves a test clock; 0: look it up.
	At int64
	// Reply takes the answer of an API request; nil when nobody waits for JSON.
	Reply *Reply
}

// Engine is the caller of work that happens because time has passed.
func Engine(s billing.Scope, at int64) Caller {
	return Caller{Actor: billing.Actor{Scope: s}, At: at}
}

// Reply is an API request's answer. It is rendered and, when the request has an idempotency key,
// stored in the transaction of the command itself.
type Reply struct {
	Key, Method, Path, ParamsHash string
	Render                        func(q store.Querier, noun any) ([]byte, error)
	RenderError                   func(e *billing.Error) (status int, body []byte)

	Status   int
	Body     []byte
	Replayed bool
}

// errReplayed ends a command whose answer was already there.
var errReplayed = errors.New("app: answered from an earlier request")

// IsReplay says that a command did nothing, because its answer was already there.
func IsReplay(err error) bool { return errors.Is(err, errReplayed) }

// origin says for the store who writes.
func (a *App) origin(c Caller) store.Origin {
	return store.Origin{Scope: c.Scope, Now: a.wall(), RequestID: c.RequestID,
		IdempotencyKey: c.IdempotencyKey}
}

// write runs a command that is done in one transaction. What fn returns is the answer.
func (a *App) write(ctx context.Context, c Caller, fn func(tx *store.Tx) (any, error)) error {
	err := a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error {
		if err := a.claim(tx, c.Reply); err != nil {
			return err
		}
		noun, err := fn(tx)
		if err != nil {
			return err
		}
		return a.complete(tx, c.Reply, noun)
	})
	if lost, ok := isAbandoned(err); ok {
		return a.recover(ctx, c, lost)
	}
	return err
}

// begin runs the first phase of a command that calls the gateway in between. An answer that is
// not nil completes the command, because there was nothing to charge after all.
func (a *App) begin(ctx context.Context, c Caller, fn func(tx *store.Tx) (any, error)) error {
	return a.write(ctx, c, fn)
}

// finish runs the last phase of a command. When fn answers a *billing.Error, what it wrote is
// kept and the error is the command's answer, replayed like any other.
func (a *App) finish(ctx context.Context, c Caller, fn func(tx *store.Tx) (any, error)) error {
	var refused *billing.Error
	err := a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error {
		refused = nil
		noun, err := fn(tx)
		if err != nil {
			return err
		}
		if e, ok := noun.(*billing.Error); ok {
			refused = e
			return a.refuse(tx, c.Reply, e)
		}
		return a.complete(tx, c.Reply, noun)
	})
	if err == nil && refused != nil {
		return refused
	}
	return err
}

// lockMs is how long a request may run before another one with its key may look what became of it.
const lockMs = 90_000

// claim takes an idempotency key for this request, or answers what it answered before.
func (a *App) claim(tx *store.Tx, r *Reply) error {
	if r == nil || r.Key == "" {
		return nil
	}
	row, err := store.ClaimIdempotency(tx, store.IdempotencyClaim{
		Key: r.Key, Method: r.Method, Path: r.Path, ParamsHash: r.ParamsHash,
		Created: a.wall(), LockedUntilMs: a.wallMs() + lockMs,
	})
	if err != nil || row == nil {
		return err
	}
	return r.replay(row, a.wallMs())
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
	return store.CompleteIdempotency(tx, store.IdempotencyAnswer{Key: r.Key,
		Status: int64(r.Status), Body: r.Body})
}

func (a *App) refuse(tx *store.Tx, r *Reply, e *billing.Error) error {
	if r == nil {
		return nil
	}
	r.Status, r.Body = r.RenderError(e)
	if r.Key == "" {
		return nil
	}
	return store.CompleteIdempotency(tx, store.IdempotencyAnswer{Key: r.Key,
		Status: int64(r.Status), Body: r.Body})
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
		inUse := idempotency(409, "idempotency_key_in_use", "There is currently another in-progress "+
			"request using this Idempotent Key (that probably means you submitted twice, and the "+
			"other request is still going through): %s. Please try again later.", r.Key)
		if row.LockedUntilMs < nowMs && row.Subject != "" {
			return &abandonedError{attempt: row.Subject, inUse: inUse}
		}
		return inUse
	}
	r.Status, r.Body, r.Replayed = int(row.Status), row.Body, true
	return errReplayed
}

func idempotency(status int, code, format string, args ...any) error {
	e := billing.Invalid("", format, args...).WithStatus(status).WithCode(code)
	e.Type = billing.ErrorIdempotency
	return e
}
