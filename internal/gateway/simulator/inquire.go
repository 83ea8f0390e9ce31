package simulator

import (
	"context"
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

const entriesPerPage = 100

// Inquire tells what became of an attempt. No is authoritative for the moment it is said: a
// request that is still on its way may execute until the horizon has passed.
func (s *Simulator) Inquire(
	ctx context.Context, q gateway.Inquiry,
) (found gateway.Found, result gateway.Result, err error) {
	f := s.fault(gateway.OpInquire, q.Attempt)
	switch f.Kind {
	case NotSent:
		return gateway.CannotTell, result, errRefused
	case LostRequest, LostAnswer, LateExecution, Outage:
		return gateway.CannotTell, result, errTimeout
	case ErrorAfterExecution:
		return gateway.CannotTell, result, errServer
	case Slow:
		if err := s.options.Wait(ctx, f.Delay); err != nil {
			return gateway.CannotTell, result, err
		}
	}
	err = s.do(ctx, func(b books) error {
		op, ok, err := b.operationFor(q.Op, q.ID)
		if found = gateway.No; ok {
			found, result = gateway.Yes, op.Result
		}
		return err
	})
	if err != nil {
		return gateway.CannotTell, gateway.Result{},
			fmt.Errorf("simulator: inquire %s: %w", q.ID, err)
	}
	return found, result, nil
}

// Entries is the ledger, oldest first.
func (s *Simulator) Entries(
	ctx context.Context, from, to time.Time, cursor string,
) (list []gateway.Entry, next string, err error) {
	err = s.do(ctx, func(b books) error {
		found, keys, err := b.entries(from, to, cursor, entriesPerPage)
		list = found
		if len(found) == entriesPerPage {
			next = keys[len(keys)-1]
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("simulator: entries: %w", err)
	}
	return list, next, nil
}
