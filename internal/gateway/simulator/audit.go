package simulator

import (
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/gateway"
)

// Finding is a rule that the books show to be broken, by the simulator or by its caller.
type Finding struct{ Rule, Detail string }

// Audit reads the books and checks what the simulator promises and what its caller must keep to:
//
//	captured-once            an attempt took money at most once
//	entry-matches            what a charge says it moved is what the ledger says
//	refunds-within           refunds of a charge never exceed what it took
//	key-names-attempt        a key's answer is about the attempt the key came with
//	one-key-per-attempt      an attempt came with one key for each operation
//	key-reused               a key came with another request
//	attempt-reused           an attempt came with another key
//	replayed-after-key-life  a key came back when a real gateway has forgotten it
//
// An empty list is a clean bill. It reads everything, so it is for tests and operators.
func (s *Simulator) Audit(ctx context.Context) ([]Finding, error) {
	var c contents
	err := s.do(ctx, func(b books) (err error) {
		c, err = b.everything()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("simulator: audit: %w", err)
	}
	findings := auditMoney(c)
	findings = append(findings, auditKeys(c)...)
	for _, complaint := range c.complaints {
		findings = append(findings, Finding{complaint.Rule,
			fmt.Sprintf("attempt %s, key %s", complaint.Attempt, complaint.Key)})
	}
	return findings, nil
}

func auditMoney(c contents) (findings []Finding) {
	captures, booked := map[string]int{}, map[string]int64{}
	for _, e := range c.entries {
		booked[e.Ref] += e.Moved.Minor
		if e.Kind == "charge" {
			captures[e.Attempt]++
		}
	}
	for attempt, n := range captures {
		if n > 1 {
			findings = append(findings, Finding{"captured-once",
				fmt.Sprintf("attempt %s took money %d times", attempt, n)})
		}
	}
	refunded, taken := map[string]int64{}, map[string]int64{}
	for _, op := range c.operations {
		want := op.Result.Moved.Minor
		switch op.Order.Op {
		case gateway.OpCharge:
			taken[op.Ref] = want
		case gateway.OpRefund:
			refunded[op.Parent] += want
			want = -want
		default:
			continue // captures are booked under their charge, disputes by their own rules
		}
		if booked[op.Ref] != want {
			findings = append(findings, Finding{"entry-matches",
				fmt.Sprintf("%s says %d, the ledger %d", op.Ref, want, booked[op.Ref])})
		}
	}
	for charge, sum := range refunded {
		if sum > taken[charge] {
			findings = append(findings, Finding{"refunds-within",
				fmt.Sprintf("%s took %d and gave back %d", charge, taken[charge], sum)})
		}
	}
	return findings
}

func auditKeys(c contents) (findings []Finding) {
	operations := map[string]operation{}
	for _, op := range c.operations {
		operations[op.Ref] = op
	}
	keys := map[opAttempt]string{}
	for _, call := range c.calls {
		op, ok := operations[call.Ref]
		if !ok || op.Order.attempt().ID != call.Attempt || call.Result.Ref != call.Ref {
			findings = append(findings, Finding{"key-names-attempt",
				fmt.Sprintf("key %s answers %s for attempt %s", call.Key, call.Ref,
					call.Attempt)})
		}
		at := opAttempt{call.Op, call.Attempt}
		if other, taken := keys[at]; taken {
			findings = append(findings, Finding{"one-key-per-attempt",
				fmt.Sprintf("attempt %s has %s and %s", call.Attempt, other, call.Key)})
		}
		keys[at] = call.Key
	}
	return findings
}
