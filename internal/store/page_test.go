package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// twelve customers: pairs share a second, so that ids decide between them.
func (b bed) twelve() {
	b.write(func(tx *store.Tx) {
		for i := range 12 {
			c := customer(fmt.Sprintf("cus_%c", 'a'+i))
			c.Created += int64(i / 2)
			store.Customers.Insert(tx, c)
		}
	})
}

func (b bed) page(p store.Page) (out []string, more bool) {
	b.read(func(v *store.View) error {
		vs, hasMore, err := store.Customers.List(v, p)
		out, more = ids(vs), hasMore
		return err
	})
	return out, more
}

func TestPagesBothWays(t *testing.T) {
	each(t, func(b bed) {
		b.twelve()
		for name, c := range map[string]struct {
			page store.Page
			want string
			more bool
		}{
			"first":              {store.Page{Limit: 3}, "lkj", true},
			"after":              {store.Page{Limit: 3, StartingAfter: "cus_j"}, "ihg", true},
			"after within a sec": {store.Page{Limit: 2, StartingAfter: "cus_l"}, "kj", true},
			"last":               {store.Page{Limit: 3, StartingAfter: "cus_d"}, "cba", false},
			"past the end":       {store.Page{Limit: 3, StartingAfter: "cus_a"}, "", false},
			"before":             {store.Page{Limit: 3, EndingBefore: "cus_g"}, "jih", true},
			"before, the rest":   {store.Page{Limit: 3, EndingBefore: "cus_j"}, "lk", false},
			"default limit":      {store.Page{}, "lkjihgfedc", true},
			"all":                {store.Page{Limit: 12}, "lkjihgfedcba", false},
		} {
			got, more := b.page(c.page)
			want := []string(nil)
			for _, letter := range c.want {
				want = append(want, "cus_"+string(letter))
			}
			if !slices.Equal(got, want) || more != c.more {
				b.t.Errorf("%s: got %v %v, want %v %v", name, got, more, want, c.more)
			}
		}
	})
}

func TestTombstonesAreHiddenButHoldCursors(t *testing.T) {
	each(t, func(b bed) {
		b.twelve()
		b.do(func(tx *store.Tx) error {
			c, err := store.Customers.Lock(tx, "cus_j")
			store.Customers.Delete(tx, c)
			return err
		})
		got, _ := b.page(store.Page{Limit: 3})
		if !slices.Equal(got, []string{"cus_l", "cus_k", "cus_i"}) {
			b.t.Errorf("first page: %v", got)
		}
		got, _ = b.page(store.Page{Limit: 2, StartingAfter: "cus_j"})
		if !slices.Equal(got, []string{"cus_i", "cus_h"}) {
			b.t.Errorf("after the tombstone: %v", got)
		}
	})
}

func TestUnknownCursors(t *testing.T) {
	each(t, func(b bed) {
		b.twelve()
		b.write(func(tx *store.Tx) {
			store.Customers.Insert(tx.As(storetest.Other), customer("cus_theirs"))
		})
		for param, p := range map[string]store.Page{
			"starting_after": {StartingAfter: "cus_theirs"},
			"ending_before":  {EndingBefore: "cus_nowhere"},
		} {
			err := b.db.Read(b.t.Context(), storetest.Acme, 0, func(v *store.View) error {
				_, _, err := store.Customers.List(v, p)
				return err
			})
			var bad *billing.Error
			if !errors.As(err, &bad) || bad.Code != "resource_missing" || bad.Param != param {
				b.t.Errorf("%s: %v", param, err)
			}
		}
	})
}

func TestAListThatWasPrefetchedIsThePage(t *testing.T) {
	each(t, func(b bed) {
		b.twelve()
		b.read(func(v *store.View) error {
			at := store.Gt("created", storetest.Now)
			if err := store.Prefetch(v, store.Customers.ToList(3, at)); err != nil {
				return err
			}
			queries, _ := b.asked(func() {
				found, more, err := store.Customers.List(v,
					store.Page{Where: []store.Cond{at}, Limit: 3})
				if got := ids(found); err != nil || !more ||
					!slices.Equal(got, []string{"cus_l", "cus_k", "cus_j"}) {
					b.t.Errorf("%v, more is %v, %v", got, more, err)
				}
			})
			if queries != 0 {
				b.t.Errorf("%d queries for what was prefetched", queries)
			}
			queries, _ = b.asked(func() {
				found, more, err := store.Customers.List(v,
					store.Page{Where: []store.Cond{at}, Limit: 4})
				if err != nil || !more || len(found) != 4 {
					b.t.Errorf("%v, more is %v, %v", ids(found), more, err)
				}
			})
			if queries != 1 {
				b.t.Errorf("%d queries for another page", queries)
			}
			return nil
		})
	})
}
