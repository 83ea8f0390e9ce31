package app

import (
	"cmp"
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// UpdateSubscription changes a subscription. When the change is billed at once, its invoice is
// charged first and the change is written with the outcome, so that nothing is ever half made.
func (a *App) UpdateSubscription(ctx context.Context, c Caller, id string,
	p SubscriptionUpdateParams) (*billing.Subscription, error) {
	var sub *billing.Subscription
	var attempt *store.Attempt
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		u, err := a.newUpdating(tx, c, id, p)
		if err != nil {
			return nil, err
		}
		if err := u.guard(); err != nil {
			return nil, err
		}
		sub, attempt = u.sub, nil
		plan, err := u.try()
		if err != nil {
			return nil, err
		}
		if plan == nil {
			return about(sub, p.AboutItem), nil
		}
		attempt, err = u.hold(plan)
		return nil, err
	})
	if err != nil || attempt == nil {
		return sub, err
	}
	a.at("subscription_update.begun")
	out, err := a.send(ctx, c, attempt)
	return cmp.Or(out.sub, sub), err
}

// about is what an update answers: the subscription, or the one item that the request was about.
func about(sub *billing.Subscription, item string) any {
	if item == "" {
		return sub
	}
	return itemOf(sub, item)
}

// updating carries one update through its steps. sub is tracked: it becomes the new state.
type updating struct {
	*App
	tx   *store.Tx
	c    Caller
	p    SubscriptionUpdateParams
	sub  *billing.Subscription
	cus  *billing.Customer
	now  int64
	held *store.Attempt // the attempt that was committed before, when the update runs again
	mode updateMode

	trialCut bool // a trial ends before anyone was told that it will
	resolved []lifecycle.ItemChange
	extra    []*billing.InvoiceItem // add_invoice_items
}

// updateMode is how an update is written.
type updateMode int

const (
	writeNow     updateMode = iota // the subscription changes
	writePending                   // the change waits for its invoice: pending_update
)

func (a *App) newUpdating(tx *store.Tx, c Caller, id string,
	p SubscriptionUpdateParams) (*updating, error) {
	found, err := referred(tx, store.Subscriptions, id, "id")
	if err != nil {
		return nil, err
	}
	if c.Portal() && found.Customer.ID != c.Customer {
		return nil, billing.NoSuch("subscription", id, "id")
	}
	u := &updating{App: a, tx: tx, c: c, p: p}
	if u.cus, err = store.Customers.Lock(tx, found.Customer.ID); err != nil {
		return nil, err
	}
	if u.now, err = a.now(tx, c, u.cus); err != nil {
		return nil, err
	}
	u.sub, err = store.Subscriptions.Lock(tx, id)
	return u, err
}

func (u *updating) behavior() string {
	if u.p.PaymentBehavior == nil {
		return billing.AllowIncomplete
	}
	return *u.p.PaymentBehavior
}

// errUndo rolls a trial run back.
var errUndo = errors.New("app: trial run")

// try runs the whole update. When it turns out that money must be asked for first, everything is
// undone and what to charge is answered.
func (u *updating) try() (*charge, error) {
	var wants *charge
	before := lifecycle.Clone(u.sub)
	err := u.tx.Savepoint(func(tx *store.Tx) error {
		run := *u
		run.tx = tx
		var err error
		if wants, err = run.run(); err == nil && wants != nil {
			err = errUndo
		}
		return err
	})
	if errors.Is(err, errUndo) {
		*u.sub = *before
		return wants, nil
	}
	return nil, err
}

// charge is what an update must collect before it may be written.
type charge struct {
	method *billing.PaymentMethod
	amount int64
}

// hold commits to the charge before anything is written.
func (u *updating) hold(w *charge) (*store.Attempt, error) {
	if err := u.needGateway(u.sub.Livemode); err != nil {
		return nil, err
	}
	ch := charging{Now: u.now, Command: commandSubscriptionUpdate, Behavior: u.behavior(),
		OffSession: u.p.OffSession != nil && *u.p.OffSession, Actor: u.c.Actor, Reply: u.c.Reply,
		Item: u.p.AboutItem}
	att := u.newAttempt("charge", w.method, ch)
	att.Customer, att.Amount, att.Currency = u.cus.ID, w.amount, u.sub.Currency
	att.SetupFuture = true
	u.sub.Private.ChangeAttempt = att.ID
	return u.commitAttempt(u.tx, att, ch, subscriptionUpdate{Subscription: u.sub.ID, Update: u.p})
}

// subscriptionUpdate is an update and what it is for. Kept with an attempt, it waits for the
// payment's outcome.
type subscriptionUpdate struct {
	Subscription string
	Update       SubscriptionUpdateParams
}

// run applies the update. It answers a charge when money must be asked for first.
func (u *updating) run() (*charge, error) {
	if u.changesBill() || u.p.Discounts.Set || u.p.CancelAtPeriodEnd != nil {
		if err := u.discardPending(u.tx, u.sub, u.now); err != nil {
			return nil, err
		}
	}
	before := lifecycle.Clone(u.sub)
	ch, err := u.changes()
	if err != nil {
		return nil, err
	}
	u.resolved = ch.Items
	u.trialCut = ch.TrialEndNow && before.Private.TrialNoticeAt != nil
	after := lifecycle.Clone(u.sub)
	fields := subscriptionFields{App: u.App, tx: u.tx, sub: after, now: u.now,
		waits: u.mode == writePending}
	if err := fields.fromUpdate(u.cus, u.p); err != nil {
		return nil, err
	}
	if done, err := u.trialWithoutCard(after, ch); done || err != nil {
		return nil, err
	}
	adding := addingItems{App: u.App, Subscription: after, Customer: u.cus, Now: u.now}
	u.extra, err = adding.all(u.tx, u.p.AddInvoiceItems)
	if err != nil {
		return nil, err
	}
	book, err := u.load(u.tx, u.shelf(before, after, ch).invoiceItems(u.extra), u.now)
	if err != nil {
		return nil, err
	}
	out, err := book.Update(before, after, ch)
	if err != nil {
		return nil, err
	}
	if err := adding.setPeriods(u.extra, u.p.AddInvoiceItems); err != nil {
		return nil, err
	}
	if len(u.extra) > 0 && !after.Flexible() && ch.ProrationBehavior == billing.AlwaysInvoice {
		out.InvoiceNow = true // flexible lets them wait, unless something else is invoiced
	}
	return u.write(book, after, out)
}

func (u *updating) shelf(before, after *billing.Subscription, ch lifecycle.Changes) *shelf {
	s := newShelf().subscription(before).subscription(after).customer(u.cus)
	for _, it := range ch.Items {
		s.price(it.Price)
		if it.Discounts != nil {
			s.refs(*it.Discounts, nil)
		}
		if it.TaxRates != nil {
			s.refs(nil, *it.TaxRates)
		}
	}
	return s
}
