package app

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// invoicesTogether is how many invoices share their commits. More would save little, and all of
// them wait for the slowest answer of the gateway.
const invoicesTogether = 50

// payment is one attempt of a batch on its way through the phases.
type payment struct {
	billing.Scope
	att    *store.Attempt
	result gateway.Result
}

// AdvanceInvoices does what is due for many invoices as AdvanceInvoice does for one, with one
// commit for the first phase of all and one for their last; in between, the gateway is asked about
// up to width of them at a time. It answers those of which nothing is done, because one of them
// failed. A crash in between leaves attempts whose outcome is unknown, and inquiry settles them.
func (a *App) AdvanceInvoices(ctx context.Context, rows []store.DueRow,
	width int) (again []store.DueRow, err error) {
	for batch := range slices.Chunk(rows, invoicesTogether) {
		begun, err := a.beginTogether(ctx, batch)
		if err != nil {
			again = append(again, batch...)
			continue
		}
		a.at("invoice_collect.begun")
		a.callTogether(ctx, begun, width)
		if err := a.settleTogether(ctx, begun); err != nil {
			return again, err
		}
		a.at("payment.settled")
	}
	return again, nil
}

// beginTogether commits the first phase of a batch.
func (a *App) beginTogether(ctx context.Context, rows []store.DueRow) ([]*payment, error) {
	var begun []*payment
	err := a.DB.Write(withLibrary(ctx), a.origin(Engine(rows[0].Scope, 0)),
		func(tx *store.Tx) error {
			begun = nil
			emptyLibrary(tx)
			for scope, mine := range inScopes(rows, scopeOfDue) {
				if err := a.lockDue(tx.As(scope), mine); err != nil {
					return err
				}
			}
			for _, r := range rows {
				att, err := a.advanceLocked(tx.As(r.Scope), r)
				if err != nil {
					return err
				}
				if att != nil {
					begun = append(begun, &payment{Scope: r.Scope, att: att})
				}
			}
			return nil
		})
	return begun, err
}

func scopeOfDue(r store.DueRow) billing.Scope { return r.Scope }

// lockDue locks the invoices of a batch, with what each may touch, and reads what their collection
// looks up: a round trip each.
func (a *App) lockDue(tx *store.Tx, rows []store.DueRow) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	if err := store.Prefetch(tx, store.Invoices.ToGet(ids...)); err != nil {
		return err
	}
	found, err := store.Invoices.Many(tx, ids)
	if err != nil {
		return err
	}
	err = store.Prefetch(tx, lockNeeds(slices.Collect(maps.Values(found))...)...)
	if err != nil {
		return err
	}
	var due []*lockedInvoice
	for _, id := range ids {
		w, err := a.lockInvoice(tx, Engine(tx.Scope(), 0), id)
		if err != nil {
			return err
		}
		if w.due() {
			due = append(due, w)
		}
	}
	return store.Prefetch(tx, collectNeeds(tx, due...)...)
}

func (a *App) advanceLocked(tx *store.Tx, r store.DueRow) (*store.Attempt, error) {
	c := Engine(r.Scope, 0)
	w, err := a.lockInvoice(tx, c, r.ID)
	if err != nil {
		return nil, err
	}
	return w.advance(c)
}

// callTogether asks the gateway about every payment, some of them at the same time. What cannot
// be asked before the worker might inquire about it is not sent: the worker sends it later, so a
// slow gateway never sees an attempt that was given up meanwhile.
func (a *App) callTogether(ctx context.Context, begun []*payment, width int) {
	ask := func(p *payment) {
		if a.wallMs() > p.att.SentAtMs+a.GatewayTimeout.Milliseconds() {
			p.result = gateway.Result{Outcome: gateway.NotSent}
			return
		}
		p.result = a.call(ctx, p.att)
		a.at("payment.called")
	}
	if width <= 1 {
		for _, p := range begun {
			ask(p)
		}
		return
	}
	var all sync.WaitGroup
	slots := make(chan struct{}, width)
	for _, p := range begun {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			ask(p)
		})
	}
	all.Wait()
}

// settleTogether commits what the gateway said of a batch. If that fails, each is committed alone,
// so that one cannot keep the others from being settled.
func (a *App) settleTogether(ctx context.Context, called []*payment) error {
	if len(called) == 0 {
		return nil
	}
	err := a.DB.Write(withLibrary(ctx), a.origin(Engine(called[0].Scope, 0)),
		func(tx *store.Tx) error { return a.settleAll(tx, called) })
	if err == nil {
		return nil
	}
	var failed []error
	for _, p := range called {
		if _, err := a.settle(ctx, Engine(p.Scope, 0), p.att, p.result); ours(err) != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (a *App) settleAll(tx *store.Tx, called []*payment) error {
	emptyLibrary(tx)
	for scope, mine := range inScopes(called, func(p *payment) billing.Scope { return p.Scope }) {
		var seen []*store.Attempt
		for _, p := range mine {
			seen = append(seen, p.att)
		}
		if err := store.Prefetch(tx.As(scope), settleNeeds(seen...)...); err != nil {
			return err
		}
	}
	for _, p := range called {
		s, err := a.newSettling(tx.As(p.Scope), Engine(p.Scope, 0), p.att, p.result)
		if err != nil {
			return err
		}
		if _, err := s.apply(); err != nil {
			return err
		}
	}
	return nil
}

// inScopes groups rows by their account and mode, in the same order for everyone, so that two
// batches never wait for each other.
func inScopes[T any](rows []T, scope func(T) billing.Scope) iter.Seq2[billing.Scope, []T] {
	groups := map[billing.Scope][]T{}
	for _, r := range rows {
		groups[scope(r)] = append(groups[scope(r)], r)
	}
	name := func(s billing.Scope) string { return fmt.Sprint(s.Account, s.Livemode) }
	order := slices.SortedFunc(maps.Keys(groups), func(a, b billing.Scope) int {
		return strings.Compare(name(a), name(b))
	})
	return func(yield func(billing.Scope, []T) bool) {
		for _, s := range order {
			if !yield(s, groups[s]) {
				return
			}
		}
	}
}
