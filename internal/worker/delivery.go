package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

const (
	// deliveryLease is longer than the sending of a whole lane and its record may take: a request
	// has 10 s (outbound.DefaultTimeout), and all of a lane begin within perEndpoint × orderGap, or
	// perEndpoint × turnPatience when they are about one noun.
	// It is also how long an event waits that was on its way when the process was killed.
	deliveryLease = 20 * time.Second
	// perEndpoint is how many requests one endpoint has at a time while there is room.
	perEndpoint = 16
	// inFlightMax is how many requests there are in all. One that hangs costs little but its place.
	inFlightMax = 4096
	// newcomers is for how many endpoints that nobody has heard of yet there is always room. It is
	// as large as it can be with perEndpoint requests for an endpoint that is alone.
	newcomers = inFlightMax/perEndpoint - 1
	// orderGap is how long an event waits for the one before it to be answered. An endpoint that
	// answers within it gets its events in order; a slower one gets them in order of sending, but
	// for what is about one noun: see turns.
	orderGap = 20 * time.Millisecond
)

// share is how many requests an endpoint may have when so many places are free and so many
// endpoints wait. The fuller it gets, the fewer each may hold, so that endpoints that hang, even
// a thousand of them that stopped answering one after the other with long queues, leave a place
// for the next one.
func share(free, waiting int) int {
	return min(perEndpoint, max(1, free/(waiting+newcomers)))
}

// dispatch claims deliveries that are due and sends them, each endpoint's in a lane of its own.
func (w *Worker) dispatch(ctx context.Context, parallel bool) (int, error) {
	free := inFlightMax - int(w.inFlight.Load())
	if ctx.Err() != nil || free <= 0 {
		return 0, nil
	}
	claimed, err := w.DB.ClaimDeliveries(ctx, store.Claim{NowMs: w.Clock.Now().UnixMilli(),
		LeaseMs: deliveryLease.Milliseconds(), Limit: free,
		PerEndpoint: func(waiting int) int { return share(free, waiting) }})
	if err != nil {
		return 0, fmt.Errorf("claim deliveries: %w", err)
	}
	var failed []error
	for _, lane := range lanes(claimed) {
		w.inFlight.Add(int64(len(lane)))
		places := w.turns.takeAll(lane)
		w.start(parallel, func() {
			defer w.wakeOnly(choreDeliveries) // the endpoint may have more
			defer w.inFlight.Add(-int64(len(lane)))
			send := func() error { return w.sendLane(ctx, lane, places, parallel) }
			if err := w.try(send); err != nil {
				w.Log.Error("delivering events failed", "endpoint", lane[0].Endpoint, "account",
					lane[0].Account, "livemode", lane[0].Livemode, "error", err)
				if !parallel {
					failed = append(failed, err)
				}
			}
		})
	}
	return len(claimed), errors.Join(failed...)
}

// lanes parts deliveries by endpoint, each lane in the order of its events.
func lanes(claimed []store.Delivery) (out [][]store.Delivery) {
	type key struct {
		billing.Scope
		endpoint string
	}
	places := map[key]int{}
	for _, d := range claimed {
		k := key{d.Scope, d.Endpoint}
		place, seen := places[k]
		if !seen {
			place = len(out)
			places[k] = place
			out = append(out, nil)
		}
		out[place] = append(out[place], d)
	}
	for _, lane := range out {
		slices.SortFunc(lane, func(a, b store.Delivery) int {
			return cmp.Compare(a.Event, b.Event)
		})
	}
	return out
}

// sendLane sends what one endpoint is to get. When the worker stops, what has not begun is left
// to the next one, which finds it when the lease runs out. Each request has its place in the line.
func (w *Worker) sendLane(ctx context.Context, lane []store.Delivery, places []*turn,
	parallel bool) error {
	defer func() { w.turns.leave(places) }() // those of what has not begun
	work := context.WithoutCancel(ctx)
	parcels, err := w.load(work, lane)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	failed := make([]error, len(parcels))
	for i, p := range parcels {
		if ctx.Err() != nil {
			break
		}
		if !parallel {
			failed[i] = w.deliver(work, p)
			continue
		}
		mine := places[0]
		places = places[1:]
		all.Go(func() {
			defer w.turns.end(mine)
			mine.wait(w.Clock)
			failed[i] = w.try(func() error { return w.deliver(work, p) })
		})
		select {
		case <-mine.answered:
		case <-w.Clock.After(orderGap):
		}
	}
	all.Wait()
	return errors.Join(failed...)
}

// deliver sends one event and has the outcome recorded.
func (w *Worker) deliver(ctx context.Context, p parcel) error {
	result := w.send(ctx, p)
	if result.State != store.DeliveryDelivered {
		w.Log.Info("event not delivered", "event", p.Event, "endpoint", p.Endpoint, "account",
			p.Account, "livemode", p.Livemode, "status", result.Status, "state", result.State,
			"tries", p.Tries+1, "error", result.Error)
	}
	err := w.App.FinishDelivery(ctx, p.Delivery, result)
	if errors.Is(err, store.ErrLeaseLost) {
		w.Log.Warn("delivery outlived its lease", "event", p.Event, "endpoint", p.Endpoint)
		return nil
	}
	if err != nil {
		return fmt.Errorf("record delivery of %s to %s: %w", p.Event, p.Endpoint, err)
	}
	return nil
}

// pauses are how long an event waits after each try that failed; the last one is repeated.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
	5 * time.Hour, 10 * time.Hour, 12 * time.Hour}

// triedFor is how long after its first try an event is given up.
const triedFor = 3 * 24 * time.Hour

// nextTry is when to try again after so many tries; false gives up.
func nextTry(tries, firstAtMs, nowMs int64) (atMs int64, again bool) {
	pause := pauses[min(int(tries), len(pauses))-1]
	atMs = nowMs + pause.Milliseconds()
	return atMs, atMs-firstAtMs <= triedFor.Milliseconds()
}
