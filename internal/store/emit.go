package store

import (
	"bytes"
	"slices"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
)

// eventTypes say which events a noun has.
type eventTypes struct {
	prefix string // "customer.subscription"; empty when the noun is silent
	// created and updated are emitted by themselves at commit, when nobody emitted them before.
	created, updated bool
	// own lists named events that stand for their own change: no update is told besides.
	own []string
}

// automatic are the events of most nouns.
func automatic(prefix string, own ...string) eventTypes {
	return eventTypes{prefix: prefix, created: true, updated: true, own: own}
}

// explicit are the events of a noun that emits only what it is told to.
func explicit(prefix string) eventTypes { return eventTypes{prefix: prefix} }

func (t eventTypes) standsAlone(eventType string) bool {
	return !t.updated || strings.HasSuffix(eventType, ".created") ||
		strings.HasSuffix(eventType, ".deleted") || slices.Contains(t.own, eventType)
}

// stagedEvent is a row of the events table that is not written yet.
type stagedEvent struct {
	scope           billing.Scope
	id, typ, object string
	data            []byte
}

// Emit stages an event with the noun as it is now. When the noun changed since its last
// snapshot, and the event does not stand for that change itself, `<noun>.updated` comes first; a
// new noun that nobody told of is created first. One that is not tracked, such as the preview of
// an invoice, is only snapshotted.
func (c *Collection[T]) Emit(tx *Tx, v *T, eventType string) error {
	e := c.known(tx, c.id(v))
	if e == nil || e.v != v {
		shown, err := c.Render(tx, v)
		if err == nil {
			tx.stage(stagedEvent{typ: eventType, object: c.id(v), data: envelope(shown, nil)})
		}
		return err
	}
	if c.events.updated && eventType == c.events.prefix+".updated" {
		return c.Updated(tx, v)
	}
	unborn := !e.snapped && eventType != c.events.prefix+".created"
	if unborn || !c.events.standsAlone(eventType) {
		if err := c.Updated(tx, v); err != nil {
			return err
		}
	}
	now, err := e.encode()
	if err != nil {
		return err
	}
	return e.snapshot(tx, eventType, now.doc, nil)
}

// Updated stages `<noun>.updated`, with what the changed fields held before, if the noun changed
// since its last snapshot; otherwise it does nothing. A new noun is created instead.
func (c *Collection[T]) Updated(tx *Tx, v *T) error {
	e := c.must(tx, v)
	now, err := e.encode()
	if err != nil {
		return err
	}
	return e.tell(tx, now.doc)
}

// Remember keeps how the noun was last told of, before something changes that it shows whole and
// that is stored apart from it.
func (c *Collection[T]) Remember(tx *Tx, v *T) (err error) {
	e := c.must(tx, v)
	if e.snapped {
		e.snapShown, err = e.lastShown(tx)
	}
	return err
}

// Changed says whether the noun differs, in public, from its last snapshot.
func (c *Collection[T]) Changed(tx *Tx, v *T) bool {
	e := c.must(tx, v)
	now, err := e.encode()
	return err != nil || !e.snapped || !bytes.Equal(now.doc, e.snap)
}

// announce tells at commit what nobody told before.
func (e *entry[T]) announce(tx *Tx) (err error) {
	if e.next, err = e.encode(); err != nil {
		return err
	}
	if e.tombstone() {
		return nil // whoever deletes says so
	}
	return e.tell(tx.As(e.scope), e.next.doc)
}

// tell stages the automatic event of a change.
func (e *entry[T]) tell(tx *Tx, doc []byte) error {
	switch types := e.c.events; {
	case !e.snapped && types.created:
		return e.snapshot(tx, types.prefix+".created", doc, nil)
	case !e.snapped || !types.updated || bytes.Equal(doc, e.snap):
		return nil
	default:
		was, err := e.lastShown(tx)
		if err != nil {
			return err
		}
		return e.snapshot(tx, types.prefix+".updated", doc, was)
	}
}

// lastShown is how the last snapshot was shown.
func (e *entry[T]) lastShown(tx *Tx) ([]byte, error) {
	if e.snapShown != nil {
		return e.snapShown, nil
	}
	return e.c.Render(tx, e.base)
}

// snapshot stages an event; was is how the noun was shown before, for events that say so.
func (e *entry[T]) snapshot(tx *Tx, eventType string, doc, was []byte) error {
	shown, err := e.c.Render(tx, e.v)
	if err != nil {
		return err
	}
	var previous []byte
	if was != nil {
		previous = diff(was, shown)
	}
	if was == nil || len(previous) > len("{}") { // else only what the API hides has changed
		tx.stage(stagedEvent{typ: eventType, object: e.c.id(e.v), data: envelope(shown, previous)})
	}
	e.snap, e.snapShown, e.snapped = doc, shown, true
	return nil
}

func envelope(object, previous []byte) []byte {
	b := make([]byte, 0, len(object)+len(previous)+40)
	b = append(append(b, `{"object":`...), object...)
	if previous != nil {
		b = append(append(b, `,"previous_attributes":`...), previous...)
	}
	return append(b, '}')
}

func (tx *Tx) stage(e stagedEvent) {
	e.scope, e.id = tx.scope, tx.w.ids.New("evt")
	tx.w.events = append(tx.w.events, e)
	tx.w.left.Events++
}

var eventColumns = []string{"account text", "livemode boolean", "id text", "type text",
	"object_id text", "created bigint", "request_id text", "idempotency_key text",
	"api_version text", "data json"}

var (
	eventShape = insertShape("events", eventColumns)

	// fanOutShape makes one delivery per enabled endpoint that listens to the event's type.
	fanOutShape = &shape{
		one: `insert into deliveries (account, livemode, event, endpoint, state, deliver_at_ms)
			select account, livemode, $3, endpoint, 'pending', $5 from webhook_endpoint_events w
			where account = $1 and livemode = $2 and ` + listening("$4"),
		many: `insert into deliveries (account, livemode, event, endpoint, state, deliver_at_ms)
			select w.account, w.livemode, n.event, w.endpoint, 'pending', n.deliver_at_ms
			from unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::bigint[])
			as n(account, livemode, event, type, deliver_at_ms)
			join webhook_endpoint_events w on w.account = n.account and w.livemode = n.livemode
			and ` + listening("n.type"),
	}
)

// queueEvents writes the staged events and their deliveries, in the order of staging.
func (tx *Tx) queueEvents() {
	w, o := tx.w, tx.origin
	events, fanOut := make([]stmt, 0, len(w.events)), make([]stmt, 0, len(w.events))
	for _, e := range w.events {
		events = append(events, stmt{shape: eventShape, args: []any{
			e.scope.Account, e.scope.Livemode, e.id, e.typ, e.object, o.Now, orNull(o.RequestID),
			orNull(o.IdempotencyKey), billing.APIVersion, asText(e.data)}})
		fanOut = append(fanOut, stmt{shape: fanOutShape, count: &w.fanOut, args: []any{
			e.scope.Account, e.scope.Livemode, e.id, e.typ, o.Now * 1000}})
	}
	w.link.queue(events...)
	w.link.queue(fanOut...)
	w.events = nil
}
