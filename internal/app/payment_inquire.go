package app

import (
	"context"
	"errors"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// InquireAttempt finds out what became of an attempt whose outcome is not known: found outcomes
// are applied; one that the gateway never saw is sent again with the same key while that is safe;
// later it is concluded as not executed when the gateway's look-up can be trusted, and parked for
// a person when it cannot. It never makes a second attempt.
func (a *App) InquireAttempt(ctx context.Context, s billing.Scope, id string) error {
	return ours(a.inquire(ctx, Engine(s, 0), id))
}

// ours leaves out what is the answer for the caller of the command that is being carried on: here
// nobody waits for it.
func ours(err error) error {
	if isCallers(err) {
		return nil
	}
	return err
}

func (a *App) inquire(ctx context.Context, c Caller, id string) error {
	att, due, err := a.takeInquiry(ctx, c, id)
	if err != nil || !due {
		return err
	}
	if att.State == store.AttemptCreated {
		return a.resend(ctx, c, att)
	}
	found, result, err := a.askGateway(ctx, att)
	if err != nil {
		a.Log.Warn("gateway inquiry failed", "attempt", id, "error", err)
		_, err = a.settle(ctx, c, att, gateway.Result{Outcome: gateway.Unknown})
		return err
	}
	if found == gateway.Yes {
		_, err = a.settle(ctx, c, att, result)
		return err
	}
	return a.notFoundAtGateway(ctx, c, att, found)
}

func (a *App) askGateway(ctx context.Context,
	att *store.Attempt) (gateway.Found, gateway.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, a.GatewayTimeout)
	defer cancel()
	return a.Gateway.Inquire(ctx, gateway.Inquiry{Attempt: reference(att),
		Op: gateway.Op(att.Op), Ref: att.GatewayRef})
}

// takeInquiry notes that this worker asks, so that another one does not ask at the same time.
func (a *App) takeInquiry(ctx context.Context, c Caller,
	id string) (att *store.Attempt, due bool, err error) {
	err = a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error {
		if att, err = store.Attempts.Lock(tx, id); err != nil {
			return err
		}
		now := a.wall() // a gateway knows no test clock
		due = att.State.Open() && att.InquireAt != nil && *att.InquireAt <= now
		if due {
			att.Inquiries++
			att.InquireAt = new(now + backoff(att.Inquiries))
		} else if !att.State.Open() {
			att.InquireAt = nil
		}
		return nil
	})
	return att, due, err
}

// notFoundAtGateway decides about an attempt that the gateway does not know.
func (a *App) notFoundAtGateway(ctx context.Context, c Caller, att *store.Attempt,
	found gateway.Found) error {
	d := a.Gateway.Describe()
	age := a.Clock.Now().Sub(time.UnixMilli(att.FirstTryMs))
	quiet := a.Clock.Now().Sub(time.UnixMilli(att.SentAtMs)) // what was sent last may be on its way
	const margin = time.Hour
	switch {
	case d.Idempotent && age < d.KeyLife-margin:
		return a.resend(ctx, c, att)
	case found == gateway.No && quiet > d.Horizon:
		return a.conclude(ctx, c, att, store.AttemptNotExecuted)
	case found == gateway.No:
		return nil // it is asked again when nothing can be on its way any more
	}
	return a.conclude(ctx, c, att, store.AttemptParked)
}

// resend sends the same attempt again, with the same key and the same body.
func (a *App) resend(ctx context.Context, c Caller, att *store.Attempt) error {
	never := false // whether nothing of it can have reached the gateway so far
	err := a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error {
		locked, err := store.Attempts.Lock(tx, att.ID)
		if err != nil {
			return err
		}
		if !locked.State.MayBecome(store.AttemptSent) {
			return store.ErrConflict
		}
		if never = locked.State == store.AttemptCreated; never {
			locked.FirstTryMs = a.wallMs() // the gateway counts a key's life from here
		}
		locked.State, locked.SentAtMs = store.AttemptSent, a.wallMs()
		locked.Replays++
		return nil
	})
	if err != nil {
		return err
	}
	a.at("payment.resending")
	result := a.call(ctx, att)
	if result.Outcome == gateway.NotSent && !never {
		result.Outcome = gateway.Unknown // an earlier one may have arrived
	}
	_, err = a.settle(ctx, c, att, result)
	return err
}

// conclude ends an attempt without an answer of the gateway.
func (a *App) conclude(ctx context.Context, c Caller, seen *store.Attempt,
	state store.AttemptState) error {
	return a.DB.Write(ctx, a.origin(c), func(tx *store.Tx) error {
		s, err := a.newSettling(tx, c, seen, gateway.Result{})
		if err != nil || !s.att.State.MayBecome(state) {
			return err
		}
		s.att.State, s.att.InquireAt = state, nil
		if state == store.AttemptParked {
			a.Log.Error("a payment needs a person: its outcome cannot be found out",
				"attempt", seen.ID, "account", s.tx.Scope().Account)
			return nil
		}
		_, err = s.carry()
		return err
	})
}

// RecordNotification applies what a gateway tells by itself. Content that is not trusted is only
// a hint: the truth is fetched. A notification that is known already changes nothing.
func (a *App) RecordNotification(ctx context.Context, n gateway.Notification) error {
	att, scope, err := a.attemptOf(ctx, n.Attempt)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it is about nothing of ours
	}
	if err != nil {
		return err
	}
	c := Engine(scope, 0)
	if n.Trusted {
		next := attemptState(n.Result.Outcome)
		if att.State == next && next != store.AttemptUnknown {
			return nil // known already, as nearly always: no transaction is worth it
		}
		_, err = a.settle(ctx, c, att, n.Result)
		return ours(err)
	}
	found, result, err := a.askGateway(ctx, att)
	if err != nil || found != gateway.Yes {
		return err
	}
	_, err = a.settle(ctx, c, att, result)
	return ours(err)
}

// attemptOf finds an attempt that the gateway names, in whichever account and mode.
func (a *App) attemptOf(ctx context.Context,
	id string) (att *store.Attempt, scope billing.Scope, err error) {
	err = a.View(ctx, scope, func(v *store.View) (err error) {
		att, scope, err = store.AttemptOf(v, id)
		return err
	})
	return att, scope, err
}

// ErrNoAnswer says that the gateway could not tell how an attempt stands: the worker asks on.
var ErrNoAnswer = errors.New("app: the gateway did not answer")

// SettleReturn asks the gateway at once about an attempt whose customer has come back from their
// bank, so that the page they see tells the truth. It answers the attempt as it is now, with
// ErrNoAnswer while nobody knows.
func (a *App) SettleReturn(ctx context.Context, s billing.Scope,
	id string) (*store.Attempt, error) {
	var att *store.Attempt
	read := func() error {
		return a.View(ctx, s, func(v *store.View) (err error) {
			att, err = referred(v, store.Attempts, id, "id")
			return err
		})
	}
	if err := read(); err != nil || !att.State.Open() {
		return att, err
	}
	found, result, err := a.askGateway(ctx, att)
	switch {
	case err != nil:
		a.Log.Warn("gateway inquiry failed", "attempt", id, "error", err)
		return att, ErrNoAnswer
	case found == gateway.CannotTell:
		return att, ErrNoAnswer
	case found == gateway.No:
		return att, nil
	}
	if _, err := a.settle(ctx, Engine(s, 0), att, result); err != nil && !isCallers(err) {
		return att, err
	}
	return att, read()
}
