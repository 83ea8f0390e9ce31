package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
)

const selectEvent = `select id, type, created, request_id, idempotency_key, api_version, data,
	livemode, (select count(*) from deliveries d where d.account = e.account
	and d.livemode = e.livemode and d.event = e.id and d.state = 'pending') from events e`

// Event reads an event as it is sent, with the number of webhooks that still wait for it.
func Event(q Querier, id string) (*billing.Event, error) {
	at := within(q).and("id = %s", id)
	es, err := events(q.work().link, selectEvent+at.String(), at.args)
	if err == nil {
		err = missing(es)
	}
	if err != nil {
		return nil, err
	}
	return es[0], nil
}

// EventPage is a page of events, newest first.
type EventPage struct {
	Page
	Types           []string // exact types, or families such as "invoice.*"; all when empty
	DeliverySuccess *bool    // whether every endpoint has it: true also when there was none
}

// Events reads a page of events. Page.Where may limit "created", "type" and "object_id".
func Events(q Querier, p EventPage) (out []*billing.Event, hasMore bool, err error) {
	at := within(q)
	for _, cond := range p.Where {
		if !slices.Contains([]string{"created", "type", "object_id", "id"}, cond.column) {
			panic("store: events have no column " + cond.column)
		}
		at.add(cond)
	}
	at.types(p.Types)
	if p.DeliverySuccess != nil {
		not := map[bool]string{true: "not ", false: ""}[*p.DeliverySuccess]
		at.b.WriteString(" and " + not + `exists (select 1 from deliveries d
			where d.account = e.account and d.livemode = e.livemode and d.event = e.id
			and d.state <> 'delivered')`)
	}
	order, err := at.page(q, p.Page, "events", "event")
	if err != nil {
		return nil, false, err
	}
	out, err = events(q.work().link, selectEvent+at.String()+order, at.args)
	if err != nil {
		return nil, false, err
	}
	out, hasMore = trim(p.Page, out)
	return out, hasMore, nil
}

// types adds "one of these types"; a family is a range of the index.
func (w *where) types(types []string) {
	var either []string
	for _, t := range types {
		if family, ok := strings.CutSuffix(t, "*"); ok {
			// From "invoice." up to "invoice/", which is the next string that does not begin so.
			either = append(either, fmt.Sprintf("type >= %s and type < %s", w.arg(family),
				w.arg(strings.TrimSuffix(family, ".")+"/")))
			continue
		}
		either = append(either, "type = "+w.arg(t))
	}
	if len(either) > 0 {
		w.b.WriteString(" and (" + strings.Join(either, " or ") + ")")
	}
}

func events(l link, sql string, args []any) (out []*billing.Event, err error) {
	err = l.query(sql, args, func(r row) error {
		e := &billing.Event{Object: "event"}
		var data []byte
		err := r.Scan(&e.ID, &e.Type, &e.Created, &e.Request.ID, &e.Request.IdempotencyKey,
			&e.APIVersion, &data, &e.Livemode, &e.PendingWebhooks)
		e.Data = data
		out = append(out, e)
		return err
	})
	return out, err
}

// PendingWebhooks counts, for each event, the webhooks that still wait for it.
func PendingWebhooks(q Querier, ids []string) (map[string]int64, error) {
	out := make(map[string]int64, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	at := within(q)
	at.add(In("event", ids...))
	err := q.work().link.query("select event, count(*) from deliveries"+at.String()+
		" and state = 'pending' group by event", at.args, func(r row) error {
		var id string
		var n int64
		err := r.Scan(&id, &n)
		out[id] = n
		return err
	})
	return out, err
}

// PruneEvents deletes an account's events that were created before a moment, with their
// deliveries, and says how many. It works in pieces, so that it never holds the writer for long.
func (db *DB) PruneEvents(ctx context.Context, scope billing.Scope, before int64) (int64, error) {
	const piece = 500
	for total := int64(0); ; {
		var n int64
		err := db.claim(ctx, func(l link) (err error) {
			old := fmt.Sprintf(`select id from events where account = $1 and livemode = $2
				and created < $3 order by created, id limit %d`, piece)
			args := []any{scope.Account, scope.Livemode, before}
			if _, err = l.exec("delete from deliveries where account = $1 and livemode = $2"+
				" and event in ("+old+")", args...); err != nil {
				return err
			}
			n, err = l.exec("delete from events where account = $1 and livemode = $2"+
				" and id in ("+old+")", args...)
			return err
		})
		total += n
		if err != nil || n < piece {
			return total, err
		}
	}
}
