package gatewaytest

import "github.com/portico-billing/portico/internal/gateway"

func setupByCardForm(s *suite) {
	setup := gateway.SetupRequest{Attempt: attempt(), Types: []string{"card"}}
	r := s.mustSetup(setup)
	s.want(r, gateway.ActionRequired)
	s.EnterCard(r.Next)
	truth := s.truth(gateway.OpSetup, setup.Attempt)
	s.want(truth, gateway.Succeeded)
	if truth.Instrument == nil || truth.Instrument.Ref == "" {
		s.Fatalf("instrument is %+v", truth.Instrument)
	}
	request := s.charge(Good)
	request.Instrument, request.OffSession = truth.Instrument.Ref, true
	s.want(s.mustCharge(request), gateway.Succeeded)
}

func setupIsDeclined(s *suite) {
	r := s.mustSetup(gateway.SetupRequest{Instrument: s.Instrument(Declined)})
	s.wantDecline(r, "card_declined", "generic_decline")
}

func setupFailedAuthentication(s *suite) {
	setup := gateway.SetupRequest{Attempt: attempt(), Instrument: s.Instrument(Authenticates)}
	s.Authenticate(s.mustSetup(setup).Next, false)
	s.wantDecline(s.truth(gateway.OpSetup, setup.Attempt),
		"setup_intent_authentication_failure", "")
}

func verifyAsksNobody(s *suite) {
	for card, outcome := range map[Card]gateway.Outcome{
		Good: gateway.Succeeded, FailsLater: gateway.Succeeded,
		Authenticates: gateway.Succeeded, Declined: gateway.Declined,
	} {
		r := s.mustSetup(gateway.SetupRequest{Verify: true, Instrument: s.Instrument(card)})
		if r.Outcome != outcome {
			s.Fatalf("%s: outcome is %s, want %s", card, r.Outcome, outcome)
		}
	}
	request := s.charge(Authenticates)
	s.mustSetup(gateway.SetupRequest{Verify: true, Instrument: request.Instrument})
	request.OffSession = true
	s.wantDecline(s.mustCharge(request), "authentication_required", "authentication_required")
}

func abandonedPage(s *suite) {
	setup := gateway.SetupRequest{Attempt: attempt(), Types: []string{"card"}}
	s.mustSetup(setup)
	request := s.charge(Authenticates)
	s.mustCharge(request)
	s.Settle()
	s.want(s.truth(gateway.OpSetup, setup.Attempt), gateway.Canceled)
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Canceled)
}

func forgottenInstrument(s *suite) {
	request := s.charge(Good)
	for range 2 {
		if err := s.Gateway.Forget(s.ctx, request.Instrument); err != nil {
			s.Fatalf("forget: %v", err)
		}
	}
	r := s.mustCharge(request)
	s.want(r, gateway.Declined)
	if r.Decline.Advice != gateway.Never {
		s.Fatalf("decline is %+v, want never again", r.Decline)
	}
}
