package scenario_test

import (
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestBooksAreCompared: a capture whose answer and notification were lost, and whose attempt was
// concluded as not executed, is found in the gateway's books within a day and pays its invoice.
func TestBooksAreCompared(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := scenario.Open(t, open, scenario.Plan{
			Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Options: func(_ *app.Options, o *simulator.Options) {
				o.Faults = func(op gateway.Op, _ gateway.Attempt) simulator.Fault {
					if op == gateway.OpCharge {
						return simulator.Fault{Kind: simulator.LostAnswer}
					}
					return simulator.Fault{}
				}
				o.DeliveryFaults = func(gateway.Notification) simulator.DeliveryFault {
					return simulator.DeliveryFault{Drop: true}
				}
			}})
		h.Settle() // a worker compares when it starts, and then once a day
		n := unknown(t, h)
		n.bring("not_executed")
		n.expect("before", []string{"not_executed", "open", "processing"})
		h.MoveTo(h.Clock.Now().Add(23 * time.Hour))
		n.expect("the same day", []string{"not_executed", "open", "processing"})
		h.MoveTo(h.Clock.Now().Add(2 * time.Hour))
		n.expect("a day later", []string{"succeeded", "paid", "succeeded"})
		h.Tell("verify", "captured 2900")
	})
}
