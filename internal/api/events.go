package api

import (
	"errors"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

type eventFilters struct {
	pageParams
	Created         timeRange `form:"created"`
	DeliverySuccess *bool     `form:"delivery_success"`
	Type            *string   `form:"type"`
	Types           []string  `form:"types"`
}

// eventTypesMax is how many types one list may name.
const eventTypesMax = 20

var listEvents = query(func(c *call, q *store.View, p *eventFilters) (any, error) {
	at, err := p.cursor()
	if err != nil {
		return nil, err
	}
	types := p.Types
	switch {
	case p.Type != nil && len(types) > 0:
		return nil, billing.Invalid("type", "You may only specify one of these parameters: type, "+
			"types.").WithCode("parameters_exclusive")
	case len(types) > eventTypesMax:
		return nil, billing.Invalid("types", "At most %d types can be given.", eventTypesMax)
	case p.Type != nil && *p.Type != "*":
		types = []string{*p.Type}
	}
	for _, t := range types {
		if i := strings.IndexByte(t, '*'); i >= 0 && i != len(t)-1 {
			return nil, billing.Invalid("type", "Invalid event type: %s", t)
		}
	}
	at.Where = conds{}.within("created", p.Created)
	events, more, err := store.Events(q, store.EventPage{Page: at, Types: types,
		DeliverySuccess: p.DeliverySuccess})
	return newPage(c, events, more), err
})

var getEvent = read(func(c *call, q *store.View) (any, error) {
	event, err := store.Event(q, c.object())
	if errors.Is(err, store.ErrNotFound) {
		return nil, billing.NoSuch("event", c.object(), "id")
	}
	return event, err
})
