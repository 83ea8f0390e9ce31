package app

import (
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
	err := a.begin(ctx, c, func(tx *store.Tx) (any, error) {
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
			return sub, nil
		}
		attempt, err = u.hold(plan)
		return nil, err
	})
	if err != nil || attempt == nil {
		return sub, err
	}
	a.at("subscription_update.begun")
	out, err := a.send(ctx, c, attempt)
	if out != nil && out.sub != nil {
		return out.sub, err
	}
	return sub, err
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

// guard refuses updates that the subscription's state does not allow.
func (u *updating) guard() error {
	if u.sub.Private.ChangeAttempt != "" {
		return billing.Invalid("", "A payment for another change of this subscription is in "+
			"progress. Wait until its outcome is known and try again.").
			WithCode("lock_timeout").WithStatus(429)
	}
	if u.sub.Status.Ended() && !u.onlyDetails() {
		return billing.Invalid("", "A canceled subscription can only update its "+
			"cancellation_details and metadata.").WithCode("invalid_canceled_subscription_fields")
	}
	if u.sub.Status == billing.SubscriptionIncomplete && u.changesBill() {
		return billing.Invalid("", "A subscription can only be updated in this way when it is "+
			"not incomplete. Pay its first invoice, or create a new subscription.")
	}
	return u.checkExclusive()
}

func (u *updating) onlyDetails() bool {
	p := u.p
	p.Metadata, p.CancellationDetails = billing.Optional[map[string]string]{}, nil
	return isZero(p)
}

// changesBill says that the update touches what is billed or when.
func (u *updating) changesBill() bool {
	p := u.p
	return len(p.Items) > 0 || p.TrialEnd != nil || p.BillingCycleAnchor != nil ||
		len(p.AddInvoiceItems) > 0 || p.CancelAt.Set
}

func (u *updating) checkExclusive() error {
	p := u.p
	switch {
	case p.CancelAt.Given() && p.CancelAtPeriodEnd != nil && *p.CancelAtPeriodEnd:
		return billing.Invalid("cancel_at", "You may only specify one of these parameters: "+
			"cancel_at, cancel_at_period_end.").WithCode("parameters_exclusive")
	case p.CancelAt.Given() && p.CancelAt.Value.Word == "" && p.CancelAt.Value.Unix <= u.now:
		return cancelAtPassed()
	case u.behavior() == billing.PendingIfIncomplete:
		return u.checkPendingCompanions()
	}
	if p.ProrationDate != nil {
		start, end := u.sub.Period()
		if *p.ProrationDate < start || *p.ProrationDate > end {
			return billing.Invalid("proration_date", "Cannot specify `proration_date` outside "+
				"the current period (%d to %d).", start, end)
		}
	}
	return nil
}

// checkPendingCompanions: only changes that can wait may come with pending_if_incomplete.
func (u *updating) checkPendingCompanions() error {
	p := u.p
	refused := map[string]bool{
		"collection_method": p.CollectionMethod != nil, "automatic_tax": p.AutomaticTax != nil,
		"default_payment_method": p.DefaultPaymentMethod != nil,
		"default_tax_rates":      p.DefaultTaxRates.Set, "description": p.Description.Set,
		"pause_collection": p.PauseCollection.Set, "payment_settings": p.PaymentSettings != nil,
		"cancel_at": p.CancelAt.Set, "days_until_due": p.DaysUntilDue != nil,
	}
	for param, sent := range refused {
		if sent {
			return billing.Invalid(param, "You cannot update `%s` with "+
				"`payment_behavior=pending_if_incomplete`.", param)
		}
	}
	return nil
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
		OffSession: u.p.OffSession != nil && *u.p.OffSession, Actor: u.c.Actor, Reply: u.c.Reply}
	att := u.newAttempt("charge", w.method, ch)
	att.Customer, att.Amount, att.Currency = u.cus.ID, w.amount, u.sub.Currency
	att.SetupFuture = true
	u.sub.Private.ChangeAttempt = att.ID
	return u.commitAttempt(u.tx, att, ch, heldUpdate{Subscription: u.sub.ID, Update: u.p})
}

// heldUpdate is an update that waits for its payment's outcome.
type heldUpdate struct {
	Subscription string
	Update       SubscriptionUpdateParams
}

// run applies the update. It answers a charge when money must be asked for first.
func (u *updating) run() (*charge, error) {
	if u.changesBill() || u.p.Discounts.Set || u.p.CancelAtPeriodEnd != nil {
		if err := u.discardPending(); err != nil {
			return nil, err
		}
	}
	before := lifecycle.Clone(u.sub)
	ch, err := u.changes()
	if err != nil {
		return nil, err
	}
	u.trialCut = ch.TrialEndNow && before.Private.TrialNoticeAt != nil
	after := lifecycle.Clone(u.sub)
	fields := subscriptionFields{App: u.App, tx: u.tx, sub: after, now: u.now}
	if err := fields.fromUpdate(u.cus, u.p); err != nil {
		return nil, err
	}
	if done, err := u.trialWithoutCard(after, ch); done || err != nil {
		return nil, err
	}
	extra, err := u.addItems(u.tx, after, u.cus, u.p.AddInvoiceItems, u.now)
	if err != nil {
		return nil, err
	}
	book, err := u.load(u.tx, u.shelf(before, after, ch).invoiceItems(extra), u.now)
	if err != nil {
		return nil, err
	}
	out, err := book.Update(before, after, ch)
	if err != nil {
		return nil, err
	}
	if len(extra) > 0 && !after.Flexible() && ch.ProrationBehavior == billing.AlwaysInvoice {
		out.InvoiceNow = true // flexible lets them wait, unless something else is invoiced
	}
	return u.write(book, after, out, extra)
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
