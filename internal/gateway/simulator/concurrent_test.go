package simulator

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// TestOneCaptureWhateverTheHurry sends the same charge from many places at once.
func TestOneCaptureWhateverTheHurry(t *testing.T) {
	t.Parallel()
	for name, engine := range map[string]func(*testing.T) func(*Options){
		"volatile": func(*testing.T) func(*Options) { return func(*Options) {} },
		"sqlite":   onSQLite,
		"postgres": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, engine(t))
			request := chargeOf("att_1", b.card(t, "pm_card_visa"), 1000)
			refs := make([]string, 20)
			var all sync.WaitGroup
			for i := range refs {
				all.Go(func() {
					r, err := b.Charge(t.Context(), request)
					if err != nil {
						t.Error(err)
					}
					refs[i] = r.Ref
				})
			}
			all.Wait()
			for _, ref := range refs {
				if ref != refs[0] || ref == "" {
					t.Errorf("refs are %v", refs)
				}
			}
			b.clean(t)
		})
	}
}

// TestTwoProcesses opens the same PostgreSQL books twice, as two nodes would.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	engine := onPostgres(t)
	one := setup(t, engine)
	two := setup(t, engine, func(o *Options) {
		o.Rand = rand.NewChaCha8([32]byte{8})
	})
	ref := one.card(t, "pm_card_visa")
	var all sync.WaitGroup
	for i := range 20 {
		node := []*bundle{one, two}[i%2]
		all.Go(func() {
			r := chargeOf(fmt.Sprint("att_", i/2), ref, 100)
			if _, err := node.Charge(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	one.clean(t)
	one.clock.advance(time.Second)
	entries, _, err := one.Entries(t.Context(), time.Unix(0, 0), one.clock.Now(), "")
	if err != nil || len(entries) != 10 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

func TestPagesOfTheLedger(t *testing.T) {
	t.Parallel()
	for name, engine := range map[string]func(*testing.T) func(*Options){
		"volatile": func(*testing.T) func(*Options) { return func(*Options) {} },
		"sqlite":   onSQLite,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, engine(t))
			ref, from := b.card(t, "pm_card_visa"), b.clock.Now()
			for i := range 2*entriesPerPage + 10 {
				r := chargeOf(fmt.Sprint("att_", i), ref, 1)
				if _, err := b.Charge(t.Context(), r); err != nil {
					t.Fatal(err)
				}
				if i%7 == 0 {
					b.clock.advance(time.Millisecond)
				}
			}
			seen := map[string]bool{}
			for cursor := ""; ; {
				page, next, err := b.Entries(t.Context(), from, b.clock.Now().Add(1e9), cursor)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page {
					if seen[e.Attempt] {
						t.Errorf("%s came twice", e.Attempt)
					}
					seen[e.Attempt] = true
				}
				if cursor = next; next == "" {
					break
				}
			}
			if len(seen) != 2*entriesPerPage+10 {
				t.Errorf("saw %d entries", len(seen))
			}
			none, _, err := b.Entries(t.Context(), from.Add(-time.Hour), from, "")
			if err != nil || len(none) != 0 {
				t.Errorf("before the first: %v, %v", none, err)
			}
		})
	}
}

func TestOpenNeedsOneHome(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"none":     {},
		"two":      {Path: "x", Volatile: true},
		"three":    {Path: "x", DSN: "y", Volatile: true},
		"no clock": {Volatile: true},
	} {
		if name != "no clock" {
			o.Clock = new(testClock).Now
		}
		o.Rand = rand.NewChaCha8([32]byte{1})
		if s, err := Open(t.Context(), o); err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		}
	}
}
