package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// SendInvoice sends an invoice for manual payment, as often as it is asked to. A draft is
// finalized on the way.
func (a *App) SendInvoice(ctx context.Context, c Caller, id string) (*billing.Invoice, error) {
	return a.onInvoice(ctx, c, id, func(w *lockedInvoice) error {
		if w.inv.CollectionMethod != billing.SendInvoice {
			return billing.Invalid("", "You can only send invoices with collection_method set to "+
				"`send_invoice`.")
		}
		if w.inv.Status == billing.InvoiceDraft {
			if err := w.finalize(false); err != nil || w.inv.Status == billing.InvoicePaid {
				return err
			}
		}
		if w.inv.Status != billing.InvoiceOpen {
			return billing.Invalid("", "You can only manually send an invoice if it is open.")
		}
		return w.sent()
	})
}

// sent mails an open invoice to the customer, with the way to its page and its PDF.
func (w *lockedInvoice) sent() error {
	if err := store.Invoices.Emit(w.tx, w.inv, "invoice.sent"); err != nil {
		return err
	}
	return w.mail(w.tx, mailInvoice, w.inv)
}

// sentOrOverdue sends an invoice that has just become final, notices later that it was not paid
// in time, and in the end gives it up.
func (w *lockedInvoice) sentOrOverdue(justFinal bool) error {
	switch {
	case justFinal:
		w.inv.Private.RetryAt = w.inv.DueDate
		return w.sent()
	case w.inv.Private.Overdue:
		w.inv.Private.RetryAt = nil
		if w.sub == nil || w.sub.Status != billing.SubscriptionPastDue {
			return nil // a later invoice was paid, and the subscription is well again
		}
		return w.giveUp(w.tx, w.retrying())
	}
	w.inv.Private.Overdue, w.inv.Private.RetryAt = true, nil
	if w.sub != nil {
		w.inv.Private.RetryAt = new(w.now + overdueEndSeconds)
	}
	if err := store.Invoices.Emit(w.tx, w.inv, "invoice.overdue"); err != nil {
		return err
	}
	if err := delinquent(w.tx, w.cus); err != nil {
		return err
	}
	return w.failSubscription()
}

// overdueEndSeconds after its due date, an invoice that was sent ends like failed dunning.
const overdueEndSeconds = 30 * 86400
