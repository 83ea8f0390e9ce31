package sim_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// What make sim and make sim-payments ask for; a plain test run does a little of each.
var (
	seedCount     = flag.Int("seeds", 0, "how many seeds to live through; 0: the fixed ones")
	firstSeed     = flag.Uint64("seed", 0, "live through this one")
	paymentsCount = flag.Int("payments", 300, "how many invoices to collect on each engine")
)

func TestPayments(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := sim.Payments(t, sim.PaymentsPlan{Engine: engine, Invoices: *paymentsCount,
				Seed: 7, Crashes: 5, Dice: rand.New(rand.NewPCG(7, 1)), Say: progress(engine)})
			fmt.Fprintf(os.Stderr, "payments on %s: %s\n", engine, r)
			if r.ChargedTwice != 0 || r.NeverRecorded != 0 || r.Parked != 0 || r.Open != 0 {
				t.Errorf("%s", r)
			}
			for _, c := range r.Complaints {
				t.Errorf("the gateway complains: %s: %s", c.Rule, c.Detail)
			}
		})
	}
}

// progress tells of long experiments only.
func progress(engine string) func(string) {
	if *paymentsCount < 10_000 {
		return nil
	}
	return func(line string) { fmt.Fprintf(os.Stderr, "payments on %s: %s\n", engine, line) }
}
