package gatewaytest

import (
	"errors"

	"github.com/portico-billing/portico/internal/gateway"
)

func chargeSucceeds(s *suite) {
	r := s.mustCharge(s.charge(Good))
	s.want(r, gateway.Succeeded)
	if r.Moved != usd(1000) || r.Ref == "" || r.At.IsZero() {
		s.Fatalf("result is %+v", r)
	}
	if r.Assessment == nil || r.Assessment.Type != "authorized" {
		s.Fatalf("assessment is %+v", r.Assessment)
	}
	if r.Instrument == nil || r.Instrument.Card.Last4 == "" || r.Instrument.Fingerprint == "" {
		s.Fatalf("instrument is %+v", r.Instrument)
	}
}

func chargeIsDeclined(s *suite) {
	r := s.mustCharge(s.charge(Declined))
	s.wantDecline(r, "card_declined", "generic_decline")
	if r.Assessment.Type != "issuer_declined" ||
		r.Assessment.NetworkStatus != "declined_by_network" {
		s.Fatalf("assessment is %+v", r.Assessment)
	}
}

func chargeIsBlocked(s *suite) {
	r := s.mustCharge(s.charge(Blocked))
	s.wantDecline(r, "card_declined", "fraudulent")
	if r.Assessment.Type != "blocked" || r.Assessment.NetworkStatus != "not_sent_to_network" ||
		r.Assessment.RiskLevel != "highest" {
		s.Fatalf("assessment is %+v", r.Assessment)
	}
}

func savedCardFailsLater(s *suite) {
	request := s.charge(FailsLater)
	s.want(s.mustSetup(gateway.SetupRequest{Instrument: request.Instrument}), gateway.Succeeded)
	s.wantDecline(s.mustCharge(request), "card_declined", "generic_decline")
}

func replayGivesTheSameAnswer(s *suite) {
	for _, card := range []Card{Good, Declined, Authenticates} {
		request := s.charge(card)
		first, again := s.mustCharge(request), s.mustCharge(request)
		if first.Ref != again.Ref || first.Outcome != again.Outcome {
			s.Fatalf("%s: first %+v, again %+v", card, first, again)
		}
	}
	s.wantMoved("charge", 1000)
}

func keyWithAnotherBody(s *suite) {
	request := s.charge(Good)
	s.mustCharge(request)
	request.Amount = usd(2000)
	_, err := s.Gateway.Charge(s.ctx, request)
	if !errors.Is(err, gateway.ErrKeyConflict) {
		s.Fatalf("error is %v, want a key conflict", err)
	}
	s.wantMoved("charge", 1000)
}

func attemptWithAnotherKey(s *suite) {
	request := s.charge(Good)
	s.mustCharge(request)
	request.Key += "-other"
	if r, err := s.Gateway.Charge(s.ctx, request); err == nil && r.Ref == "" {
		s.Fatalf("a second answer without a reference: %+v", r)
	}
	s.wantMoved("charge", 1000)
}

func inquiryTellsTheTruth(s *suite) {
	for card, outcome := range map[Card]gateway.Outcome{
		Good: gateway.Succeeded, Declined: gateway.Declined, Authenticates: gateway.ActionRequired,
	} {
		request := s.charge(card)
		first := s.mustCharge(request)
		s.want(first, outcome)
		if truth := s.truth(gateway.OpCharge, request.Attempt); truth.Ref != first.Ref ||
			truth.Outcome != outcome {
			s.Fatalf("%s: answered %+v, inquired %+v", card, first, truth)
		}
	}
	found, _, err := s.Gateway.Inquire(s.ctx,
		gateway.Inquiry{Attempt: attempt(), Op: gateway.OpCharge})
	if err != nil || found == gateway.Yes {
		s.Fatalf("a missing attempt: found %d, error %v", found, err)
	}
}

func invalidRequestsDoNothing(s *suite) {
	for name, spoil := range map[string]func(*gateway.ChargeRequest){
		"no amount":   func(r *gateway.ChargeRequest) { r.Amount.Minor = 0 },
		"negative":    func(r *gateway.ChargeRequest) { r.Amount.Minor = -1 },
		"no currency": func(r *gateway.ChargeRequest) { r.Amount.Currency = "" },
		"no key":      func(r *gateway.ChargeRequest) { r.Key = "" },
		"no attempt":  func(r *gateway.ChargeRequest) { r.ID = "" },
	} {
		request := s.charge(Good)
		spoil(&request)
		if _, err := s.Gateway.Charge(s.ctx, request); !errors.Is(err, gateway.ErrInvalid) {
			s.Fatalf("%s: error is %v, want invalid", name, err)
		}
	}
	s.wantMoved("charge", 0)
}

func authenticationPassed(s *suite) {
	request := s.charge(AuthenticatesAll)
	r := s.mustCharge(request)
	s.want(r, gateway.ActionRequired)
	if r.Next == nil || r.Next.Kind != "redirect" || r.Next.URL == "" || r.Moved.Minor != 0 {
		s.Fatalf("result is %+v", r)
	}
	s.Authenticate(r.Next, true)
	truth := s.truth(gateway.OpCharge, request.Attempt)
	s.want(truth, gateway.Succeeded)
	if truth.Version <= r.Version || truth.Ref != r.Ref || truth.Next != nil {
		s.Fatalf("first %+v, then %+v", r, truth)
	}
	if truth.Secure == nil || truth.Secure.Result != "authenticated" {
		s.Fatalf("3D Secure is %+v", truth.Secure)
	}
	s.Authenticate(r.Next, true)  // the customer goes back and presses again
	s.Authenticate(r.Next, false) // … or presses the other one
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Succeeded)
	s.wantMoved("charge", 1000)
}

func authenticationFailed(s *suite) {
	request := s.charge(Authenticates)
	s.Authenticate(s.mustCharge(request).Next, false)
	s.wantDecline(s.truth(gateway.OpCharge, request.Attempt),
		"payment_intent_authentication_failure", "")
	s.wantMoved("charge", 0)
}

func authenticationThenDeclined(s *suite) {
	request := s.charge(AuthenticatesPay)
	s.Authenticate(s.mustCharge(request).Next, true)
	s.wantDecline(s.truth(gateway.OpCharge, request.Attempt),
		"card_declined", "insufficient_funds")
}

func authenticationRefused(s *suite) {
	request := s.charge(Authenticates)
	request.RefuseAction = true
	s.wantDecline(s.mustCharge(request), "authentication_required", "authentication_required")
}

func offSessionNeedsASetup(s *suite) {
	request := s.charge(Authenticates)
	request.OffSession = true
	r := s.mustCharge(request)
	s.wantDecline(r, "authentication_required", "authentication_required")
	if r.Decline.Advice != gateway.NeedsCustomer {
		s.Fatalf("advice is %d, want the customer", r.Decline.Advice)
	}
	setup := gateway.SetupRequest{Attempt: attempt(), Instrument: request.Instrument}
	s.Authenticate(s.mustSetup(setup).Next, true)
	s.want(s.truth(gateway.OpSetup, setup.Attempt), gateway.Succeeded)
	request.Attempt = attempt()
	s.want(s.mustCharge(request), gateway.Succeeded)
}

func offSessionNever(s *suite) {
	request := s.charge(AuthenticatesAll)
	setup := gateway.SetupRequest{Attempt: attempt(), Instrument: request.Instrument}
	s.Authenticate(s.mustSetup(setup).Next, true)
	request.OffSession = true
	s.wantDecline(s.mustCharge(request), "authentication_required", "authentication_required")
}

func chargeThatSetsUp(s *suite) {
	request := s.charge(Authenticates)
	request.SetupFutureUsage = true
	s.Authenticate(s.mustCharge(request).Next, true)
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Succeeded)
	request.Attempt, request.SetupFutureUsage, request.OffSession = attempt(), false, true
	s.want(s.mustCharge(request), gateway.Succeeded)
}
