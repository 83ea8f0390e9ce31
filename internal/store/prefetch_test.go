package store_test

import (
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/store"
)

// asked counts the queries and the round trips of what is done.
func (b bed) asked(do func()) (queries, trips int64) {
	stats := b.db.Stats()
	queries, trips = stats.Queries.Load(), stats.Trips.Load()
	do()
	return stats.Queries.Load() - queries, stats.Trips.Load() - trips
}

func TestPrefetchAsksAtOnce(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
		})
		b.do(func(tx *store.Tx) error {
			queries, trips := b.asked(func() {
				if err := store.Prefetch(tx, store.Customers.ToLock("cus_1", "", "cus_nobody"),
					store.Subscriptions.ToLockBy("customer", []string{"cus_1", "cus_2"}),
					store.Products.ToGet("prod_1"), store.ToGetPricesOf("sub_1"),
					store.ToLoadSettings(), store.ToReadAccount()); err != nil {
					b.t.Fatal(err)
				}
			})
			if server := b.db.Engine() == "postgres"; queries != 6 || server && trips != 1 ||
				!server && trips != 0 {
				b.t.Errorf("%d queries in %d trips", queries, trips)
			}
			queries, _ = b.asked(func() { b.prefetched(tx) })
			if queries != 0 {
				b.t.Errorf("%d queries for what was prefetched", queries)
			}
			queries, _ = b.asked(func() {
				if _, err := store.Customers.Lock(tx, "cus_nobody"); err != store.ErrNotFound {
					b.t.Errorf("somebody who does not exist: %v", err)
				}
				// Reading is not locking.
				if _, err := store.Products.Lock(tx, "prod_1"); err != nil {
					b.t.Error(err)
				}
				_, err := store.Subscriptions.All(tx, store.Eq("customer", "cus_3"))
				if err != nil {
					b.t.Error(err)
				}
			})
			if queries != 3 {
				b.t.Errorf("%d queries for what was not", queries)
			}
			return nil
		})
	})
}

// prefetched asks for everything that TestPrefetchAsksAtOnce has prefetched.
func (b bed) prefetched(tx *store.Tx) {
	b.t.Helper()
	c, err := store.Customers.Lock(tx, "cus_1")
	if err != nil {
		b.t.Fatal(err)
	}
	c.Name = ptr("changed")
	again, err := store.Customers.Get(tx, "cus_1")
	if err != nil || again != c {
		b.t.Errorf("got %+v, %v", again, err)
	}
	subs, err := store.Subscriptions.LockAll(tx, store.Eq("customer", "cus_1"))
	if err != nil || len(subs) != 1 {
		b.t.Fatalf("subscriptions: %v, %v", subs, err)
	}
	for _, of := range []string{"cus_1", "cus_2"} {
		found, err := store.Subscriptions.All(tx, store.Eq("customer", of))
		if want := map[string]int{"cus_1": 1}[of]; err != nil || len(found) != want {
			b.t.Errorf("subscriptions of %s: %v, %v", of, found, err)
		}
	}
	if _, err := store.Subscriptions.Render(tx, subs[0]); err != nil {
		b.t.Error(err)
	}
	if _, err := store.Products.Get(tx, "prod_1"); err != nil {
		b.t.Error(err)
	}
	if _, err := store.LoadSettings(tx); err != nil {
		b.t.Error(err)
	}
	if a, err := store.Account(tx, tx.Scope().Account); err != nil || a.ID != tx.Scope().Account {
		b.t.Errorf("account: %+v, %v", a, err)
	}
}

// TestPrefetchSeesOwnChanges: an answer that came early is merged with what was done since.
func TestPrefetchSeesOwnChanges(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.do(func(tx *store.Tx) error {
			err := store.Prefetch(tx, store.Subscriptions.ToLockBy("customer", []string{"cus_1"}),
				store.Products.ToGet("prod_1"))
			if err != nil {
				return err
			}
			store.Subscriptions.Insert(tx, subscription("sub_new", "cus_1", "price_1"))
			p, err := store.Products.Lock(tx, "prod_1")
			if err != nil {
				return err
			}
			p.Name = "renamed"
			again, err := store.Products.Get(tx, "prod_1")
			if err != nil || again.Name != "renamed" {
				b.t.Errorf("got %+v, %v", again, err)
			}
			found, err := store.Subscriptions.All(tx, store.Eq("customer", "cus_1"))
			if !slices.Contains(ids(found), "sub_new") {
				b.t.Errorf("subscriptions: %v", ids(found))
			}
			return err
		})
	})
}

// TestASavepointForgetsWhatWasPrefetched: what happened in it is not tracked afterwards.
func TestASavepointForgetsWhatWasPrefetched(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.do(func(tx *store.Tx) error {
			if err := store.Prefetch(tx, store.Products.ToGet("prod_1")); err != nil {
				return err
			}
			err := tx.Savepoint(func(tx *store.Tx) error {
				p, err := store.Products.Lock(tx, "prod_1")
				if err == nil {
					p.Name = "renamed"
				}
				return err
			})
			if err != nil {
				return err
			}
			p, err := store.Products.Get(tx, "prod_1")
			if err == nil && p.Name != "renamed" {
				b.t.Errorf("the product is still called %s", p.Name)
			}
			return err
		})
	})
}
