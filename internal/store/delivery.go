package store

import (
	"context"
	"math"

	"github.com/portico-billing/portico/internal/billing"
)

// States of a delivery.
const (
	DeliveryPending   = "pending"
	DeliveryDelivered = "delivered"
	DeliveryFailed    = "failed" // given up
)

// Delivery is one event on its way to one endpoint.
type Delivery struct {
	billing.Scope
	Event, Endpoint string
	Object          string // what the event is about; "" when the event was pruned
	State           string
	Tries           int64 // before this one
	DeliverAtMs     int64
	FirstAtMs       int64 // of the first try; 0 before it
	LastStatus      int64
	LastError       string
	Lease           string // proves that this worker claimed it
}

// Claim says how much work a worker takes and for how long it is its own.
type Claim struct {
	NowMs, LeaseMs int64
	Limit          int
	// PerEndpoint says how many one endpoint may have at a time when so many endpoints wait; nil
	// does not limit it.
	PerEndpoint func(waiting int) int
}

var leaseDeliveryShape = &shape{one: `update deliveries set lease = $5, leased_until_ms = $6
	where account = $1 and livemode = $2 and event = $3 and endpoint = $4
	and state = 'pending' and deliver_at_ms <= $7 and leased_until_ms <= $7`}

// ClaimDeliveries leases deliveries whose time has come, earliest first, each endpoint's by
// itself: however much waits for one, the others are looked at. A lease that runs out without a
// FinishDelivery lets another worker try, so an event may arrive twice.
func (db *DB) ClaimDeliveries(ctx context.Context, c Claim) (out []Delivery, err error) {
	err = db.claim(ctx, func(l link) error {
		out = nil
		due, err := dueDeliveries(l, c)
		if err != nil {
			return err
		}
		// Whoever looked at the same moment waits here, and then finds the rows leased.
		taken := make([]int64, len(due))
		for i := range due {
			d := &due[i]
			d.Lease = db.ids.New("lease")
			l.queue(stmt{shape: leaseDeliveryShape, count: &taken[i], args: []any{d.Account,
				d.Livemode, d.Event, d.Endpoint, d.Lease, c.NowMs + c.LeaseMs, c.NowMs}})
		}
		if err := l.flush(); err != nil {
			return err
		}
		for i, d := range due {
			if taken[i] == 1 {
				out = append(out, d)
			}
		}
		return nil
	})
	return out, err
}

// deliveryFields are read in this order by scanDelivery.
const deliveryFields = `account, livemode, event, endpoint, state, tries, deliver_at_ms,
	first_at_ms, last_status, last_error, coalesce((select e.object_id from events e
	where e.account = deliveries.account and e.livemode = deliveries.livemode
	and e.id = deliveries.event), '')`

func scanDelivery(r row) (d Delivery, err error) {
	err = r.Scan(&d.Account, &d.Livemode, &d.Event, &d.Endpoint, &d.State, &d.Tries,
		&d.DeliverAtMs, &d.FirstAtMs, &d.LastStatus, &d.LastError, &d.Object)
	return d, err
}

// waiting is an endpoint that something is due for.
type waiting struct {
	billing.Scope
	endpoint string
	busy     int64 // deliveries that are on their way to it
}

// waitingEndpoints are those that something is due for, the one that waits longest first.
func waitingEndpoints(l link, nowMs int64) (out []waiting, err error) {
	const due = `d.account = e.account and d.livemode = e.livemode and d.endpoint = e.id
		and d.state = 'pending'`
	sql := `select account, livemode, id, busy from (
			select e.account, e.livemode, e.id,
				(select d.deliver_at_ms from deliveries d where ` + due + `
					and d.deliver_at_ms <= $1 and d.leased_until_ms <= $1
					order by d.deliver_at_ms limit 1) as since,
				(select count(*) from deliveries d where ` + due + `
					and d.leased_until_ms > $1) as busy
			from webhook_endpoints e) as e
		where since is not null order by since, id`
	err = l.query(sql, []any{nowMs}, func(r row) error {
		var e waiting
		err := r.Scan(&e.Account, &e.Livemode, &e.endpoint, &e.busy)
		out = append(out, e)
		return err
	})
	return out, err
}

func dueDeliveries(l link, c Claim) (due []Delivery, err error) {
	endpoints, err := waitingEndpoints(l, c.NowMs)
	if err != nil {
		return nil, err
	}
	const sql = `select ` + deliveryFields + ` from deliveries
		where account = $1 and livemode = $2 and endpoint = $3 and state = 'pending'
		and deliver_at_ms <= $4 and leased_until_ms <= $4 order by deliver_at_ms, event limit $5`
	most := math.MaxInt32
	if c.PerEndpoint != nil {
		most = c.PerEndpoint(len(endpoints))
	}
	for _, e := range endpoints {
		free := min(most-int(e.busy), c.Limit-len(due))
		if free <= 0 {
			continue
		}
		args := []any{e.Account, e.Livemode, e.endpoint, c.NowMs, int64(free)}
		err := l.query(sql, args, func(r row) error {
			d, err := scanDelivery(r)
			due = append(due, d)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return due, nil
}

// DeliveryResult is how a try went.
type DeliveryResult struct {
	State  string // DeliveryPending asks for another try at NextMs
	Status int64  // HTTP status; 0 when there was no answer
	Error  string
	AtMs   int64
	NextMs int64
}

// FinishDelivery records a try and ends its lease. ErrLeaseLost says that the lease had run out
// and another worker has the delivery, so nothing is recorded.
func FinishDelivery(tx *Tx, d Delivery, r DeliveryResult) error {
	if r.State != DeliveryPending {
		r.NextMs = d.DeliverAtMs
	}
	n, err := tx.w.link.exec(`update deliveries set state = $6, tries = tries + 1,
		last_status = $7, last_error = $8, deliver_at_ms = $9, lease = '', leased_until_ms = 0,
		first_at_ms = case when first_at_ms = 0 then $10 else first_at_ms end
		where account = $1 and livemode = $2 and event = $3 and endpoint = $4 and lease = $5`,
		d.Account, d.Livemode, d.Event, d.Endpoint, d.Lease, r.State, r.Status, r.Error,
		r.NextMs, r.AtMs)
	if err == nil && n == 0 {
		err = ErrLeaseLost
	}
	return err
}

// Redeliver sends an event to an endpoint again from the start, whether or not it went there
// before.
func Redeliver(tx *Tx, event, endpoint string, atMs int64) error {
	tx.w.left.Deliveries++
	_, err := tx.w.link.exec(`insert into deliveries
		(account, livemode, event, endpoint, state, deliver_at_ms)
		values ($1, $2, $3, $4, 'pending', $5)
		on conflict (account, livemode, event, endpoint) do update set state = 'pending', tries = 0,
		first_at_ms = 0, deliver_at_ms = excluded.deliver_at_ms, lease = '', leased_until_ms = 0`,
		tx.scope.Account, tx.scope.Livemode, event, endpoint, atMs)
	return err
}

// Deliveries are those of an event, by endpoint.
func Deliveries(q Querier, event string) (out []Delivery, err error) {
	at := within(q).and("event = %s", event)
	err = q.work().link.query("select "+deliveryFields+" from deliveries"+at.String()+
		" order by endpoint", at.args, func(r row) error {
		d, err := scanDelivery(r)
		out = append(out, d)
		return err
	})
	return out, err
}
