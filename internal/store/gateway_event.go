package store

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
)

// GatewayEvent is a notification from a gateway, kept before anything is done with it.
type GatewayEvent struct {
	billing.Scope
	Gateway, EventID string
	Body             []byte
	ReceivedMs       int64
	Done             bool
	Tries            int64
}

// RecordGatewayEvent keeps a notification. It reports false when this one came before, which
// gateways do.
func RecordGatewayEvent(tx *Tx, e GatewayEvent) (bool, error) {
	n, err := tx.w.link.exec(`insert into gateway_events
		(account, livemode, gateway, event_id, body, received_ms)
		values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
		tx.scope.Account, tx.scope.Livemode, e.Gateway, e.EventID, string(e.Body), e.ReceivedMs)
	return n == 1, err
}

// FinishGatewayEvent says that nothing is left to do about a notification.
func FinishGatewayEvent(tx *Tx, gateway, eventID string) error {
	_, err := tx.w.link.exec(`update gateway_events set done = true, tries = tries + 1
		where account = $1 and livemode = $2 and gateway = $3 and event_id = $4`,
		tx.scope.Account, tx.scope.Livemode, gateway, eventID)
	return err
}

// OpenGatewayEvents are notifications that came before a moment and still wait, because what they
// name was not known yet.
func (db *DB) OpenGatewayEvents(
	ctx context.Context, beforeMs int64, limit int,
) (out []GatewayEvent, err error) {
	err = db.across(ctx, func(l link) error {
		return l.query(`select account, livemode, gateway, event_id, body, received_ms, tries
			from gateway_events where not done and received_ms <= $1
			order by received_ms, event_id limit $2`, []any{beforeMs, int64(limit)},
			func(r row) error {
				var e GatewayEvent
				err := r.Scan(&e.Account, &e.Livemode, &e.Gateway, &e.EventID, &e.Body,
					&e.ReceivedMs, &e.Tries)
				out = append(out, e)
				return err
			})
	})
	return out, err
}
