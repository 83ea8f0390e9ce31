package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

const nowMs = storetest.Now * 1000

func (b bed) claim(c store.Claim) (out []store.Delivery) {
	b.t.Helper()
	out, err := b.db.ClaimDeliveries(b.t.Context(), c)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestEventsFindTheirEndpoints(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			store.WebhookEndpoints.Insert(tx, endpoint("we_all", "*", "customer.created"))
			store.WebhookEndpoints.Insert(tx,
				endpoint("we_some", "customer.created", "price.created"))
			store.WebhookEndpoints.Insert(tx, endpoint("we_later", "price.created"))
			off := endpoint("we_off", "*")
			off.Status = "disabled"
			store.WebhookEndpoints.Insert(tx, off)
			store.WebhookEndpoints.Insert(tx.As(storetest.Other), endpoint("we_other", "*"))
			store.WebhookEndpoints.Insert(tx.As(storetest.AcmeLive), endpoint("we_live", "*"))
		})
		told := func(id string) (out []string) {
			b.write(func(tx *store.Tx) { store.Customers.Insert(tx, customer(id)) })
			es := b.events()
			b.read(func(v *store.View) error {
				ds, err := store.Deliveries(v, es[len(es)-1].ID)
				for _, d := range ds {
					out = append(out, d.Endpoint)
				}
				return err
			})
			return out
		}
		if got := told("cus_1"); !slices.Equal(got, []string{"we_all", "we_some"}) {
			b.t.Errorf("told %v", got)
		}
		b.do(func(tx *store.Tx) error {
			some, err := store.WebhookEndpoints.Lock(tx, "we_some")
			if err != nil {
				return err
			}
			some.EnabledEvents = billing.Arr[string]{"price.created"}
			later, err := store.WebhookEndpoints.Lock(tx, "we_later")
			if err != nil {
				return err
			}
			later.EnabledEvents = billing.Arr[string]{"customer.created"}
			all, err := store.WebhookEndpoints.Lock(tx, "we_all")
			if err != nil {
				return err
			}
			store.WebhookEndpoints.Delete(tx, all)
			off, err := store.WebhookEndpoints.Lock(tx, "we_off")
			off.Status = "enabled"
			return err
		})
		if got := told("cus_2"); !slices.Equal(got, []string{"we_later", "we_off"}) {
			b.t.Errorf("after the changes told %v", got)
		}
	})
}

func TestCommitsTellWhatTheyLeft(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		var told []store.Commit
		db := open(func(o *store.Options) {
			o.OnCommit = func(c store.Commit) { told = append(told, c) }
		})
		b := bed{t, db}
		b.write(func(tx *store.Tx) {
			store.WebhookEndpoints.Insert(tx, endpoint("we_1", "*"))
			store.WebhookEndpoints.Insert(tx, endpoint("we_2", "customer.created"))
		})
		b.do(func(tx *store.Tx) error {
			for i := range 4 { // enough of them to be written as arrays
				store.Customers.Insert(tx, customer(fmt.Sprint("cus_", i)))
			}
			store.Products.Insert(tx, product("prod_1"))
			_, err := store.Enqueue(tx, store.Job{Kind: "mail"})
			return err
		})
		want := store.Commit{Events: 5, Jobs: 1, Deliveries: 9}
		if len(told) != 1 || told[0] != want {
			t.Errorf("told %v, want %v once", told, want)
		}
	})
}

func TestDeliveryLeases(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) { store.WebhookEndpoints.Insert(tx, endpoint("we_1", "*")) })
		b.write(func(tx *store.Tx) { store.Customers.Insert(tx, customer("cus_1")) })
		claim := store.Claim{NowMs: nowMs, LeaseMs: 1000, Limit: 10}
		if got := b.claim(store.Claim{NowMs: nowMs - 1, LeaseMs: 1, Limit: 10}); len(got) != 0 {
			b.t.Fatalf("claimed before it is due: %v", got)
		}
		first := b.claim(claim)
		if len(first) != 1 || len(b.claim(claim)) != 0 {
			b.t.Fatal("a lease was given twice, or never")
		}
		claim.NowMs += 1000
		second := b.claim(claim)
		if len(second) != 1 {
			b.t.Fatal("a lease that ran out was not given again")
		}
		retry := store.DeliveryResult{State: store.DeliveryPending, Status: 500, Error: "x",
			AtMs: nowMs + 1000, NextMs: nowMs + 60000}
		err := b.try(func(tx *store.Tx) error { return store.FinishDelivery(tx, first[0], retry) })
		if !errors.Is(err, store.ErrLeaseLost) {
			b.t.Fatalf("the first worker finished what the second has: %v", err)
		}
		b.do(func(tx *store.Tx) error { return store.FinishDelivery(tx, second[0], retry) })
		if got := b.claim(store.Claim{NowMs: nowMs + 59999, LeaseMs: 1, Limit: 10}); len(got) != 0 {
			b.t.Fatal("retried early")
		}
		claim.NowMs = nowMs + 60000
		third := b.claim(claim)
		if len(third) != 1 || third[0].Tries != 1 || third[0].LastStatus != 500 ||
			third[0].FirstAtMs != nowMs+1000 {
			b.t.Fatalf("third claim: %+v", third)
		}
		b.do(func(tx *store.Tx) error {
			return store.FinishDelivery(tx, third[0],
				store.DeliveryResult{State: store.DeliveryDelivered, Status: 200})
		})
		claim.NowMs *= 2
		if got := b.claim(claim); len(got) != 0 {
			b.t.Fatal("delivered, and claimed again")
		}
		b.do(func(tx *store.Tx) error {
			return store.Redeliver(tx, third[0].Event, "we_1", claim.NowMs)
		})
		if got := b.claim(claim); len(got) != 1 || got[0].Tries != 0 {
			b.t.Fatalf("redelivery: %+v", got)
		}
	})
}

func TestOneEndpointDoesNotTakeAllWorkers(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			store.WebhookEndpoints.Insert(tx, endpoint("we_busy", "*"))
			store.WebhookEndpoints.Insert(tx, endpoint("we_rare", "product.created"))
		})
		b.write(func(tx *store.Tx) {
			for i := range 5 {
				store.Customers.Insert(tx, customer(fmt.Sprint("cus_", i)))
			}
			store.Products.Insert(tx, product("prod_1"))
		})
		count := func() map[string]int {
			out := map[string]int{}
			for _, d := range b.claim(store.Claim{NowMs: nowMs, LeaseMs: 1000, Limit: 10,
				PerEndpoint: func(int) int { return 2 }}) {
				out[d.Endpoint]++
			}
			return out
		}
		if got := count(); got["we_busy"] != 2 || got["we_rare"] != 1 {
			b.t.Errorf("claimed %v", got)
		}
		if got := count(); len(got) != 0 {
			b.t.Errorf("while two are in flight: %v", got)
		}
	})
}

// A dead endpoint's queue, however long, hides nobody else's deliveries.
func TestALongQueueHidesNoOther(t *testing.T) {
	each(t, func(b bed) {
		const queue = 2100
		b.write(func(tx *store.Tx) {
			store.WebhookEndpoints.Insert(tx, endpoint("we_dead", "customer.created"))
			store.WebhookEndpoints.Insert(tx, endpoint("we_well", "product.created"))
		})
		b.write(func(tx *store.Tx) {
			for i := range queue {
				store.Customers.Insert(tx, customer(fmt.Sprintf("cus_%04d", i)))
			}
		})
		b.write(func(tx *store.Tx) { store.Products.Insert(tx, product("prod_1")) })
		claimed := map[string]int{}
		for _, d := range b.claim(store.Claim{NowMs: nowMs, LeaseMs: 1000, Limit: 5,
			PerEndpoint: func(waiting int) int { return 1 + waiting }}) {
			claimed[d.Endpoint]++
		}
		if claimed["we_dead"] != 3 || claimed["we_well"] != 1 {
			b.t.Errorf("claimed %v", claimed)
		}
	})
}

// Workers of several processes claim at the same moment: each piece of work goes to one of them.
func TestClaimsAreExclusive(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		handles := []*store.DB{open(), open()}
		b := bed{t, handles[0]}
		const work = 30
		b.write(func(tx *store.Tx) { store.WebhookEndpoints.Insert(tx, endpoint("we_1", "*")) })
		b.do(func(tx *store.Tx) error {
			for i := range work {
				store.Customers.Insert(tx, customer(fmt.Sprint("cus_", i)))
				if _, err := store.Enqueue(tx, store.Job{Kind: "mail"}); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		claimed := map[string]int{}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				c := store.Claim{NowMs: nowMs, LeaseMs: 1000, Limit: 20}
				ds, err := handles[i%2].ClaimDeliveries(t.Context(), c)
				js, failed := handles[i%2].ClaimJobs(t.Context(), c)
				if err := errors.Join(err, failed); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, d := range ds {
					claimed[d.Event]++
				}
				for _, j := range js {
					claimed[j.ID]++
				}
			})
		}
		wg.Wait()
		for name, n := range claimed {
			if n != 1 {
				t.Errorf("%s was claimed %d times", name, n)
			}
		}
		if len(claimed) < 2*20 {
			t.Errorf("only %d pieces of work were claimed", len(claimed))
		}
	})
}
