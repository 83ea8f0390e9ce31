package app

import (
	"context"
	"errors"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// Reconcile compares what the gateway's own books say since a moment with our attempts. Money
// that moved for an attempt which was concluded otherwise is booked: the news of it was lost. One
// that is still open is inquired about as it is. Money for an attempt that we do not know, or
// another sum than we booked, is for a person to look at. The other direction, what only we
// believe, is the doctor's.
func (a *App) Reconcile(ctx context.Context, since time.Time) error {
	books, ok := a.Gateway.(gateway.Ledger)
	if !ok {
		return nil
	}
	var failed []error
	for cursor, first := "", true; first || cursor != ""; first = false {
		entries, next, err := books.Entries(ctx, since, a.Clock.Now().Add(time.Second), cursor)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Kind == "charge" || e.Kind == "refund" {
				failed = append(failed, a.reconcile(ctx, e))
			}
		}
		cursor = next
	}
	return errors.Join(failed...)
}

func (a *App) reconcile(ctx context.Context, e gateway.Entry) error {
	att, scope, err := a.attemptOf(ctx, e.Attempt)
	if errors.Is(err, store.ErrNotFound) {
		a.Log.Error("the gateway moved money for a payment that we do not know", "attempt",
			e.Attempt, "gateway_ref", e.Ref, "amount", e.Moved.Minor, "currency",
			e.Moved.Currency)
		return nil
	}
	switch {
	case err != nil || att.State.Open():
		return err
	case att.State != store.AttemptSucceeded:
		return a.adopt(ctx, Engine(scope, 0), att)
	case gateway.Op(att.Op) == gateway.OpCharge && !att.Hold && movedBy(att) != e.Moved.Minor:
		a.Log.Error("the gateway took another sum than we booked", "attempt", att.ID,
			"account", scope.Account, "booked", movedBy(att), "taken", e.Moved.Minor)
	}
	return nil
}

// adopt asks about an attempt that moved money without our knowing, and books the answer.
func (a *App) adopt(ctx context.Context, c Caller, att *store.Attempt) error {
	found, result, err := a.askGateway(ctx, att)
	if err != nil || found != gateway.Yes {
		return err
	}
	a.Log.Warn("a payment was found in the gateway's books", "attempt", att.ID, "account",
		c.Account, "was", string(att.State))
	_, err = a.settle(ctx, c, att, result)
	return ours(err)
}
