package app

import (
	"context"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// releaseBankPages ends, at the gateway, the attempts of an invoice or intent that still wait for
// the customer at their bank, before another one is made: two pages that are both answered would
// take the money twice. One that turns out to have been answered is booked instead.
func (a *App) releaseBankPages(ctx context.Context, c Caller, subject store.Cond) error {
	if a.Gateway == nil {
		return nil
	}
	var waiting []*store.Attempt
	err := a.View(ctx, c.Scope, func(v *store.View) (err error) {
		if r := c.Reply; r != nil && r.Key != "" {
			row, err := store.Idempotency(v, r.Key)
			if err != nil || row != nil {
				return err // a request that was made before does nothing new
			}
		}
		waiting, err = store.Attempts.All(v, subject,
			store.Eq("state", string(store.AttemptActionRequired)))
		return err
	})
	if err != nil {
		return err
	}
	for _, att := range waiting {
		if err := a.releaseBankPage(ctx, c, att); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) releaseBankPage(ctx context.Context, c Caller, att *store.Attempt) error {
	void, err := a.voidAtGateway(ctx, att)
	if err == nil && (void.Outcome == gateway.Succeeded || void.Outcome == gateway.Canceled) {
		return a.dropAttempt(ctx, c, att.ID)
	}
	found, result, err := a.askGateway(ctx, att)
	if err != nil || found != gateway.Yes || result.Outcome == gateway.ActionRequired {
		return nil // the command itself refuses while this one is open, or drops it later
	}
	engine := Engine(c.Scope, c.At)
	if _, err := a.settle(ctx, engine, att, result); err != nil && !isCallers(err) {
		return err
	}
	return nil
}

// dropAttempt notes that an attempt was given up; its invoice and intent stay as they are.
func (a *App) dropAttempt(ctx context.Context, c Caller, id string) error {
	return a.DB.Write(ctx, a.origin(Engine(c.Scope, c.At)), func(tx *store.Tx) error {
		att, err := store.Attempts.Lock(tx, id)
		if err == nil && att.State == store.AttemptActionRequired {
			att.State, att.InquireAt = store.AttemptCanceled, nil
		}
		return err
	})
}
