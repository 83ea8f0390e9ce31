package app

import (
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// lockedInvoice is an invoice with everything that a change of it may touch, locked.
type lockedInvoice struct {
	*App
	tx  *store.Tx
	inv *billing.Invoice
	cus *billing.Customer
	sub *billing.Subscription
	now int64
}

// lockInvoice locks an invoice, its customer and its subscription.
func (a *App) lockInvoice(tx *store.Tx, c Caller, id string) (*lockedInvoice, error) {
	found, err := referred(tx, store.Invoices, id, "id")
	if err != nil {
		return nil, err
	}
	if c.Portal() && found.Customer.ID != c.Customer {
		return nil, billing.NoSuch("invoice", id, "id")
	}
	if err := store.Prefetch(tx, lockNeeds(found)...); err != nil {
		return nil, err
	}
	w := &lockedInvoice{App: a, tx: tx}
	w.cus, err = store.Customers.Lock(tx, found.Customer.ID)
	if errors.Is(err, store.ErrNotFound) && c.Reply != nil {
		err = billing.NoSuch("customer", found.Customer.ID, "customer")
	}
	if err != nil {
		return nil, err // a deleted customer's invoice stays as it is
	}
	if w.now, err = a.now(tx, c, w.cus); err != nil {
		return nil, err
	}
	if s := found.SubscriptionID(); s != "" {
		if w.sub, err = store.Subscriptions.Lock(tx, s); err != nil {
			return nil, err
		}
	}
	w.inv, err = store.Invoices.Lock(tx, id)
	return w, err
}

// lockNeeds are what a change of invoices locks.
func lockNeeds(found ...*billing.Invoice) []store.Need {
	var customers, subs, invoices, intents []string
	for _, inv := range found {
		customers = append(customers, inv.Customer.ID)
		intents = append(intents, inv.Private.PaymentIntent)
		invoices = append(invoices, inv.ID)
		subs = append(subs, inv.SubscriptionID())
	}
	return []store.Need{store.Customers.ToLock(customers...), store.Subscriptions.ToLock(subs...),
		store.Invoices.ToLock(invoices...), store.PaymentIntents.ToLock(intents...)}
}

// collectNeeds are what finalizing and collecting locked invoices reads.
func collectNeeds(tx *store.Tx, locked ...*lockedInvoice) []store.Need {
	s := newShelf()
	var invoices, methods []string
	for _, w := range locked {
		w.fill(s)
		methods = append(methods, methodsOf(w.inv, w.sub, w.cus)...)
		invoices = append(invoices, w.inv.ID)
	}
	return append(s.needs(shared(tx)), store.PaymentMethods.ToGet(methods...),
		store.Attempts.ToListBy("invoice", invoices, openAttempt()))
}

// finalize makes the locked draft final. A discount that was in force when the draft was made
// still is, unless it was used up or removed meanwhile.
func (w *lockedInvoice) finalize(later bool) error {
	book, err := w.load(w.tx, w.fill(newShelf()), w.inv.Created)
	if err != nil {
		return err
	}
	return w.App.finalize(w.tx, book, w.inv,
		finalizing{Customer: w.cus, Subscription: w.sub, Now: w.now, Later: later})
}

// fill puts on a shelf what the invoice's totals follow from.
func (w *lockedInvoice) fill(s *shelf) *shelf {
	s.invoice(w.inv).customer(w.cus)
	if w.sub != nil {
		s.subscription(w.sub)
	}
	return s
}
