package worker

import (
	"testing"
	"time"
)

// TestPlacesAreLeftForTheNextEndpoint lets endpoints hang one after the other, each taking all
// that it may: the worst order, because the first ones find everything free.
func TestPlacesAreLeftForTheNextEndpoint(t *testing.T) {
	t.Parallel()
	if got := share(inFlightMax, 1); got != perEndpoint {
		t.Errorf("an endpoint that is alone may have %d requests, want %d", got, perEndpoint)
	}
	free := inFlightMax
	for hanging := range 1000 {
		if free -= share(free, 1); free <= 0 {
			t.Fatalf("no place is left after %d endpoints", hanging+1)
		}
	}
	for waiting := range inFlightMax {
		if waiting*share(inFlightMax, waiting) >= inFlightMax {
			t.Fatalf("%d endpoints at once leave no place", waiting)
		}
	}
}

func TestRetriesBackOffOverThreeDays(t *testing.T) {
	t.Parallel()
	const first = int64(1767225600_000)
	day := 24 * time.Hour
	for _, test := range []struct {
		tries int64
		at    time.Duration // of the try that failed, since the first one
		pause time.Duration // 0 gives up
	}{
		{1, 0, time.Minute},
		{2, time.Minute, 5 * time.Minute},
		{3, 6 * time.Minute, 30 * time.Minute},
		{4, 36 * time.Minute, 2 * time.Hour},
		{5, 3 * time.Hour, 5 * time.Hour},
		{6, 8 * time.Hour, 10 * time.Hour},
		{7, 18 * time.Hour, 12 * time.Hour},
		{8, 30 * time.Hour, 12 * time.Hour},
		{1000, 30 * time.Hour, 12 * time.Hour},
		{11, 3*day - 12*time.Hour - time.Millisecond, 12 * time.Hour},
		{11, 3*day - 12*time.Hour, 12 * time.Hour}, // the last one is three days after the first
		{11, 3*day - 12*time.Hour + time.Millisecond, 0},
		{1, 3*day - time.Minute, time.Minute},
		{1, 3 * day, 0},
	} {
		now := first + test.at.Milliseconds()
		at, again := nextTry(test.tries, first, now)
		if again != (test.pause != 0) {
			t.Errorf("try %d after %v: again is %v", test.tries, test.at, again)
		}
		if again && at != now+test.pause.Milliseconds() {
			t.Errorf("try %d after %v: again after %d ms, want %v", test.tries, test.at, at-now,
				test.pause)
		}
	}
}
