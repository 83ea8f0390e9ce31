package gatewaytest

import "github.com/portico-billing/portico/internal/gateway"

// hold is a charge that is not captured.
func (s *suite) hold() (gateway.ChargeRequest, gateway.Result) {
	s.Helper()
	request := s.charge(Good)
	request.CaptureNow = false
	r := s.mustCharge(request)
	s.want(r, gateway.Authorized)
	if r.Moved.Minor != 0 || r.Held != usd(1000) {
		s.Fatalf("moved %+v, held %+v", r.Moved, r.Held)
	}
	return request, r
}

func holdAndCapture(s *suite) {
	request, held := s.hold()
	r := s.modify(s.Gateway.Capture, held.Ref, 600)
	s.want(r, gateway.Succeeded)
	truth := s.truth(gateway.OpCharge, request.Attempt)
	s.want(truth, gateway.Succeeded)
	if r.Moved != usd(600) || truth.Moved != usd(600) || truth.Held.Minor != 0 {
		s.Fatalf("capture %+v, charge %+v", r, truth)
	}
	s.want(s.modify(s.Gateway.Capture, held.Ref, 0), gateway.Declined)
	s.want(s.modify(s.Gateway.Refund, held.Ref, 600), gateway.Succeeded)
	s.wantMoved("charge", 600)
}

func holdAndVoid(s *suite) {
	request, held := s.hold()
	s.want(s.modify(s.Gateway.Void, held.Ref, 0), gateway.Succeeded)
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Canceled)
	s.want(s.modify(s.Gateway.Void, held.Ref, 0), gateway.Succeeded)
	s.want(s.modify(s.Gateway.Capture, held.Ref, 0), gateway.Declined)
	s.wantMoved("charge", 0)
}

func holdExpires(s *suite) {
	request, held := s.hold()
	s.Settle()
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Canceled)
	s.want(s.modify(s.Gateway.Capture, held.Ref, 0), gateway.Declined)
}

func captureMoreThanHeld(s *suite) {
	request, held := s.hold()
	s.want(s.modify(s.Gateway.Capture, held.Ref, 1001), gateway.Declined)
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Authorized)
}

func voidWhatWaits(s *suite) {
	request := s.charge(Authenticates)
	r := s.mustCharge(request)
	s.want(s.modify(s.Gateway.Void, r.Ref, 0), gateway.Succeeded)
	s.Authenticate(r.Next, true) // too late
	s.want(s.truth(gateway.OpCharge, request.Attempt), gateway.Canceled)
	s.wantMoved("charge", 0)
}

func voidWhatIsFinal(s *suite) {
	r := s.mustCharge(s.charge(Good))
	s.want(s.modify(s.Gateway.Void, r.Ref, 0), gateway.Declined)
	s.wantMoved("charge", 1000)
}

func refundsNeverExceed(s *suite) {
	r := s.mustCharge(s.charge(Good))
	s.want(s.modify(s.Gateway.Refund, r.Ref, 700), gateway.Succeeded)
	s.want(s.modify(s.Gateway.Refund, r.Ref, 301), gateway.Declined)
	s.want(s.modify(s.Gateway.Refund, r.Ref, 0), gateway.Succeeded)
	s.want(s.modify(s.Gateway.Refund, r.Ref, 1), gateway.Declined)
	s.wantMoved("refund", -1000)
}

func refundPendingThenSucceeds(s *suite) {
	r := s.mustCharge(s.charge(SlowRefund))
	a := attempt()
	refund, err := s.Gateway.Refund(s.ctx, gateway.ModifyRequest{Attempt: a, Charge: r.Ref})
	if err != nil {
		s.Fatal(err)
	}
	s.want(refund, gateway.Pending)
	s.wantMoved("refund", 0)
	s.want(s.modify(s.Gateway.Refund, r.Ref, 0), gateway.Declined) // it is spoken for
	s.Settle()
	truth := s.truth(gateway.OpRefund, a)
	s.want(truth, gateway.Succeeded)
	if truth.Moved != usd(1000) || truth.Version <= refund.Version {
		s.Fatalf("first %+v, then %+v", refund, truth)
	}
	s.wantMoved("refund", -1000)
}

func refundSucceedsThenFails(s *suite) {
	r := s.mustCharge(s.charge(FailingRefund))
	a := attempt()
	refund, err := s.Gateway.Refund(s.ctx, gateway.ModifyRequest{Attempt: a, Charge: r.Ref})
	if err != nil {
		s.Fatal(err)
	}
	s.want(refund, gateway.Succeeded)
	s.Settle()
	truth := s.truth(gateway.OpRefund, a)
	s.want(truth, gateway.Declined)
	if truth.Decline.Code != "expired_or_canceled_card" || truth.Moved.Minor != 0 {
		s.Fatalf("refund is %+v", truth)
	}
	s.wantMoved("refund", -1000)
	s.wantMoved("refund_failure", 1000)
	s.want(s.modify(s.Gateway.Refund, r.Ref, 1000), gateway.Succeeded) // the money is there again
}

func refundOfNothing(s *suite) {
	declined := s.mustCharge(s.charge(Declined))
	s.want(s.modify(s.Gateway.Refund, declined.Ref, 0), gateway.Declined)
	s.want(s.modify(s.Gateway.Refund, "no-such-charge", 0), gateway.Declined)
}
