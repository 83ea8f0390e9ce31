package app

import (
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// Check is one promise of this house, and where the data breaks it.
type Check struct {
	Name string
	Read int      // how many things were looked at
	Bad  []string // what does not agree; empty: the promise is kept
}

func (c *Check) wrong(format string, args ...any) {
	c.Bad = append(c.Bad, fmt.Sprintf(format, args...))
}

// must complains unless the promise holds.
func (c *Check) must(holds bool, format string, args ...any) {
	if !holds {
		c.wrong(format, args...)
	}
}

// doctor compares what must agree, in everybody's data.
type doctor struct {
	app *App

	rows, books, receivable, balances, invoices, attempts, folds, gateway Check
	subscriptions, coupons, refunds                                       Check

	moved map[string]*store.Attempt // attempts that took money, of all accounts
	seen  map[string]bool           // attempts of all accounts
}

// Verify reads everything and says which promises are kept. It changes nothing, and it may be
// asked while the program runs: each account and mode is read in one snapshot.
func (a *App) Verify(ctx context.Context) ([]*Check, error) {
	d := &doctor{app: a, moved: map[string]*store.Attempt{}, seen: map[string]bool{}}
	d.rows.Name = "columns say what documents say, postings balance"
	d.books.Name = "the books sum to zero"
	d.receivable.Name = "receivable is what open invoices still ask for"
	d.balances.Name = "balances are the sums of their transactions"
	d.invoices.Name = "invoices add up"
	d.attempts.Name = "no payment is made twice or for nothing"
	d.subscriptions.Name = "what has ended is never due again, and every period has a length"
	d.coupons.Name = "coupons count how often they were redeemed"
	d.refunds.Name = "nothing more is given back than was taken"
	d.folds.Name = "replayed backwards, the events give every object's former states"
	d.gateway.Name = "the gateway took what we say it took"
	var err error
	if d.rows.Bad, err = store.Verify(ctx, a.DB); err != nil {
		return nil, fmt.Errorf("verify rows: %w", err)
	}
	accounts, err := a.DB.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	for _, account := range accounts {
		for _, livemode := range []bool{false, true} {
			scope := billing.Scope{Account: account.ID, Livemode: livemode}
			if err := a.View(ctx, scope, d.scope); err != nil {
				return nil, fmt.Errorf("verify %s: %w", account.ID, err)
			}
		}
	}
	d.rows.Read = d.invoices.Read + d.balances.Read + d.attempts.Read + d.folds.Read
	if err := d.reconcile(ctx); err != nil {
		return nil, err
	}
	return []*Check{&d.rows, &d.books, &d.receivable, &d.balances, &d.invoices,
		&d.subscriptions, &d.coupons, &d.attempts, &d.refunds, &d.folds, &d.gateway}, nil
}

// scope looks at one account's mode.
func (d *doctor) scope(v *store.View) error {
	owed, err := d.verifyInvoices(v)
	if err != nil {
		return err
	}
	balances, err := d.verifyBalances(v)
	if err != nil {
		return err
	}
	if err := d.verifyBooks(v, owed, balances); err != nil {
		return err
	}
	if err := d.verifyAttempts(v); err != nil {
		return err
	}
	if err := d.verifySubscriptions(v); err != nil {
		return err
	}
	if err := d.verifyCoupons(v); err != nil {
		return err
	}
	if err := d.verifyRefunds(v); err != nil {
		return err
	}
	return d.verifyFolds(v)
}

// pageSize is how many nouns are held at a time.
const pageSize = 200

// every walks over a whole collection, newest first.
func every[T any](v *store.View, c *store.Collection[T], id func(*T) string,
	look func(*T) error) error {
	page := store.Page{Limit: pageSize}
	for more := true; more; {
		var nouns []*T
		var err error
		if nouns, more, err = c.List(v, page); err != nil {
			return err
		}
		for _, noun := range nouns {
			if err := look(noun); err != nil {
				return err
			}
			page.StartingAfter = id(noun)
		}
	}
	return nil
}
