package app

import (
	"cmp"
	"context"
	"errors"
	"maps"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/store"
)

// modify is an operation on a charge that has been made.
type modify struct {
	Op      gateway.Op
	Charge  *billing.Charge
	Amount  int64
	Command string
	Refund  string
	Now     int64
}

// attemptModify commits to an operation on a charge.
func (a *App) attemptModify(tx *store.Tx, c Caller, m modify) (*store.Attempt, error) {
	if err := a.needGateway(m.Charge.Livemode); err != nil {
		return nil, err
	}
	ch := charging{Now: m.Now, Command: m.Command, Actor: c.Actor, Reply: c.Reply}
	pm := &billing.PaymentMethod{Private: billing.PaymentMethodPrivate{
		Gateway: m.Charge.Private.Gateway}}
	att := a.newAttempt(string(m.Op), pm, ch)
	att.GatewayRef, att.Charge = m.Charge.Private.GatewayRef, m.Charge.ID
	att.Customer, att.Currency = m.Charge.Customer.ID, m.Charge.Currency
	att.Amount, att.Refund = m.Amount, m.Refund
	if m.Op == gateway.OpCapture {
		att.PaymentIntent = m.Charge.PaymentIntent.ID
	}
	return a.commitAttempt(tx, att, ch, nil)
}

// applyModify does what the outcome of a capture or a void does.
func (s *settling) applyModify() (*settled, error) {
	if s.att.Op == string(gateway.OpVoid) {
		return s.out(nil), nil
	}
	ch, err := store.Charges.Lock(s.tx, s.att.Charge)
	if err != nil {
		return nil, err
	}
	if err := s.loadCharge(); err != nil {
		return nil, err
	}
	out := s.out(nil)
	out.ch = ch
	if s.att.State != store.AttemptSucceeded {
		return out, nil
	}
	moved := s.result.Moved.Minor
	ch.Captured, ch.AmountCaptured = true, moved
	if left := ch.Amount - moved; left > 0 {
		ch.Release(left)
	}
	if err := store.Charges.Emit(s.tx, ch, "charge.captured"); err != nil {
		return nil, err
	}
	s.pi.Status, s.pi.AmountCapturable = billing.PaymentIntentSucceeded, 0
	s.pi.AmountReceived = moved
	if err := store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.succeeded"); err != nil {
		return nil, err
	}
	return out, s.bookDirect(ch, moved)
}

// RefundCreateParams give money back.
type RefundCreateParams struct {
	Amount        *int64         `form:"amount"`
	Charge        *string        `form:"charge"`
	Metadata      MetadataParams `form:"metadata"`
	PaymentIntent *string        `form:"payment_intent"`
	Reason        *string        `form:"reason"`
}

// CreateRefund gives back part or all of a charge. What is being refunded is reserved under the
// charge's lock, so that refunds at the same time never exceed it.
func (a *App) CreateRefund(ctx context.Context, c Caller,
	p RefundCreateParams) (*billing.Refund, error) {
	var re *billing.Refund
	var att *store.Attempt
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		ch, err := a.refundable(tx, p)
		if err != nil {
			return nil, err
		}
		left := ch.AmountCaptured - ch.GivenBack()
		amount := left
		if p.Amount != nil {
			amount = *p.Amount
		}
		if left == 0 {
			return nil, billing.Invalid("", "Charge %s has already been refunded.", ch.ID).
				WithCode("charge_already_refunded")
		}
		if amount < 1 {
			return nil, billing.Invalid("amount", "Invalid positive integer").
				WithCode("parameter_invalid_integer")
		}
		if amount > left {
			return nil, billing.Invalid("amount", "Refund amount (%d) is greater than unrefunded "+
				"amount on charge (%d)", amount, left)
		}
		if amount < left {
			if err := checkStep(amount, ch.Currency); err != nil {
				return nil, err
			}
		}
		now, err := a.customerNow(tx, c, ch.Customer.ID)
		if err != nil {
			return nil, err
		}
		re = a.newRefund(ch, amount, now, p)
		store.Refunds.Insert(tx, re)
		if err := store.Refunds.Emit(tx, re, "refund.created"); err != nil {
			return nil, err
		}
		ch.AmountRefunded += amount
		ch.Refunded = ch.GivenBack() == ch.AmountCaptured
		att, err = a.attemptModify(tx, c, modify{Op: gateway.OpRefund, Charge: ch,
			Amount: amount, Command: commandRefund, Refund: re.ID, Now: now})
		return nil, err
	})
	if err != nil || att == nil {
		return re, err
	}
	a.at("refund.begun")
	out, err := a.send(ctx, c, att)
	return cmp.Or(out.re, re), err
}

func (a *App) refundable(tx *store.Tx, p RefundCreateParams) (*billing.Charge, error) {
	id, param := "", "charge"
	switch {
	case p.Charge != nil && p.PaymentIntent != nil:
		return nil, exclusive("charge", "payment_intent")
	case p.Charge != nil:
		id = *p.Charge
	case p.PaymentIntent != nil:
		param = "payment_intent"
		pi, err := referred(tx, store.PaymentIntents, *p.PaymentIntent, param)
		if err != nil {
			return nil, err
		}
		if id = pi.LatestCharge.ID; id == "" {
			return nil, billing.Invalid(param, "This PaymentIntent (%s) does not have a "+
				"successful charge to refund.", pi.ID)
		}
	default:
		return nil, billing.Invalid("", "One of the following params should be provided for this "+
			"request: payment_intent or charge.")
	}
	ch, err := lockReferred(tx, store.Charges, id, param)
	if err == nil && (ch.Status != billing.ChargeSucceeded || !ch.Captured) {
		err = billing.Invalid(param, "This charge has no captured funds to refund.")
	}
	return ch, err
}

func (a *App) newRefund(ch *billing.Charge, amount, now int64,
	p RefundCreateParams) *billing.Refund {
	return &billing.Refund{
		ID: a.IDs.New("re"), Object: "refund", Amount: amount, Created: now,
		Charge: billing.To[billing.Charge](ch.ID), Currency: ch.Currency,
		Customer: ch.Customer, Metadata: newMetadata(p.Metadata), PaymentIntent: ch.PaymentIntent,
		Reason: p.Reason, Status: new(billing.RefundPending),
		DestinationDetails: &billing.RefundDestination{Type: "card",
			Card: &billing.RefundCard{Type: "refund", ReferenceStatus: new("pending"),
				ReferenceType: new("acquirer_reference_number")}},
	}
}

// applyRefund does what a refund's outcome does.
func (s *settling) applyRefund() (*settled, error) {
	re, err := store.Refunds.Lock(s.tx, s.att.Refund)
	if err != nil {
		return nil, err
	}
	ch, err := store.Charges.Lock(s.tx, s.att.Charge)
	if err != nil {
		return nil, err
	}
	out := &settled{re: re}
	was := *re.Status
	re.Private.GatewayRef = s.result.Ref
	switch s.att.State {
	case store.AttemptSucceeded:
		re.Status = new(billing.RefundSucceeded)
	case store.AttemptDeclined, store.AttemptCanceled, store.AttemptNotExecuted:
		return out, s.refundFailed(re, ch, was)
	}
	if err := store.Refunds.Updated(s.tx, re); err != nil {
		return nil, err
	}
	if s.att.State != store.AttemptSucceeded {
		return out, nil
	}
	if err := store.Charges.Emit(s.tx, ch, "charge.refunded"); err != nil {
		return nil, err
	}
	return out, s.post(s.tx, ledger.Refunded(re.Currency, s.att.Gateway, re.Amount),
		posting{Customer: s.att.Customer, Ref: re.ID, Now: s.now})
}

// refundReturned books that the bank has sent a refund back after it had succeeded. The attempt
// stays what it was: the money did leave.
func (s *settling) refundReturned() (*settled, error) {
	re, err := store.Refunds.Lock(s.tx, s.att.Refund)
	if err != nil || *re.Status != billing.RefundSucceeded {
		return &settled{re: re}, err
	}
	ch, err := store.Charges.Lock(s.tx, s.att.Charge)
	if err != nil {
		return nil, err
	}
	return &settled{re: re}, s.refundFailed(re, ch, billing.RefundSucceeded)
}

// refundFailed gives the sum back to the charge: it can be refunded again.
func (s *settling) refundFailed(re *billing.Refund, ch *billing.Charge, was string) error {
	re.Status = new(billing.RefundFailed)
	if d := s.result.Decline; d != nil {
		re.FailureReason = str(d.Code)
	}
	ch.AmountRefunded -= re.Amount
	ch.Refunded = false
	if was == billing.RefundSucceeded {
		if err := s.post(s.tx, ledger.RefundFailed(re.Currency, s.att.Gateway, re.Amount),
			posting{Customer: s.att.Customer, Ref: re.ID, Now: s.now}); err != nil {
			return err
		}
	}
	return errors.Join(store.Refunds.Updated(s.tx, re),
		store.Refunds.Emit(s.tx, re, "charge.refund.updated"),
		store.Refunds.Emit(s.tx, re, "refund.failed"))
}

// RefundUpdateParams change a refund's metadata.
type RefundUpdateParams struct {
	Metadata MetadataParams `form:"metadata"`
}

// UpdateRefund changes a refund's metadata.
func (a *App) UpdateRefund(ctx context.Context, c Caller, id string,
	p RefundUpdateParams) (*billing.Refund, error) {
	var re *billing.Refund
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if re, err = locked(tx, store.Refunds, id); err != nil {
			return nil, err
		}
		was := re.Metadata
		re.Metadata, err = changeMetadata(was, p.Metadata)
		if err != nil || maps.Equal(was, re.Metadata) {
			return re, err
		}
		return re, errors.Join(store.Refunds.Updated(tx, re),
			store.Refunds.Emit(tx, re, "charge.refund.updated"))
	})
	return re, err
}

// CancelRefund refuses: a refund to a card is on its way as soon as it is made. Stripe cancels
// those that wait for the customer's bank details, which cards never do.
func (a *App) CancelRefund(ctx context.Context, c Caller, id string) (*billing.Refund, error) {
	var re *billing.Refund
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if re, err = locked(tx, store.Refunds, id); err != nil {
			return nil, err
		}
		return nil, billing.Invalid("", "Refund %s cannot be canceled because it has a status of "+
			"%s. Only refunds with a status of requires_action can be canceled.", re.ID, *re.Status)
	})
	return re, err
}

// creditSurplus keeps captured money that nothing asks for as the customer's credit.
func (s *settling) creditSurplus(amount int64) error {
	inv := &billing.Invoice{Currency: s.att.Currency}
	if err := s.post(s.tx, ledger.Overpaid(inv, s.att.Gateway, amount),
		s.about(s.att.ID)); err != nil {
		return err
	}
	_, err := s.moveBalance(s.tx, s.cus, balanceMove{Type: billing.BalanceInvoiceOverpaid,
		Amount: -amount, Currency: s.att.Currency, Now: s.now})
	return err
}
