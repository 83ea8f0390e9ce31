package id_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/id"
)

var shape = regexp.MustCompile(`^cus_[0-9A-Za-z]{24}$`)

func TestSystemIDsSortInTheOrderOfMaking(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 26, 0, 0, 0, 0, time.UTC)
	s := id.NewSystem(func() time.Time { return now }, nil)
	var made []string
	for i := range 200 {
		switch i {
		case 50:
			now = now.Add(time.Millisecond)
		case 100:
			now = now.Add(-time.Hour) // the clock is set back
		case 150:
			now = now.Add(2 * time.Hour)
		}
		made = append(made, s.New("cus"))
	}
	for _, x := range made {
		if !shape.MatchString(x) {
			t.Fatalf("%q has the wrong shape", x)
		}
	}
	if !slices.IsSorted(made) || len(slices.Compact(slices.Clone(made))) != len(made) {
		t.Fatal("ids are out of order or repeat")
	}
}

func TestSystemIsSafeForSeveralGoroutines(t *testing.T) {
	t.Parallel()
	s := id.NewSystem(func() time.Time { return time.Unix(1, 0) }, nil)
	seen := sync.Map{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				if _, twice := seen.LoadOrStore(s.New("evt"), true); twice {
					t.Error("the same id was made twice")
				}
			}
		})
	}
	wg.Wait()
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	seeded := func() id.Source {
		return id.NewSystem(func() time.Time { return time.Unix(1, 0) }, id.NewSeeded(7))
	}
	for name, s := range map[string]id.Source{"system": seeded(), "sequence": &id.Sequence{}} {
		a, b := s.Secret("whsec", 40), s.Secret("whsec", 40)
		if a == b || !strings.HasPrefix(a, "whsec_") || len(a) != len("whsec_")+40 {
			t.Errorf("%s: secrets %q and %q", name, a, b)
		}
		if bare := s.Secret("", 10); len(bare) != 10 || strings.Contains(bare, "_") {
			t.Errorf("%s: a secret without prefix is %q", name, bare)
		}
	}
	if one, other := seeded().New("x"), seeded().New("x"); one != other {
		t.Error("the same seed made different ids")
	}
}

func TestSequenceIsTheSameInEveryRun(t *testing.T) {
	t.Parallel()
	s := &id.Sequence{}
	if got := []string{s.New("cus"), s.New("sub")}; got[0] != "cus_000000000000000000000001" ||
		got[1] != "sub_000000000000000000000002" {
		t.Fatalf("got %v", got)
	}
}
