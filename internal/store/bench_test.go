package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// The two deeds that everything else is made of: a request that creates, and a batch that renews.

func BenchmarkCreate(b *testing.B) {
	benchEach(b, func(b *testing.B, db *store.DB) {
		var n atomic.Int64
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				err := db.Write(b.Context(), origin(), func(tx *store.Tx) error {
					store.Subscriptions.Insert(tx,
						subscription(fmt.Sprint("sub_", n.Add(1)), "cus_1", "price_1", "price_2"))
					return nil
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkRenew(b *testing.B) {
	benchEach(b, func(b *testing.B, db *store.DB) {
		const batch = 100
		must(b, db.Write(b.Context(), origin(), func(tx *store.Tx) error {
			for i := range batch {
				store.Subscriptions.Insert(tx,
					subscription(fmt.Sprint("sub_", i), "cus_1", "price_1", "price_2"))
			}
			return nil
		}))
		b.ResetTimer()
		for n := 0; n < b.N; n += batch {
			must(b, db.Write(b.Context(), origin(), func(tx *store.Tx) error {
				for i := range batch {
					if err := tx.Savepoint(func(tx *store.Tx) error {
						return renew(tx, fmt.Sprint("sub_", i), n+i)
					}); err != nil {
						return err
					}
				}
				return nil
			}))
		}
	})
}

func renew(tx *store.Tx, id string, n int) error {
	s, err := store.Subscriptions.Lock(tx, id)
	if err != nil {
		return err
	}
	for i := range s.Items.Data {
		s.Items.Data[i].CurrentPeriodStart++
		s.Items.Data[i].CurrentPeriodEnd++
	}
	in := invoice(fmt.Sprint("in_", n), "cus_1", id)
	store.Invoices.Insert(tx, in)
	return nil
}

func BenchmarkList(b *testing.B) {
	benchEach(b, func(b *testing.B, db *store.DB) {
		must(b, db.Write(b.Context(), origin(), func(tx *store.Tx) error {
			for i := range 100 {
				store.Subscriptions.Insert(tx,
					subscription(fmt.Sprint("sub_", i), "cus_1", "price_1", "price_2"))
			}
			return nil
		}))
		b.ResetTimer()
		for range b.N {
			must(b, db.Read(b.Context(), storetest.Acme, 0, func(v *store.View) error {
				vs, _, err := store.Subscriptions.List(v, store.Page{Limit: 100})
				if err != nil {
					return err
				}
				_, err = store.Subscriptions.ShowAll(v, vs)
				return err
			}))
		}
	})
}

func benchEach(b *testing.B, run func(b *testing.B, db *store.DB)) {
	for _, engine := range storetest.Engines() {
		b.Run(engine, func(b *testing.B) {
			db := storetest.New(b, engine)()
			must(b, db.Write(b.Context(), origin(), func(tx *store.Tx) error {
				store.Products.Insert(tx, product("prod_1"))
				store.Prices.Insert(tx, price("price_1", "prod_1"))
				store.Prices.Insert(tx, price("price_2", "prod_1"))
				store.Customers.Insert(tx, customer("cus_1"))
				return nil
			}))
			b.ReportAllocs()
			b.ResetTimer()
			run(b, db)
		})
	}
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
