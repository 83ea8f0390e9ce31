package lifecycle_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
)

// amounts shows what an update bills: prorations, then whole periods, then whether now.
func amounts(out lifecycle.Consequence) string {
	s := ""
	for _, p := range out.Prorations {
		s += fmt.Sprintf("%d ", p.Amount)
	}
	s += "|"
	for _, l := range out.Lines {
		s += fmt.Sprintf(" %d", l.Amount)
	}
	if out.InvoiceNow {
		s += " now"
	}
	return s
}

// TestUpdateMatrix changes a subscription of 10.00 a month that began on 1 April, a second after
// its start, in the middle and a second before its end, in both billing modes.
func TestUpdateMatrix(t *testing.T) {
	t.Parallel()
	item := func(c lifecycle.ItemChange) lifecycle.Changes {
		c.ID = "si_0"
		return lifecycle.Changes{Items: []lifecycle.ItemChange{c}}
	}
	two := int64(2)
	up := item(lifecycle.ItemChange{Price: "twenty"})
	for _, tc := range []struct {
		name, now, behavior string
		ch                  lifecycle.Changes
		classic, flexible   string
	}{
		{"first second", "2024-04-01", "", up, "-1000 2000 |", "-1000 2000 |"},
		{"second after", "2024-04-01 00:00:01", "", up, "-1000 2000 |", "-1000 2000 |"},
		{"the middle", "2024-04-16", "", up, "-500 1000 |", "-500 1000 |"},
		{"a third", "2024-04-11", "", up, "-667 1333 |", "-667 1333 |"},
		{"last second", "2024-04-30 23:59:59", "", up, "0 0 |", "0 0 |"},
		{"the end", "2024-05-01", "", up, "|", "|"},
		{"invoiced", "2024-04-16", "always_invoice", up, "-500 1000 | now", "-500 1000 | now"},
		{"none", "2024-04-16", "none", up, "|", "|"},
		{"quantity", "2024-04-16", "", item(lifecycle.ItemChange{Quantity: &two}),
			"-500 1000 |", "-500 1000 |"},
		{"the same", "2024-04-16", "", item(lifecycle.ItemChange{Price: "ten"}), "|", "|"},
		{"interval", "2024-04-16", "", item(lifecycle.ItemChange{Price: "year"}),
			"-500 | 12000 now", "-500 | 12000 now"},
		{"interval, none", "2024-04-16", "none", item(lifecycle.ItemChange{Price: "year"}),
			"| 12000 now", "| 12000 now"},
		{"to free", "2024-04-16", "", item(lifecycle.ItemChange{Price: "free"}),
			"-500 0 |", "-500 0 |"},
		{"anchor", "2024-04-16", "", lifecycle.Changes{AnchorNow: true},
			"-500 | 1000 now", "-500 1000 |"},
		{"anchor, invoiced", "2024-04-16", "always_invoice", lifecycle.Changes{AnchorNow: true},
			"-500 | 1000 now", "-500 | 1000 now"},
		{"trial", "2024-04-16", "", lifecycle.Changes{TrialEnd: at("2024-06-01")},
			"-500 | 0 now", "-500 | 0 now"},
		{"trial, none", "2024-04-16", "none", lifecycle.Changes{TrialEnd: at("2024-06-01")},
			"| 0 now", "| 0 now"},
		{"proration date", "2024-04-21", "", lifecycle.Changes{Items: up.Items,
			ProrationDate: at("2024-04-16")}, "-500 1000 |", "-500 1000 |"},
	} {
		for mode, want := range map[string]string{"classic": tc.classic, "flexible": tc.flexible} {
			b := shop()
			before := started(t, b, mode, "2024-04-01", "ten")
			after := lifecycle.Clone(before)
			ch := tc.ch
			ch.Now, ch.ProrationBehavior = at(tc.now), tc.behavior
			if tc.behavior == "" {
				ch.ProrationBehavior = billing.CreateProrations
			}
			out, err := b.Update(before, after, ch)
			if err != nil {
				t.Fatalf("%s, %s: %v", tc.name, mode, err)
			}
			if got := amounts(out); got != want {
				t.Errorf("%s, %s: %q, want %q", tc.name, mode, got, want)
			}
		}
	}
}

// TestRefusedChanges are changes that cannot be billed.
func TestRefusedChanges(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mode string
		c    lifecycle.ItemChange
	}{
		"an unknown item":            {"flexible", lifecycle.ItemChange{ID: "si_9"}},
		"a price that is there":      {"flexible", lifecycle.ItemChange{New: true, Price: "ten"}},
		"an unknown price":           {"flexible", lifecycle.ItemChange{New: true, Price: "none"}},
		"another interval (classic)": {"classic", lifecycle.ItemChange{New: true, Price: "year"}},
	} {
		b := shop()
		before := started(t, b, tc.mode, "2024-04-01", "ten")
		_, err := b.Update(before, lifecycle.Clone(before), lifecycle.Changes{
			Now: at("2024-04-02"), Items: []lifecycle.ItemChange{tc.c}})
		if err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestTheEndFollows: an end at the period's end moves with the period.
func TestTheEndFollows(t *testing.T) {
	t.Parallel()
	b := shop()
	before := started(t, b, billing.BillingClassic, "2024-04-01", "ten")
	end := lifecycle.CancelAtEnd(before)
	lifecycle.SetCancelAt(before, &end, true, at("2024-04-02"))
	after := lifecycle.Clone(before)
	_, err := b.Update(before, after, lifecycle.Changes{Now: at("2024-04-11"),
		ProrationBehavior: billing.CreateProrations,
		Items:             []lifecycle.ItemChange{{ID: "si_0", Price: "year"}}})
	if err != nil || *after.CancelAt != at("2025-04-11") {
		t.Errorf("ends at %d, %v", *after.CancelAt, err)
	}
	if *before.CancelAt != at("2024-05-01") {
		t.Error("the subscription as it was has changed")
	}
}

// TestWhatWasHeldIsWhatIsBilled changes a flexible subscription at random within one period. What
// is billed for it in all is the price of each plan for the time it was held, within one minor
// unit a change; and no credit is more than what was billed.
func TestWhatWasHeldIsWhatIsBilled(t *testing.T) {
	t.Parallel()
	start, end := at("2024-04-01"), at("2024-05-01")
	price := map[string]int64{"ten": 1000, "twenty": 2000, "thirty": 3000}
	rapid.Check(t, func(rt *rapid.T) {
		b := shop()
		sub := started(t, b, billing.BillingFlexible, "2024-04-01", "ten")
		billed, now, plan := int64(1000), start, "ten"
		held := int64(0) // cents × seconds
		changes := rapid.IntRange(1, 8).Draw(rt, "changes")
		for range changes {
			then := rapid.Int64Range(now, end-1).Draw(rt, "then")
			held += price[plan] * (then - now)
			now = then
			plan = rapid.SampledFrom([]string{"ten", "twenty", "thirty"}).Draw(rt, "plan")
			before := lifecycle.Clone(sub)
			out, err := b.Update(before, sub, lifecycle.Changes{Now: now,
				ProrationBehavior: billing.CreateProrations,
				Items:             []lifecycle.ItemChange{{ID: "si_0", Price: plan}}})
			if err != nil {
				rt.Fatal(err)
			}
			for _, p := range out.Prorations {
				if billed += p.Amount; billed < 0 {
					rt.Fatalf("more was given back than billed: %d", billed)
				}
			}
		}
		held += price[plan] * (end - now)
		want := held / (end - start)
		if off := billed - want; off > int64(changes)+1 || off < -int64(changes)-1 {
			rt.Fatalf("billed %d, held %d", billed, want)
		}
	})
}
