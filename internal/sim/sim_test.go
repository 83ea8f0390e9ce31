package sim_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// What make sim and make sim-payments ask for; a plain test run does a little of each.
var (
	seedCount     = flag.Int("seeds", 0, "how many seeds to live through; 0: the fixed ones")
	shrinking     = flag.Bool("shrink", false, "look for fewer steps that fail in the same life")
	firstSeed     = flag.Uint64("seed", 0, "live through this one")
	paymentsCount = flag.Int("payments", 300, "how many invoices to collect on each engine")
)

func TestPayments(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines() {
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

// corpus are the seeds that every test run lives through, among them all that ever failed.
var corpus = []uint64{1, 1011, 1015, 1033, 1041, 1053, 1058, 1074, 1120, 1156, 1178, 1182, 1188}

// interesting is what the lives together must have reached, or their checks prove nothing.
var interesting = []string{
	"a crash", "a replayed answer", "a life with webhooks", "another account that looks",
	"a webhook to an endpoint that is up",
	"a preview that came true", "a credit of something that was billed",
	"subscription trialing", "subscription active", "subscription past_due",
	"subscription incomplete", "subscription canceled",
	"attempt charge succeeded", "attempt charge declined", "attempt charge unknown",
	"attempt refund succeeded", "event invoice.voided", "event invoice.paid",
	"event invoice.payment_failed", "event customer.subscription.trial_will_end",
	"event charge.refunded",
}

// steps is how many commands are given in a life.
const steps = 150

func seeds() (list []uint64) {
	if *firstSeed != 0 {
		return []uint64{*firstSeed}
	}
	for n := range *seedCount {
		list = append(list, uint64(n)+1000)
	}
	if *seedCount == 0 {
		return corpus
	}
	return list
}

// plan is the life of a seed. Each step has dice of its own.
func plan(engine string, seed uint64, drop map[int]bool) sim.LifePlan {
	return sim.LifePlan{Engine: engine, Seed: seed, Steps: steps, Drop: drop,
		Dice: func(step int) sim.Dice { return rand.New(rand.NewPCG(seed, uint64(step))) }}
}

// TestSeeds lives through each seed on both engines: the auditor finds nothing, both lives are the
// same, and all of them together have reached what is worth checking.
func TestSeeds(t *testing.T) {
	t.Parallel()
	seen, mu := sim.Coverage{}, sync.Mutex{}
	t.Run("lives", func(t *testing.T) {
		for _, seed := range seeds() {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				reached := bothLives(t, seed)
				mu.Lock()
				defer mu.Unlock()
				seen.Add(reached)
			})
		}
	})
	if *seedCount > 0 || testing.Verbose() {
		fmt.Fprintf(os.Stderr, "reached:\n%s\n", seen)
	}
	if missing := seen.Missing(interesting); *firstSeed == 0 && len(missing) > 0 && !t.Failed() {
		t.Errorf("no life has reached: %s", strings.Join(missing, "; "))
	}
}

// bothLives lives through a seed on each engine.
func bothLives(t *testing.T, seed uint64) (seen sim.Coverage) {
	dumps := map[string]string{}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Log("again: " + sim.Rerun(engine, seed))
				}
			}()
			dumps[engine], seen = sim.Live(t, plan(engine, seed, nil))
		})
	}
	if t.Failed() && *shrinking {
		shrink(t, seed)
	}
	if t.Failed() || len(dumps) < len(storetest.Engines()) { // -run may ask for one engine
		return seen
	}
	if line, a, b := differ(dumps["sqlite"], dumps["postgres"]); line > 0 {
		t.Errorf("line %d of the dump is on SQLite\n%s\nand on PostgreSQL\n%s", line, a, b)
	}
	return seen
}

// TestHeld bills what was really held, whatever was changed when.
func TestHeld(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			for seed := range uint64(max(4, *seedCount/10)) {
				sim.Held(t, sim.HeldPlan{Engine: engine, Changes: 14,
					Dice: rand.New(rand.NewPCG(seed, 13))})
			}
		})
	}
}

// shrink drops steps, in ever smaller pieces, as long as the life still goes wrong.
func shrink(t *testing.T, seed uint64) {
	drop := map[int]bool{}
	wrong := func(drop map[int]bool) bool {
		return !t.Run("shorter", func(t *testing.T) { sim.Live(t, plan("sqlite", seed, drop)) })
	}
	for size := steps / 2; size >= 1; size /= 2 {
		for from := 1; from <= steps; from += size {
			fewer := maps.Clone(drop)
			for step := from; step < from+size && step <= steps; step++ {
				fewer[step] = true
			}
			if len(fewer) > len(drop) && wrong(fewer) {
				drop = fewer
			}
		}
	}
	t.Logf("seed %d goes wrong with %d of %d steps; the last run above shows them", seed,
		steps-len(drop), steps)
	wrong(drop)
}

// differ finds the first line that is not the same.
func differ(a, b string) (line int, in, other string) {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(as), len(bs)) {
		if i >= len(as) || i >= len(bs) || as[i] != bs[i] {
			return i + 1, at(as, i), at(bs, i)
		}
	}
	return 0, "", ""
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// buildFolder is where tests put what they build.
var buildFolder string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	folder, err := os.MkdirTemp("", "portico-sim-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	buildFolder = folder
	return m.Run()
}
