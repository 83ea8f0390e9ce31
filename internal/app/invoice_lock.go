package app

import (
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
	w := &lockedInvoice{App: a, tx: tx}
	if w.cus, err = store.Customers.Lock(tx, found.Customer.ID); err != nil {
		return nil, err
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

// finalize makes the locked draft final. A discount that was in force when the draft was made
// still is, unless it was used up or removed meanwhile.
func (w *lockedInvoice) finalize() error {
	book, err := w.load(w.tx, w.shelf(), w.inv.Created)
	if err != nil {
		return err
	}
	return w.App.finalize(w.tx, book, w.inv,
		finalizing{Customer: w.cus, Subscription: w.sub, Now: w.now})
}

func (w *lockedInvoice) shelf() *shelf {
	s := newShelf().invoice(w.inv).customer(w.cus)
	if w.sub != nil {
		s.subscription(w.sub)
	}
	return s
}
