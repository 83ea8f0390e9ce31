package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/dunning"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// paying is an invoice that has become paid.
type paying struct {
	Invoice   *billing.Invoice
	Now       int64
	Attempted bool // a payment was made, here or elsewhere
}

// invoicePaid makes an invoice final and tells it. Both invoice.paid and
// invoice.payment_succeeded are told, for nothing due as well.
func (a *App) invoicePaid(tx *store.Tx, p paying) error {
	inv := p.Invoice
	markPaid(inv, p.Now)
	if err := store.Invoices.Emit(tx, inv, "invoice.paid"); err != nil {
		return err
	}
	return store.Invoices.Emit(tx, inv, "invoice.payment_succeeded")
}

func markPaid(inv *billing.Invoice, now int64) {
	inv.Status = billing.InvoicePaid
	inv.StatusTransitions.PaidAt = &now
	inv.NextPaymentAttempt, inv.Private.RetryAt = nil, nil
	inv.AutoAdvance = false
}

// retrying is an open invoice whose last try failed.
type retrying struct {
	Invoice      *billing.Invoice
	Subscription *billing.Subscription
	Now          int64
}

// retryOrGiveUp plans the next automatic try. When none is left, the settings say what becomes
// of the subscription and of the invoice.
func (a *App) retryOrGiveUp(tx *store.Tx, r retrying) error {
	settings, err := store.LoadSettings(tx)
	if err != nil {
		return err
	}
	inv := r.Invoice
	if !inv.AutoAdvance || inv.CollectionMethod != billing.ChargeAutomatically {
		inv.NextPaymentAttempt, inv.Private.RetryAt = nil, nil
		return nil
	}
	at, again := dunning.Next(settings.Dunning, inv.Private.Retries, r.Now)
	if again {
		inv.Private.Retries++
		inv.NextPaymentAttempt, inv.Private.RetryAt = &at, &at
		return nil
	}
	inv.NextPaymentAttempt, inv.Private.RetryAt = nil, nil
	return a.giveUp(tx, r, settings.Dunning)
}

// giveUp ends dunning. The invoice's own event comes before what it does to the subscription.
func (a *App) giveUp(tx *store.Tx, r retrying, d billing.Dunning) error {
	if r.Subscription == nil || r.Subscription.Status.Ended() {
		return nil
	}
	if lifecycle.Failed(r.Subscription) {
		lifecycle.Schedule(r.Subscription)
	}
	switch d.SubscriptionOutcome {
	case billing.DunningUnpaid:
		r.Subscription.Status = billing.SubscriptionUnpaid
		lifecycle.Schedule(r.Subscription)
	case billing.DunningLeavePastDue:
	default:
		lifecycle.End(r.Subscription, billing.SubscriptionCanceled, r.Now,
			billing.ReasonPaymentFailed)
		return a.subscriptionEnded(tx, r.Subscription, r.Now)
	}
	return nil
}

// paidWithout takes an invoice that owes nothing, or was paid elsewhere, to paid, and carries that to the
// subscription and the customer.
func (a *App) paidWithout(tx *store.Tx, inv *billing.Invoice, sub *billing.Subscription,
	cus *billing.Customer, now int64) error {
	if err := a.invoicePaid(tx, paying{Invoice: inv, Now: now}); err != nil {
		return err
	}
	if sub != nil && lifecycle.Paid(sub, inv.ID) {
		lifecycle.Schedule(sub)
		if err := store.Subscriptions.Updated(tx, sub); err != nil {
			return err
		}
	}
	if cus.Delinquent != nil && *cus.Delinquent {
		cus.Delinquent = new(false)
	}
	return store.Customers.Updated(tx, cus)
}

// outOfBand books a payment that was made elsewhere.
func (a *App) outOfBand(tx *store.Tx, inv *billing.Invoice, now int64) error {
	amount := inv.AmountRemaining
	if err := a.post(tx, ledger.PaidOutOfBand(inv, amount), posting{
		Customer: inv.Customer.ID, Invoice: inv.ID, Now: now}); err != nil {
		return err
	}
	inv.AmountPaid += amount
	inv.AmountPaidOffStripe += amount
	inv.AmountRemaining = 0
	return a.closePayment(tx, inv, billing.PaymentIntentCanceled, now)
}
