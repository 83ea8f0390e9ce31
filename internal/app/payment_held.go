package app

import (
	"encoding/json"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// applyHeld ends a command that was not written before its payment's outcome: it is dropped, or
// runs again with the time and parameters it had and adopts the attempt.
func (s *settling) applyHeld() (*settled, error) {
	if s.plan.Command == commandSubscriptionCreate {
		return s.heldCreate()
	}
	var h subscriptionUpdate
	if err := json.Unmarshal(s.plan.Params, &h); err != nil {
		return nil, err
	}
	c := Caller{Actor: s.plan.Actor, At: s.plan.Now}
	u, err := s.newUpdating(s.tx, c, h.Subscription, h.Update)
	if err != nil {
		return nil, err
	}
	s.sub = u.sub
	if s.drops(h.Update.DropOnDecline) {
		u.sub.Private.ChangeAttempt = ""
		return s.dropped()
	}
	u.mode = s.modeOf()
	u.held, u.p.ExpectTotal = s.att, nil
	u.sub.Private.ChangeAttempt = ""
	if s.late != nil {
		return s.adoptSurplus()
	}
	if _, err := u.run(); err != nil {
		return nil, late(err)
	}
	out, err := s.adopted()
	if err == nil && u.trialCut && s.att.PaymentIntent != "" {
		err = u.told()
	}
	return out, err
}

// lateError is a refusal of a change that was paid already, because something else has changed
// meanwhile. The transaction is undone, and what was paid is booked as credit in another one.
type lateError struct{ refusal *billing.Error }

func (e *lateError) Error() string { return "app: refused after its payment: " + e.refusal.Message }

func late(err error) error {
	if refusal := (*billing.Error)(nil); errors.As(err, &refusal) {
		return &lateError{refusal}
	}
	return err
}

// drops says that a refused payment leaves no trace of the command.
func (s *settling) drops(onDecline bool) bool {
	strict := s.plan.Behavior == billing.ErrorIfIncomplete
	switch s.att.State {
	case store.AttemptDeclined:
		return strict || onDecline
	case store.AttemptCanceled, store.AttemptNotExecuted:
		return true
	case store.AttemptActionRequired, store.AttemptUnknown, store.AttemptCreated,
		store.AttemptPending:
		return strict
	}
	return false
}

// modeOf is how an update is written, given its payment's outcome.
func (s *settling) modeOf() updateMode {
	switch s.att.State {
	case store.AttemptSucceeded:
		return writeNow
	case store.AttemptUnknown, store.AttemptCreated, store.AttemptPending:
		return writePending // the old plan stays until the outcome is known
	}
	if s.plan.Behavior == billing.PendingIfIncomplete {
		return writePending
	}
	return writeNow
}

// dropped answers a command that left no trace. While the outcome is unknown the attempt stays
// open: it is settled later, and the same idempotency key then answers the truth.
func (s *settling) dropped() (*settled, error) {
	switch s.att.State {
	case store.AttemptDeclined:
		e := s.heldError()
		return &settled{sub: s.sub, err: e}, nil
	case store.AttemptActionRequired:
		s.att.State = store.AttemptCanceled
		e := billing.Invalid("", "Subscription creation or update failed because the payment "+
			"requires additional user action.").WithStatus(402).
			WithCode("subscription_payment_intent_requires_action")
		e.Type = billing.ErrorCard
		return &settled{sub: s.sub, err: e}, s.releaseLater()
	case store.AttemptUnknown, store.AttemptCreated, store.AttemptPending:
		if s.sub != nil {
			s.sub.Private.ChangeAttempt = s.att.ID
		}
		return &settled{sub: s.sub, err: notKnownYet()}, nil
	}
	return &settled{sub: s.sub}, nil
}

func notKnownYet() *billing.Error {
	return &billing.Error{Status: 500, Type: billing.ErrorAPI, ShouldRetry: new(true),
		Message: "The outcome of the payment is not known yet. Try again with the same " +
			"idempotency key."}
}

// heldError is the card error of a command that was dropped: no object of it exists.
func (s *settling) heldError() *billing.Error {
	d := s.result.Decline
	return &billing.Error{Status: 402, Type: billing.ErrorCard, Code: d.Code,
		DeclineCode: d.DeclineCode, Message: d.Message, AdviceCode: d.AdviceCode,
		NetworkDeclineCode: d.NetworkDeclineCode}
}

// releaseLater lets the worker cancel at the gateway what nobody will complete.
func (s *settling) releaseLater() error {
	return s.enqueue(s.tx, job{Kind: jobVoid, Subject: s.att.ID})
}

// adopted applies the outcome to what the command has just written.
func (s *settling) adopted() (*settled, error) {
	if s.att.PaymentIntent == "" { // nothing was due after all: the money is credit
		return s.adoptSurplus()
	}
	if err := s.loadCharge(); err != nil {
		return nil, err
	}
	out, err := s.applyCharge()
	if err != nil {
		return nil, err
	}
	if s.sub != nil {
		err = store.Subscriptions.Updated(s.tx, s.sub)
	}
	return out, err
}

// adoptSurplus keeps captured money that no invoice asks for any more.
func (s *settling) adoptSurplus() (*settled, error) {
	if s.result.Outcome == gateway.Succeeded && s.result.Moved.Minor > 0 {
		if err := s.creditSurplus(s.result.Moved.Minor); err != nil {
			return nil, err
		}
	}
	return s.out(s.late), nil
}

// heldCreate ends the creation of a subscription that must not exist unpaid.
func (s *settling) heldCreate() (*settled, error) {
	if s.drops(true) {
		return s.dropped()
	}
	var p SubscriptionCreateParams
	if err := json.Unmarshal(s.plan.Params, &p); err != nil {
		return nil, err
	}
	p.PaymentBehavior = new(billing.AllowIncomplete)
	c := Caller{Actor: s.plan.Actor, At: s.plan.Now}
	if s.late != nil {
		return s.adoptSurplus()
	}
	made, err := s.startSubscriptionHeld(s.tx, c, p, s.att)
	if err != nil {
		return nil, late(err)
	}
	s.sub = made.sub
	return s.adopted()
}
