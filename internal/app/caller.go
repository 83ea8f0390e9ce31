package app

import (
	"context"

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

// origin says for the store who writes.
func (a *App) origin(c Caller) store.Origin {
	return store.Origin{Scope: c.Scope, Now: a.wall(), RequestID: c.RequestID,
		IdempotencyKey: c.IdempotencyKey}
}

// write runs a command that is done in one transaction, or the first phase of one that calls the
// gateway in between. What fn returns is the answer; nil says that a later phase gives it.
func (a *App) write(ctx context.Context, c Caller, fn func(tx *store.Tx) (any, error)) error {
	err := a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error {
		a.claim(tx, c)
		noun, err := fn(tx)
		if err != nil {
			return beforeRefusal(tx, c, err)
		}
		return a.complete(tx, c.Reply, noun)
	})
	if store.IdempotencyTaken(err) {
		err = a.answered(ctx, c)
	}
	if lost, ok := isAbandoned(err); ok {
		return a.recover(ctx, c, lost)
	}
	return err
}

// beforeRefusal lets the answer of an earlier request with the same key come before a refusal.
func beforeRefusal(tx *store.Tx, c Caller, err error) error {
	if c.Reply == nil || c.Reply.Key == "" || !isCallers(err) {
		return err
	}
	if claimed := tx.Send(); store.IdempotencyTaken(claimed) {
		return claimed
	}
	return err
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
			a.refuse(tx, c.Reply, e)
			return nil
		}
		return a.complete(tx, c.Reply, noun)
	})
	if err == nil && refused != nil {
		return refused
	}
	return err
}
