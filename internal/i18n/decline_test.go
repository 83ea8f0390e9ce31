package i18n

import "testing"

func TestDeclineKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, declineCode string
		want, reason      Key
	}{
		{"card_declined", "insufficient_funds", DeclineInsufficientFunds,
			DeclineReasonInsufficientFunds},
		{"card_declined", "generic_decline", DeclineGeneric, DeclineReasonGeneric},
		{"card_declined", "lost_card", DeclineGeneric, DeclineReasonGeneric},
		{"card_declined", "stolen_card", DeclineGeneric, DeclineReasonGeneric},
		{"card_declined", "fraudulent", DeclineGeneric, DeclineReasonGeneric},
		{"card_declined", "pickup_card", DeclineGeneric, DeclineReasonGeneric},
		{"card_declined", "card_velocity_exceeded", DeclineLimit, DeclineReasonLimit},
		{"card_declined", "do_not_honor", DeclineCallBank, DeclineReasonGeneric},
		{"card_declined", "testmode_decline", DeclineTestmode, DeclineReasonGeneric},
		{"expired_card", "", DeclineExpiredCard, DeclineReasonExpiredCard},
		{"expired_card", "expired_card", DeclineExpiredCard, DeclineReasonExpiredCard},
		{"incorrect_cvc", "", DeclineIncorrectCVC, DeclineReasonIncorrectCVC},
		{"processing_error", "", DeclineProcessingError, DeclineReasonGeneric},
		{"payment_intent_authentication_failure", "", DeclineAuthenticationFailed,
			DeclineReasonGeneric},
		{"authentication_required", "authentication_required", DeclineAuthenticationRequired,
			DeclineReasonGeneric},
		{"", "", DeclineGeneric, DeclineReasonGeneric},
		{"a_code_of_tomorrow", "another", DeclineGeneric, DeclineReasonGeneric},
	} {
		if got := DeclineKey(c.code, c.declineCode); got != c.want {
			t.Errorf("%s/%s: got %s, want %s", c.code, c.declineCode, got, c.want)
		}
		if got := DeclineReasonKey(c.code, c.declineCode); got != c.reason {
			t.Errorf("%s/%s: reason %s, want %s", c.code, c.declineCode, got, c.reason)
		}
	}
}
