package app

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// makeInvoice is what a new draft is made from.
type makeInvoice struct {
	Customer     *billing.Customer
	Subscription *billing.Subscription
	Lines        []lifecycle.Line
	Pending      []*billing.InvoiceItem // swept onto it
	Reason       string
	Currency     string // when there is no subscription
	Now          int64
	PeriodStart  int64
	PeriodEnd    int64
	AutoAdvance  bool
	Livemode     bool
	Prepare      func(*billing.Invoice) // sets fields before the totals are computed
}

// draftInvoice computes a draft, and the subscription remembers what it bills, for credits to
// come. It is neither stored nor told yet: a preview stops here.
func (a *App) draftInvoice(q store.Querier, book *lifecycle.Book,
	m makeInvoice) (*billing.Invoice, error) {
	account, err := shared(q).loadAccount(q)
	if err != nil {
		return nil, err
	}
	currency := m.Currency
	if m.Subscription != nil {
		currency = m.Subscription.Currency
	}
	inv := book.Draft(invoicing.DraftInput{
		ID: a.IDs.New("in"), Customer: m.Customer, Subscription: m.Subscription,
		Account: account, Reason: m.Reason, Currency: currency, Now: m.Now,
		PeriodStart: m.PeriodStart, PeriodEnd: m.PeriodEnd, AutoAdvance: m.AutoAdvance,
		Livemode: m.Livemode,
	})
	if m.Subscription != nil {
		inv.Discounts = invoiceDiscounts(book, m.Subscription)
	}
	if m.Prepare != nil {
		m.Prepare(inv)
	}
	for _, it := range m.Pending {
		a.sweep(book, inv, it)
	}
	for _, l := range m.Lines {
		invoicing.AddLine(inv, l.LineItem, l.TaxRates)
		includes(inv, l)
	}
	if len(inv.Lines.Data) > maxInvoiceLines {
		return nil, billing.Invalid("", "An invoice can have at most %d lines.", maxInvoiceLines)
	}
	if err := book.Compute(inv); err != nil {
		return nil, err
	}
	if sub := m.Subscription; sub != nil && !sub.Status.Ended() {
		lifecycle.RecordDebits(sub, inv, m.Now)
	}
	return inv, nil
}

// includes notes the discounts that a line's amount includes already.
func includes(inv *billing.Invoice, l lifecycle.Line) {
	for _, d := range l.Included {
		if d.Amount != 0 {
			inv.Private.Included = append(inv.Private.Included, d.Discount.ID)
		}
	}
	if len(l.Included) == 0 {
		return
	}
	if inv.Private.LineIncluded == nil {
		inv.Private.LineIncluded = map[string][]billing.DiscountAmount{}
	}
	inv.Private.LineIncluded[l.ID] = l.Included
}

const maxInvoiceLines = 250

// invoiceDiscounts are the subscription's own discounts in force, or else the customer's.
func invoiceDiscounts(book *lifecycle.Book,
	sub *billing.Subscription) billing.Arr[billing.Ref[billing.Discount]] {
	return slices.DeleteFunc(slices.Clone(book.DiscountsOf(sub)),
		func(d billing.Ref[billing.Discount]) bool { return book.Discounts[d.ID] == nil })
}

// sweep moves a pending item onto a draft.
func (a *App) sweep(book *lifecycle.Book, inv *billing.Invoice, it *billing.InvoiceItem) {
	it.Invoice = billing.To[billing.Invoice](inv.ID)
	inv.Private.Included = append(inv.Private.Included, it.Private.Included...)
	line := book.InvoiceItemLine(it)
	if it.ProrationDetails != nil && len(it.ProrationDetails.DiscountAmounts) > 0 {
		if inv.Private.LineDiscounts == nil {
			inv.Private.LineDiscounts = map[string][]billing.DiscountAmount{}
		}
		inv.Private.LineDiscounts[line.ID] = it.ProrationDetails.DiscountAmounts
	}
	invoicing.AddLine(inv, line, invoicing.RatesOf(it))
}

// scheduleDraft lets a draft become final by itself: at the time that was chosen, or else an hour
// after it was made or as set.
func (a *App) scheduleDraft(inv *billing.Invoice, settings *billing.Settings) {
	if !inv.AutoAdvance {
		inv.AutomaticallyFinalizesAt, inv.NextPaymentAttempt = nil, nil
		inv.Private.FinalizeAt, inv.Private.FinalizeChosen = nil, nil
		return
	}
	at := inv.Created + settings.Invoices.FinalizeAfterSeconds
	if chosen := inv.Private.FinalizeChosen; chosen != nil {
		at = *chosen
	}
	inv.AutomaticallyFinalizesAt, inv.Private.FinalizeAt = &at, &at
	inv.NextPaymentAttempt = nil
	if inv.CollectionMethod == billing.ChargeAutomatically {
		inv.NextPaymentAttempt = &at
	}
}

// pendingNeed is for pendingItems.
func pendingNeed(customers ...string) store.Need {
	return store.InvoiceItems.ToLockBy("customer", customers, store.Eq("pending", true))
}

// pendingItems are what waits for a subscription's next invoice, newest first: its own items
// and, where the whole customer is billed, those that belong to no subscription.
func (a *App) pendingItems(tx *store.Tx, sub *billing.Subscription,
	ofCustomer bool) ([]*billing.InvoiceItem, error) {
	mine := []store.Cond{store.Eq("customer", sub.Customer.ID), store.Eq("pending", true)}
	if shared(tx).itemsHeld {
		return choosePending(store.InvoiceItems.Held(tx, mine...), sub, ofCustomer), nil
	}
	items, err := store.InvoiceItems.LockAll(tx, mine...)
	return choosePending(items, sub, ofCustomer), err
}

func choosePending(items []*billing.InvoiceItem, sub *billing.Subscription,
	ofCustomer bool) []*billing.InvoiceItem {
	var out []*billing.InvoiceItem
	for _, it := range items {
		mine := it.SubscriptionID() == sub.ID || it.SubscriptionID() == "" && ofCustomer
		if mine && it.Currency == sub.Currency && !it.Private.Dead {
			out = append(out, it)
		}
	}
	slices.Reverse(out) // lists have the newest first
	return out
}
