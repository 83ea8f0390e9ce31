package lifecycle

import "github.com/portico-billing/portico/internal/billing"

// waitSeconds is how long an incomplete subscription and a pending update wait for their payment.
const waitSeconds = 23 * 3600

// AwaitPayment makes a new subscription wait for its first invoice, for 23 hours.
func AwaitPayment(sub *billing.Subscription, invoice string, now int64) {
	sub.Status = billing.SubscriptionIncomplete
	sub.Private.FirstInvoice = invoice
	sub.Private.ExpiresAt = new(now + waitSeconds)
}

// Paid is what a paid invoice does to its subscription: the first one starts it, the latest one, or
// the one that made it past due, clears what is past due. It says whether anything changed.
func Paid(sub *billing.Subscription, invoice string) bool {
	switch {
	case sub.Status == billing.SubscriptionIncomplete && sub.Private.FirstInvoice == invoice:
		sub.Status = billing.SubscriptionActive
		if sub.TrialEnd != nil {
			sub.Status = billing.SubscriptionTrialing // only what was added had to be paid
		}
		sub.Private.FirstInvoice, sub.Private.ExpiresAt = "", nil
	case causedPastDue(sub, invoice),
		sub.Status == billing.SubscriptionUnpaid && sub.LatestInvoice.ID == invoice:
		sub.Status, sub.Private.PastDueInvoice = billing.SubscriptionActive, ""
	default:
		return false
	}
	return true
}

// causedPastDue says that a subscription is past due for an invoice: its latest one, or the one
// whose failure was the last to count.
func causedPastDue(sub *billing.Subscription, invoice string) bool {
	return sub.Status == billing.SubscriptionPastDue &&
		(sub.LatestInvoice.ID == invoice || sub.Private.PastDueInvoice == invoice)
}

// Failed is what an invoice that was not paid does to a running subscription. A trial goes on: what
// failed was something that was added to it, and the time itself is free. An older invoice that
// fails again does nothing: a later one was paid since, and the latest is what counts.
func Failed(sub *billing.Subscription, inv *billing.Invoice) bool {
	latest, again := sub.LatestInvoice.ID == inv.ID, inv.AttemptCount > 1
	switch {
	case sub.Status == billing.SubscriptionPastDue && latest:
		sub.Private.PastDueInvoice = inv.ID
		return false
	case sub.Status != billing.SubscriptionActive, again && !latest:
		return false
	}
	sub.Status, sub.Private.PastDueInvoice = billing.SubscriptionPastDue, inv.ID
	return true
}

// Resolved is what voiding or writing off an invoice does that a subscription was past due for.
func Resolved(sub *billing.Subscription, invoice string) bool {
	if causedPastDue(sub, invoice) {
		sub.Status, sub.Private.PastDueInvoice = billing.SubscriptionActive, ""
		return true
	}
	return false
}

// PendingExpiry is when a pending update gives up: 23 hours from now, or the earlier end of the
// trial or of an item's period if one falls inside them.
func PendingExpiry(sub *billing.Subscription, now int64) int64 {
	at := now + waitSeconds
	if sub.TrialEnd != nil && *sub.TrialEnd > now {
		at = min(at, *sub.TrialEnd)
	}
	if end := sub.NextPeriodEnd(); end > now {
		at = min(at, end)
	}
	return at
}
