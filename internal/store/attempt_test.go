package store_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestOneOpenAttempt(t *testing.T) {
	each(t, func(b bed) {
		insert := func(id, invoice, intent string) error {
			return b.try(func(tx *store.Tx) error {
				store.Attempts.Insert(tx, &store.Attempt{ID: id, Object: "attempt", Op: "charge",
					Invoice: invoice, PaymentIntent: intent, State: store.AttemptCreated})
				return nil
			})
		}
		for _, c := range []struct{ id, invoice, intent, taken string }{
			{"att_1", "in_1", "pi_1", ""},
			{"att_2", "in_1", "pi_2", "attempts.invoice"},
			{"att_2", "in_2", "pi_1", "attempts.payment_intent"},
			{"att_2", "in_2", "pi_2", ""},
			{"att_3", "", "", ""}, // names neither: any number of them
			{"att_4", "", "", ""},
		} {
			err := insert(c.id, c.invoice, c.intent)
			if (c.taken == "") != (err == nil) || c.taken != "" && !store.Unique(err, c.taken) {
				b.t.Errorf("%+v: %v", c, err)
			}
		}
		b.do(func(tx *store.Tx) error {
			// A new attempt follows in the transaction that ends the old one.
			store.Attempts.Insert(tx, &store.Attempt{ID: "att_5", Object: "attempt", Op: "charge",
				Invoice: "in_1", PaymentIntent: "pi_1", State: store.AttemptCreated})
			a, err := store.Attempts.Lock(tx, "att_1")
			a.State = store.AttemptDeclined
			return err
		})
	})
}

func TestAttemptMoves(t *testing.T) {
	each(t, func(b bed) {
		move := func(to store.AttemptState) error {
			return b.try(func(tx *store.Tx) error {
				a, err := store.Attempts.Lock(tx, "att_1")
				if err == nil {
					a.State = to
				}
				return err
			})
		}
		b.write(func(tx *store.Tx) {
			store.Attempts.Insert(tx, &store.Attempt{ID: "att_1", Object: "attempt", Op: "charge",
				State: store.AttemptSent})
		})
		for _, c := range []struct {
			to store.AttemptState
			ok bool
		}{
			{store.AttemptUnknown, true}, {store.AttemptDeclined, true},
			{store.AttemptUnknown, false}, {store.AttemptCanceled, false},
			{store.AttemptSucceeded, true}, // learned late: the money has moved
			{store.AttemptDeclined, false}, {store.AttemptParked, false},
		} {
			if err := move(c.to); (err == nil) != c.ok {
				b.t.Errorf("to %s: %v", c.to, err)
			}
		}
	})
}

func TestNoPeriodIsBilledTwice(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
			store.Subscriptions.Insert(tx, subscription("sub_2", "cus_1", "price_1"))
		})
		bill := func(id, sub, key string) error {
			return b.try(func(tx *store.Tx) error {
				in := invoice(id, "cus_1", sub)
				in.Private.CycleKey = &key
				store.Invoices.Insert(tx, in)
				return nil
			})
		}
		for _, c := range []struct {
			id, sub, key string
			ok           bool
		}{
			{"in_1", "sub_1", "2026-01", true}, {"in_2", "sub_1", "2026-01", false},
			{"in_2", "sub_2", "2026-01", true}, {"in_3", "sub_1", "2026-02", true},
		} {
			err := bill(c.id, c.sub, c.key)
			if (err == nil) != c.ok || !c.ok && !store.Unique(err, "invoices.cycle_key") {
				b.t.Errorf("%+v: %v", c, err)
			}
		}
	})
}

func TestSubscriptionItemsAreFound(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1", "price_2"))
		})
		b.do(func(tx *store.Tx) error {
			s, err := store.Subscriptions.Lock(tx, "sub_1")
			if err != nil {
				return err
			}
			s.Items.Data[0].Price = billing.Embed[billing.Price]{ID: "price_2"}
			s.Items.Data = s.Items.Data[:1]
			return nil
		})
		b.read(func(v *store.View) error {
			for item, gone := range map[string]bool{"si_sub_1_a": false, "si_sub_1_b": true} {
				sub, removed, err := store.SubscriptionOfItem(v, item)
				if err != nil || sub != "sub_1" || removed != gone {
					b.t.Errorf("%s: %s %v %v", item, sub, removed, err)
				}
			}
			for price, n := range map[string]int{"price_1": 0, "price_2": 1} {
				subs, err := store.SubscriptionsWithPrice(v, price)
				if len(subs) != n || err != nil {
					b.t.Errorf("%s: %v, %v", price, subs, err)
				}
			}
			if _, _, err := store.SubscriptionOfItem(v, "si_x"); err == nil {
				b.t.Error("an item that does not exist was found")
			}
			return nil
		})
	})
}

func TestTokensFindTheirScope(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			tx = tx.As(storetest.Other)
			store.Customers.Insert(tx, customer("cus_1"))
			in := invoice("in_1", "cus_1", "")
			in.Private.Token = "tok"
			store.Invoices.Insert(tx, in)
			s := &billing.PortalSession{ID: "bps_1", Object: "billing_portal.session",
				Customer: "cus_1"}
			s.Private.LinkHash, s.Private.CookieHash = "l", "c"
			store.PortalSessions.Insert(tx, s)
		})
		b.read(func(v *store.View) error {
			in, scope, err := store.InvoiceByToken(v, "tok")
			if err != nil || in.ID != "in_1" || scope != storetest.Other {
				b.t.Errorf("invoice: %v %v", scope, err)
			}
			for hash, find := range map[string]func(*store.View, string) (
				*billing.PortalSession, billing.Scope, error){
				"l": store.SessionByLink, "c": store.SessionByCookie,
			} {
				s, scope, err := find(v, hash)
				if err != nil || s.ID != "bps_1" || scope != storetest.Other {
					b.t.Errorf("session: %v %v", scope, err)
				}
			}
			if _, _, err := store.SessionByLink(v, "c"); err == nil {
				b.t.Error("a cookie's hash opens a link")
			}
			return nil
		})
	})
}
