// Package dunning decides when a payment that failed is tried again, and what follows when every
// try has failed.
//
// It owns the schedule, the end of it and the list of declines that no retry can cure. It owns no
// attempt and no invoice, and never asks what time it is.
//
// It promises that a schedule ends, and that each retry is later than the try before it.
package dunning

import (
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
)

const daySeconds = 86400

// Limits of a schedule.
const (
	retriesMax   = 8
	retryDaysMax = 60
)

// Next is when to retry after the last try, given how many retries were already made; false when
// none is left.
func Next(p billing.Dunning, retriesDone, lastAttempt int64) (retryAt int64, ok bool) {
	if retriesDone < 0 || retriesDone >= int64(len(p.RetryDays)) {
		return 0, false
	}
	return lastAttempt + p.RetryDays[retriesDone]*daySeconds, true
}

// End is what becomes of a subscription and its unpaid invoice when no retry is left.
type End struct {
	Subscription  billing.SubscriptionStatus // canceled, unpaid or past_due
	Uncollectible bool                       // the invoice is marked uncollectible, else left open
}

// Outcome is the end that a policy asks for.
func Outcome(p billing.Dunning) End {
	end := End{Subscription: billing.SubscriptionCanceled,
		Uncollectible: p.InvoiceOutcome == MarkUncollectible}
	switch p.SubscriptionOutcome {
	case billing.DunningUnpaid:
		end.Subscription = billing.SubscriptionUnpaid
	case billing.DunningLeavePastDue:
		end.Subscription = billing.SubscriptionPastDue
	}
	return end
}

// What becomes of the unpaid invoice.
const (
	LeaveOpen         = "leave_open"
	MarkUncollectible = "mark_uncollectible"
)

// Validate refuses a policy that does not end, or whose words are unknown.
func Validate(p billing.Dunning) error {
	if len(p.RetryDays) > retriesMax {
		return billing.Invalid("dunning[retry_days]",
			"You can specify up to %d retries.", retriesMax)
	}
	for i, days := range p.RetryDays {
		if days < 1 || days > retryDaysMax {
			return billing.Invalid(fmt.Sprintf("dunning[retry_days][%d]", i),
				"A retry must be 1 to %d days after the one before.", retryDaysMax)
		}
	}
	switch p.SubscriptionOutcome {
	case billing.DunningCancel, billing.DunningUnpaid, billing.DunningLeavePastDue:
	default:
		return billing.Invalid("dunning[subscription_outcome]",
			"Invalid subscription_outcome: must be one of %s, %s, or %s",
			billing.DunningCancel, billing.DunningUnpaid, billing.DunningLeavePastDue)
	}
	if p.InvoiceOutcome != LeaveOpen && p.InvoiceOutcome != MarkUncollectible {
		return billing.Invalid("dunning[invoice_outcome]",
			"Invalid invoice_outcome: must be one of %s or %s", LeaveOpen, MarkUncollectible)
	}
	return nil
}
