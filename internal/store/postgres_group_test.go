package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

var (
	leftShape  = &shape{one: "left", many: "lefts"}
	rightShape = &shape{one: "right", many: "rights"}
)

// pair is a transaction with a row of each shape.
func pair(name string) []stmt {
	return []stmt{{shape: leftShape, args: []any{name}}, {shape: rightShape, args: []any{name}}}
}

// tower sees what takes off, and says how it ends.
type tower struct {
	*pgGroups
	flights chan flight
}

type flight struct {
	stmts []stmt
	land  chan error
}

func newTower() tower {
	w := tower{&pgGroups{}, make(chan flight)}
	w.fly = func(_ context.Context, stmts []stmt) error {
		f := flight{stmts, make(chan error)}
		w.flights <- f
		return <-f.land
	}
	return w
}

func (w tower) start(name string) chan error {
	return begun(func() error { return w.write(context.Background(), pair(name)) })
}

// fill uses every runway, and lets some wait for one. What comes back is the group that takes off
// when one lands, and who is in it.
func (w tower) fill(t *testing.T, names ...string) (group flight, members []chan error) {
	t.Helper()
	var first []chan error
	var flying []flight
	for range flightsMax {
		first = append(first, w.start("first"))
		flying = append(flying, <-w.flights)
	}
	for i, name := range names {
		members = append(members, w.start(name))
		for waiting := 0; waiting <= i; {
			w.mu.Lock()
			if w.waiting != nil {
				waiting = len(w.waiting.members)
			}
			w.mu.Unlock()
		}
	}
	for _, f := range flying {
		f.land <- nil
	}
	for _, done := range first {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	return <-w.flights, members
}

func named(stmts []stmt) (out []string) {
	for _, st := range stmts {
		out = append(out, st.shape.one+" "+st.args[0].(string))
	}
	return out
}

func TestWhoComesMeanwhileSharesACommit(t *testing.T) {
	t.Parallel()
	group, members := newTower().fill(t, "a", "b", "c")
	want := []string{"left a", "left b", "left c", "right a", "right b", "right c"}
	if got := named(group.stmts); !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	group.land <- nil
	for _, done := range members {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestMembersOfARefusedGroupAreTriedAlone(t *testing.T) {
	t.Parallel()
	for _, no := range []error{&pgconn.PgError{Code: "23503"}, UniqueError{Constraint: "a.b"}} {
		w := newTower()
		group, members := w.fill(t, "a", "b")
		group.land <- no
		one, other := <-w.flights, <-w.flights
		alone := append(named(one.stmts), named(other.stmts)...)
		slices.Sort(alone)
		if !slices.Equal(alone, []string{"left a", "left b", "right a", "right b"}) {
			t.Errorf("tried alone: %v", alone)
		}
		one.land <- no
		other.land <- nil
		failed := 0
		for _, done := range members {
			if <-done != nil {
				failed++
			}
		}
		if failed != 1 {
			t.Errorf("%d failed instead of the one that is at fault", failed)
		}
	}
}

// What became of a commit whose answer is lost is not known: trying it again could do it twice.
func TestAGroupWhoseAnswerIsLostIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	group, members := newTower().fill(t, "a", "b")
	lost := errors.New("connection reset")
	group.land <- lost
	for _, done := range members {
		if err := <-done; !errors.Is(err, lost) {
			t.Errorf("got %v", err)
		}
	}
}

func TestOnlyInsertsShareACommit(t *testing.T) {
	t.Parallel()
	single := &shape{one: "update"}
	for _, stmts := range [][]stmt{nil, append(pair("a"), stmt{shape: single}),
		append(pair("a"), stmt{shape: leftShape, must: true})} {
		if mayShare(stmts) {
			t.Errorf("%d statements may share", len(stmts))
		}
	}
	if !mayShare(pair("a")) {
		t.Error("inserts may not share")
	}
}
