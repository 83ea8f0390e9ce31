package simulator

import (
	"context"
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

// Sink takes notifications inside the process, in place of an HTTP endpoint. An error means
// "not accepted": the notification comes again later.
type Sink func(context.Context, gateway.Notification) error

const (
	pumpBatch     = 100
	deliveryTries = 16
)

// DeliverTo sets where notifications go. Without a sink they stay in the queue.
func (s *Simulator) DeliverTo(sink Sink) {
	s.sinkMu.Lock()
	defer s.sinkMu.Unlock()
	s.sink = sink
}

// Pump does everything that has fallen due by now: late executions, second words on refunds,
// lapsed pages and holds, and notifications. It says how many things it did.
func (s *Simulator) Pump(ctx context.Context) (done int, err error) {
	kept := map[string]bool{} // what stays in the queue is looked at once
	for fresh := true; fresh; {
		var due []item
		err := s.do(ctx, func(b books) (err error) {
			due, err = b.dueItems(s.now(), pumpBatch+len(kept))
			return err
		})
		if err != nil {
			return done, fmt.Errorf("pump simulator: %w", err)
		}
		fresh = false
		for _, i := range due {
			if kept[i.ID] {
				continue
			}
			fresh = true
			if i.Kind == itemNotify && s.currentSink() == nil {
				kept[i.ID] = true
				continue
			}
			if err := s.work(ctx, i); err != nil {
				return done, fmt.Errorf("pump simulator: %s %s: %w", i.Kind, i.Ref, err)
			}
			done++
		}
	}
	return done, nil
}

// NextDue says when Pump has something to do next.
func (s *Simulator) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	err = s.do(ctx, func(b books) error {
		at, ok, err = b.nextDue()
		return err
	})
	return at, ok, err
}

// work does one item and takes it from the queue in the same transaction, except a notification,
// which leaves only after the sink took it.
func (s *Simulator) work(ctx context.Context, i item) error {
	switch i.Kind {
	case itemNotify:
		return s.deliver(ctx, i)
	case itemLate:
		return s.do(ctx, func(b books) error {
			if err := b.dropItem(i.ID); err != nil {
				return err
			}
			_, _, err := s.executeOnce(b, *i.Order, 0)
			return err
		})
	}
	return s.do(ctx, func(b books) error {
		if err := b.dropItem(i.ID); err != nil {
			return err
		}
		op, ok, err := b.operation(i.Ref)
		if err != nil || !ok {
			return err
		}
		switch {
		case i.Kind == itemSettle:
			return s.settleRefund(b, op)
		case i.Kind == itemLapse:
			return s.lapse(b, op, s.now())
		case op.Result.Outcome == gateway.Authorized: // itemRelease
			return s.cancel(b, op)
		}
		return nil
	})
}

// schedule puts an item into the queue under an id that keeps the order of arrival.
func (s *Simulator) schedule(b books, i item) error {
	id, err := s.mint.next("", s.now())
	if err != nil {
		return err
	}
	i.ID = id
	return b.addItem(i)
}

// announce queues the news about an operation. Captures and voids are news about their charge.
func (s *Simulator) announce(b books, op operation) error {
	kind := string(op.Order.Op)
	if op.Dispute != nil {
		kind = "dispute"
	}
	return s.notify(b, gateway.Notification{
		Kind: kind, Attempt: op.Order.attempt().ID, Op: op.Order.Op, Ref: op.Ref,
		Result: op.Result, Dispute: op.Dispute, Trusted: true,
	})
}

func (s *Simulator) notify(b books, n gateway.Notification) error {
	if s.options.Silent {
		return nil
	}
	id, err := s.mint.next("simevt_", s.now())
	if err != nil {
		return err
	}
	n.EventID = id
	var f DeliveryFault
	if s.options.DeliveryFaults != nil {
		f = s.options.DeliveryFaults(n)
	}
	if f.Duplicate {
		again := item{Kind: itemNotify, Ref: n.Ref, Notice: &n, Due: s.now()}
		if err := s.schedule(b, again); err != nil {
			return err
		}
	}
	if f.Drop {
		return nil
	}
	return s.schedule(b, item{Kind: itemNotify, Ref: n.Ref, Notice: &n,
		Due: s.now().Add(f.Delay)})
}

func (s *Simulator) currentSink() Sink {
	s.sinkMu.RLock()
	defer s.sinkMu.RUnlock()
	return s.sink
}

// deliver offers a notification to the sink, outside of any transaction, and takes it from the
// queue afterwards: a crash in between delivers it again.
func (s *Simulator) deliver(ctx context.Context, i item) error {
	refused := s.currentSink()(ctx, *i.Notice)
	return s.do(ctx, func(b books) error {
		if err := b.dropItem(i.ID); err != nil {
			return err
		}
		if i.Tries++; refused == nil || i.Tries == deliveryTries {
			return nil
		}
		s.options.Log.Warn("notification refused", "event", i.Notice.EventID, "error", refused)
		i.Due = s.now().Add(min(time.Minute<<i.Tries, 6*time.Hour))
		return s.schedule(b, i)
	})
}
