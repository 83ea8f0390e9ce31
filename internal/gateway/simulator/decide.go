package simulator

import (
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// ask turns an order into the question that is put to the card.
func (o order) ask(i instrument, authenticated bool) question {
	q := question{setUp: i.SetUp, authenticated: authenticated}
	if r := o.Setup; r != nil {
		q.setup, q.verify, q.offSession = true, r.Verify, r.OffSession
	}
	if r := o.Charge; r != nil {
		q.offSession, q.refuseAction = r.OffSession, r.RefuseAction
		q.requested = r.ThreeDSecure == "any" || r.ThreeDSecure == "challenge"
	}
	return q
}

// decide puts the question to the card and books the answer.
func (s *Simulator) decide(
	b books, op operation, i instrument, authenticated bool,
) (operation, error) {
	v := behaviours[i.Behaviour].judge(op.Order.ask(i, authenticated))
	if v.challenge {
		return s.challengeCustomer(b, op, i)
	}
	return s.conclude(b, op, i, v)
}

// conclude writes the final word on a setup or a charge.
func (s *Simulator) conclude(
	b books, op operation, i instrument, v verdict,
) (operation, error) {
	r := gateway.Result{Ref: op.Ref, At: s.now(), Version: op.Result.Version + 1,
		Secure: v.secure, Outcome: gateway.Succeeded}
	if i.Ref != "" {
		r.Instrument = &i.Shown
	}
	if op.Order.Op == gateway.OpCharge {
		r.Assessment = behaviours[i.Behaviour].assess(v)
	}
	if v.decline != "" {
		r.Outcome, r.Decline = gateway.Declined, declineFor(v.decline)
	}
	op.Result = r
	if v.decline == "" {
		if err := s.approve(b, &op, i); err != nil {
			return op, err
		}
	}
	return s.book(b, op)
}

// approve moves or holds the money and remembers a setup.
func (s *Simulator) approve(b books, op *operation, i instrument) error {
	customerWasThere := true
	if r := op.Order.Charge; r != nil {
		amount := r.Amount
		if op.ForceMinor > 0 {
			amount.Minor = op.ForceMinor
		}
		if err := s.moveOrHold(b, op, amount); err != nil {
			return err
		}
		customerWasThere = !r.OffSession
	}
	if r := op.Order.Setup; r != nil {
		customerWasThere = !r.OffSession
	}
	if customerWasThere {
		op.Result.NetworkRef = "net_" + op.Ref
	}
	setsUp := op.Order.Charge != nil && op.Order.Charge.SetupFutureUsage ||
		op.Order.Setup != nil && !op.Order.Setup.Verify
	if !setsUp || i.SetUp || !customerWasThere {
		return nil
	}
	i.SetUp = true
	return b.putInstrument(i)
}

func (s *Simulator) moveOrHold(b books, op *operation, amount money.Amount) error {
	if !op.Order.Charge.CaptureNow {
		op.Result.Outcome, op.Result.Held = gateway.Authorized, amount
		op.Result.Moved = zero(amount.Currency)
		return s.schedule(b, item{Kind: itemRelease, Ref: op.Ref, Due: s.now().Add(holdLife)})
	}
	op.Result.Moved = amount
	return s.captured(b, *op)
}

// captured enters the movement and starts what follows a charge on some cards.
func (s *Simulator) captured(b books, op operation) error {
	err := b.addEntry(gateway.Entry{Ref: op.Ref, Attempt: op.Order.attempt().ID, Kind: "charge",
		Moved: op.Result.Moved, At: s.now()})
	if err != nil {
		return err
	}
	i, _, err := b.instrument(op.Instrument)
	if err != nil || behaviours[i.Behaviour].dispute == "" {
		return err
	}
	return s.openDispute(b, op, behaviours[i.Behaviour])
}

// book saves an operation and tells the world about it.
func (s *Simulator) book(b books, op operation) (operation, error) {
	if err := b.putOperation(op); err != nil {
		return op, err
	}
	return op, s.announce(b, op)
}
