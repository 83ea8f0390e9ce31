package app

import (
	"encoding/json"
	"errors"
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
	u.sub.Private.ChangeDiscounts, err = u.redeemedFor(after)
	lifecycle.Schedule(u.sub)
	return err
}

// redeemedFor are the discounts that were made for an update that waits: of the subscription, its
// items, and the items that are billed with it.
func (u *updating) redeemedFor(after *billing.Subscription) ([]string, error) {
	refs := slices.Clone(after.Discounts)
	for i := range after.Items.Data {
		refs = append(refs, after.Items.Data[i].Discounts...)
	}
	for _, it := range u.extra {
		refs = append(refs, it.Discounts...)
	}
	var made []string
	for _, r := range refs {
		d, err := store.Discounts.Get(u.tx, r.ID)
		if err != nil {
			return nil, err
		}
		if store.Discounts.New(u.tx, d) {
			made = append(made, d.ID)
		}
	}
	return made, nil
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

// pendingChange is the change that waits, without the discounts that are gone meanwhile: what
// was paid for is never refused for their sake.
func pendingChange(tx *store.Tx, sub *billing.Subscription) (SubscriptionUpdateParams, error) {
	var p SubscriptionUpdateParams
	err := json.Unmarshal(sub.Private.Change, &p)
	if err != nil {
		return p, err
	}
	gone := func(d DiscountParams) bool {
		found, lookup := store.Discounts.Get(tx, *d.Discount)
		err = errors.Join(err, lookup)
		return lookup == nil && found.Private.Deleted
	}
	p.Discounts.Value = slices.DeleteFunc(p.Discounts.Value, gone)
	for i := range p.Items {
		p.Items[i].Discounts.Value = slices.DeleteFunc(p.Items[i].Discounts.Value, gone)
	}
	return p, err
}

// applyPending writes a change that waited for the invoice that has just been paid. Its bill is
// settled already, so only the subscription changes, and coupons that are good once are used up.
func (a *App) applyPending(tx *store.Tx, sub *billing.Subscription, now int64) error {
	p, err := pendingChange(tx, sub)
	if err != nil {
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
	err = a.spendOnce(tx, book, inv, finalizing{Customer: cus, Subscription: after, Now: now})
	if err != nil {
		return err
	}
	clearPending(after)
	u.replace(after)
	return store.Subscriptions.Emit(tx, sub, "customer.subscription.pending_update_applied")
}

// discardPending gives up an update that waits, because another change takes its place, and voids
// its invoice.
func (a *App) discardPending(tx *store.Tx, sub *billing.Subscription, now int64) error {
	if sub.PendingUpdate == nil {
		return nil
	}
	invoice := sub.Private.ChangeInvoice
	if err := a.dropPending(tx, sub, now); err != nil {
		return err
	}
	return a.voidOpen(tx, invoice, now)
}

// voidOpen voids an invoice of the subscription that nobody will pay any more. What becomes of
// the subscription is told by whoever ends the wait for it.
func (a *App) voidOpen(tx *store.Tx, invoice string, now int64) error {
	w, err := a.lockInvoice(tx, Caller{At: now}, invoice)
	if err != nil || w.inv.Status != billing.InvoiceOpen {
		return err
	}
	w.sub = nil
	return w.void()
}

// dropPending forgets an update that waited and gives back what it redeemed.
func (a *App) dropPending(tx *store.Tx, sub *billing.Subscription, now int64) error {
	made := sub.Private.ChangeDiscounts
	clearPending(sub)
	for _, id := range made {
		if err := a.unredeem(tx, id, now); err != nil {
			return err
		}
	}
	return nil
}

func clearPending(sub *billing.Subscription) {
	sub.PendingUpdate = nil
	sub.Private.Change, sub.Private.ChangeInvoice, sub.Private.ChangeAt = nil, "", 0
	sub.Private.ChangeDiscounts = nil
}
