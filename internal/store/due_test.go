package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestDueWork(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		clocked := billing.To[billing.TestClock]("clock_1")
		b.write(func(tx *store.Tx) {
			store.TestClocks.Insert(tx, &billing.TestClock{ID: "clock_1",
				Object: "test_helpers.test_clock", Status: "ready", DeletesAfter: 50})
			for i, due := range []int64{30, 10, 20, 0} {
				s := subscription(fmt.Sprint("sub_", i), "cus_1", "price_1")
				if due > 0 {
					s.Private.NextAt = &due
				}
				store.Subscriptions.Insert(tx, s)
			}
			s := subscription("sub_clock", "cus_1", "price_1")
			s.Private.NextAt, s.TestClock = ptr(int64(20)), clocked
			store.Subscriptions.Insert(tx, s)
			for id, at := range map[string][2]int64{"in_a": {20, 25}, "in_b": {20, 0}} {
				in := invoice(id, "cus_1", "")
				in.TestClock, in.Private.FinalizeAt = clocked, ptr(at[0])
				if at[1] > 0 {
					in.Private.RetryAt = ptr(at[1])
				}
				store.Invoices.Insert(tx, in)
			}
			store.Attempts.Insert(tx, &store.Attempt{ID: "att_1", Object: "attempt", Op: "charge",
				State: store.AttemptUnknown, InquireAt: ptr(int64(15)), Clock: "clock_1"})
		})
		other := subscription("sub_other", "cus_1", "price_1")
		other.Private.NextAt = ptr(int64(15))
		b.write(func(tx *store.Tx) {
			tx = tx.As(storetest.Other)
			store.Products.Insert(tx, product("prod_1"))
			store.Prices.Insert(tx, price("price_1", "prod_1"))
			store.Customers.Insert(tx, customer("cus_1"))
			store.Subscriptions.Insert(tx, other)
		})
		due := func(kind store.DueKind, clock string, before int64) (out []string) {
			rows, err := b.db.Due(b.t.Context(),
				store.DueScan{Kind: kind, Clock: clock, Before: before, Limit: 10})
			if err != nil {
				b.t.Fatal(err)
			}
			for _, r := range rows {
				out = append(out, fmt.Sprint(r.Account, " ", r.ID, " ", r.At))
			}
			return out
		}
		for _, c := range []struct {
			got  []string
			want []string
		}{
			{due(store.DueSubscription, "", 9), nil},
			{due(store.DueSubscription, "", 20),
				[]string{"acct_acme sub_1 10", "acct_other sub_other 15", "acct_acme sub_2 20"}},
			{due(store.DueSubscription, "clock_1", 99), []string{"acct_acme sub_clock 20"}},
			{due(store.DueInvoiceFinalize, "", 99), nil},
			{due(store.DueAttemptInquire, "clock_1", 15), []string{"acct_acme att_1 15"}},
			{due(store.DueTestClockDelete, "", 50), []string{"acct_acme clock_1 50"}},
			{due(store.DueTestClockDelete, "", 49), nil},
		} {
			if !slices.Equal(c.got, c.want) {
				b.t.Errorf("got %v, want %v", c.got, c.want)
			}
		}
		if at, found, err := b.db.NextWall(b.t.Context()); at != 10 || !found || err != nil {
			b.t.Errorf("the wall's next: %d %v %v", at, found, err)
		}
		b.clockOrder()
	})
}

// clockOrder does the work of clock_1 as an advance does: always the earliest that is left.
func (b bed) clockOrder() {
	var order []string
	for {
		next, found, err := b.db.NextDue(b.t.Context(), storetest.Acme, "clock_1", 25)
		if err != nil {
			b.t.Fatal(err)
		}
		if !found {
			break
		}
		order = append(order, fmt.Sprint(next.At, " ", next.Kind, " ", next.ID))
		b.do(func(tx *store.Tx) error { return undue(tx, next) })
	}
	want := []string{"15 attempt_inquire att_1", "20 subscription sub_clock",
		"20 invoice_finalize in_a", "20 invoice_finalize in_b", "25 invoice_retry in_a"}
	if !slices.Equal(order, want) {
		b.t.Errorf("got %v\nwant %v", order, want)
	}
}

func undue(tx *store.Tx, d store.DueRow) error {
	switch d.Kind {
	case store.DueSubscription:
		s, err := store.Subscriptions.Lock(tx, d.ID)
		s.Private.NextAt = nil
		return err
	case store.DueAttemptInquire:
		a, err := store.Attempts.Lock(tx, d.ID)
		a.InquireAt = nil
		return err
	}
	in, err := store.Invoices.Lock(tx, d.ID)
	if err == nil && d.Kind == store.DueInvoiceFinalize {
		in.Private.FinalizeAt = nil
	} else if err == nil {
		in.Private.RetryAt = nil
	}
	return err
}
