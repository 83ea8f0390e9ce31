package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/dunning"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// paying is an invoice that has become paid, with those who are told.
type paying struct {
	Invoice      *billing.Invoice
	Subscription *billing.Subscription // nil for an invoice without one
	Customer     *billing.Customer
	Now          int64
	OutOfBand    bool // marked as paid elsewhere
}

// invoicePaid makes an invoice final and tells it. Both invoice.paid and
// invoice.payment_succeeded are told, for nothing due as well; but no attempt succeeded where the
// money came another way.
func (a *App) invoicePaid(tx *store.Tx, p paying) error {
	inv := p.Invoice
	markPaid(inv, p.Now)
	err := store.Invoices.Emit(tx, inv, "invoice.paid")
	if err != nil || p.OutOfBand {
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

// planRetry plans the next automatic try. It answers false when dunning is over: none is left.
func (a *App) planRetry(tx *store.Tx, r retrying) (again bool, err error) {
	inv := r.Invoice
	inv.NextPaymentAttempt, inv.Private.RetryAt = nil, nil
	if !inv.AutoAdvance || inv.CollectionMethod != billing.ChargeAutomatically {
		return true, nil // nobody but a person tries it
	}
	settings, err := store.LoadSettings(tx)
	if err != nil {
		return false, err
	}
	at, again := dunning.Next(settings.Dunning, inv.Private.Retries, r.Now)
	if again {
		inv.Private.Retries++
		inv.NextPaymentAttempt, inv.Private.RetryAt = &at, &at
	}
	return again, nil
}

// giveUp ends dunning as the settings say, once the last failure was told: the invoice first,
// then the subscription, which a write-off of its invoice does not heal. One that is not past due,
// because a later invoice was paid, or that is still in its trial, goes on.
func (a *App) giveUp(tx *store.Tx, r retrying) error {
	settings, err := store.LoadSettings(tx)
	if err != nil {
		return err
	}
	end := dunning.Outcome(settings.Dunning)
	if end.Uncollectible {
		if err := a.writeOff(tx, r.Invoice, r.Now); err != nil {
			return err
		}
	}
	sub := r.Subscription
	if sub == nil {
		return nil
	}
	lifecycle.Failed(sub, r.Invoice)
	if sub.Status != billing.SubscriptionPastDue {
		return store.Subscriptions.Updated(tx, sub)
	}
	if end.Subscription == billing.SubscriptionCanceled {
		if err := a.discardPending(tx, sub, r.Now); err != nil {
			return err
		}
		lifecycle.End(sub, billing.SubscriptionCanceled, r.Now, billing.ReasonPaymentFailed)
		return a.subscriptionEnded(tx, sub, r.Now)
	}
	sub.Status = end.Subscription
	lifecycle.Schedule(sub)
	return store.Subscriptions.Updated(tx, sub)
}

// paidWithout takes an invoice that owes nothing, or was paid elsewhere, to paid, and carries
// that to the subscription and the customer.
func (a *App) paidWithout(tx *store.Tx, p paying) error {
	if err := a.invoicePaid(tx, p); err != nil {
		return err
	}
	sub, cus := p.Subscription, p.Customer
	if sub != nil && sub.Private.ChangeInvoice == p.Invoice.ID {
		if err := a.applyPending(tx, sub, p.Now); err != nil {
			return err
		}
	}
	if sub != nil && lifecycle.Paid(sub, p.Invoice.ID) {
		lifecycle.Schedule(sub)
		if err := store.Subscriptions.Updated(tx, sub); err != nil {
			return err
		}
	}
	return cleared(tx, cus)
}

// delinquent notes that a customer has not paid in time.
func delinquent(tx *store.Tx, cus *billing.Customer) error {
	cus.Delinquent = new(true)
	return store.Customers.Updated(tx, cus)
}

// cleared notes that a customer has paid. One of whom nothing is noted stays so.
func cleared(tx *store.Tx, cus *billing.Customer) error {
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
	return a.closePayment(tx, inv, "automatic", now)
}
