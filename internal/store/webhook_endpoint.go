package store

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// WebhookEndpoints are where events go. What an enabled endpoint listens to is also in
// webhook_endpoint_events, from which each event finds its deliveries.
var WebhookEndpoints = newCollection(spec[billing.WebhookEndpoint]{
	object: "webhook_endpoint", table: "webhook_endpoints",
	id:      func(e *billing.WebhookEndpoint) string { return e.ID },
	created: func(e *billing.WebhookEndpoint) int64 { return e.Created },
	gone:    func(e *billing.WebhookEndpoint) *bool { return &e.Private.Deleted },
	state:   func(e *billing.WebhookEndpoint) any { return &e.Private },
	columns: []column[billing.WebhookEndpoint]{
		text("status", func(e *billing.WebhookEndpoint) any { return e.Status }),
	},
	cut: func(e *billing.WebhookEndpoint, in includes) {
		e.Secret = nil
		if in.has("secret") {
			secret := e.Private.Secret
			e.Secret = &secret
		}
	},
	mirror: &mirror[billing.WebhookEndpoint]{rows: listens, put: listen, drop: unlisten},
})

func listens(e *billing.WebhookEndpoint) (rows []mirrorRow) {
	if e.Status != "enabled" || e.Private.Deleted {
		return nil
	}
	if slices.Contains(e.EnabledEvents, "*") {
		return []mirrorRow{{id: "*"}} // alone, or an event would be delivered twice
	}
	for _, eventType := range e.EnabledEvents {
		if r := (mirrorRow{id: eventType}); !slices.Contains(rows, r) {
			rows = append(rows, r)
		}
	}
	return rows
}

var (
	listenShape = &shape{one: `insert into webhook_endpoint_events
		(account, livemode, endpoint, type) values ($1, $2, $3, $4) on conflict do nothing`}
	unlistenShape = &shape{one: `delete from webhook_endpoint_events
		where account = $1 and livemode = $2 and endpoint = $3 and type = $4`}
)

func listen(tx *Tx, e *billing.WebhookEndpoint, r mirrorRow) {
	tx.w.link.queue(stmt{shape: listenShape,
		args: []any{tx.scope.Account, tx.scope.Livemode, e.ID, r.id}})
}

func unlisten(tx *Tx, e *billing.WebhookEndpoint, r mirrorRow) {
	tx.w.link.queue(stmt{shape: unlistenShape,
		args: []any{tx.scope.Account, tx.scope.Livemode, e.ID, r.id}})
}

// listening says, of a row w of webhook_endpoint_events, that its endpoint gets events of a type.
func listening(eventType string) string { return "w.type in ('*', " + eventType + ")" }

// Listeners are the enabled endpoints that a type of event goes to.
func Listeners(q Querier, eventType string) (out []string, err error) {
	at := within(q).and(listening("%s"), eventType)
	err = q.work().link.query("select endpoint from webhook_endpoint_events w"+at.String()+
		" order by endpoint", at.args, func(r row) error {
		var id string
		err := r.Scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}
