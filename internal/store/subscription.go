package store

import (
	"fmt"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// shownMax is how many rows of a nested list the API shows; the rest is a request away.
const shownMax = 10

// Subscriptions are agreements to bill. Their items are also rows of subscription_items.
var Subscriptions = newCollection(spec[billing.Subscription]{
	object: "subscription", table: "subscriptions",
	events:  automatic("customer.subscription"),
	id:      func(s *billing.Subscription) string { return s.ID },
	created: func(s *billing.Subscription) int64 { return s.Created },
	state:   func(s *billing.Subscription) any { return &s.Private },
	columns: []column[billing.Subscription]{
		reference("customer", func(s *billing.Subscription) string { return s.Customer.ID }),
		text("status", func(s *billing.Subscription) any { return s.Status }),
		text("collection_method", func(s *billing.Subscription) any { return s.CollectionMethod }),
		reference("test_clock", func(s *billing.Subscription) string { return s.TestClock.ID }),
		integer("period_start", func(s *billing.Subscription) any {
			start, _ := s.Period()
			return start
		}),
		integer("period_end", func(s *billing.Subscription) any {
			_, end := s.Period()
			return end
		}),
		integer("next_at", func(s *billing.Subscription) any { return optional(s.Private.NextAt) }),
		text("clock", func(s *billing.Subscription) any { return s.TestClock.ID }),
	},
	cut:    cutSubscription,
	dress:  dressSubscription,
	mirror: &mirror[billing.Subscription]{rows: itemRows, put: putItem, drop: dropItem},
})

func cutSubscription(s *billing.Subscription, _ includes) {
	s.Items.Object = "list"
	s.Items.URL = "/v1/subscription_items?subscription=" + s.ID
	s.Items.HasMore = len(s.Items.Data) > shownMax
	if s.Items.HasMore {
		s.Items.Data = s.Items.Data[:shownMax]
	}
}

// dressSubscription adds the legacy fields: an item's plan, and the subscription's own plan and
// quantity while it has a single item.
func dressSubscription(_ Querier, s *billing.Subscription, _ includes) error {
	for i := range s.Items.Data {
		if item := &s.Items.Data[i]; item.Price.Obj != nil {
			item.Plan = item.Price.Obj.Plan()
		}
	}
	s.Plan, s.Quantity = nil, nil
	if len(s.Items.Data) == 1 {
		quantity := s.Items.Data[0].Quantity
		s.Plan, s.Quantity = s.Items.Data[0].Plan, &quantity
	}
	return nil
}

func itemRows(s *billing.Subscription) (rows []mirrorRow) {
	for _, item := range s.Items.Data {
		rows = append(rows, mirrorRow{id: item.ID, value: item.Price.ID})
	}
	return rows
}

var putItemShape = &shape{one: `insert into subscription_items
	(account, livemode, id, subscription, price, product, removed)
	values ($1, $2, $3, $4, $5,
		(select product from prices where account = $1 and livemode = $2 and id = $5), false)
	on conflict (account, livemode, id) do update set
	price = excluded.price, product = excluded.product, removed = false`}

var dropItemShape = &shape{one: `update subscription_items set removed = true
	where account = $1 and livemode = $2 and id = $3`}

func putItem(tx *Tx, s *billing.Subscription, r mirrorRow) {
	tx.w.link.queue(stmt{shape: putItemShape,
		args: []any{tx.scope.Account, tx.scope.Livemode, r.id, s.ID, r.value}})
}

func dropItem(tx *Tx, _ *billing.Subscription, r mirrorRow) {
	tx.w.link.queue(stmt{shape: dropItemShape,
		args: []any{tx.scope.Account, tx.scope.Livemode, r.id}})
}

// SubscriptionOfItem is the id of the subscription that has, or once had, an item. In a Tx it
// sees what is committed.
func SubscriptionOfItem(q Querier, itemID string) (subscription string, removed bool, err error) {
	at := within(q).and("id = %s", itemID)
	found := false
	err = q.work().link.query("select subscription, removed from subscription_items"+at.String(),
		at.args, func(r row) error {
			found = true
			return r.Scan(&subscription, &removed)
		})
	if err == nil && !found {
		err = ErrNotFound
	}
	return subscription, removed, err
}

// SubscriptionsWithPrice are the ids of subscriptions that have an item of a price.
func SubscriptionsWithPrice(q Querier, price string) (ids []string, err error) {
	at := within(q).and("price = %s", price)
	at.b.WriteString(" and not removed order by subscription")
	err = q.work().link.query("select subscription from subscription_items"+at.String(), at.args,
		func(r row) error {
			var id string
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return slices.Compact(ids), err
}

// Subscribers are the ids of the customers of subscriptions, each once.
func Subscribers(q Querier, subscriptions []string) (customers []string, err error) {
	at := within(q)
	at.add(In("id", subscriptions...))
	err = q.work().link.query("select distinct customer from subscriptions"+at.String()+
		" order by customer", at.args, func(r row) error {
		var id string
		err := r.Scan(&id)
		customers = append(customers, id)
		return err
	})
	return customers, err
}

// ToGetPricesOf is for showing subscriptions whose prices are not known yet: it gets those of
// their items.
func ToGetPricesOf(subscriptions ...string) Need {
	return func(q Querier) *need {
		known := func(id string) string { return fmt.Sprint("prices of ", q.Scope(), id) }
		ahead := &q.work().ahead
		subscriptions := slices.DeleteFunc(slices.Clone(subscriptions), func(id string) bool {
			return id == "" || ahead.answers[known(id)] != nil
		})
		if len(subscriptions) == 0 {
			return nil
		}
		at := within(q)
		at.b.WriteString(" and id in (select price from subscription_items" +
			" where account = $1 and livemode = $2 and not removed")
		at.add(In("subscription", subscriptions...))
		at.b.WriteString(")")
		prices := Prices.toKeep(q, at)
		keep := prices.keep
		prices.keep = func() error {
			for _, id := range subscriptions {
				ahead.answer(known(id), true)
			}
			return keep()
		}
		return prices
	}
}
