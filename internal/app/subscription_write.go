package app

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// write stores what an update bills and, unless it must wait, the new subscription.
func (u *updating) write(book *lifecycle.Book, after *billing.Subscription,
	out lifecycle.Consequence) (*charge, error) {
	for _, it := range out.Prorations {
		store.InvoiceItems.Insert(u.tx, it)
	}
	own := slices.Concat(u.extra, out.Prorations)
	if err := tellItems(u.tx, own); err != nil {
		return nil, err
	}
	if !out.InvoiceNow {
		return nil, u.commit(after)
	}
	inv, book, err := u.invoiceNow(book, after, own, out.Lines)
	if err != nil {
		return nil, err
	}
	due := invoicing.Preview(inv, u.cus.Balance)
	if want := u.p.ExpectTotal; want != nil && *want != due {
		return nil, billing.Invalid("proration_date", "The amount due has changed since it was "+
			"shown. Review the change again.").WithCode("amount_changed")
	}
	return u.settleInvoice(book, after, inv, due)
}

// invoiceNow drafts the invoice of a change that is billed at once: its own items, what else
// waits, and the periods that start. The book that it answers knows the taxes and coupons of all.
func (u *updating) invoiceNow(book *lifecycle.Book, after *billing.Subscription,
	own []*billing.InvoiceItem, lines []lifecycle.Line) (*billing.Invoice, *lifecycle.Book,
	error) {
	pending := own
	if u.sweepsOthers() {
		waiting, err := u.pendingItems(u.tx, after, true)
		if err != nil {
			return nil, nil, err
		}
		pending = mergeItems(own, waiting)
		if book, err = u.load(u.tx, u.shelf(u.sub, after, lifecycle.Changes{}).
			invoiceItems(pending), u.now); err != nil {
			return nil, nil, err
		}
	}
	start, _ := u.sub.Period()
	m := makeInvoice{Customer: u.cus, Subscription: after, Pending: pending,
		Lines: lines, Reason: billing.BillingReasonSubscriptionUpdate,
		Now: u.now, PeriodStart: start, PeriodEnd: u.now, AutoAdvance: true,
		Livemode: u.c.Livemode}
	inv, err := u.draftInvoice(u.tx, book, m)
	return inv, book, err
}

// sweepsOthers: a pending update's invoice leaves out items that waited before it, and so does a
// classic update that is always invoiced.
func (u *updating) sweepsOthers() bool {
	always := u.p.ProrationBehavior != nil && *u.p.ProrationBehavior == billing.AlwaysInvoice
	return u.behavior() != billing.PendingIfIncomplete && (u.sub.Flexible() || !always)
}

// mergeItems puts this change's own prorations first and leaves none out twice.
func mergeItems(own, waiting []*billing.InvoiceItem) []*billing.InvoiceItem {
	seen := map[string]bool{}
	out := slices.Clone(own)
	for _, it := range own {
		seen[it.ID] = true
	}
	for _, it := range waiting {
		if !seen[it.ID] {
			out = append(out, it)
		}
	}
	return out
}

// settleInvoice finalizes the invoice when nothing must be asked for, or when the outcome of the
// payment is known; otherwise it answers what to charge.
func (u *updating) settleInvoice(book *lifecycle.Book, after *billing.Subscription,
	inv *billing.Invoice, due int64) (*charge, error) {
	send := after.CollectionMethod == billing.SendInvoice
	collect := due > 0 && !send && after.PauseCollection == nil &&
		u.behavior() != billing.DefaultIncomplete
	if collect && u.held == nil {
		pm, err := u.paymentMethodFor(u.tx, inv, after, u.cus)
		if err != nil {
			return nil, err
		}
		if pm != nil {
			return &charge{method: pm, amount: due}, nil
		}
		if u.sub.Status == billing.SubscriptionTrialing || u.strict() {
			return nil, noPaymentMethod()
		}
	}
	if u.mode == writePending {
		u.sub.LatestInvoice = billing.To[billing.Invoice](inv.ID)
		if err := u.postpone(after, inv); err != nil {
			return nil, err
		}
	} else {
		after.LatestInvoice = billing.To[billing.Invoice](inv.ID)
		u.replace(after)
	}
	return nil, u.storeInvoice(book, inv, send, due)
}

// strict says that the update must not be written without its payment.
func (u *updating) strict() bool {
	return u.behavior() == billing.ErrorIfIncomplete || u.behavior() == billing.PendingIfIncomplete
}

func noPaymentMethod() error {
	return billing.Invalid("", "This customer has no attached payment source or default payment "+
		"method. Please consider adding a default payment method.").WithCode("resource_missing")
}

func (u *updating) storeInvoice(book *lifecycle.Book, inv *billing.Invoice, send bool,
	due int64) error {
	waits := send && due > 0 || keepsDrafts(u.sub)
	inv.AutoAdvance = inv.AutoAdvance && !keepsDrafts(u.sub)
	if waits {
		u.scheduleDraft(inv, book.Settings)
	}
	store.Invoices.Insert(u.tx, inv)
	if err := store.Invoices.Emit(u.tx, inv, "invoice.created"); err != nil {
		return err
	}
	if waits {
		return u.told()
	}
	inv.Private.FinalizeAt = nil
	f := finalizing{Customer: u.cus, Subscription: u.sub, Now: u.now,
		Waits: u.mode == writePending}
	if err := u.finalize(u.tx, book, inv, f); err != nil {
		return err
	}
	w := &lockedInvoice{App: u.App, tx: u.tx, inv: inv, cus: u.cus, sub: u.sub, now: u.now}
	if done, err := w.paused(); done || err != nil {
		return err // its collection is paused: voided or written off, which told the subscription
	}
	if inv.Status == billing.InvoiceOpen && u.held == nil && !send {
		return u.unpaid(inv)
	}
	if u.held != nil {
		pm, err := store.PaymentMethods.Get(u.tx, u.held.PaymentMethod)
		if err != nil {
			return err
		}
		_, err = u.attemptInvoice(u.tx, inv, pm, charging{Held: u.held})
		return err // the outcome is applied next, and tells the subscription after the invoice
	}
	return u.told()
}

// unpaid is an update whose invoice nobody can pay now: it stays open and the subscription is
// past due, to be confirmed by the client or retried.
func (u *updating) unpaid(inv *billing.Invoice) error {
	if lifecycle.Failed(u.sub, inv) {
		lifecycle.Schedule(u.sub)
	}
	if u.behavior() == billing.DefaultIncomplete {
		return u.told()
	}
	r := retrying{Invoice: inv, Subscription: u.sub, Now: u.now}
	again, err := u.planRetry(u.tx, r)
	if err != nil {
		return err
	}
	inv.Attempted = true
	if err := store.Invoices.Emit(u.tx, inv, "invoice.payment_failed"); err != nil {
		return err
	}
	if !again {
		return u.giveUp(u.tx, r)
	}
	return u.told()
}

// replace makes the tracked subscription the new one.
func (u *updating) replace(after *billing.Subscription) {
	attempt := u.sub.Private.ChangeAttempt
	*u.sub = *after
	u.sub.Private.ChangeAttempt = attempt
	lifecycle.Schedule(u.sub)
}

func (u *updating) commit(after *billing.Subscription) error {
	planned := u.sub.CancelAt == nil && after.CancelAt != nil
	u.replace(after)
	if err := u.told(); err != nil || !planned {
		return err
	}
	return u.mailSubscription(u.tx, mailCanceled, u.sub)
}

// told emits the change of the subscription, and of its trial when that ended early.
func (u *updating) told() error {
	if err := store.Subscriptions.Updated(u.tx, u.sub); err != nil || !u.trialCut {
		return err
	}
	return store.Subscriptions.Emit(u.tx, u.sub, "customer.subscription.trial_will_end")
}
