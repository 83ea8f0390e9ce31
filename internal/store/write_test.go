package store_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

var errOwn = errors.New("the item's own error")

func TestASavepointThatFailsDropsItsOwn(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		before := len(b.events())
		b.do(func(tx *store.Tx) error {
			kept, err := store.Customers.Lock(tx, "cus_1")
			if err != nil {
				return err
			}
			kept.Name = ptr("kept")
			for i := range 6 {
				err := tx.Savepoint(func(tx *store.Tx) error {
					store.Customers.Insert(tx, customer(fmt.Sprint("cus_item_", i)))
					kept.Balance++
					p, err := store.Prices.Lock(tx, "price_1")
					if err != nil {
						return err
					}
					p.Nickname = ptr(fmt.Sprint(i))
					if _, err := store.Enqueue(tx, store.Job{Kind: "k"}); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return errOwn
					case 2: // the database says no
						store.Prices.Insert(tx, price("price_x", "prod_nowhere"))
					}
					return nil
				})
				if wrong := (err == nil) != (i%3 == 0); wrong {
					b.t.Errorf("item %d: %v", i, err)
				}
			}
			return nil
		})
		b.read(func(v *store.View) error {
			all, err := store.Customers.All(v)
			if got := ids(all); !slices.Equal(got, []string{"cus_item_3", "cus_item_0", "cus_1"}) {
				b.t.Errorf("customers: %v", got)
			}
			if c := all[2]; *c.Name != "kept" || c.Balance != 2 {
				b.t.Errorf("the outer customer: %s, %d", *c.Name, c.Balance)
			}
			p, _ := store.Prices.Get(v, "price_1")
			if *p.Nickname != "3" {
				b.t.Errorf("the price's last change: %s", *p.Nickname)
			}
			return err
		})
		jobs, err := b.db.ClaimJobs(b.t.Context(), store.Claim{NowMs: nowMs, LeaseMs: 1, Limit: 9})
		if len(jobs) != 2 || err != nil {
			b.t.Errorf("%d jobs, %v", len(jobs), err)
		}
		want := []string{"customer.updated", // flushed before the first item
			"customer.updated", "customer.created", "price.updated",
			"customer.updated", "customer.created", "price.updated"}
		if got := types(b.events()[before:]); !slices.Equal(got, want) {
			b.t.Errorf("got %v\nwant %v", got, want)
		}
	})
}

func TestWritersAcrossHandlesDoNotLoseUpdates(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		handles := []*store.DB{open(), open()}
		b := bed{t, handles[0]}
		b.catalog()
		const each = 10
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				for range each {
					err := handles[i%2].Write(t.Context(), origin(), func(tx *store.Tx) error {
						c, err := store.Customers.Lock(tx, "cus_1")
						if err == nil {
							c.Balance++
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		b.read(func(v *store.View) error {
			c, err := store.Customers.Get(v, "cus_1")
			if c.Balance != 4*each {
				t.Errorf("%d of %d updates are left", c.Balance, 4*each)
			}
			return err
		})
	})
}

func TestLostRacesAreTriedAgain(t *testing.T) {
	each(t, func(b bed) {
		tries := 0
		b.do(func(tx *store.Tx) error {
			store.Customers.Insert(tx, customer(fmt.Sprint("cus_", tries)))
			if tries++; tries < 5 {
				return fmt.Errorf("wrapped: %w", store.ErrConflict)
			}
			return nil
		})
		err := b.try(func(*store.Tx) error { return store.ErrConflict })
		if tries != 5 || !errors.Is(err, store.ErrConflict) {
			b.t.Errorf("%d tries, then %v", tries, err)
		}
		if n := len(b.events()); n != 1 {
			b.t.Errorf("%d events", n)
		}
	})
}

// Two transactions lock the same rows in opposite order: one is the victim, and runs again.
func TestDeadlocksEnd(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) { store.Customers.Insert(tx, customer("cus_2")) })
		var wg sync.WaitGroup
		for _, order := range [][]string{{"cus_1", "cus_2"}, {"cus_2", "cus_1"}} {
			wg.Go(func() {
				for range 10 {
					b.do(func(tx *store.Tx) error {
						for _, id := range order {
							c, err := store.Customers.Lock(tx, id)
							if err != nil {
								return err
							}
							c.Balance++
							runtime.Gosched()
						}
						return nil
					})
				}
			})
		}
		wg.Wait()
		b.read(func(v *store.View) error {
			for _, id := range []string{"cus_1", "cus_2"} {
				if c, err := store.Customers.Get(v, id); err != nil || c.Balance != 20 {
					b.t.Errorf("%s: %d, %v", id, c.Balance, err)
				}
			}
			return nil
		})
	})
}

// Whoever queues while another writes shares the next commit; those of a group that fail, in
// whatever way, leave the others alone.
func TestGroupsWithFailingMembers(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		release := make(chan bool)
		started := make(chan bool)
		var wg sync.WaitGroup
		wg.Go(func() {
			b.do(func(tx *store.Tx) error {
				close(started)
				<-release
				return nil
			})
		})
		<-started
		commits := b.db.Stats().Commits.Load()
		var panics, errs atomic.Int64
		for i := range 24 {
			wg.Go(func() {
				defer func() {
					if recover() != nil {
						panics.Add(1)
					}
				}()
				err := b.try(func(tx *store.Tx) error {
					c := customer(fmt.Sprintf("cus_g%02d", i))
					store.Customers.Insert(tx, c)
					switch i % 4 {
					case 1:
						return errOwn
					case 2:
						c.TestClock = billing.To[billing.TestClock]("clock_nowhere")
					case 3:
						panic("the member's own")
					}
					return nil
				})
				if err != nil {
					errs.Add(1)
				}
			})
		}
		close(release)
		wg.Wait()
		if panics.Load() != 6 || errs.Load() != 12 {
			b.t.Errorf("%d panics, %d errors", panics.Load(), errs.Load())
		}
		b.read(func(v *store.View) error {
			all, err := store.Customers.All(v)
			if len(all) != 1+6 {
				b.t.Errorf("customers: %v", ids(all))
			}
			return err
		})
		grouped := b.db.Stats().Commits.Load() - commits
		if b.db.Engine() == "sqlite" && grouped >= 25 {
			b.t.Errorf("25 transactions took %d commits", grouped)
		}
	})
}

// A test that fails inside of a transaction leaves its goroutine; the database must survive it.
func TestAGoroutineMayExitInsideATransaction(t *testing.T) {
	each(t, func(b bed) {
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = b.try(func(tx *store.Tx) error {
				store.Customers.Insert(tx, customer("cus_1"))
				runtime.Goexit()
				return nil
			})
		})
		wg.Wait()
		b.write(func(tx *store.Tx) { store.Customers.Insert(tx, customer("cus_2")) })
		b.read(func(v *store.View) error {
			all, err := store.Customers.All(v)
			if !slices.Equal(ids(all), []string{"cus_2"}) {
				b.t.Errorf("customers: %v", ids(all))
			}
			return err
		})
	})
}

func TestASnapshotStandsStill(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.read(func(v *store.View) error {
			if _, err := store.Customers.Get(v, "cus_1"); err != nil {
				return err
			}
			b.do(func(tx *store.Tx) error {
				c, err := store.Customers.Lock(tx, "cus_1")
				c.Balance = 9
				store.Customers.Insert(tx, customer("cus_2"))
				return err
			})
			all, err := store.Customers.All(v)
			if len(all) != 1 || all[0].Balance != 0 {
				b.t.Errorf("the snapshot moved: %v", ids(all))
			}
			return err
		})
	})
}

func TestAReaderCannotWrite(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		err := b.db.Read(b.t.Context(), storetest.Acme, 0, func(v *store.View) error {
			return store.Exec(v, "delete from prices")
		})
		if err == nil {
			b.t.Error("a reader deleted rows")
		}
	})
}

// Requests with keys share commits too: each key keeps the answer of the one that got it.
func TestKeysThatAreClaimedTogether(t *testing.T) {
	each(t, func(b bed) {
		const keys, each = 12, 3
		var wg sync.WaitGroup
		var done, taken atomic.Int64
		for i := range keys * each {
			key := fmt.Sprint("key-", i%keys)
			wg.Go(func() {
				err := b.try(func(tx *store.Tx) error {
					store.ClaimIdempotency(tx, store.IdempotencyClaim{Key: key, Method: "POST"})
					store.Customers.Insert(tx, customer(fmt.Sprintf("cus_%02d", i)))
					store.CompleteIdempotency(tx, store.IdempotencyAnswer{Key: key, Status: 200,
						Body: []byte("answer to " + key)})
					return nil
				})
				switch {
				case err == nil:
					done.Add(1)
				case store.IdempotencyTaken(err):
					taken.Add(1)
				default:
					b.t.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != keys || taken.Load() != keys*(each-1) {
			b.t.Errorf("%d were done, %d were refused", done.Load(), taken.Load())
		}
		b.read(func(v *store.View) error {
			for i := range keys {
				key := fmt.Sprint("key-", i)
				row, err := store.Idempotency(v, key)
				if err != nil {
					return err
				}
				if row == nil || row.State != store.IdempotencyDone || row.Status != 200 ||
					string(row.Body) != "answer to "+key {
					b.t.Errorf("%s: %+v", key, row)
				}
			}
			all, err := store.Customers.All(v)
			if len(all) != keys {
				b.t.Errorf("%d customers", len(all))
			}
			return err
		})
	})
}
