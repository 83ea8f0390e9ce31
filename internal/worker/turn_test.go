package worker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/store"
)

// TestOneNounIsToldInOrder: what happens to a noun waits for the answer to what was told before,
// as long as that has patience; what happens to another noun, or is told elsewhere, does not.
func TestOneNounIsToldInOrder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		next    line
		answers time.Duration // after the first one began
		begins  time.Duration
	}{
		{"at once", line{endpoint: "we_1", object: "sub_1"}, 0, 0},
		{"late", line{endpoint: "we_1", object: "sub_1"}, 300 * time.Millisecond,
			300 * time.Millisecond},
		{"too late", line{endpoint: "we_1", object: "sub_1"}, time.Hour, turnPatience},
		{"another noun", line{endpoint: "we_1", object: "sub_2"}, time.Hour, 0},
		{"another endpoint", line{endpoint: "we_2", object: "sub_1"}, time.Hour, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				all, start := &turns{}, time.Now()
				first := all.take(line{endpoint: "we_1", object: "sub_1"})
				second := all.take(test.next)
				go func() {
					first.wait(clock.System{})
					<-time.After(test.answers)
					all.end(first)
				}()
				second.wait(clock.System{})
				if began := time.Since(start); began != test.begins {
					t.Errorf("the second begins after %v", began)
				}
				all.end(second)
				<-time.After(2 * time.Hour)
				if len(all.last) != 0 {
					t.Errorf("%d lines are kept", len(all.last))
				}
			})
		})
	}
}

// TestWhoLeavesKeepsNobodyWaiting: a worker that stops gives up what it has not begun.
func TestWhoLeavesKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all, start := &turns{}, time.Now()
		lane := []store.Delivery{{Endpoint: "we_1", Object: "sub_1"}}
		places := all.takeAll(append(lane, lane...))
		next := all.takeAll(lane)[0]
		all.leave(places)
		next.wait(clock.System{})
		if took := time.Since(start); took != 0 {
			t.Errorf("the next one waits for %v", took)
		}
	})
}

// TestAQueueThatHangsBeginsWithinItsLease: each request of a full queue about one noun gets its
// time, one after the other.
func TestAQueueThatHangsBeginsWithinItsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all, start := &turns{}, time.Now()
		var last *turn
		for range perEndpoint {
			last = all.take(line{endpoint: "we_1", object: "sub_1"})
			go last.wait(clock.System{})
		}
		<-last.begun
		if took := time.Since(start); took != (perEndpoint-1)*turnPatience ||
			took > deliveryLease/2 {
			t.Errorf("the last begins after %v", took)
		}
	})
}
