package store_test

import (
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/store"
)

func TestARehearsalSeesItselfAndLeavesNothing(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) { store.Customers.Insert(tx, customer("cus_2")) })
		events, stats := len(b.events()), b.db.Stats()
		writes := stats.Writes.Load()
		b.read(func(v *store.View) error {
			for range 2 { // the second finds everything as the first did
				err := v.Rehearse(func(tx *store.Tx) error {
					c, err := store.Customers.Lock(tx, "cus_2")
					if err != nil {
						return err
					}
					if c.Name != nil {
						b.t.Errorf("the name is %s already", *c.Name)
					}
					c.Name = ptr("Changed")
					store.Customers.Insert(tx, customer("cus_3"))
					all, err := store.Customers.All(tx)
					if got := ids(all); !slices.Equal(got, []string{"cus_3", "cus_2", "cus_1"}) {
						b.t.Errorf("the rehearsal sees %v", got)
					}
					if *all[1].Name != "Changed" {
						b.t.Error("the rehearsal does not see its own change")
					}
					return err
				})
				if err != nil {
					return err
				}
			}
			c, err := store.Customers.Get(v, "cus_2")
			if err == nil && c.Name != nil {
				b.t.Errorf("the view sees the rehearsal's %s", *c.Name)
			}
			return err
		})
		if len(b.events()) != events || stats.Writes.Load() != writes {
			b.t.Error("a rehearsal left something")
		}
	})
}

func TestARehearsalRefusesWhatItCannotForget(t *testing.T) {
	each(t, func(b bed) {
		for name, deed := range map[string]func(tx *store.Tx) error{
			"a job that may be there already": func(tx *store.Tx) error {
				_, err := store.Enqueue(tx, store.Job{Kind: "k", UniqueKey: "u"})
				return err
			},
			"a savepoint": func(tx *store.Tx) error {
				return tx.Savepoint(func(*store.Tx) error { return nil })
			},
			"a number": func(tx *store.Tx) error {
				_, err := store.NextNumber(tx, "s")
				return err
			},
		} {
			b.read(func(v *store.View) error {
				if err := v.Rehearse(deed); err == nil {
					b.t.Errorf("%s was rehearsed", name)
				}
				return nil
			})
		}
	})
}

func TestASnapshotReadsNoRowTwice(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.read(func(v *store.View) error {
			all, err := store.Customers.All(v)
			if err != nil {
				return err
			}
			all[0].Name = ptr("scribbled")
			before := b.db.Stats().Queries.Load()
			c, err := store.Customers.Get(v, "cus_1")
			if err != nil {
				return err
			}
			if _, err = store.Customers.Many(v, []string{"cus_1"}); err != nil {
				return err
			}
			if n := b.db.Stats().Queries.Load() - before; n != 0 || c.Name != nil {
				b.t.Errorf("%d queries more; the name is %v", n, c.Name)
			}
			return nil
		})
	})
}

func TestARehearsalFindsWhatThePageHasPrefetched(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.read(func(v *store.View) error {
			all := store.Subscriptions.ToListBy("customer", []string{"cus_1", "cus_2"})
			if err := store.Prefetch(v, store.Customers.ToListBy("id", []string{"cus_1"}),
				all); err != nil {
				return err
			}
			queries, _ := b.asked(func() {
				for range 2 { // what the first changes, the second does not see
					err := v.Rehearse(func(tx *store.Tx) error {
						found, err := store.Customers.LockAll(tx, store.Eq("id", "cus_1"))
						if err != nil || len(found) != 1 || found[0].Name != nil {
							b.t.Fatalf("found %v, %v", found, err)
						}
						found[0].Name = ptr("changed")
						none, err := store.Subscriptions.All(tx, store.Eq("customer", "cus_2"))
						if len(none) != 0 {
							b.t.Errorf("found %v", ids(none))
						}
						return err
					})
					if err != nil {
						b.t.Error(err)
					}
				}
			})
			if queries != 0 {
				b.t.Errorf("%d queries for what was prefetched", queries)
			}
			return nil
		})
	})
}
