package clock

import (
	"context"
	"sync"
	"time"
)

// Manual stands still until it is moved. It is safe for several goroutines.
type Manual struct {
	mu      sync.Mutex
	now     time.Time
	waiting []alarm
}

type alarm struct {
	at   time.Time
	ring chan time.Time
}

// NewManual stands at a moment.
func NewManual(at time.Time) *Manual { return &Manual{now: at.UTC()} }

// Now is where the clock was moved to last.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock forward and wakes whoever waits for a moment that is now reached.
func (m *Manual) Advance(d time.Duration) { m.Set(m.Now().Add(d)) }

// Set moves the clock to a moment.
func (m *Manual) Set(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = at.UTC()
	kept := m.waiting[:0]
	for _, a := range m.waiting {
		if a.at.After(m.now) {
			kept = append(kept, a)
			continue
		}
		a.ring <- m.now
	}
	m.waiting = kept
}

// Waiting is how many sleepers there are: a test moves the clock once its worker sleeps.
func (m *Manual) Waiting() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waiting)
}

// After sends the time once the clock was moved d forward.
func (m *Manual) After(d time.Duration) <-chan time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	ring := make(chan time.Time, 1)
	if d <= 0 {
		ring <- m.now
		return ring
	}
	m.waiting = append(m.waiting, alarm{m.now.Add(d), ring})
	return ring
}

// Sleep waits until the clock was moved d forward.
func (m *Manual) Sleep(ctx context.Context, d time.Duration) error {
	return wait(ctx, m.After(d))
}
