package dunning_test

import (
	"errors"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/dunning"
)

func policy(days ...int64) billing.Dunning {
	return billing.Dunning{RetryDays: days, SubscriptionOutcome: billing.DunningCancel,
		InvoiceOutcome: dunning.LeaveOpen}
}

func TestNext(t *testing.T) {
	t.Parallel()
	const last = 1_700_000_000
	for _, tc := range []struct {
		policy  billing.Dunning
		retries int64
		days    int64 // 0: no retry
	}{
		{policy(3, 5, 7), 0, 3},
		{policy(3, 5, 7), 1, 5},
		{policy(3, 5, 7), 2, 7},
		{policy(3, 5, 7), 3, 0},
		{policy(3, 5, 7), 4, 0},
		{policy(3, 5, 7), -1, 0},
		{policy(), 0, 0},
	} {
		at, ok := dunning.Next(tc.policy, tc.retries, last)
		if ok != (tc.days > 0) || ok && at != last+tc.days*86400 {
			t.Errorf("after %d retries of %v: %d %v", tc.retries, tc.policy.RetryDays, at, ok)
		}
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		subscription, invoice string
		want                  dunning.End
	}{
		{"cancel", "leave_open", dunning.End{Subscription: billing.SubscriptionCanceled}},
		{"mark_unpaid", "leave_open", dunning.End{Subscription: billing.SubscriptionUnpaid}},
		{"leave_past_due", "leave_open", dunning.End{Subscription: billing.SubscriptionPastDue}},
		{"cancel", "mark_uncollectible", dunning.End{
			Subscription: billing.SubscriptionCanceled, Uncollectible: true}},
	} {
		got := dunning.Outcome(billing.Dunning{SubscriptionOutcome: tc.subscription,
			InvoiceOutcome: tc.invoice})
		if got != tc.want {
			t.Errorf("%s, %s: %+v", tc.subscription, tc.invoice, got)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	nothing, elsewhere := policy(3), policy(3)
	nothing.SubscriptionOutcome = ""
	elsewhere.InvoiceOutcome = "forget"
	for _, tc := range []struct {
		policy billing.Dunning
		param  string
	}{
		{billing.DefaultSettings(false, "Ada").Dunning, ""},
		{policy(), ""},
		{policy(1, 60), ""},
		{policy(1, 1, 1, 1, 1, 1, 1, 1), ""},
		{policy(1, 1, 1, 1, 1, 1, 1, 1, 1), "dunning[retry_days]"},
		{policy(3, 0), "dunning[retry_days][1]"},
		{policy(61), "dunning[retry_days][0]"},
		{nothing, "dunning[subscription_outcome]"},
		{elsewhere, "dunning[invoice_outcome]"},
	} {
		param := ""
		if refused := (*billing.Error)(nil); errors.As(dunning.Validate(tc.policy), &refused) {
			param = refused.Param
		}
		if param != tc.param {
			t.Errorf("%+v: %q refused, want %q", tc.policy, param, tc.param)
		}
	}
}

func TestHardDecline(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		declineCode, code string
		want              bool
	}{
		{"incorrect_number", "card_declined", true},
		{"", "incorrect_number", true},
		{"lost_card", "card_declined", true},
		{"pickup_card", "card_declined", true},
		{"stolen_card", "card_declined", true},
		{"revocation_of_authorization", "card_declined", true},
		{"revocation_of_all_authorizations", "card_declined", true},
		{"", "authentication_required", true},
		{"highest_risk_level", "card_declined", true},
		{"transaction_not_allowed", "card_declined", true},
		{"insufficient_funds", "card_declined", false},
		{"generic_decline", "card_declined", false},
		{"", "expired_card", false},
		{"", "", false},
	} {
		if got := dunning.HardDecline(tc.declineCode, tc.code); got != tc.want {
			t.Errorf("%s %s: %v", tc.declineCode, tc.code, got)
		}
	}
}
