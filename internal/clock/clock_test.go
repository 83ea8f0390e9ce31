package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/clock"
)

var start = time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)

func TestManualMovesOnlyWhenMoved(t *testing.T) {
	t.Parallel()
	m := clock.NewManual(start)
	if got := m.Now(); !got.Equal(start) {
		t.Fatalf("Now() = %v, want %v", got, start)
	}
	m.Advance(time.Hour)
	if got := m.Now(); !got.Equal(start.Add(time.Hour)) {
		t.Fatalf("Now() = %v an hour later", got)
	}
}

func TestManualWakesAtTheMoment(t *testing.T) {
	t.Parallel()
	m := clock.NewManual(start)
	ring := m.After(time.Minute)
	m.Advance(59 * time.Second)
	if m.Waiting() != 1 {
		t.Fatal("the alarm rang a second early")
	}
	m.Advance(time.Second)
	if at := <-ring; !at.Equal(start.Add(time.Minute)) {
		t.Fatalf("rang at %v", at)
	}
	if m.Waiting() != 0 {
		t.Fatal("the alarm still waits after it rang")
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]clock.Clock{
		"manual": clock.NewManual(start), "system": clock.System{},
	} {
		if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Sleep = %v, want canceled", name, err)
		}
	}
}

func TestSystemSleepsAndIsUTC(t *testing.T) {
	t.Parallel()
	var c clock.System
	before := c.Now()
	if err := c.Sleep(t.Context(), time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if !(<-c.After(time.Millisecond)).After(before) || before.Location() != time.UTC {
		t.Fatalf("the system's clock stands still, or not in UTC: %v", before)
	}
}
