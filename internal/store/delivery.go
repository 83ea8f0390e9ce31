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
	PerEndpoint    int // at most this many at a time to one endpoint; 0 does not limit
	Limit          int
}

// lookAhead bounds how many due rows are looked at, however long the queue of a dead endpoint is.
const lookAhead = 2000

var leaseDeliveryShape = &shape{one: `update deliveries set lease = $5, leased_until_ms = $6
	where account = $1 and livemode = $2 and event = $3 and endpoint = $4
	and state = 'pending' and deliver_at_ms <= $7 and leased_until_ms <= $7`}

// ClaimDeliveries leases deliveries whose time has come, earliest first. A lease that runs out
// without a FinishDelivery lets another worker try, so an event may arrive twice.
func (db *DB) ClaimDeliveries(ctx context.Context, c Claim) (out []Delivery, err error) {
	if c.PerEndpoint <= 0 {
		c.PerEndpoint = math.MaxInt32
	}
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
	first_at_ms, last_status, last_error`

func scanDelivery(r row) (d Delivery, err error) {
	err = r.Scan(&d.Account, &d.Livemode, &d.Event, &d.Endpoint, &d.State, &d.Tries,
		&d.DeliverAtMs, &d.FirstAtMs, &d.LastStatus, &d.LastError)
	return d, err
}

func dueDeliveries(l link, c Claim) (due []Delivery, err error) {
	sql := `select ` + deliveryFields + ` from (
			select d.*, row_number() over (partition by account, livemode, endpoint
				order by deliver_at_ms, event) as place
			from (select * from deliveries where state = 'pending' and deliver_at_ms <= $1
				and leased_until_ms <= $1 order by deliver_at_ms, event limit $4) as d) as d
		where place + (select count(*) from deliveries f where f.account = d.account
			and f.livemode = d.livemode and f.endpoint = d.endpoint and f.state = 'pending'
			and f.leased_until_ms > $1) <= $2
		order by deliver_at_ms, event, endpoint limit $3`
	args := []any{c.NowMs, int64(c.PerEndpoint), int64(c.Limit), int64(lookAhead)}
	err = l.query(sql, args, func(r row) error {
		d, err := scanDelivery(r)
		due = append(due, d)
		return err
	})
	return due, err
}

// DeliveryResult is how a try went.
type DeliveryResult struct {
	State  string // DeliveryPending asks for another try at NextAtMs
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

// DropDeliveries gives up what still waits for an endpoint that was disabled or deleted.
func DropDeliveries(tx *Tx, endpoint string) error {
	_, err := tx.w.link.exec(`update deliveries set state = 'failed', lease = '',
		leased_until_ms = 0, last_error = 'the endpoint was disabled'
		where account = $1 and livemode = $2 and endpoint = $3 and state = 'pending'`,
		tx.scope.Account, tx.scope.Livemode, endpoint)
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
