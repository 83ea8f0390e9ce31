package store_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestNounsComeBackAsTheyWere(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		sub := subscription("sub_1", "cus_1", "price_1", "price_2")
		sub.Private = billing.SubscriptionPrivate{NextAt: ptr(storetest.Now + 5),
			Debits: []billing.Debit{{Item: "si_1", Amount: 7}}, Change: []byte{0, 1, 2}}
		b.write(func(tx *store.Tx) { store.Subscriptions.Insert(tx, sub) })
		b.read(func(v *store.View) error {
			got, err := store.Subscriptions.Get(v, "sub_1")
			if err != nil {
				return err
			}
			if !reflect.DeepEqual(got.Private, sub.Private) {
				b.t.Errorf("private: got %+v, want %+v", got.Private, sub.Private)
			}
			want, _ := store.Subscriptions.Render(v, sub)
			is, err := store.Subscriptions.Render(v, got)
			if string(is) != string(want) {
				b.t.Errorf("got %s\nwant %s", is, want)
			}
			return err
		})
	})
}

func TestLockedNounsAreSaved(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.do(func(tx *store.Tx) error {
			c, err := store.Customers.Lock(tx, "cus_1")
			if err != nil {
				return err
			}
			c.Balance = -500
			if same, err := store.Customers.Get(tx, "cus_1"); err != nil || same != c {
				b.t.Errorf("Get in the transaction gives another instance, %v", err)
			}
			read, err := store.Prices.Get(tx, "price_1")
			read.Active = false // only read: must not be saved
			return err
		})
		b.read(func(v *store.View) error {
			c, err := store.Customers.Get(v, "cus_1")
			if err != nil || c.Balance != -500 {
				b.t.Errorf("balance %d, %v", c.Balance, err)
			}
			p, err := store.Prices.Get(v, "price_1")
			if !p.Active {
				b.t.Error("a price that was only read was saved")
			}
			return err
		})
	})
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		before := len(b.events())
		boom := errors.New("boom")
		err := b.try(func(tx *store.Tx) error {
			store.Customers.Insert(tx, customer("cus_2"))
			store.Products.Insert(tx, product("prod_2"))
			return boom
		})
		if !errors.Is(err, boom) {
			b.t.Fatalf("got %v", err)
		}
		b.read(func(v *store.View) error {
			if _, err := store.Customers.Get(v, "cus_2"); !errors.Is(err, store.ErrNotFound) {
				b.t.Errorf("cus_2: %v", err)
			}
			return nil
		})
		if got := len(b.events()); got != before {
			b.t.Errorf("%d events came of a write that failed", got-before)
		}
	})
}

func TestScopesDoNotSeeEachOther(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		for _, scope := range []billing.Scope{storetest.Other, storetest.AcmeLive} {
			b.readAs(scope, func(v *store.View) error {
				if _, err := store.Customers.Get(v, "cus_1"); !errors.Is(err, store.ErrNotFound) {
					b.t.Errorf("%v reads cus_1: %v", scope, err)
				}
				vs, _, err := store.Prices.List(v, store.Page{})
				if len(vs) != 0 {
					b.t.Errorf("%v lists %d prices", scope, len(vs))
				}
				return err
			})
		}
		// The same id may exist in each of them.
		b.write(func(tx *store.Tx) {
			store.Customers.Insert(tx.As(storetest.Other), customer("cus_1"))
			store.Customers.Insert(tx.As(storetest.AcmeLive), customer("cus_1"))
		})
		b.readAs(storetest.Other, func(v *store.View) error {
			es, _, err := store.Events(v, store.EventPage{})
			if len(es) != 1 || es[0].Type != "customer.created" {
				b.t.Errorf("the other account has %v", types(es))
			}
			return err
		})
	})
}

func TestTombstones(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.do(func(tx *store.Tx) error {
			for _, id := range []string{"cus_1"} {
				c, err := store.Customers.Lock(tx, id)
				if err != nil {
					return err
				}
				store.Customers.Delete(tx, c)
				if _, err := store.Customers.Lock(tx, id); !errors.Is(err, store.ErrNotFound) {
					b.t.Errorf("a deleted customer can be locked: %v", err)
				}
			}
			p, err := store.Prices.Lock(tx, "price_1") // has no field that says so
			if err != nil {
				return err
			}
			store.Prices.Delete(tx, p)
			return nil
		})
		b.read(func(v *store.View) error {
			if _, err := store.Customers.Get(v, "cus_1"); !errors.Is(err, store.ErrNotFound) {
				b.t.Errorf("Get: %v", err)
			}
			c, deleted, err := store.Customers.Find(v, "cus_1")
			if err != nil || !deleted || !c.Deleted {
				b.t.Errorf("Find: %v %v", deleted, err)
			}
			many, err := store.Prices.Many(v, []string{"price_1", "price_2", "price_3"})
			if len(many) != 1 || many["price_2"] == nil {
				b.t.Errorf("Many: %v", many)
			}
			return err
		})
		if got := types(b.events()); slices.Contains(got, "customer.deleted") ||
			slices.Contains(got, "customer.updated") {
			b.t.Errorf("Delete told by itself: %v", got)
		}
	})
}

func TestQueriesInATransactionSeeItsChanges(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
			store.Subscriptions.Insert(tx, subscription("sub_2", "cus_1", "price_1"))
		})
		b.do(func(tx *store.Tx) error {
			store.Subscriptions.Insert(tx, subscription("sub_3", "cus_1", "price_1"))
			one, err := store.Subscriptions.Lock(tx, "sub_1")
			if err != nil {
				return err
			}
			one.Status = billing.SubscriptionCanceled
			active := store.Eq("status", billing.SubscriptionActive)
			got, err := store.Subscriptions.All(tx, store.Eq("customer", "cus_1"), active)
			if err != nil || !slices.Equal(ids(got), []string{"sub_3", "sub_2"}) {
				b.t.Errorf("active: %v, %v", ids(got), err)
			}
			first, err := store.Subscriptions.First(tx, store.In("status", "canceled", "unpaid"))
			if err != nil || first != one {
				b.t.Errorf("canceled: %v, %v", first, err)
			}
			all, err := store.Subscriptions.LockAll(tx, store.Eq("customer", "cus_1"))
			if err != nil || len(all) != 3 || all[2] != one {
				b.t.Errorf("all: %v, %v", ids(all), err)
			}
			all[1].Description = ptr("locked")
			return nil
		})
		b.read(func(v *store.View) error {
			two, err := store.Subscriptions.Get(v, "sub_2")
			if two.Description == nil {
				b.t.Error("what LockAll gave was not saved")
			}
			return err
		})
	})
}

func ids[T interface {
	billing.Subscription | billing.Customer
}](vs []*T) (out []string) {
	for _, v := range vs {
		switch v := any(v).(type) {
		case *billing.Subscription:
			out = append(out, v.ID)
		case *billing.Customer:
			out = append(out, v.ID)
		}
	}
	return out
}

func TestConditions(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			for i, email := range []string{"Ada@x.org", "ada@x.org", "Ödön@x.org", ""} {
				c := customer("cus_" + string(rune('1'+i)))
				c.Created += int64(i)
				if c.Email = nil; email != "" {
					c.Email = &email
				}
				store.Customers.Insert(tx, c)
			}
		})
		for name, c := range map[string]struct {
			where []store.Cond
			want  []string
		}{
			"case counts": {[]store.Cond{store.Eq("email", "ada@x.org")}, []string{"cus_2"}},
			"null":        {[]store.Cond{store.Eq("email", nil)}, []string{"cus_4"}},
			"in": {[]store.Cond{store.In("id", "cus_1", "cus_3", "x")},
				[]string{"cus_3", "cus_1"}},
			"in nothing": {[]store.Cond{store.In("id")}, nil},
			"range": {[]store.Cond{store.Gt("created", storetest.Now),
				store.Lte("created", storetest.Now+2)}, []string{"cus_3", "cus_2"}},
			"range with ends": {[]store.Cond{store.Gte("created", storetest.Now),
				store.Lt("created", storetest.Now+1)}, []string{"cus_1"}},
		} {
			check := func(q store.Querier) error {
				got, err := store.Customers.All(q, c.where...)
				if !slices.Equal(ids(got), c.want) {
					b.t.Errorf("%s: got %v, want %v", name, ids(got), c.want)
				}
				return err
			}
			b.read(func(v *store.View) error { return check(v) })
			b.do(func(tx *store.Tx) error {
				// With everything tracked, the conditions are judged in memory.
				if _, err := store.Customers.LockAll(tx); err != nil {
					return err
				}
				return check(tx)
			})
		}
	})
}

func TestUnknownColumnsPanic(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	defer func() {
		if recover() == nil {
			t.Error("a condition on a column that does not exist was accepted")
		}
	}()
	_ = db.Read(t.Context(), storetest.Acme, 0, func(v *store.View) error {
		_, err := store.Customers.All(v, store.Eq("balance", 0))
		return err
	})
}

func TestUnique(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		keyed := func(id string) *billing.Price {
			p := price(id, "prod_1")
			p.LookupKey = ptr("standard")
			return p
		}
		b.write(func(tx *store.Tx) { store.Prices.Insert(tx, keyed("price_a")) })
		for name, c := range map[string]struct {
			make func(tx *store.Tx)
			want string
		}{
			"lookup key": {func(tx *store.Tx) { store.Prices.Insert(tx, keyed("price_b")) },
				"prices.lookup_key"},
			"id": {func(tx *store.Tx) { store.Customers.Insert(tx, customer("cus_1")) },
				"customers.id"},
		} {
			err := b.try(func(tx *store.Tx) error { c.make(tx); return nil })
			if !store.Unique(err, c.want) {
				b.t.Errorf("%s: got %v, want %s", name, err, c.want)
			}
		}
		// A key moves from one price to another in one transaction, whoever comes first.
		b.do(func(tx *store.Tx) error {
			store.Prices.Insert(tx, keyed("price_c"))
			was, err := store.Prices.Lock(tx, "price_a")
			was.LookupKey = nil
			return err
		})
		b.do(func(tx *store.Tx) error {
			to, err := store.Prices.Lock(tx, "price_a")
			if err != nil {
				return err
			}
			to.LookupKey = ptr("standard")
			from, err := store.Prices.Lock(tx, "price_c")
			from.LookupKey = nil
			return err
		})
	})
}

func TestReferencesMustExist(t *testing.T) {
	each(t, func(b bed) {
		err := b.try(func(tx *store.Tx) error {
			store.Prices.Insert(tx, price("price_1", "prod_nowhere"))
			return nil
		})
		if err == nil {
			b.t.Error("a price of no product was saved")
		}
		b.write(func(tx *store.Tx) { store.Customers.Insert(tx, customer("cus_0")) })
		if err = b.try(func(tx *store.Tx) error {
			store.Subscriptions.Insert(tx, subscription("sub_0", "cus_0"))
			s, err := store.Subscriptions.Lock(tx, "sub_0")
			s.Items.Data = subscription("sub_0", "cus_0", "price_nowhere").Items.Data
			return err
		}); err == nil {
			b.t.Error("an item of no price was saved")
		}
		// Children may be inserted before their parents: the flush sorts them.
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
			store.Customers.Insert(tx, customer("cus_1"))
			store.Prices.Insert(tx, price("price_1", "prod_1"))
			store.Products.Insert(tx, product("prod_1"))
		})
	})
}

func TestHydratedNounsAreStoredAsIDs(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
		})
		before := len(b.events())
		b.do(func(tx *store.Tx) error {
			s, err := store.Subscriptions.Lock(tx, "sub_1")
			if err != nil {
				return err
			}
			if err := store.Hydrate(tx, s); err != nil {
				return err
			}
			if p := s.Items.Data[0].Price.Obj; p == nil || len(p.Tiers) != 1 {
				b.t.Errorf("Hydrate gave %+v", p)
			}
			return nil
		})
		if n := len(b.events()) - before; n != 0 {
			b.t.Errorf("hydrating made %d events", n)
		}
		b.read(func(v *store.View) error {
			s, err := store.Subscriptions.Get(v, "sub_1")
			if s.Items.Data[0].Price.Obj != nil {
				b.t.Error("the price was stored inside the subscription")
			}
			return err
		})
	})
}
