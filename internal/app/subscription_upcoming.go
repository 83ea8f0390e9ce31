package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// upcomingGraceSeconds is how late invoice.upcoming may be after its time, for a program that did
// not run. What is later than this is no announcement any more.
const upcomingGraceSeconds = 86400

// tooLateToTell says that the time to announce the next invoice has passed, because the
// subscription came to be renewed only afterwards: its cancellation was taken back, or it was
// moved to another date.
func (u *updating) tooLateToTell(at int64) (bool, error) {
	if u.cus.TestClock.ID == "" {
		return at+upcomingGraceSeconds < u.tx.Now(), nil
	}
	clk, err := store.TestClocks.Get(u.tx, u.cus.TestClock.ID)
	if err != nil {
		return false, err
	}
	return at < clk.FrozenTime, nil
}

// tellUpcoming announces the invoice of the next period with what it would ask for today. Its id
// is that of a preview: it names nothing that can be fetched.
func (u *updating) tellUpcoming() error {
	lifecycle.UpcomingDone(u.sub)
	waiting, err := u.pendingItems(u.tx, u.sub, true)
	if err != nil {
		return err
	}
	pending := make([]*billing.InvoiceItem, len(waiting))
	for i, it := range waiting {
		copied := *it // the items themselves go on waiting
		pending[i] = &copied
	}
	after := lifecycle.Clone(u.sub)
	end := after.NextPeriodEnd()
	book, err := u.load(u.tx, newShelf().subscription(after).customer(u.cus).
		invoiceItems(pending), end)
	if err != nil || len(after.Items.Data) == 0 {
		return err
	}
	next, err := book.Renew(after, end)
	if err != nil {
		return err
	}
	inv, err := u.draftInvoice(u.tx, book, makeInvoice{Customer: u.cus, Subscription: after,
		Lines: next.Lines, Pending: pending, Reason: billing.BillingReasonUpcoming, Now: end,
		PeriodStart: next.PeriodStart, PeriodEnd: next.PeriodEnd, AutoAdvance: true,
		Livemode: u.sub.Livemode})
	if err != nil {
		return err
	}
	due := invoicing.Preview(inv, u.cus.Balance)
	asPreview(inv)
	inv.AmountDue, inv.AmountRemaining = due, due
	return store.Invoices.Emit(u.tx, inv, "invoice.upcoming")
}
