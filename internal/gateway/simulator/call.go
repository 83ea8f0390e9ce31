package simulator

import (
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/gateway"
)

// Setup saves an instrument for later charges, or sends the customer to the card form.
func (s *Simulator) Setup(ctx context.Context, r gateway.SetupRequest) (gateway.Result, error) {
	return s.perform(ctx, order{Op: gateway.OpSetup, Setup: &r})
}

// Charge asks the card for money.
func (s *Simulator) Charge(ctx context.Context, r gateway.ChargeRequest) (gateway.Result, error) {
	return s.perform(ctx, order{Op: gateway.OpCharge, Charge: &r})
}

// Capture takes held funds, all or part; the rest is released.
func (s *Simulator) Capture(ctx context.Context, r gateway.ModifyRequest) (gateway.Result, error) {
	return s.perform(ctx, order{Op: gateway.OpCapture, Modify: &r})
}

// Void releases held funds, or cancels what waits for the customer.
func (s *Simulator) Void(ctx context.Context, r gateway.ModifyRequest) (gateway.Result, error) {
	return s.perform(ctx, order{Op: gateway.OpVoid, Modify: &r})
}

// Refund gives money back, all or part.
func (s *Simulator) Refund(ctx context.Context, r gateway.ModifyRequest) (gateway.Result, error) {
	return s.perform(ctx, order{Op: gateway.OpRefund, Modify: &r})
}

// perform is the road every call takes: the world may interfere, then the books decide.
func (s *Simulator) perform(ctx context.Context, o order) (gateway.Result, error) {
	a := o.attempt()
	if err := o.check(); err != nil {
		return gateway.Result{}, err
	}
	s.hook(s.options.Before, o.Op, a)
	result, err := s.throughFaults(ctx, o, s.fault(o.Op, a))
	s.hook(s.options.After, o.Op, a)
	return result, err
}

func (s *Simulator) hook(f func(gateway.Op, gateway.Attempt), op gateway.Op, a gateway.Attempt) {
	if f != nil {
		f(op, a)
	}
}

func (s *Simulator) fault(op gateway.Op, a gateway.Attempt) Fault {
	if s.options.Faults == nil {
		return Fault{}
	}
	return s.options.Faults(op, a)
}

// throughFaults executes the order unless the fault keeps it from arriving, and answers unless
// the fault keeps the answer from arriving.
func (s *Simulator) throughFaults(
	ctx context.Context, o order, f Fault,
) (gateway.Result, error) {
	switch f.Kind {
	case NotSent:
		return gateway.Result{Outcome: gateway.NotSent}, errRefused
	case LostRequest, Outage:
		return gateway.Result{}, errTimeout
	case LateExecution:
		if err := s.postpone(ctx, o, f); err != nil {
			return gateway.Result{}, err
		}
		return gateway.Result{}, errTimeout
	}
	result, err := s.execute(ctx, o, f.AmountMinor)
	if err != nil {
		return gateway.Result{}, err
	}
	switch f.Kind {
	case LostAnswer:
		return gateway.Result{}, errTimeout
	case ErrorAfterExecution:
		return gateway.Result{}, errServer
	case Slow:
		if err := s.options.Wait(ctx, f.Delay); err != nil {
			return gateway.Result{}, fmt.Errorf("wait for the simulator: %w", err)
		}
	}
	return result, nil
}

// postpone keeps a request in the network: Pump executes it when it is due.
func (s *Simulator) postpone(ctx context.Context, o order, f Fault) error {
	return s.do(ctx, func(b books) error {
		return s.schedule(b, item{Kind: itemLate, Order: &o, Due: s.now().Add(f.Delay)})
	})
}

// execute looks the key up and, when it is new, does what the order says. forceMinor is the
// amount a PartialAmount fault insists on, or zero.
func (s *Simulator) execute(
	ctx context.Context, o order, forceMinor int64,
) (result gateway.Result, err error) {
	var refusal error // the caller's fault, which must not roll the complaint back
	err = s.do(ctx, func(b books) error {
		result, refusal, err = s.executeOnce(b, o, forceMinor)
		return err
	})
	if err != nil {
		return gateway.Result{}, fmt.Errorf("simulator: %s %s: %w", o.Op, o.attempt().ID, err)
	}
	return result, refusal
}

func (s *Simulator) executeOnce(
	b books, o order, forceMinor int64,
) (result gateway.Result, refusal, err error) {
	a, now := o.attempt(), s.now()
	first, seen, err := b.call(a.Key)
	if err != nil {
		return result, nil, err
	}
	if seen && now.Sub(first.At) < keyLife {
		if first.Hash == o.hash() {
			return first.Result, nil, nil
		}
		return result, conflict("the key came with another request"),
			s.complain(b, "key-reused", a)
	}
	if seen {
		// A real gateway has forgotten the key by now and would do everything again. This one
		// refuses, and tells the auditor.
		return result, conflict("the key is too old to be replayed"),
			s.complain(b, "replayed-after-key-life", a)
	}
	if _, used, err := b.operationFor(o.Op, a.ID); err != nil || used {
		if err != nil {
			return result, nil, err
		}
		return result, conflict("the attempt came with another key"),
			s.complain(b, "attempt-reused", a)
	}
	op, err := s.begin(b, o, forceMinor)
	if err != nil {
		return result, nil, err
	}
	return op.Result, nil, b.putCall(call{Key: a.Key, Hash: o.hash(), Op: o.Op, Attempt: a.ID,
		Ref: op.Ref, Result: op.Result, At: now})
}

func conflict(why string) error {
	return fmt.Errorf("%w: %s", gateway.ErrKeyConflict, why)
}

func (s *Simulator) complain(b books, rule string, a gateway.Attempt) error {
	return b.addComplaint(complaint{Rule: rule, Attempt: a.ID, Key: a.Key, At: s.now()})
}

var refPrefixes = map[gateway.Op]string{
	gateway.OpSetup:   "simseti_",
	gateway.OpCharge:  "simch_",
	gateway.OpCapture: "simcap_",
	gateway.OpVoid:    "simvoid_",
	gateway.OpRefund:  "simre_",
	opDispute:         "simdp_",
}

// begin opens an operation, decides it as far as possible, and books it.
func (s *Simulator) begin(b books, o order, forceMinor int64) (operation, error) {
	now := s.now()
	ref, err := s.mint.next(refPrefixes[o.Op], now)
	if err != nil {
		return operation{}, err
	}
	op := operation{Ref: ref, Order: o, CreatedAt: now, ForceMinor: forceMinor}
	if o.Modify != nil {
		op.Parent = o.Modify.Charge
		return s.modify(b, op)
	}
	if op.Instrument = o.instrument(); op.Instrument == "" {
		return s.askForCard(b, op)
	}
	saved, ok, err := b.instrument(op.Instrument)
	if err != nil {
		return operation{}, err
	}
	if !ok || saved.Forgotten {
		return s.conclude(b, op, instrument{}, verdict{decline: "invalid_account"})
	}
	return s.decide(b, op, saved, false)
}

// check refuses what no gateway would look at.
func (o order) check() error {
	a := o.attempt()
	switch {
	case a.ID == "" || a.Key == "":
		return fmt.Errorf("%w: an attempt needs an id and a key", gateway.ErrInvalid)
	case o.Charge != nil && (o.Charge.Amount.Minor <= 0 || o.Charge.Amount.Currency == ""):
		return fmt.Errorf("%w: a charge needs a positive amount", gateway.ErrInvalid)
	case o.Modify != nil && o.Modify.Charge == "":
		return fmt.Errorf("%w: no charge is named", gateway.ErrInvalid)
	case o.Modify != nil && o.Modify.Amount.Minor < 0:
		return fmt.Errorf("%w: the amount is negative", gateway.ErrInvalid)
	}
	return nil
}

func (o order) instrument() string {
	switch {
	case o.Setup != nil:
		return o.Setup.Instrument
	case o.Charge != nil:
		return o.Charge.Instrument
	}
	return ""
}

func (o order) returnURL() string {
	switch {
	case o.Setup != nil:
		return o.Setup.ReturnURL
	case o.Charge != nil:
		return o.Charge.ReturnURL
	}
	return ""
}
