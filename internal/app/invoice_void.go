package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// VoidInvoice makes an open invoice as if it had never asked for money. Its number is not used
// again; the balance that was applied to it is given back. One that was paid in part stands.
func (a *App) VoidInvoice(ctx context.Context, c Caller, id string) (*billing.Invoice, error) {
	return a.onInvoice(ctx, c, id, func(w *lockedInvoice) error {
		switch w.inv.Status {
		case billing.InvoiceOpen, billing.InvoiceUncollectible:
		default:
			return billing.Invalid("", "You can only pass in open invoices. This invoice "+
				"isn't open.")
		}
		if w.inv.AmountPaid > 0 {
			return billing.Invalid("", "You cannot void this invoice because a part of "+
				"it has been paid.")
		}
		return w.void()
	})
}

// onInvoice runs a one-transaction deed on a locked invoice.
func (a *App) onInvoice(ctx context.Context, c Caller, id string,
	deed func(*lockedInvoice) error) (*billing.Invoice, error) {
	var inv *billing.Invoice
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		w, err := a.lockInvoice(tx, c, id)
		if err != nil {
			return nil, err
		}
		inv = w.inv
		return inv, deed(w)
	})
	return inv, err
}

func (w *lockedInvoice) void() error {
	if w.inv.Number == nil {
		return neverFinal()
	}
	if err := w.abandon(w.tx, store.Eq("invoice", w.inv.ID)); err != nil {
		return err
	}
	if err := w.giveBackPaid(); err != nil {
		return err
	}
	applied := w.inv.Private.BalanceApplied
	if err := w.post(w.tx, ledger.Voided(w.inv, applied), w.about()); err != nil {
		return err
	}
	w.inv.Status = billing.InvoiceVoid
	w.inv.StatusTransitions.VoidedAt = &w.now
	stopAdvancing(w.inv)
	if err := store.Invoices.Emit(w.tx, w.inv, "invoice.voided"); err != nil {
		return err
	}
	if err := w.closePayment(w.tx, w.inv, "void_invoice", w.now); err != nil {
		return err
	}
	if applied != 0 {
		if _, err := w.moveBalance(w.tx, w.cus, balanceMove{
			Type: billing.BalanceUnappliedFromInvoice, Amount: -applied, Currency: w.inv.Currency,
			Invoice: w.inv.ID, Now: w.now}); err != nil {
			return err
		}
		w.inv.Private.BalanceApplied = 0
	}
	if err := w.unbill(); err != nil {
		return err
	}
	return w.released()
}

// unbill takes back from the subscription what the voided invoice billed for its time.
func (w *lockedInvoice) unbill() error {
	if w.sub == nil {
		return nil
	}
	var credited []string
	for i := range w.inv.Lines.Data {
		if of := lifecycle.CreditedInvoice(&w.inv.Lines.Data[i]); of != "" {
			credited = append(credited, of)
		}
	}
	others, err := store.Invoices.Many(w.tx, credited)
	if err != nil {
		return err
	}
	void := map[string]bool{}
	for id, inv := range others {
		void[id] = inv.Status == billing.InvoiceVoid
	}
	lifecycle.Voided(w.sub, w.inv, void)
	return nil
}

// giveBackPaid makes what was paid of an invoice the customer's credit, when nobody will pay the
// rest of it: a first invoice that was paid in part when its 23 hours were over.
func (w *lockedInvoice) giveBackPaid() error {
	paid := w.inv.AmountPaid - w.inv.AmountPaidOffStripe
	if paid == 0 {
		return nil
	}
	if err := w.post(w.tx, ledger.Unapplied(w.inv, paid), w.about()); err != nil {
		return err
	}
	_, err := w.moveBalance(w.tx, w.cus, balanceMove{Type: billing.BalanceUnappliedFromInvoice,
		Amount: -paid, Currency: w.inv.Currency, Invoice: w.inv.ID, Now: w.now})
	return err
}

// neverFinal refuses to collect or void the credit of an ended subscription: it was written off
// without ever having been asked for.
func neverFinal() error {
	return billing.Invalid("", "This invoice was written off before it was finalized, so it can "+
		"neither be paid nor voided.")
}

func (w *lockedInvoice) about() posting {
	return posting{Customer: w.cus.ID, Invoice: w.inv.ID, Now: w.now}
}

// released carries the end of an invoice to its subscription: a pending update is dropped, what
// was past due because of it is active, and a first invoice ends the wait for it.
func (w *lockedInvoice) released() error {
	if w.sub == nil {
		return nil
	}
	if w.sub.Private.ChangeInvoice == w.inv.ID {
		if err := w.dropPending(w.tx, w.sub, w.now); err != nil {
			return err
		}
		lifecycle.Schedule(w.sub)
	}
	if lifecycle.Resolved(w.sub, w.inv.ID) {
		lifecycle.Schedule(w.sub)
	}
	if w.sub.Status == billing.SubscriptionIncomplete && w.sub.Private.FirstInvoice == w.inv.ID {
		lifecycle.End(w.sub, billing.SubscriptionIncompleteExpired, w.now, "")
		return w.subscriptionEnded(w.tx, w.sub, w.now)
	}
	return store.Subscriptions.Updated(w.tx, w.sub)
}

// closePayment ends the intent and the default payment of an invoice that asks no more. The
// reason is the intent's cancellation_reason.
func (a *App) closePayment(tx *store.Tx, inv *billing.Invoice, reason string, now int64) error {
	if inv.Private.PaymentIntent == "" {
		return nil
	}
	pi, err := store.PaymentIntents.Lock(tx, inv.Private.PaymentIntent)
	if err != nil {
		return err
	}
	const canceled = billing.PaymentIntentCanceled
	if pi.Status.MayBecome(canceled) && pi.Status != canceled {
		pi.Status, pi.NextAction = canceled, nil
		pi.CanceledAt, pi.CancellationReason = &now, &reason
		if err := store.PaymentIntents.Emit(tx, pi, "payment_intent.canceled"); err != nil {
			return err
		}
	}
	payment, err := store.InvoicePayments.LockFirst(tx, store.Eq("invoice", inv.ID),
		store.Eq("payment_intent", pi.ID))
	if err != nil {
		return err
	}
	if payment.Status == billing.InvoicePaymentOpen {
		payment.Status, payment.StatusTransitions.CanceledAt = billing.InvoicePaymentCanceled, &now
	}
	return nil
}

// MarkInvoiceUncollectible gives up an open invoice. It can still be paid.
func (a *App) MarkInvoiceUncollectible(ctx context.Context, c Caller,
	id string) (*billing.Invoice, error) {
	return a.onInvoice(ctx, c, id, func(w *lockedInvoice) error {
		if w.inv.Status != billing.InvoiceOpen {
			return billing.Invalid("", "You can only mark open invoices as uncollectible.")
		}
		if err := w.markUncollectible(); err != nil {
			return err
		}
		w.cus.Delinquent = new(false)
		return store.Customers.Updated(w.tx, w.cus)
	})
}

func (w *lockedInvoice) markUncollectible() error {
	if err := w.abandon(w.tx, store.Eq("invoice", w.inv.ID)); err != nil {
		return err
	}
	if err := w.writeOff(w.tx, w.inv, w.now); err != nil {
		return err
	}
	return w.released()
}

// writeOff takes an open invoice off the books. It can still be paid.
func (a *App) writeOff(tx *store.Tx, inv *billing.Invoice, now int64) error {
	if err := a.post(tx, ledger.Uncollectible(inv),
		posting{Customer: inv.Customer.ID, Invoice: inv.ID, Now: now}); err != nil {
		return err
	}
	inv.Status = billing.InvoiceUncollectible
	inv.StatusTransitions.MarkedUncollectibleAt = &now
	stopAdvancing(inv)
	return store.Invoices.Emit(tx, inv, "invoice.marked_uncollectible")
}

func (w *lockedInvoice) failSubscription() error {
	if w.sub == nil {
		return nil
	}
	return pastDue(w.tx, w.sub, w.inv)
}

// pastDue tells of a subscription whose invoice was not paid: one that runs is past due.
func pastDue(tx *store.Tx, sub *billing.Subscription, inv *billing.Invoice) error {
	if lifecycle.Failed(sub, inv) {
		lifecycle.Schedule(sub)
	}
	return store.Subscriptions.Updated(tx, sub)
}
