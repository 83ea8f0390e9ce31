package app

import (
	"cmp"
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// SubscriptionResumeParams resume a paused subscription.
type SubscriptionResumeParams struct {
	BillingCycleAnchor *string `form:"billing_cycle_anchor"`
	ProrationBehavior  *string `form:"proration_behavior"`
	ProrationDate      *int64  `form:"proration_date"`
}

// ResumeSubscription starts a paused subscription again. By default a new period begins now and
// is invoiced at once; with the anchor unchanged the rest of the period is prorated, as
// proration_behavior says: with the next invoice, with one of its own, or not at all.
func (a *App) ResumeSubscription(ctx context.Context, c Caller, id string,
	p SubscriptionResumeParams) (*billing.Subscription, error) {
	var sub *billing.Subscription
	var att *store.Attempt
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		u, err := a.lockRunning(tx, c, id)
		if err != nil {
			return nil, err
		}
		sub = u.sub
		if u.sub.Status != billing.SubscriptionPaused {
			return nil, billing.Invalid("", "You can only resume a subscription if it is `paused`.")
		}
		if u.sub.CollectionMethod != billing.ChargeAutomatically {
			return nil, billing.Invalid("", "You can only resume a subscription whose "+
				"`collection_method` is `charge_automatically`.")
		}
		if att, err = u.resume(p); err != nil || att != nil {
			return nil, err
		}
		return sub, nil
	})
	if err != nil || att == nil {
		return sub, err
	}
	out, err := a.send(ctx, c, att)
	return cmp.Or(out.sub, sub), err
}

// restart makes the subscription run again, and answers what that bills.
func (u *updating) restart(p SubscriptionResumeParams) (lifecycle.Consequence, error) {
	book, err := u.load(u.tx, newShelf().subscription(u.sub).customer(u.cus), u.now)
	if err != nil {
		return lifecycle.Consequence{}, err
	}
	ch := lifecycle.Changes{Now: u.now, ProrationBehavior: billing.CreateProrations,
		AnchorNow: p.BillingCycleAnchor == nil || *p.BillingCycleAnchor == "now"}
	assign(&ch.ProrationBehavior, p.ProrationBehavior)
	assign(&ch.ProrationDate, p.ProrationDate)
	out, err := book.Resume(u.sub, ch)
	for _, it := range out.Prorations {
		store.InvoiceItems.Insert(u.tx, it)
	}
	return out, err
}

func (u *updating) resume(p SubscriptionResumeParams) (*store.Attempt, error) {
	out, err := u.restart(p)
	if err != nil {
		return nil, err
	}
	if err := tellItems(u.tx, out.Prorations); err != nil {
		return nil, err
	}
	if !out.InvoiceNow {
		lifecycle.Schedule(u.sub)
		return nil, store.Subscriptions.Emit(u.tx, u.sub, "customer.subscription.resumed")
	}
	return u.invoiceResumed(out)
}

// draftResumed is the invoice of what resuming costs, with everything that waits for an invoice.
func (u *updating) draftResumed(out lifecycle.Consequence,
	reason string) (*billing.Invoice, *lifecycle.Book, error) {
	waiting, err := u.pendingItems(u.tx, u.sub, true)
	if err != nil {
		return nil, nil, err
	}
	pending := mergeItems(out.Prorations, waiting)
	book, err := u.load(u.tx, newShelf().subscription(u.sub).customer(u.cus).
		invoiceItems(pending), u.now)
	if err != nil {
		return nil, nil, err
	}
	inv, err := u.draftInvoice(u.tx, book, makeInvoice{Customer: u.cus, Subscription: u.sub,
		Lines: out.Lines, Pending: pending, Reason: reason, Now: u.now, PeriodStart: u.now,
		PeriodEnd: u.now, AutoAdvance: true, Livemode: u.sub.Livemode})
	return inv, book, err
}

// invoiceResumed bills what resuming costs at once.
func (u *updating) invoiceResumed(out lifecycle.Consequence) (*store.Attempt, error) {
	inv, book, err := u.draftResumed(out, billing.BillingReasonSubscriptionCycle)
	if err != nil {
		return nil, err
	}
	u.sub.LatestInvoice = billing.To[billing.Invoice](inv.ID)
	lifecycle.Schedule(u.sub)
	if err := store.Subscriptions.Emit(u.tx, u.sub, "customer.subscription.resumed"); err != nil {
		return nil, err
	}
	store.Invoices.Insert(u.tx, inv)
	if err := store.Invoices.Emit(u.tx, inv, "invoice.created"); err != nil {
		return nil, err
	}
	if err := u.finalize(u.tx, book, inv, finalizing{Customer: u.cus, Subscription: u.sub,
		Now: u.now}); err != nil || inv.Status == billing.InvoicePaid {
		return nil, err
	}
	return u.collectResumed(inv)
}

func (u *updating) collectResumed(inv *billing.Invoice) (*store.Attempt, error) {
	pm, err := u.paymentMethodFor(u.tx, inv, u.sub, u.cus)
	if err != nil {
		return nil, err
	}
	if pm == nil {
		return nil, noPaymentMethod()
	}
	return u.attemptInvoice(u.tx, inv, pm, charging{Now: u.now, Actor: u.c.Actor,
		Command: commandSubscriptionUpdate, Reply: u.c.Reply})
}
