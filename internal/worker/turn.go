package worker

import (
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/store"
)

// turnPatience is how long an event waits for the answer to the one before it about the same noun.
// So a queue of perEndpoint of them has begun long before the end of deliveryLease.
const turnPatience = 400 * time.Millisecond

// turns keep what one endpoint is told of one noun in order, across lanes: a subscription that is
// created and then paid must not be read the other way round because the first request took a
// little longer. An endpoint that keeps us waiting gets them in the order of sending.
type turns struct {
	mu   sync.Mutex
	last map[line]*turn
}

// line is where requests about one noun line up.
type line struct {
	billing.Scope
	endpoint, object string
}

// turn is the place of one request.
type turn struct {
	line
	before          *turn // nil: nobody
	begun, answered chan struct{}
}

// takeAll lines up the requests of a lane, in their order. It is for the one who claims lanes, so
// that a later lane never comes before this one.
func (t *turns) takeAll(lane []store.Delivery) []*turn {
	places := make([]*turn, len(lane))
	for i, d := range lane {
		places[i] = t.take(line{d.Scope, d.Endpoint, d.Object})
	}
	return places
}

// leave gives up places whose requests are not made.
func (t *turns) leave(places []*turn) {
	for _, mine := range places {
		close(mine.begun)
		t.end(mine)
	}
}

// take lines a request up. Who takes a turn must wait for it and end it, or leave.
func (t *turns) take(l line) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		t.last = map[line]*turn{}
	}
	mine := &turn{line: l, before: t.last[l], begun: make(chan struct{}),
		answered: make(chan struct{})}
	t.last[l] = mine
	return mine
}

// wait ends when the request before was answered, or has had its time.
func (t *turn) wait(c clock.Clock) {
	if t.before != nil {
		<-t.before.begun
		select {
		case <-t.before.answered:
		case <-c.After(turnPatience):
		}
		t.before = nil
	}
	close(t.begun)
}

// end says that a request was answered.
func (t *turns) end(mine *turn) {
	close(mine.answered)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last[mine.line] == mine {
		delete(t.last, mine.line)
	}
}
