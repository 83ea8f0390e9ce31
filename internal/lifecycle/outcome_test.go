package lifecycle_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
)

// outcomeOf is a subscription whose latest invoice is in_new, and which is past due for cause.
func outcomeOf(status billing.SubscriptionStatus, cause string) *billing.Subscription {
	return &billing.Subscription{Status: status,
		LatestInvoice: billing.To[billing.Invoice]("in_new"),
		Private:       billing.SubscriptionPrivate{PastDueInvoice: cause}}
}

func TestFailed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status, want   billing.SubscriptionStatus
		cause, invoice string
		attempts       int64
		wantCause      string
	}{
		"the latest":              {"active", "past_due", "", "in_new", 1, "in_new"},
		"the latest, once more":   {"active", "past_due", "", "in_new", 3, "in_new"},
		"an older one at first":   {"active", "past_due", "", "in_old", 1, "in_old"},
		"an older one, once more": {"active", "active", "", "in_old", 2, ""},
		"an older one, past due":  {"past_due", "past_due", "in_new", "in_old", 2, "in_new"},
		"the latest, past due":    {"past_due", "past_due", "in_old", "in_new", 1, "in_new"},
		"in a trial":              {"trialing", "trialing", "", "in_new", 1, ""},
		"one that never started":  {"incomplete", "incomplete", "", "in_new", 1, ""},
		"after the end":           {"canceled", "canceled", "", "in_new", 1, ""},
	} {
		sub := outcomeOf(tc.status, tc.cause)
		inv := &billing.Invoice{ID: tc.invoice, AttemptCount: tc.attempts}
		changed := lifecycle.Failed(sub, inv)
		if sub.Status != tc.want || sub.Private.PastDueInvoice != tc.wantCause ||
			changed != (tc.status != tc.want) {
			t.Errorf("%s: %s for %q, changed %v", name, sub.Status, sub.Private.PastDueInvoice,
				changed)
		}
	}
}

func TestPaidAndResolved(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status         billing.SubscriptionStatus
		cause, invoice string
		paid, resolved billing.SubscriptionStatus
	}{
		"the latest":                  {"past_due", "in_new", "in_new", "active", "active"},
		"the latest, for another":     {"past_due", "in_old", "in_new", "active", "active"},
		"the cause, not the latest":   {"past_due", "in_old", "in_old", "active", "active"},
		"neither":                     {"past_due", "in_new", "in_old", "past_due", "past_due"},
		"unpaid, the latest":          {"unpaid", "", "in_new", "active", "unpaid"},
		"unpaid, an older one":        {"unpaid", "in_old", "in_old", "unpaid", "unpaid"},
		"nothing to heal":             {"active", "", "in_new", "active", "active"},
		"an ended one stays as it is": {"canceled", "in_new", "in_new", "canceled", "canceled"},
		"in a trial":                  {"trialing", "", "in_new", "trialing", "trialing"},
	} {
		sub := outcomeOf(tc.status, tc.cause)
		if changed := lifecycle.Paid(sub, tc.invoice); sub.Status != tc.paid ||
			changed != (tc.status != tc.paid) {
			t.Errorf("%s, paid: %s, changed %v", name, sub.Status, changed)
		}
		sub = outcomeOf(tc.status, tc.cause)
		if changed := lifecycle.Resolved(sub, tc.invoice); sub.Status != tc.resolved ||
			changed != (tc.status != tc.resolved) {
			t.Errorf("%s, resolved: %s, changed %v", name, sub.Status, changed)
		}
	}
}
