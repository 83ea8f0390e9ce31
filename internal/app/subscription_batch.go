package app

import (
	"context"

	"github.com/portico-billing/portico/internal/store"
)

// AdvanceSubscriptions advances many at once, in one commit. When one of them cannot advance, the
// batch is done again with each in its own savepoint, so that one bad subscription cannot stop
// the rest. It answers those that failed.
func (a *App) AdvanceSubscriptions(ctx context.Context,
	rows []store.DueRow) ([]store.DueRow, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	err := a.DB.Write(withLibrary(ctx), a.origin(Engine(rows[0].Scope, 0)),
		func(tx *store.Tx) error {
			emptyLibrary(tx) // what an earlier try has read may have changed
			return a.advanceTogether(tx, rows)
		})
	if err == nil {
		return nil, nil
	}
	var failed []store.DueRow
	err = a.DB.Write(withLibrary(ctx), a.origin(Engine(rows[0].Scope, 0)),
		func(tx *store.Tx) error {
			emptyLibrary(tx)
			failed = a.advanceEach(tx, rows)
			return nil
		})
	return failed, err
}

// advanceTogether locks everything that a batch is about with a query for each kind, and then
// advances one after the other; what they write goes out together.
func (a *App) advanceTogether(tx *store.Tx, rows []store.DueRow) error {
	for scope, mine := range inScopes(rows, scopeOfDue) {
		var ids []string
		for _, r := range mine {
			ids = append(ids, r.ID)
		}
		if err := a.lockBatch(tx.As(scope), ids); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if err := a.step(tx.As(r.Scope), Engine(r.Scope, 0), r.ID); err != nil {
			return err
		}
	}
	return nil
}

// lockBatch locks the customers first and then what is theirs, as every command does.
func (a *App) lockBatch(tx *store.Tx, ids []string) error {
	customers, err := store.Subscribers(tx, ids)
	if err != nil {
		return err
	}
	if _, err := store.Customers.LockAll(tx, store.In("id", customers...)); err != nil {
		return err
	}
	if _, err := store.Subscriptions.LockAll(tx, store.In("id", ids...)); err != nil {
		return err
	}
	_, err = store.InvoiceItems.LockAll(tx, store.In("customer", customers...),
		store.Eq("pending", true))
	shared(tx).itemsHeld = true
	return err
}

func (a *App) advanceEach(tx *store.Tx, rows []store.DueRow) (failed []store.DueRow) {
	for _, r := range rows {
		err := tx.As(r.Scope).Savepoint(func(tx *store.Tx) error {
			return a.step(tx, Engine(r.Scope, 0), r.ID)
		})
		if isBusy(err) {
			err = a.postpone(tx.As(r.Scope), r.ID)
		}
		if err != nil {
			a.Log.Error("subscription could not advance", "subscription", r.ID, "error", err)
			failed = append(failed, r)
		}
	}
	return failed
}
