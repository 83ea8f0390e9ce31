package api

import (
	"errors"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

type subscriptionFilters struct {
	pageParams
	AutomaticTax       *automaticTaxFilter `form:"automatic_tax"`
	CollectionMethod   *string             `form:"collection_method"`
	Created            timeRange           `form:"created"`
	CurrentPeriodEnd   timeRange           `form:"current_period_end"`
	CurrentPeriodStart timeRange           `form:"current_period_start"`
	Customer           *string             `form:"customer"`
	Price              *string             `form:"price"`
	Status             *string             `form:"status"`
	TestClock          *string             `form:"test_clock"`
}

// automaticTaxFilter asks for subscriptions whose taxes are computed by themselves. Nobody
// computes them here, so there are none.
type automaticTaxFilter struct {
	Enabled bool `form:"enabled"`
}

var listSubscriptions = list(store.Subscriptions,
	func(_ *call, q *store.View, p *subscriptionFilters) ([]store.Cond, error) {
		w := conds{}.is("collection_method", p.CollectionMethod).is("customer", p.Customer).
			is("test_clock", p.TestClock).within("created", p.Created).
			within("period_end", p.CurrentPeriodEnd).within("period_start", p.CurrentPeriodStart)
		w = append(w, ofStatus(p.Status)...)
		if p.TestClock == nil && p.Customer == nil {
			w = append(w, store.Eq("test_clock", nil)) // those of clocks only when they are named
		}
		if p.AutomaticTax != nil && p.AutomaticTax.Enabled {
			w = append(w, store.In("id"))
		}
		err := exists(q, store.Customers, p.Customer, "customer")
		if err == nil {
			err = exists(q, store.TestClocks, p.TestClock, "test_clock")
		}
		if err == nil {
			err = exists(q, store.Prices, p.Price, "price")
		}
		if err != nil || p.Price == nil {
			return w, err
		}
		ids, err := store.SubscriptionsWithPrice(q, *p.Price)
		return append(w, store.In("id", ids...)), err
	})

// ofStatus is a status, "ended", or "all"; without one, everything that is not canceled.
func ofStatus(status *string) conds {
	switch {
	case status == nil:
		return conds{store.In("status",
			string(billing.SubscriptionActive), string(billing.SubscriptionTrialing),
			string(billing.SubscriptionPastDue), string(billing.SubscriptionUnpaid),
			string(billing.SubscriptionPaused), string(billing.SubscriptionIncomplete),
			string(billing.SubscriptionIncompleteExpired))}
	case *status == "all":
		return nil
	case *status == "ended":
		return conds{store.In("status", string(billing.SubscriptionCanceled),
			string(billing.SubscriptionIncompleteExpired))}
	}
	return conds{store.Eq("status", *status)}
}

type subscriptionItemFilters struct {
	pageParams
	Subscription string `form:"subscription"`
}

var listSubscriptionItems = query(
	func(c *call, q *store.View, p *subscriptionItemFilters) (any, error) {
		at, err := p.cursor()
		if err != nil {
			return nil, err
		}
		sub, err := store.Subscriptions.Get(q, p.Subscription)
		if err != nil {
			return nil, store.Subscriptions.NotFound(err, p.Subscription, "subscription")
		}
		items, more, err := slicePage(sub.Items.Data, at, "subscription_item",
			func(it *billing.SubscriptionItem) string { return it.ID })
		if err != nil {
			return nil, err
		}
		shown, err := showItems(q, items)
		return newPage(c, shown, more), err
	})

var getSubscriptionItem = read(func(c *call, q *store.View) (any, error) {
	id := c.object()
	parent, removed, err := store.SubscriptionOfItem(q, id)
	if errors.Is(err, store.ErrNotFound) || removed {
		return nil, billing.NoSuch("subscription_item", id, "id")
	}
	if err != nil {
		return nil, err
	}
	sub, err := find(q, store.Subscriptions, parent)
	if err != nil {
		return nil, err
	}
	return sub.Item(id), nil
})

// onItem lets a command on one item name its parameters as they were sent: what the subscription
// calls items[0][price] is price here.
func onItem(h handler) handler {
	run := h.run
	h.run = func(c *call) error {
		err := run(c)
		e, ok := errors.AsType[*billing.Error](err)
		if !ok {
			return err
		}
		inside, found := strings.CutPrefix(e.Param, "items[0][")
		if !found && e.Param != "items" {
			return err
		}
		renamed := *e
		renamed.Param = strings.Replace(inside, "]", "", 1)
		renamed.Message = strings.Replace(e.Message, e.Param+".", renamed.Param+".", 1)
		if !found {
			renamed.Param = "" // the item itself is what is wrong
		}
		return &renamed
	}
	return h
}

// showItems shows items by themselves. The store shows subscriptions, and of these the first ten
// items, so each item gets a subscription of its own for the occasion.
func showItems(q store.Querier, items []billing.SubscriptionItem,
) ([]*billing.SubscriptionItem, error) {
	alone := make([]*billing.Subscription, len(items))
	for i, it := range items {
		alone[i] = &billing.Subscription{ID: it.Subscription}
		alone[i].Items.Data = billing.Arr[billing.SubscriptionItem]{it}
	}
	shown, err := store.Subscriptions.ShowAll(q, alone)
	if err != nil {
		return nil, err
	}
	out := make([]*billing.SubscriptionItem, len(items))
	for i, sub := range shown {
		out[i] = &sub.Items.Data[0]
	}
	return out, nil
}

// slicePage is a page of a list that lives inside a noun, in its own order.
func slicePage[T any](all []T, at store.Page, noun string, id func(*T) string,
) (part []T, more bool, err error) {
	index := func(cursor, param string) (int, error) {
		for i := range all {
			if id(&all[i]) == cursor {
				return i, nil
			}
		}
		return 0, billing.NoSuch(noun, cursor, param)
	}
	first := 0
	if at.StartingAfter != "" {
		i, err := index(at.StartingAfter, "starting_after")
		if err != nil {
			return nil, false, err
		}
		first = i + 1
	}
	if at.EndingBefore != "" {
		last, err := index(at.EndingBefore, "ending_before")
		if err != nil {
			return nil, false, err
		}
		first = max(0, last-at.Limit)
		return all[first:last], first > 0, nil
	}
	last := min(len(all), first+at.Limit)
	return all[first:last], last < len(all), nil
}
