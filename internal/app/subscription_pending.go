package app

import (
	"encoding/json"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// postpone keeps the change until its invoice is paid.
func (u *updating) postpone(after *billing.Subscription, inv *billing.Invoice) error {
	raw, err := json.Marshal(u.asResolved(after))
	if err != nil {
		return err
	}
	u.sub.PendingUpdate = &billing.PendingUpdate{
		ExpiresAt: lifecycle.PendingExpiry(u.sub, u.now), SubscriptionItems: after.Items.Data,
		TrialEnd: after.TrialEnd, TrialFromPlan: u.p.TrialFromPlan,
	}
	if after.BillingCycleAnchor != u.sub.BillingCycleAnchor {
		u.sub.PendingUpdate.BillingCycleAnchor = &after.BillingCycleAnchor
	}
	if u.p.Metadata.Set {
		u.sub.PendingUpdate.Metadata = after.Metadata
	}
	if u.p.Discounts.Set {
		u.sub.PendingUpdate.Discounts = after.Discounts
	}
	u.sub.Private.Change, u.sub.Private.ChangeInvoice = raw, inv.ID
	u.sub.Private.ChangeAt = u.now
	lifecycle.Schedule(u.sub)
	return nil
}

// asResolved are the parameters with everything in them that must not be made a second time when
// the change is applied: new items and prices have their ids, and coupons have become discounts.
func (u *updating) asResolved(after *billing.Subscription) SubscriptionUpdateParams {
	p := u.p
	if p.Discounts.Set {
		p.Discounts.Value = keptDiscounts(after.Discounts)
	}
	p.Items = slices.Clone(p.Items)
	for i, c := range u.resolved {
		it := &p.Items[i]
		it.Known.Price = c.Price
		if c.New {
			it.Known.NewID = c.ID
		}
		if c.Discounts != nil {
			it.Discounts.Value = keptDiscounts(*c.Discounts)
		}
	}
	return p
}

func keptDiscounts(refs []billing.Ref[billing.Discount]) []DiscountParams {
	var out []DiscountParams
	for _, r := range refs {
		out = append(out, DiscountParams{Discount: &r.ID})
	}
	return out
}

// applyPending writes a change that waited for the invoice that has just been paid. Its bill is
// settled already, so only the subscription changes.
func (a *App) applyPending(tx *store.Tx, sub *billing.Subscription) error {
	var p SubscriptionUpdateParams
	if err := json.Unmarshal(sub.Private.Change, &p); err != nil {
		return err
	}
	cus, err := store.Customers.Lock(tx, sub.Customer.ID)
	if err != nil {
		return err
	}
	u := &updating{App: a, tx: tx, p: p, sub: sub, cus: cus, now: sub.Private.ChangeAt,
		c: Engine(tx.Scope(), sub.Private.ChangeAt)}
	ch, err := u.changes()
	if err != nil {
		return err
	}
	before, after := lifecycle.Clone(sub), lifecycle.Clone(sub)
	fields := subscriptionFields{App: a, tx: tx, sub: after, now: u.now}
	if err := fields.fromUpdate(cus, p); err != nil {
		return err
	}
	book, err := a.load(tx, u.shelf(before, after, ch), u.now)
	if err != nil {
		return err
	}
	if _, err := book.Update(before, after, ch); err != nil {
		return err
	}
	inv, err := store.Invoices.Get(tx, sub.Private.ChangeInvoice)
	if err != nil {
		return err
	}
	lifecycle.AdoptDebits(before, after, inv)
	clearPending(after)
	u.replace(after)
	return store.Subscriptions.Emit(tx, sub, "customer.subscription.pending_update_applied")
}

// discardPending gives up an update that waits, because another change takes its place, and voids
// its invoice.
func (u *updating) discardPending() error {
	if u.sub.PendingUpdate == nil {
		return nil
	}
	invoice := u.sub.Private.ChangeInvoice
	clearPending(u.sub)
	return u.voidOpen(invoice)
}

// voidOpen voids an invoice of the subscription that nobody will pay any more. What becomes of
// the subscription is told by whoever ends the wait for it.
func (u *updating) voidOpen(invoice string) error {
	w, err := u.lockInvoice(u.tx, u.at(), invoice)
	if err != nil || w.inv.Status != billing.InvoiceOpen {
		return err
	}
	w.sub = nil
	return w.void()
}

func clearPending(sub *billing.Subscription) {
	sub.PendingUpdate = nil
	sub.Private.Change, sub.Private.ChangeInvoice, sub.Private.ChangeAt = nil, "", 0
}
