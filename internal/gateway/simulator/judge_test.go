package simulator

import "testing"

// TestJudge is the published table of 3D Secure cards, one row a card, one column a situation.
// "ok" is approved, "ask" is a challenge, anything else is the decline.
func TestJudge(t *testing.T) {
	t.Parallel()
	const auth = "authentication_required"
	situations := []question{
		{},                                 // on session
		{setup: true},                      // setup
		{offSession: true},                 // off session, never set up
		{offSession: true, setUp: true},    // off session, after set-up
		{requested: true},                  // 3D Secure asked for
		{authenticated: true},              // after the challenge
		{refuseAction: true},               // error_on_requires_action
		{setup: true, verify: true},        // attach
		{setup: true, authenticated: true}, // setup after the challenge
	}
	for name, want := range map[string][]string{
		"approve":                    {"ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok"},
		"authenticate_unless_set_up": {"ask", "ask", auth, "ok", "ask", "ok", auth, "ok", "ok"},
		"authenticate_always":        {"ask", "ask", auth, auth, "ask", "ok", auth, "ok", "ok"},
		"authenticate_already_set_up": {
			"ask", "ask", "ok", "ok", "ask", "ok", auth, "ok", "ok"},
		"authenticate_then_insufficient_funds": {"ask", "ask", auth, "insufficient_funds", "ask",
			"insufficient_funds", auth, "ok", "ok"},
		"authenticate_then_generic_decline": {"ask", "ask", auth, "generic_decline", "ask",
			"generic_decline", auth, "ok", "ok"},
		"authenticate_lookup_error": {"processing_error", "processing_error", "processing_error",
			"processing_error", "processing_error", "ok", "processing_error", "ok", "ok"},
		"authenticate_optional": {"ok", "ok", "ok", "ok", "ask", "ok", "ok", "ok", "ok"},
		"authenticate_optional_error": {
			"ok", "ok", "ok", "ok", "processing_error", "ok", "ok", "ok", "ok"},
		"frictionless": {"ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok"},
		"blocked": {"fraudulent", "ok", "fraudulent", "fraudulent", "fraudulent", "fraudulent",
			"fraudulent", "ok", "ok"},
		"attaches_then_generic_decline": {"generic_decline", "ok", "generic_decline",
			"generic_decline", "generic_decline", "generic_decline", "generic_decline", "ok",
			"ok"},
		"expired_card": {"expired_card", "expired_card", "expired_card", "expired_card",
			"expired_card", "expired_card", "expired_card", "expired_card", "expired_card"},
	} {
		for n, q := range situations {
			v := behaviours[name].judge(q)
			got := "ok"
			if v.challenge {
				got = "ask"
			} else if v.decline != "" {
				got = v.decline
			}
			if got != want[n] {
				t.Errorf("%s, %+v: got %s, want %s", name, q, got, want[n])
			}
		}
	}
}

func TestSecureResult(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		behaviour string
		q         question
		want      string
	}{
		{"approve", question{}, ""},
		{"approve", question{requested: true}, "attempt_acknowledged"},
		{"unsupported", question{requested: true}, "not_supported"},
		{"frictionless", question{}, "authenticated"},
		{"frictionless", question{offSession: true}, ""},
		{"authenticate_lookup_error", question{}, "processing_error"},
		{"authenticate_optional", question{requested: true, authenticated: true},
			"authenticated"},
	} {
		got := ""
		if r := behaviours[test.behaviour].secureResult(test.q); r != nil {
			got = r.Result
		}
		if got != test.want {
			t.Errorf("%s %+v: got %q, want %q", test.behaviour, test.q, got, test.want)
		}
	}
}
