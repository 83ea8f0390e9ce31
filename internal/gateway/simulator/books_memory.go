package simulator

import (
	"cmp"
	"container/heap"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

// memory keeps the books in maps, for simulations and benchmarks. It has no rollback: the code
// above checks first and writes last, and writing to a map does not fail.
type memory struct {
	instrumentOf map[string]instrument
	operationOf  map[string]operation
	refOf        map[opAttempt]string
	callOf       map[string]call
	challengeOf  map[string]challenge
	ledger       []gateway.Entry // in the order of entryKey
	queue        dueHeap
	dropped      map[string]bool // ids still in queue
	complaints   []complaint
}

type opAttempt struct {
	op      gateway.Op
	attempt string
}

func newMemory() *memory {
	return &memory{
		instrumentOf: map[string]instrument{},
		operationOf:  map[string]operation{},
		refOf:        map[opAttempt]string{},
		callOf:       map[string]call{},
		challengeOf:  map[string]challenge{},
		dropped:      map[string]bool{},
	}
}

func (m *memory) do(_ context.Context, f func(books) error) error { return f(m) }

// Close forgets nothing: the maps live as long as the simulator.
func (m *memory) Close() error { return nil }

func (m *memory) instrument(ref string) (instrument, bool, error) {
	i, ok := m.instrumentOf[ref]
	return i, ok, nil
}

func (m *memory) putInstrument(i instrument) error {
	m.instrumentOf[i.Ref] = i
	return nil
}

func (m *memory) operation(ref string) (operation, bool, error) {
	o, ok := m.operationOf[ref]
	return o, ok, nil
}

func (m *memory) operationFor(op gateway.Op, attempt string) (operation, bool, error) {
	ref, ok := m.refOf[opAttempt{op, attempt}]
	if !ok {
		return operation{}, false, nil
	}
	return m.operation(ref)
}

func (m *memory) putOperation(o operation) error {
	m.operationOf[o.Ref] = o
	m.refOf[opAttempt{o.Order.Op, o.Order.attempt().ID}] = o.Ref
	return nil
}

func (m *memory) call(key string) (call, bool, error) {
	c, ok := m.callOf[key]
	return c, ok, nil
}

func (m *memory) putCall(c call) error {
	m.callOf[c.Key] = c
	return nil
}

func (m *memory) challenge(token string) (challenge, bool, error) {
	c, ok := m.challengeOf[token]
	return c, ok, nil
}

func (m *memory) putChallenge(c challenge) error {
	m.challengeOf[c.Token] = c
	return nil
}

// addEntry nearly always appends; only a clock that stands still or goes back has to search.
func (m *memory) addEntry(e gateway.Entry) error {
	if n := len(m.ledger); n == 0 || entryKey(m.ledger[n-1]) < entryKey(e) {
		m.ledger = append(m.ledger, e)
		return nil
	}
	at, _ := slices.BinarySearchFunc(m.ledger, e, func(a, b gateway.Entry) int {
		return cmp.Compare(entryKey(a), entryKey(b))
	})
	m.ledger = slices.Insert(m.ledger, at, e)
	return nil
}

func (m *memory) entries(
	from, to time.Time, after string, limit int,
) ([]gateway.Entry, []string, error) {
	at, _ := slices.BinarySearchFunc(m.ledger, from, func(e gateway.Entry, t time.Time) int {
		return e.At.Compare(t)
	})
	var found []gateway.Entry
	var keys []string
	for _, e := range m.ledger[at:] {
		if !e.At.Before(to) || len(found) == limit {
			break
		}
		if key := entryKey(e); key > after {
			found, keys = append(found, e), append(keys, key)
		}
	}
	return found, keys, nil
}

func (m *memory) addItem(i item) error {
	heap.Push(&m.queue, i)
	return nil
}

func (m *memory) dropItem(id string) error {
	m.dropped[id] = true
	m.sweep()
	return nil
}

// sweep takes dropped items off the top, so that the top is always real.
func (m *memory) sweep() {
	for len(m.queue) > 0 && m.dropped[m.queue[0].ID] {
		gone := heap.Pop(&m.queue).(item)
		delete(m.dropped, gone.ID)
	}
}

func (m *memory) dueItems(now time.Time, limit int) ([]item, error) {
	var due []item
	for len(m.queue) > 0 && len(due) < limit && !m.queue[0].Due.After(now) {
		due = append(due, heap.Pop(&m.queue).(item))
		m.sweep()
	}
	for _, i := range due {
		heap.Push(&m.queue, i) // looking is not taking
	}
	return due, nil
}

func (m *memory) nextDue() (time.Time, bool, error) {
	if len(m.queue) == 0 {
		return time.Time{}, false, nil
	}
	return m.queue[0].Due, true, nil
}

func (m *memory) addComplaint(c complaint) error {
	m.complaints = append(m.complaints, c)
	return nil
}

func (m *memory) everything() (contents, error) {
	c := contents{
		instruments: slices.Collect(maps.Values(m.instrumentOf)),
		operations:  slices.Collect(maps.Values(m.operationOf)),
		calls:       slices.Collect(maps.Values(m.callOf)),
		entries:     slices.Clone(m.ledger),
		complaints:  slices.Clone(m.complaints),
	}
	for _, i := range m.queue {
		if !m.dropped[i.ID] {
			c.items = append(c.items, i)
		}
	}
	return c, nil
}

// dueHeap is the queue, earliest first and then in the order of arrival.
type dueHeap []item

func (h dueHeap) Len() int      { return len(h) }
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)   { *h = append(*h, x.(item)) }

func (h dueHeap) Less(i, j int) bool {
	if !h[i].Due.Equal(h[j].Due) {
		return h[i].Due.Before(h[j].Due)
	}
	return h[i].ID < h[j].ID
}

func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
