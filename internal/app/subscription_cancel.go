package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// CancelSubscription ends a subscription now. With prorate the unused time is credited; with
// invoice_now a last invoice bills what is pending. The order is: credits, the end, the invoices.
func (a *App) CancelSubscription(ctx context.Context, c Caller, id string,
	p SubscriptionCancelParams) (*billing.Subscription, error) {
	return a.onSubscription(ctx, c, id, func(u *updating) error {
		if err := u.guard(); err != nil {
			return err
		}
		return u.cancel(p)
	})
}

func (u *updating) cancel(p SubscriptionCancelParams) error {
	book, err := u.load(u.tx, newShelf().subscription(u.sub).customer(u.cus), u.now)
	if err != nil {
		return err
	}
	start, _ := u.sub.Period()
	if err := u.discardPending(u.tx, u.sub, u.now); err != nil {
		return err
	}
	applyCancellationDetails(u.sub, p.CancellationDetails)
	credits, err := book.Cancel(u.sub, u.now, billing.ReasonCancellationRequested, p.Prorate)
	if err != nil {
		return err
	}
	for _, it := range credits {
		store.InvoiceItems.Insert(u.tx, it)
	}
	if err := tellItems(u.tx, credits); err != nil {
		return err
	}
	if p.InvoiceNow {
		return u.endWithInvoice(start)
	}
	if err := u.subscriptionEnded(u.tx, u.sub, u.now); err != nil {
		return err
	}
	if !p.Prorate {
		return u.dropProrations()
	}
	return nil
}

// endWithInvoice tells the end of a subscription and bills what waits for it. A credit that the
// last invoice cannot use is written off at once: Stripe marks such an invoice uncollectible,
// without a number.
func (u *updating) endWithInvoice(start int64) error {
	inv, err := u.lastInvoice(start)
	if err != nil {
		return err
	}
	if inv != nil {
		u.sub.LatestInvoice = billing.To[billing.Invoice](inv.ID)
	}
	if err := u.subscriptionEnded(u.tx, u.sub, u.now); err != nil || inv == nil {
		return err
	}
	store.Invoices.Insert(u.tx, inv)
	if err := store.Invoices.Emit(u.tx, inv, "invoice.created"); err != nil {
		return err
	}
	if inv.Total < 0 {
		return u.writeOffCredit(inv)
	}
	return nil
}

// lastInvoice drafts what is billed after the end, to be final at once; nil when nothing waits.
func (u *updating) lastInvoice(start int64) (*billing.Invoice, error) {
	pending, err := u.pendingItems(u.tx, u.sub, u.sub.Flexible())
	if err != nil || len(pending) == 0 {
		return nil, err
	}
	book, err := u.load(u.tx, newShelf().subscription(u.sub).customer(u.cus).
		invoiceItems(pending), u.now)
	if err != nil {
		return nil, err
	}
	inv, err := u.draftInvoice(u.tx, book, makeInvoice{Customer: u.cus, Subscription: u.sub,
		Pending: pending, Reason: billing.BillingReasonSubscriptionCycle, Now: u.now,
		PeriodStart: start, PeriodEnd: u.now, AutoAdvance: true, Livemode: u.sub.Livemode})
	if err != nil {
		return nil, err
	}
	u.scheduleDraft(inv, book.Settings)
	inv.Private.FinalizeAt, inv.AutomaticallyFinalizesAt = &u.now, &u.now
	if inv.NextPaymentAttempt != nil {
		inv.NextPaymentAttempt = &u.now
	}
	return inv, nil
}

func (u *updating) writeOffCredit(inv *billing.Invoice) error {
	inv.Status = billing.InvoiceUncollectible
	stopAdvancing(inv)
	inv.StatusTransitions.MarkedUncollectibleAt = &u.now
	return store.Invoices.Emit(u.tx, inv, "invoice.marked_uncollectible")
}

// dropProrations removes the prorations of a subscription that ends without being settled;
// ordinary pending items stay with the customer.
func (u *updating) dropProrations() error {
	pending, err := u.pendingItems(u.tx, u.sub, false)
	if err != nil {
		return err
	}
	for _, it := range pending {
		if !it.Proration {
			continue
		}
		it.Private.Deleted = true
		store.InvoiceItems.Delete(u.tx, it)
		if err := store.InvoiceItems.Emit(u.tx, it, "invoiceitem.deleted"); err != nil {
			return err
		}
	}
	return nil
}

// subscriptionEnded tells the end of a subscription and stops its invoices from moving by
// themselves; they can still be paid by hand.
func (a *App) subscriptionEnded(tx *store.Tx, sub *billing.Subscription, now int64) error {
	sub.Private.NextAt = nil
	if err := tellEnd(tx, sub); err != nil {
		return err
	}
	for _, d := range sub.Discounts {
		if err := a.endDiscount(tx, d.ID, now); err != nil {
			return err
		}
	}
	invoices, err := store.Invoices.LockAll(tx, store.Eq("subscription", sub.ID),
		store.In("status", string(billing.InvoiceDraft), string(billing.InvoiceOpen)))
	if err != nil {
		return err
	}
	for _, inv := range invoices {
		stopAdvancing(inv)
		if err := store.Invoices.Updated(tx, inv); err != nil {
			return err
		}
	}
	if sub.Status != billing.SubscriptionCanceled || sub.CancelAt != nil {
		return nil // an end that was planned has been confirmed when it was planned
	}
	return a.mailSubscription(tx, mailCanceled, sub)
}

// tellEnd: one that never started is only updated; every other is deleted.
func tellEnd(tx *store.Tx, sub *billing.Subscription) error {
	if sub.Status == billing.SubscriptionIncompleteExpired {
		return store.Subscriptions.Updated(tx, sub)
	}
	return store.Subscriptions.Emit(tx, sub, "customer.subscription.deleted")
}

func stopAdvancing(inv *billing.Invoice) {
	inv.AutoAdvance = false
	inv.AutomaticallyFinalizesAt, inv.NextPaymentAttempt = nil, nil
	inv.Private.FinalizeAt, inv.Private.RetryAt = nil, nil
}

// cancelAllSubscriptions ends everything of a customer who is deleted.
func (a *App) cancelAllSubscriptions(tx *store.Tx, c Caller, cus *billing.Customer) error {
	subs, err := store.Subscriptions.LockAll(tx, store.Eq("customer", cus.ID))
	if err != nil {
		return err
	}
	now, err := a.now(tx, c, cus)
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if sub.Status.Ended() {
			continue
		}
		if err := a.discardPending(tx, sub, now); err != nil {
			return err
		}
		lifecycle.End(sub, billing.SubscriptionCanceled, now, billing.ReasonCancellationRequested)
		if err := a.subscriptionEnded(tx, sub, now); err != nil {
			return err
		}
	}
	return nil
}
