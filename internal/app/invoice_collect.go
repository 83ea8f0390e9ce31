package app

import (
	"cmp"
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// InvoicePayParams pay an invoice. Forgive concerns sources that hold a sum of their own; there
// is nothing to forgive with a card.
type InvoicePayParams struct {
	Forgive       *bool   `form:"forgive"`
	OffSession    *bool   `form:"off_session"`
	PaidOutOfBand bool    `form:"paid_out_of_band"`
	PaymentMethod *string `form:"payment_method"`

	// Entered says that the card was entered for this invoice on its page, and belongs to nobody.
	Entered bool `form:"-"`
}

// PayInvoice collects an invoice now, with the given payment method or the one that is next in
// line. A draft is finalized on the way. It never counts as one of dunning's retries.
func (a *App) PayInvoice(ctx context.Context, c Caller, id string,
	p InvoicePayParams) (*billing.Invoice, error) {
	ctx, err := a.prepareParam(ctx, c, p.PaymentMethod)
	if err == nil {
		err = a.releaseBankPages(ctx, c, store.Eq("invoice", id))
	}
	if err != nil {
		return nil, err
	}
	var inv *billing.Invoice
	var att *store.Attempt
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		att = nil
		w, err := a.lockInvoice(tx, c, id)
		if err != nil {
			return nil, err
		}
		inv = w.inv
		if att, err = w.pay(c, p); err != nil || att != nil {
			return nil, err
		}
		return inv, nil
	})
	if err != nil || att == nil {
		return inv, err
	}
	a.at("invoice_pay.begun")
	out, err := a.send(ctx, c, att)
	return cmp.Or(out.inv, inv), err
}

// pay readies a locked invoice to be charged. No attempt means that it is paid already.
func (w *lockedInvoice) pay(c Caller, p InvoicePayParams) (*store.Attempt, error) {
	if err := store.Prefetch(w.tx, collectNeeds(w.tx, w)...); err != nil {
		return nil, err
	}
	if w.inv.Status == billing.InvoiceDraft {
		if err := w.finalize(false); err != nil || w.inv.Status == billing.InvoicePaid {
			return nil, err
		}
	}
	switch w.inv.Status {
	case billing.InvoicePaid:
		return nil, billing.Invalid("", "Invoice is already paid")
	case billing.InvoiceVoid:
		return nil, billing.Invalid("", "Voided invoices cannot be paid.")
	}
	if w.inv.Number == nil {
		return nil, neverFinal()
	}
	if err := w.abandon(w.tx, store.Eq("invoice", w.inv.ID)); err != nil {
		return nil, err
	}
	if p.PaidOutOfBand {
		if err := w.outOfBand(w.tx, w.inv, w.now); err != nil {
			return nil, err
		}
		return nil, w.paidWithout(w.tx, paying{Invoice: w.inv, Subscription: w.sub,
			Customer: w.cus, Now: w.now, OutOfBand: true})
	}
	pm, err := w.method(c, p)
	if err != nil {
		return nil, err
	}
	off := !c.Portal()
	if p.OffSession != nil {
		off = *p.OffSession
	}
	return w.attemptInvoice(w.tx, w.inv, pm, charging{Now: w.now, Command: commandInvoicePay,
		OffSession: off, Actor: c.Actor, Reply: c.Reply})
}

// method is what an invoice is paid with: a method of its customer's, a published test name, or a
// card that was entered for it.
func (w *lockedInvoice) method(c Caller, p InvoicePayParams) (*billing.PaymentMethod, error) {
	id := p.PaymentMethod
	if id == nil {
		pm, err := w.paymentMethodFor(w.tx, w.inv, w.sub, w.cus)
		if err == nil && pm == nil {
			err = noPaymentMethod()
		}
		return pm, err
	}
	pm, err := w.resolveMethod(w.tx, *id, "payment_method")
	if err != nil {
		return nil, err
	}
	switch {
	case pm.Customer.ID == w.cus.ID,
		pm.Customer.ID == "" && !c.Portal() && (p.Entered || isTestName(*id)):
		return pm, nil
	case c.Portal():
		return nil, billing.NoSuch("PaymentMethod", *id, "payment_method")
	}
	return nil, billing.Invalid("payment_method", "The PaymentMethod %s must belong to the "+
		"customer associated with the invoice.", *id)
}

// AdvanceInvoice does what is due for an invoice: a draft becomes final and is collected, an open
// one is retried, one that was sent and is overdue makes its subscription past due.
func (a *App) AdvanceInvoice(ctx context.Context, s billing.Scope, id string) error {
	return a.advanceInvoice(ctx, Engine(s, 0), id)
}

func (a *App) advanceInvoice(ctx context.Context, c Caller, id string) error {
	att, err := a.beginAdvance(ctx, c, id)
	if errors.Is(err, errAtBank) {
		if err := a.releaseBankPages(ctx, c, store.Eq("invoice", id)); err != nil {
			return err
		}
		att, err = a.beginAdvance(ctx, c, id)
	}
	switch {
	case errors.Is(err, errAtBank) && c.At != 0:
		return errWaiting
	case err != nil || att == nil:
		return err
	}
	a.at("invoice_collect.begun")
	_, err = a.send(ctx, c, att)
	return err
}

// beginAdvance does what is due and, when that is to charge, commits to it.
func (a *App) beginAdvance(ctx context.Context, c Caller, id string) (att *store.Attempt,
	err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		w, err := a.lockInvoice(tx, c, id)
		if err != nil {
			return nil, err
		}
		att, err = w.advance(c)
		return nil, err
	})
	return att, err
}

// errAtBank says that the customer was sent to their bank to pay an invoice which is due to be
// collected: the bank's page must be closed first, or both could take the money.
var errAtBank = errors.New("app: the customer is at their bank")

func (w *lockedInvoice) advance(c Caller) (*store.Attempt, error) {
	draft := w.inv.Status == billing.InvoiceDraft
	if !w.due() {
		return nil, nil // not due is an answer
	}
	if err := store.Prefetch(w.tx, collectNeeds(w.tx, w)...); err != nil {
		return nil, err
	}
	if draft {
		if err := w.finalize(false); err != nil {
			return nil, err
		}
		if done, err := w.paused(); done || err != nil {
			return nil, err
		}
	}
	if w.inv.Status != billing.InvoiceOpen {
		w.inv.Private.RetryAt = nil
		return nil, nil
	}
	if w.inv.CollectionMethod == billing.SendInvoice {
		return nil, w.sentOrOverdue(draft)
	}
	return w.collect(c)
}

// due says whether something is to be done for the invoice now.
func (w *lockedInvoice) due() bool {
	at := w.inv.Private.RetryAt
	if w.inv.Status == billing.InvoiceDraft {
		at = w.inv.Private.FinalizeAt
	}
	return at != nil && *at <= w.now
}

// collect tries an open invoice once, by itself. A card that was declined for good is not tried
// again until there is another one; the retry counts all the same.
func (w *lockedInvoice) collect(c Caller) (*store.Attempt, error) {
	w.inv.Private.RetryAt = nil
	pm, err := w.paymentMethodFor(w.tx, w.inv, w.sub, w.cus)
	if err != nil {
		return nil, err
	}
	blocked := pm != nil && w.inv.Private.HardDecline && w.inv.Private.FailedMethod == pm.ID
	if pm == nil || blocked {
		return nil, w.cannotCollect(blocked)
	}
	open, err := store.Attempts.All(w.tx, store.Eq("invoice", w.inv.ID), openAttempt())
	if err != nil {
		return nil, err
	}
	if len(open) > 0 && open[0].State == store.AttemptActionRequired {
		return nil, errAtBank // there is never more than one
	}
	if len(open) > 0 && c.At != 0 {
		return nil, errWaiting
	}
	if len(open) > 0 { // someone is paying it right now: look again later
		w.inv.Private.RetryAt = new(w.now + 3600)
		return nil, nil
	}
	return w.attemptInvoice(w.tx, w.inv, pm, charging{Now: w.now, Automatic: true,
		Command: commandInvoiceCollect, OffSession: true, Actor: c.Actor})
}

// cannotCollect is a try without a card to charge: it fails without a charge.
func (w *lockedInvoice) cannotCollect(blocked bool) error {
	w.inv.Attempted = true
	w.inv.AttemptCount++
	again, err := w.planRetry(w.tx, w.retrying())
	if err != nil {
		return err
	}
	if blocked {
		err = store.Invoices.Updated(w.tx, w.inv)
	} else {
		err = w.uncollected()
	}
	if err != nil {
		return err
	}
	if !again {
		return w.giveUp(w.tx, w.retrying())
	}
	return w.failSubscription()
}

// uncollected tells that an invoice could not be collected.
func (w *lockedInvoice) uncollected() error {
	if err := store.Invoices.Emit(w.tx, w.inv, "invoice.payment_failed"); err != nil {
		return err
	}
	if err := w.mail(w.tx, mailPaymentFailed, w.inv); err != nil {
		return err
	}
	return delinquent(w.tx, w.cus)
}

func (w *lockedInvoice) retrying() retrying {
	return retrying{Invoice: w.inv, Subscription: w.sub, Now: w.now}
}

// paused applies pause_collection to an invoice that has just become final.
func (w *lockedInvoice) paused() (bool, error) {
	if w.sub == nil || w.sub.PauseCollection == nil || w.inv.Status != billing.InvoiceOpen {
		return false, nil
	}
	switch w.sub.PauseCollection.Behavior {
	case billing.PauseVoid:
		return true, w.void()
	case billing.PauseMarkUncollectible:
		return true, w.markUncollectible()
	}
	return false, nil
}
