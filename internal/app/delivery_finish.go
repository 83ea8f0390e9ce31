package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/store"
)

// disableAfterMs of nothing but failures, an endpoint is disabled.
const disableAfterMs = 3 * 24 * 3600 * 1000

// FinishDelivery records one try to deliver an event. An endpoint that has only failed for three
// days is disabled, and logged; its events can be sent again by hand.
func (a *App) FinishDelivery(ctx context.Context, d store.Delivery, r store.DeliveryResult) error {
	return a.DB.Write(ctx, a.origin(Engine(d.Scope, 0)), func(tx *store.Tx) error {
		if err := store.FinishDelivery(tx, d, r); err != nil {
			return err
		}
		return a.noteHealth(tx, d.Endpoint, r)
	})
}

// noteHealth remembers since when an endpoint has been failing. Nothing is written while nothing
// changes, so that a healthy endpoint costs nothing.
func (a *App) noteHealth(tx *store.Tx, id string, r store.DeliveryResult) error {
	endpoint, err := store.WebhookEndpoints.Get(tx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	since := endpoint.Private.FailingSince
	delivered := r.State == store.DeliveryDelivered
	expired := since != nil && r.AtMs-*since >= disableAfterMs && endpoint.Status == "enabled"
	if delivered && since == nil || !delivered && since != nil && !expired {
		return nil
	}
	if endpoint, err = store.WebhookEndpoints.Lock(tx, id); err != nil {
		return err
	}
	switch {
	case delivered:
		endpoint.Private.FailingSince = nil
	case since == nil:
		endpoint.Private.FailingSince = &r.AtMs
	default:
		endpoint.Status = "disabled"
		a.Log.Error("a webhook endpoint was disabled: it only failed for three days",
			"endpoint", id, "account", tx.Scope().Account, "livemode", tx.Scope().Livemode)
	}
	return nil
}
