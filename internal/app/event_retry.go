package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// EventRetryParams send an event to webhook endpoints once more.
type EventRetryParams struct {
	Account         *string `form:"account"`
	ForStripeCLI    *bool   `form:"for_stripecli"`
	WebhookEndpoint *string `form:"webhook_endpoint"`
}

// RetryEvent sends an event again, whether or not it arrived before: to the endpoint that is
// named, or to each enabled one that listens to its type. The three days of tries begin anew.
func (a *App) RetryEvent(ctx context.Context, c Caller, id string,
	p EventRetryParams) (event *billing.Event, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if p.Account != nil && *p.Account != c.Account {
			return nil, billing.NoSuch("account", *p.Account, "account")
		}
		event, err = store.Event(tx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, billing.NoSuch("event", id, "id")
		}
		if err != nil {
			return nil, err
		}
		endpoints, err := retryAt(tx, event, p.WebhookEndpoint)
		if err != nil {
			return nil, err
		}
		for _, endpoint := range endpoints {
			if err := store.Redeliver(tx, id, endpoint, a.wallMs()); err != nil {
				return nil, err
			}
		}
		event, err = store.Event(tx, id) // with the number of webhooks that now wait for it
		return event, err
	})
	return event, err
}

// retryAt are the endpoints that an event is sent to again.
func retryAt(tx *store.Tx, event *billing.Event, named *string) ([]string, error) {
	if named == nil {
		return store.Listeners(tx, event.Type)
	}
	endpoint, err := lockReferred(tx, store.WebhookEndpoints, *named, "webhook_endpoint")
	if err != nil {
		return nil, err
	}
	if endpoint.Status != "enabled" {
		return nil, billing.Invalid("webhook_endpoint", "The webhook endpoint %s is disabled; "+
			"enable it before events are sent to it again.", endpoint.ID)
	}
	return []string{endpoint.ID}, nil
}
