package simulator

import (
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// modify decides a capture, void or refund of an earlier operation. A refusal is final and says
// why; the operation it was about stays as it was.
func (s *Simulator) modify(b books, op operation) (operation, error) {
	parent, ok, err := b.operation(op.Parent)
	if err != nil {
		return op, err
	}
	if !ok {
		return s.refuse(b, op, "resource_missing", "No such charge.")
	}
	switch op.Order.Op {
	case gateway.OpCapture:
		return s.capture(b, op, parent)
	case gateway.OpVoid:
		return s.void(b, op, parent)
	default:
		return s.refund(b, op, parent)
	}
}

func (s *Simulator) refuse(b books, op operation, code, message string) (operation, error) {
	op.Result = gateway.Result{Outcome: gateway.Declined, Ref: op.Ref, At: s.now(), Version: 1,
		Decline: &gateway.Decline{Code: code, Message: message, Advice: gateway.Never,
			RawCode: code}}
	return op, b.putOperation(op)
}

func (s *Simulator) succeed(b books, op operation, moved money.Amount) (operation, error) {
	op.Result = gateway.Result{Outcome: gateway.Succeeded, Ref: op.Ref, Moved: moved,
		At: s.now(), Version: 1}
	return op, b.putOperation(op)
}

// wanted is the amount a modification names, or all there is. The second result is false when it
// is more than that, or of another currency.
func wanted(asked, all money.Amount) (money.Amount, bool) {
	if asked.Minor == 0 {
		return all, all.Minor > 0
	}
	return asked, asked.Currency == all.Currency && asked.Minor <= all.Minor
}

func (s *Simulator) capture(b books, op, charge operation) (operation, error) {
	switch charge.Result.Outcome {
	case gateway.Authorized:
	case gateway.Succeeded:
		return s.refuse(b, op, "charge_already_captured", "The charge was already captured.")
	case gateway.Canceled:
		return s.refuse(b, op, "charge_expired_for_capture", "The hold was released.")
	default:
		return s.refuse(b, op, "payment_intent_unexpected_state", "Nothing is held.")
	}
	amount, ok := wanted(op.Order.Modify.Amount, charge.Result.Held)
	if !ok {
		return s.refuse(b, op, "amount_too_large", "More than what is held.")
	}
	if op.ForceMinor > 0 {
		amount.Minor = min(op.ForceMinor, charge.Result.Held.Minor)
	}
	s.supersede(&charge, gateway.Succeeded)
	charge.Result.Moved, charge.Result.Held = amount, zero(amount.Currency)
	if err := s.captured(b, charge); err != nil {
		return op, err
	}
	if _, err := s.book(b, charge); err != nil {
		return op, err
	}
	return s.succeed(b, op, amount)
}

func (s *Simulator) void(b books, op, target operation) (operation, error) {
	outcome := target.Result.Outcome
	final := outcome == gateway.Succeeded || outcome == gateway.Declined
	if final || target.Order.Modify != nil { // a refund or void cannot be taken back
		return s.refuse(b, op, "payment_intent_unexpected_state", "It is already final.")
	}
	if outcome != gateway.Canceled {
		if err := s.cancel(b, target); err != nil {
			return op, err
		}
	}
	return s.succeed(b, op, zero(target.Result.Held.Currency))
}

// cancel ends an operation that has moved no money.
func (s *Simulator) cancel(b books, op operation) error {
	s.supersede(&op, gateway.Canceled)
	op.Result.Held.Minor, op.Result.Next = 0, nil
	_, err := s.book(b, op)
	return err
}

func (s *Simulator) refund(b books, op, charge operation) (operation, error) {
	if charge.Order.Op != gateway.OpCharge || charge.Result.Outcome != gateway.Succeeded {
		return s.refuse(b, op, "payment_intent_unexpected_state", "The charge took no money.")
	}
	left := charge.Result.Moved
	if left.Minor -= charge.Refunded; left.Minor == 0 {
		return s.refuse(b, op, "charge_already_refunded", "Charge has already been refunded.")
	}
	amount, ok := wanted(op.Order.Modify.Amount, left)
	if !ok {
		return s.refuse(b, op, "amount_too_large",
			"Refund amount is greater than the unrefunded amount on the charge.")
	}
	charge.Refunded += amount.Minor
	if err := b.putOperation(charge); err != nil {
		return op, err
	}
	op.Instrument = charge.Instrument
	op.Result = gateway.Result{Outcome: gateway.Succeeded, Ref: op.Ref, Moved: amount,
		At: s.now(), Version: 1}
	card, _, err := b.instrument(charge.Instrument)
	if err != nil {
		return op, err
	}
	mode := behaviours[card.Behaviour].refund
	if mode == refundLater {
		op.Result.Outcome, op.Result.Moved = gateway.Pending, zero(amount.Currency)
		op.Result.Held = amount
	} else if err := s.enterRefund(b, op, "refund", -amount.Minor); err != nil {
		return op, err
	}
	if mode != refundAtOnce {
		due := item{Kind: itemSettle, Ref: op.Ref, Due: s.now().Add(refundDelay)}
		if err := s.schedule(b, due); err != nil {
			return op, err
		}
	}
	return s.book(b, op)
}

func (s *Simulator) enterRefund(b books, op operation, kind string, minor int64) error {
	return b.addEntry(gateway.Entry{Ref: op.Ref, Attempt: op.Order.attempt().ID, Kind: kind,
		Moved: money.Amount{Minor: minor, Currency: op.Result.Moved.Currency}, At: s.now()})
}

// settleRefund gives a refund its second word: a pending one succeeds, a succeeded one comes back
// from the bank.
func (s *Simulator) settleRefund(b books, op operation) error {
	if op.Result.Outcome == gateway.Pending {
		op.Result.Moved, op.Result.Held = op.Result.Held, zero(op.Result.Held.Currency)
		s.supersede(&op, gateway.Succeeded)
		if err := s.enterRefund(b, op, "refund", -op.Result.Moved.Minor); err != nil {
			return err
		}
		_, err := s.book(b, op)
		return err
	}
	charge, _, err := b.operation(op.Parent)
	if err != nil {
		return err
	}
	returned := op.Result.Moved
	charge.Refunded -= returned.Minor
	s.supersede(&op, gateway.Declined)
	op.Result.Moved = zero(returned.Currency)
	op.Result.Decline = &gateway.Decline{Code: "expired_or_canceled_card",
		Message: "The bank sent the refund back.", Advice: gateway.Never,
		RawCode: "refund_returned"}
	if err := s.enterRefund(b, op, "refund_failure", returned.Minor); err != nil {
		return err
	}
	if err := b.putOperation(charge); err != nil {
		return err
	}
	_, err = s.book(b, op)
	return err
}

// supersede gives an operation a newer result with another outcome.
func (s *Simulator) supersede(op *operation, outcome gateway.Outcome) {
	op.Result.Outcome = outcome
	op.Result.Version++
	op.Result.At = s.now()
}
