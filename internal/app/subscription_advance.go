package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// AdvanceSubscription does the first thing that is due for a subscription. Nothing due is an
// answer: doing it twice is doing it once.
func (a *App) AdvanceSubscription(ctx context.Context, s billing.Scope, id string) error {
	return a.advanceSubscription(ctx, Engine(s, 0), id)
}

func (a *App) advanceSubscription(ctx context.Context, c Caller, id string) error {
	err := a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error { return a.step(tx, c, id) })
	switch {
	case !isBusy(err):
		return err
	case c.At != 0:
		return errWaiting
	}
	return a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error { return a.postpone(tx, id) })
}

// postpone leaves what is due alone for a moment: a payment of the subscription is under way, and
// its outcome comes first.
func (a *App) postpone(tx *store.Tx, id string) error {
	sub, err := store.Subscriptions.Lock(tx, id)
	if err == nil {
		sub.Private.NextAt = new(a.wall() + a.leaseSeconds())
	}
	return err
}

// step does the first thing that is due for one subscription.
func (a *App) step(tx *store.Tx, c Caller, id string) error {
	u, err := a.newUpdating(tx, c, id, SubscriptionUpdateParams{})
	if err != nil {
		return err
	}
	step, at := lifecycle.NextStep(u.sub)
	if step == lifecycle.StepUpcoming && at <= u.now {
		if late, err := u.tooLateToTell(at); err != nil {
			return err
		} else if late {
			lifecycle.UpcomingDone(u.sub)
			step, at = lifecycle.NextStep(u.sub)
		}
	}
	if step == lifecycle.StepNone || at > u.now {
		lifecycle.Schedule(u.sub)
		return nil
	}
	if u.sub.Private.ChangeAttempt != "" {
		if c.At != 0 {
			return errWaiting
		}
		u.sub.Private.NextAt = new(u.now + u.leaseSeconds()) // a change is being paid: wait for it
		return nil
	}
	u.now = max(at, u.sub.Created)
	if c.At == 0 && u.cus.TestClock.ID == "" {
		u.now = at
	}
	switch step {
	case lifecycle.StepExpire:
		err = u.expire()
	case lifecycle.StepPendingExpired:
		err = u.expirePending()
	case lifecycle.StepTrialNotice:
		u.sub.Private.TrialNoticeAt = nil
		err = store.Subscriptions.Emit(tx, u.sub, "customer.subscription.trial_will_end")
	case lifecycle.StepUpcoming:
		err = u.tellUpcoming()
	case lifecycle.StepResume:
		u.sub.PauseCollection = nil
	case lifecycle.StepCancel:
		err = u.cancelDue()
	case lifecycle.StepRenew:
		err = u.renew()
	case lifecycle.StepPendingItems:
		err = u.billPending()
	}
	lifecycle.Schedule(u.sub)
	return err
}

// expire ends a subscription whose first invoice was not paid in 23 hours.
func (u *updating) expire() error {
	first := u.sub.Private.FirstInvoice
	lifecycle.End(u.sub, billing.SubscriptionIncompleteExpired, u.now, "")
	if first != "" {
		if err := u.voidOpen(u.tx, first, u.now); err != nil {
			return err
		}
	}
	return u.subscriptionEnded(u.tx, u.sub, u.now)
}

// expirePending drops an update that was not paid in time and voids its invoice.
func (u *updating) expirePending() error {
	invoice := u.sub.Private.ChangeInvoice
	if err := u.dropPending(u.tx, u.sub, u.now); err != nil {
		return err
	}
	if err := store.Subscriptions.Emit(u.tx, u.sub,
		"customer.subscription.pending_update_expired"); err != nil {
		return err
	}
	return u.voidOpen(u.tx, invoice, u.now)
}

// cancelDue ends a subscription that was to end now. Pending prorations are billed at the end of
// a period, as they would have been with the renewal.
func (u *updating) cancelDue() error {
	start, _ := u.sub.Period()
	if err := u.discardPending(u.tx, u.sub, u.now); err != nil {
		return err
	}
	lifecycle.End(u.sub, billing.SubscriptionCanceled, u.now, billing.ReasonCancellationRequested)
	return u.endWithInvoice(start)
}

// renew starts the next period: the subscription changes first, then its invoice is drafted.
func (u *updating) renew() error {
	trial := u.sub.Status == billing.SubscriptionTrialing
	if trial {
		if done, err := u.endOfTrial(); done || err != nil {
			return err
		}
	}
	pending, err := u.pendingItems(u.tx, u.sub, true)
	if err != nil {
		return err
	}
	book, err := u.load(u.tx, newShelf().subscription(u.sub).customer(u.cus).
		invoiceItems(pending), u.now)
	if err != nil {
		return err
	}
	if len(u.sub.Items.Data) == 0 {
		return nil
	}
	if err := u.dropEnded(book); err != nil {
		return err
	}
	next, err := book.Renew(u.sub, u.now)
	if err != nil {
		return err
	}
	if u.sub.CancelAtPeriodEnd && !u.sub.Flexible() {
		u.sub.CancelAt = new(lifecycle.CancelAtEnd(u.sub))
	}
	if len(next.Lines) == 0 {
		return nil // a free stub: what is pending waits for the anchor
	}
	return u.cycleInvoice(book, next, pending)
}

// endOfTrial decides what a trial becomes. done says that nothing is billed.
func (u *updating) endOfTrial() (done bool, err error) {
	pm, err := u.paymentMethodFor(u.tx, &billing.Invoice{}, u.sub, u.cus)
	if err != nil {
		return true, err
	}
	missing := billing.MissingCreateInvoice
	if u.sub.TrialSettings != nil {
		missing = u.sub.TrialSettings.EndBehavior.MissingPaymentMethod
	}
	if pm == nil && u.sub.CollectionMethod == billing.ChargeAutomatically {
		switch missing {
		case billing.MissingCancel:
			lifecycle.End(u.sub, billing.SubscriptionCanceled, u.now,
				billing.ReasonCancellationRequested)
			return true, u.subscriptionEnded(u.tx, u.sub, u.now)
		case billing.MissingPause:
			u.sub.Status = billing.SubscriptionPaused
			return true, store.Subscriptions.Emit(u.tx, u.sub, "customer.subscription.paused")
		}
	}
	lifecycle.EndTrial(u.sub)
	return false, nil
}

// cycleInvoice drafts the invoice of a new period. That of an unpaid subscription stays a draft,
// and so does one whose collection is paused to keep drafts.
func (u *updating) cycleInvoice(book *lifecycle.Book, next lifecycle.Renewal,
	pending []*billing.InvoiceItem) error {
	inv, err := u.draftInvoice(u.tx, book, makeInvoice{Customer: u.cus, Subscription: u.sub,
		Lines: next.Lines, Pending: pending, Reason: billing.BillingReasonSubscriptionCycle,
		Now: u.now, PeriodStart: next.PeriodStart, PeriodEnd: next.PeriodEnd,
		AutoAdvance: !holdsDrafts(u.sub), Livemode: u.sub.Livemode})
	if err != nil {
		return err
	}
	inv.Private.CycleKey = new(cycleKey(next.PeriodEnd))
	u.sub.LatestInvoice = billing.To[billing.Invoice](inv.ID)
	lifecycle.Schedule(u.sub)
	if err := store.Subscriptions.Updated(u.tx, u.sub); err != nil {
		return err
	}
	u.scheduleDraft(inv, book.Settings)
	store.Invoices.Insert(u.tx, inv)
	return store.Invoices.Emit(u.tx, inv, "invoice.created")
}

// holdsDrafts says that invoices of the subscription stay drafts until a person acts.
func holdsDrafts(sub *billing.Subscription) bool {
	return sub.Status == billing.SubscriptionUnpaid || keepsDrafts(sub)
}

func keepsDrafts(sub *billing.Subscription) bool {
	return sub.PauseCollection != nil && sub.PauseCollection.Behavior == billing.PauseKeepAsDraft
}

// cycleKey makes the database refuse a second invoice for the same period.
func cycleKey(start int64) string { return unix(start) }

// billPending bills pending items between two cycles.
func (u *updating) billPending() error {
	u.sub.NextPendingInvoiceItemInvoice = new(nextPending(u.sub, u.now))
	pending, err := u.pendingItems(u.tx, u.sub, true)
	if err != nil || len(pending) == 0 {
		return err
	}
	book, err := u.load(u.tx, newShelf().subscription(u.sub).customer(u.cus).
		invoiceItems(pending), u.now)
	if err != nil {
		return err
	}
	start, _ := u.sub.Period()
	inv, err := u.draftInvoice(u.tx, book, makeInvoice{Customer: u.cus, Subscription: u.sub,
		Pending: pending, Reason: billing.BillingReasonPendingItems, Now: u.now,
		PeriodStart: start, PeriodEnd: u.now, AutoAdvance: !holdsDrafts(u.sub),
		Livemode: u.sub.Livemode})
	if err != nil {
		return err
	}
	u.sub.LatestInvoice = billing.To[billing.Invoice](inv.ID)
	u.scheduleDraft(inv, book.Settings)
	store.Invoices.Insert(u.tx, inv)
	return store.Invoices.Emit(u.tx, inv, "invoice.created")
}
