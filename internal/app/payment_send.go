package app

import (
	"context"
	"errors"
	"net/url"
	"runtime/debug"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// settled is what a command's last phase left: the nouns that may be its answer. Those that it did
// not touch are nil.
type settled struct {
	sub *billing.Subscription
	inv *billing.Invoice
	pi  *billing.PaymentIntent
	si  *billing.SetupIntent
	re  *billing.Refund
	ch  *billing.Charge
	err *billing.Error // the caller's answer, when the outcome is a refusal
}

// send is the second and third phase: the gateway is called, outside any transaction, and what
// it said is committed. An error of the adapter never means declined.
func (a *App) send(ctx context.Context, c Caller, att *store.Attempt) (*settled, error) {
	result := a.call(ctx, att)
	a.at("payment.called")
	out, err := a.settle(ctx, c, att, result)
	a.at("payment.settled")
	return out, err
}

// call asks the gateway to carry out an attempt. Losing the answer is an outcome: Unknown, and so
// is an adapter that breaks down.
func (a *App) call(ctx context.Context, att *store.Attempt) (result gateway.Result) {
	defer func() {
		if broken := recover(); broken != nil {
			a.Log.Error("panic in a gateway call", "attempt", att.ID, "error", broken,
				"stack", string(debug.Stack()))
			result = gateway.Result{Outcome: gateway.Unknown}
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.GatewayTimeout)
	defer cancel()
	result, err := a.dispatch(ctx, att)
	if err == nil {
		return result
	}
	a.Log.Warn("gateway call failed", "attempt", att.ID, "op", att.Op, "error", err)
	if errors.Is(err, gateway.ErrNotSent) {
		return gateway.Result{Outcome: gateway.NotSent}
	}
	return gateway.Result{Outcome: gateway.Unknown}
}

func (a *App) dispatch(ctx context.Context, att *store.Attempt) (gateway.Result, error) {
	amount := money.Amount{Minor: att.Amount, Currency: att.Currency}
	switch gateway.Op(att.Op) {
	case gateway.OpCharge:
		return a.Gateway.Charge(ctx, gateway.ChargeRequest{
			Attempt: reference(att), Customer: att.Customer, Instrument: att.Instrument,
			Types: []string{"card"}, Amount: amount, OffSession: att.OffSession,
			CaptureNow: !att.Hold, ReturnURL: a.returnURL(att), SetupFutureUsage: att.SetupFuture,
			ThreeDSecure: att.ThreeDSecure,
			// Only what never changes: the same key must come with the same request for ever.
			Metadata: map[string]string{"attempt": att.ID},
		})
	case gateway.OpSetup:
		return a.Gateway.Setup(ctx, gateway.SetupRequest{
			Attempt: reference(att), Customer: att.Customer, Instrument: att.Instrument,
			Types: []string{"card"}, OffSession: att.OffSession, ReturnURL: a.returnURL(att),
		})
	}
	modify := gateway.ModifyRequest{Attempt: reference(att), Charge: att.GatewayRef, Amount: amount}
	switch gateway.Op(att.Op) {
	case gateway.OpCapture:
		return a.Gateway.Capture(ctx, modify)
	case gateway.OpVoid:
		return a.Gateway.Void(ctx, modify)
	case gateway.OpRefund:
		return a.Gateway.Refund(ctx, modify)
	}
	panic("app: no operation of a gateway is called " + att.Op)
}

// returnURL is where the customer comes back to after an authentication: a page of ours, which
// knows from the attempt where to go on.
func (a *App) returnURL(att *store.Attempt) string {
	return a.PublicURL + "/p/return/" + att.ID
}

// GatewayPage is the address of a gateway's page in the language that the customer reads, where its
// pages take one.
func (a *App) GatewayPage(address, locale string) string {
	u, err := url.Parse(address)
	if a.Gateway == nil || err != nil || address == "" {
		return address
	}
	if name := a.Gateway.Describe().LocaleParam; name != "" {
		q := u.Query()
		q.Set(name, locale)
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// settle is the last phase: what the gateway said is applied to the attempt, its invoice or
// intent and its subscription, in one transaction. Applying an outcome twice changes nothing. The
// attempt is as it was seen last: it says what is to be locked.
func (a *App) settle(ctx context.Context, c Caller, seen *store.Attempt,
	result gateway.Result) (*settled, error) {
	out, err := a.settleUnless(ctx, c, seen, settlement{result: result})
	if refused := (*lateError)(nil); errors.As(err, &refused) {
		a.Log.Error("a paid change can no longer be made", "attempt", seen.ID, "error", err)
		return a.settleUnless(ctx, c, seen, settlement{result, refused.refusal})
	}
	return out, err
}

// settlement is an outcome, and why the change that it pays can no longer be made, if so.
type settlement struct {
	result gateway.Result
	late   *billing.Error
}

func (a *App) settleUnless(ctx context.Context, c Caller, seen *store.Attempt,
	o settlement) (*settled, error) {
	out := &settled{}
	err := a.finish(ctx, c, func(tx *store.Tx) (any, error) {
		s, err := a.newSettling(tx, c, seen, o.result)
		if err != nil {
			return nil, err
		}
		s.late = o.late
		applied, err := s.apply()
		if err != nil {
			return nil, err
		}
		out = applied
		return out.answer(s.plan), nil
	})
	return out, err
}

// answer is the noun that the command's caller waits for.
func (s *settled) answer(p plan) any {
	if s.err != nil {
		return s.err
	}
	switch p.Command {
	case commandSubscriptionCreate:
		return orNil(s.sub)
	case commandSubscriptionUpdate:
		if s.sub == nil {
			return nil
		}
		return about(s.sub, p.Item)
	case commandInvoicePay, commandInvoiceCollect:
		return orNil(s.inv)
	case commandSetupConfirm:
		return orNil(s.si)
	case commandRefund:
		return orNil(s.re)
	case commandChargeCapture:
		return orNil(s.ch)
	}
	return orNil(s.pi)
}

func orNil[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}
