// Package gatewaytest is the conformance suite for payment gateways: what app may rely on,
// whoever moves the money.
//
// An adapter's test opens its gateway, says how to get an instrument for each case and how to act
// as the customer, and calls Run. The suite owns no gateway and knows none; it promises that an
// adapter which passes can be driven by the protocol that never charges twice.
package gatewaytest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// Card is a kind of instrument the suite needs.
type Card string

// The instruments a Subject must be able to make.
const (
	Good             Card = "good"
	Declined         Card = "declined"           // saving it is declined too
	FailsLater       Card = "fails later"        // can be saved, every charge is declined
	Authenticates    Card = "authenticates once" // off session after it was set up
	AuthenticatesAll Card = "authenticates always"
	AuthenticatesPay Card = "authenticates, then has no funds"
	Blocked          Card = "blocked as too risky"
	SlowRefund       Card = "refund pending, then succeeds"
	FailingRefund    Card = "refund succeeds, then fails"
)

// Subject is one gateway under test.
type Subject struct {
	Gateway gateway.Gateway
	// Instrument makes a new instrument of a kind.
	Instrument func(Card) string
	// Authenticate acts as the customer on the page of a next action.
	Authenticate func(next *gateway.NextAction, pass bool)
	// EnterCard acts as the customer on the card form of a next action.
	EnterCard func(next *gateway.NextAction)
	// Settle lets time pass until nothing is pending, and returns the notifications that came.
	Settle func() []gateway.Notification
	// Tamper returns a notification of this gateway as it arrives over HTTP.
	Signed func(gateway.Notification) (body []byte, header, value string)
}

// Run checks one gateway against every promise. Each case opens its own subject.
func Run(t *testing.T, open func(*testing.T) Subject) {
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(&suite{T: t, Subject: open(t), ctx: t.Context()})
		})
	}
}

var cases = map[string]func(*suite){
	"charge succeeds":                         chargeSucceeds,
	"charge is declined":                      chargeIsDeclined,
	"charge is blocked":                       chargeIsBlocked,
	"saved card fails later":                  savedCardFailsLater,
	"replay gives the same answer":            replayGivesTheSameAnswer,
	"key with another body":                   keyWithAnotherBody,
	"attempt with another key":                attemptWithAnotherKey,
	"inquiry tells the truth":                 inquiryTellsTheTruth,
	"invalid requests do nothing":             invalidRequestsDoNothing,
	"authentication passed":                   authenticationPassed,
	"authentication failed":                   authenticationFailed,
	"authentication, then declined":           authenticationThenDeclined,
	"authentication refused":                  authenticationRefused,
	"off session needs a setup":               offSessionNeedsASetup,
	"off session never":                       offSessionNever,
	"charge that sets up":                     chargeThatSetsUp,
	"setup by card form":                      setupByCardForm,
	"setup is declined":                       setupIsDeclined,
	"setup failed authentication":             setupFailedAuthentication,
	"verify asks nobody":                      verifyAsksNobody,
	"hold and capture":                        holdAndCapture,
	"hold and void":                           holdAndVoid,
	"hold expires":                            holdExpires,
	"capture more than held":                  captureMoreThanHeld,
	"void what waits for the customer":        voidWhatWaits,
	"void what is final":                      voidWhatIsFinal,
	"abandoned page":                          abandonedPage,
	"refunds never exceed the charge":         refundsNeverExceed,
	"refund pending, then succeeds":           refundPendingThenSucceeds,
	"refund succeeds, then fails":             refundSucceedsThenFails,
	"refund of nothing":                       refundOfNothing,
	"forgotten instrument":                    forgottenInstrument,
	"notifications name attempt and result":   notificationsNameTheAttempt,
	"notification forged":                     notificationForged,
	"ledger lists every movement":             ledgerListsEveryMovement,
	"description is usable by the scheduler":  descriptionIsUsable,
	"zero outcome of a broken call is unsure": zeroIsUnknown,
}

type suite struct {
	*testing.T
	Subject
	ctx context.Context
}

var serial atomic.Int64

// attempt is one that nobody used before.
func attempt() gateway.Attempt {
	id := fmt.Sprintf("att_%d", serial.Add(1))
	return gateway.Attempt{ID: id, Key: id + "-key", FirstTry: time.Unix(1_800_000_000, 0)}
}

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "usd"} }

// charge is a request of 10.00 for a new instrument of a kind, with the customer there.
func (s *suite) charge(card Card) gateway.ChargeRequest {
	return gateway.ChargeRequest{Attempt: attempt(), Customer: "cus_1", CaptureNow: true,
		Instrument: s.Instrument(card), Amount: usd(1000), ReturnURL: "https://shop.example/back"}
}

func (s *suite) mustCharge(r gateway.ChargeRequest) gateway.Result {
	s.Helper()
	result, err := s.Gateway.Charge(s.ctx, r)
	if err != nil {
		s.Fatalf("charge: %v", err)
	}
	return result
}

func (s *suite) mustSetup(r gateway.SetupRequest) gateway.Result {
	s.Helper()
	r.ReturnURL = "https://shop.example/back"
	if r.ID == "" {
		r.Attempt = attempt()
	}
	result, err := s.Gateway.Setup(s.ctx, r)
	if err != nil {
		s.Fatalf("setup: %v", err)
	}
	return result
}

type modification func(context.Context, gateway.ModifyRequest) (gateway.Result, error)

func (s *suite) modify(call modification, charge string, minor int64) gateway.Result {
	s.Helper()
	r := gateway.ModifyRequest{Attempt: attempt(), Charge: charge}
	if minor > 0 {
		r.Amount = usd(minor)
	}
	result, err := call(s.ctx, r)
	if err != nil {
		s.Fatalf("modify %s: %v", charge, err)
	}
	return result
}

// truth is what the gateway says about an attempt; it must know it.
func (s *suite) truth(op gateway.Op, a gateway.Attempt) gateway.Result {
	s.Helper()
	found, result, err := s.Gateway.Inquire(s.ctx, gateway.Inquiry{Attempt: a, Op: op})
	if err != nil || found != gateway.Yes {
		s.Fatalf("inquire %s %s: found %d, error %v", op, a.ID, found, err)
	}
	return result
}

func (s *suite) want(r gateway.Result, outcome gateway.Outcome) {
	s.Helper()
	if r.Outcome != outcome {
		s.Fatalf("outcome is %s (%+v), want %s", r.Outcome, r.Decline, outcome)
	}
}

// wantDecline checks the two codes of a refusal.
func (s *suite) wantDecline(r gateway.Result, code, declineCode string) {
	s.Helper()
	s.want(r, gateway.Declined)
	if r.Decline == nil || r.Decline.Code != code || r.Decline.DeclineCode != declineCode {
		s.Fatalf("decline is %+v, want %s / %s", r.Decline, code, declineCode)
	}
	if r.Decline.Message == "" || r.Moved.Minor != 0 {
		s.Fatalf("a decline has a message and moves nothing: %+v", r)
	}
}
