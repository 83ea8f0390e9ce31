package lifecycle

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// CancelAtEnd is when a subscription that is canceled at its period's end ends: classic billing
// ends with the common period, flexible with the last of the items' periods.
func CancelAtEnd(sub *billing.Subscription) int64 {
	_, end := sub.Period()
	return end
}

// SetCancelAt plans the end of a subscription, or takes the plan back when at is nil.
func SetCancelAt(sub *billing.Subscription, at *int64, atPeriodEnd bool, now int64) {
	sub.CancelAt, sub.CancelAtPeriodEnd = at, at != nil && atPeriodEnd
	sub.Private.EndsWithPeriod = sub.CancelAtPeriodEnd
	if sub.CancellationDetails == nil {
		sub.CancellationDetails = &billing.CancellationDetails{}
	}
	if at == nil {
		sub.CanceledAt = nil
		sub.CancellationDetails = &billing.CancellationDetails{}
		return
	}
	sub.CanceledAt = &now
	sub.CancellationDetails.Reason = new(billing.ReasonCancellationRequested)
}

// followEnd keeps the planned end where it belongs: at the period's end, wherever that has moved;
// and under classic billing a trial does not outlast its subscription.
func (u *update) followEnd() {
	if u.after.CancelAtPeriodEnd && u.after.CancelAt != nil {
		u.after.CancelAt = new(CancelAtEnd(u.after))
		return
	}
	c := u.after.CancelAt
	if c == nil || u.after.Flexible() || u.after.Status != billing.SubscriptionTrialing ||
		*c >= *u.after.TrialEnd {
		return
	}
	u.after.TrialEnd = c
	for i := range u.after.Items.Data {
		u.after.Items.Data[i].CurrentPeriodEnd = *c
	}
}

func same(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// Cancel ends a subscription now. With prorate, the unused time is credited.
func (b *Book) Cancel(sub *billing.Subscription, now int64, reason string,
	prorate bool) ([]*billing.InvoiceItem, error) {
	var credits []*billing.InvoiceItem
	if prorate && billsTime(sub.Status) {
		before := Clone(sub)
		u := update{Book: b, before: before, after: sub, ch: Changes{Now: now}}
		if err := u.creditAll(); err != nil {
			return nil, err
		}
		credits = u.out.Prorations
	}
	End(sub, billing.SubscriptionCanceled, now, reason)
	return credits, nil
}

// End makes a subscription final: nothing of it is ever due again.
func End(sub *billing.Subscription, status billing.SubscriptionStatus, now int64, reason string) {
	sub.Status = status
	sub.EndedAt = &now
	if status == billing.SubscriptionCanceled {
		if sub.CanceledAt == nil {
			sub.CanceledAt = &now
		}
		if sub.CancellationDetails == nil {
			sub.CancellationDetails = &billing.CancellationDetails{}
		}
		if sub.CancellationDetails.Reason == nil {
			sub.CancellationDetails.Reason = &reason
		}
	}
	sub.PendingUpdate = nil
	sub.NextPendingInvoiceItemInvoice = nil
	sub.Private = billing.SubscriptionPrivate{}
}

// Clone copies a subscription so that changing one leaves the other alone.
func Clone(sub *billing.Subscription) *billing.Subscription {
	c := *sub
	c.Items.Data = slices.Clone(sub.Items.Data)
	c.Discounts = slices.Clone(sub.Discounts)
	c.Private.Debits = slices.Clone(sub.Private.Debits)
	return &c
}
