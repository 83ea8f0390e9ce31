package app

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// abandonedError says that a request with the same key was cut off after it had committed an
// attempt: its answer is whatever becomes of that attempt.
type abandonedError struct {
	attempt string
	inUse   error // the answer while the outcome is not known
}

// Error is for logs; callers see the answer, or that the key is in use.
func (e *abandonedError) Error() string { return "app: attempt " + e.attempt + " was abandoned" }

// recover answers a request whose first try was cut off between two phases: the gateway is asked
// what became of the attempt, the command is carried to its end, and its answer is kept under
// the key, as the first try would have done.
func (a *App) recover(ctx context.Context, c Caller, lost *abandonedError) error {
	var att *store.Attempt
	err := a.View(ctx, c.Scope, func(v *store.View) (err error) {
		att, err = store.Attempts.Get(v, lost.attempt)
		return err
	})
	if err != nil {
		return err
	}
	if att.State.Open() && att.State != store.AttemptActionRequired {
		found, result, err := a.askGateway(ctx, att)
		if err != nil || found != gateway.Yes {
			return lost.inUse // the worker asks on, and knows when it is safe to send again
		}
		_, err = a.settle(ctx, c, att, result)
		if c.Reply.Status != 0 || err != nil && !isCallers(err) {
			return replayed(err)
		}
	}
	return replayed(a.answerAgain(ctx, c, att))
}

// replayed turns the end of a recovery into the sign that the answer is in the Reply.
func replayed(err error) error {
	if err == nil || isCallers(err) {
		return errReplayed
	}
	return err
}

// answerAgain answers from an attempt that somebody else has settled meanwhile.
func (a *App) answerAgain(ctx context.Context, c Caller, seen *store.Attempt) error {
	return a.finish(ctx, c, func(tx *store.Tx) (any, error) {
		s, err := a.newSettling(tx, c, seen, gateway.Result{})
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(s.att.Result, &s.result); err != nil {
			return nil, err
		}
		out, err := s.asIs()
		if err != nil {
			return nil, err
		}
		if s.att.State == store.AttemptDeclined {
			out.err = s.refusedBefore()
		}
		if out.err == nil && out.answer(s.plan) == nil {
			out.err = s.droppedBefore()
		}
		return out.answer(s.plan), nil
	})
}

// droppedBefore answers a command that left no trace but its attempt.
func (s *settling) droppedBefore() *billing.Error {
	switch {
	case s.att.State.Open():
		return notKnownYet()
	case s.att.State == store.AttemptSucceeded:
		return billing.Invalid("", "The change could no longer be made when its payment "+
			"succeeded. Nothing was changed, and the payment was added to the customer's credit "+
			"balance.")
	}
	return &billing.Error{Status: 402, Type: billing.ErrorCard, Code: "processing_error",
		Message: "The payment did not take place, and nothing was changed. Try again with a new " +
			"idempotency key."}
}

// isAbandoned finds out whether a request was cut off.
func isAbandoned(err error) (*abandonedError, bool) {
	var lost *abandonedError
	ok := errors.As(err, &lost)
	return lost, ok
}
