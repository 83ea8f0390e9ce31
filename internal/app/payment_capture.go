package app

import (
	"cmp"
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// PaymentIntentCaptureParams take held funds.
type PaymentIntentCaptureParams struct {
	AmountToCapture           *int64         `form:"amount_to_capture"`
	FinalCapture              *bool          `form:"final_capture"`
	Metadata                  MetadataParams `form:"metadata"`
	StatementDescriptor       *string        `form:"statement_descriptor"`
	StatementDescriptorSuffix *string        `form:"statement_descriptor_suffix"`
}

// CapturePaymentIntent takes funds that were held.
func (a *App) CapturePaymentIntent(ctx context.Context, c Caller, id string,
	p PaymentIntentCaptureParams) (*billing.PaymentIntent, error) {
	if p.FinalCapture != nil && !*p.FinalCapture {
		return nil, billing.Unsupported("final_capture=false")
	}
	if err := checkDescriptors(p.StatementDescriptor, p.StatementDescriptorSuffix); err != nil {
		return nil, err
	}
	var pi *billing.PaymentIntent
	var att *store.Attempt
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if pi, err = a.lockIntent(tx, id); err != nil {
			return nil, err
		}
		if pi.Status != billing.PaymentIntentRequiresCapture {
			return nil, wrongState("PaymentIntent", "payment_intent", string(pi.Status), "capture")
		}
		if pi.Metadata, err = changeMetadata(pi.Metadata, p.Metadata); err != nil {
			return nil, err
		}
		given(&pi.StatementDescriptor, p.StatementDescriptor)
		given(&pi.StatementDescriptorSuffix, p.StatementDescriptorSuffix)
		att, err = a.capture(tx, c, pi, capturing{Amount: p.AmountToCapture,
			Param: "amount_to_capture", Command: commandCapture})
		return nil, err
	})
	if err != nil || att == nil {
		return pi, err
	}
	return a.sendIntent(ctx, c, pi, att)
}

// ChargeCaptureParams take the funds that a charge holds.
type ChargeCaptureParams struct {
	Amount                    *int64  `form:"amount"`
	ReceiptEmail              *string `form:"receipt_email"`
	StatementDescriptor       *string `form:"statement_descriptor"`
	StatementDescriptorSuffix *string `form:"statement_descriptor_suffix"`
}

// CaptureCharge takes the funds that a charge holds; its payment intent is done with it.
func (a *App) CaptureCharge(ctx context.Context, c Caller, id string,
	p ChargeCaptureParams) (*billing.Charge, error) {
	if err := checkDescriptors(p.StatementDescriptor, p.StatementDescriptorSuffix); err != nil {
		return nil, err
	}
	var ch *billing.Charge
	var att *store.Attempt
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		found, err := referred(tx, store.Charges, id, "id")
		if err != nil {
			return nil, err
		}
		pi, err := a.lockIntent(tx, found.PaymentIntent.ID)
		if err != nil {
			return nil, err
		}
		if ch, err = locked(tx, store.Charges, id); err != nil {
			return nil, err
		}
		switch {
		case ch.Captured:
			return nil, billing.Invalid("", "Charge %s has already been captured.", id).
				WithCode("charge_already_captured")
		case pi.Status != billing.PaymentIntentRequiresCapture || pi.LatestCharge.ID != id:
			return nil, billing.Invalid("", "Charge %s holds no funds that could be captured.", id)
		}
		if err := checkEmail(p.ReceiptEmail, "receipt_email"); err != nil {
			return nil, err
		}
		given(&ch.ReceiptEmail, p.ReceiptEmail)
		given(&ch.StatementDescriptor, p.StatementDescriptor)
		given(&ch.StatementDescriptorSuffix, p.StatementDescriptorSuffix)
		att, err = a.capture(tx, c, pi, capturing{Amount: p.Amount, Param: "amount",
			Command: commandChargeCapture})
		return nil, err
	})
	if err != nil || att == nil {
		return ch, err
	}
	a.at("payment_intent.begun")
	out, err := a.send(ctx, c, att)
	return cmp.Or(out.ch, ch), err
}

// capturing says how much of what is held is taken; nil is all.
type capturing struct {
	Amount         *int64
	Param, Command string
}

// capture commits to taking the funds that an intent's charge holds.
func (a *App) capture(tx *store.Tx, c Caller, pi *billing.PaymentIntent,
	p capturing) (*store.Attempt, error) {
	amount := pi.AmountCapturable
	assign(&amount, p.Amount)
	if err := a.abandon(tx, store.Eq("payment_intent", pi.ID)); err != nil {
		return nil, err // it is being captured already
	}
	if amount < 1 || amount > pi.AmountCapturable {
		return nil, billing.Invalid(p.Param, "The amount to capture must be between 1 and %d.",
			pi.AmountCapturable)
	}
	ch, err := store.Charges.Get(tx, pi.LatestCharge.ID)
	if err != nil {
		return nil, err
	}
	now, err := a.customerNow(tx, c, pi.Customer.ID)
	if err != nil {
		return nil, err
	}
	return a.attemptModify(tx, c, modify{Op: gateway.OpCapture, Charge: ch, Amount: amount,
		Command: p.Command, Now: now})
}

// releaseHold gives up funds that an intent holds. The worker tells the gateway.
func (a *App) releaseHold(tx *store.Tx, pi *billing.PaymentIntent) error {
	held, err := store.Attempts.First(tx, store.Eq("payment_intent", pi.ID),
		store.Eq("state", string(store.AttemptSucceeded)))
	if err != nil {
		return err
	}
	ch, err := store.Charges.Lock(tx, pi.LatestCharge.ID)
	if err != nil {
		return err
	}
	ch.Release(ch.Amount)
	if err := store.Charges.Emit(tx, ch, "charge.refunded"); err != nil {
		return err
	}
	return a.enqueue(tx, job{Kind: jobVoid, Subject: held.ID})
}

// holdLapsed ends an intent whose funds were held and not captured in time: the gateway has let
// them go. The attempt stays what it was, for the funds were held.
func (s *settling) holdLapsed() (*settled, error) {
	if s.orphan || s.att.PaymentIntent == "" {
		return s.asIs()
	}
	if err := s.loadCharge(); err != nil {
		return nil, err
	}
	if s.pi.Status != billing.PaymentIntentRequiresCapture {
		return s.asIs()
	}
	ch, err := store.Charges.Lock(s.tx, s.pi.LatestCharge.ID)
	if err != nil {
		return nil, err
	}
	ch.Release(ch.Amount)
	if err := store.Charges.Emit(s.tx, ch, "charge.expired"); err != nil {
		return nil, err
	}
	s.pi.Status, s.pi.AmountCapturable = billing.PaymentIntentCanceled, 0
	s.pi.CanceledAt, s.pi.CancellationReason = &s.now, new("expired")
	return s.out(nil), store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.canceled")
}
