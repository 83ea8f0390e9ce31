package invoicing_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
)

// seats is a book with one product, sold by the seat.
func seats(label *string) *invoicing.Book {
	return &invoicing.Book{Products: map[string]*billing.Product{
		"prod_1": {ID: "prod_1", Name: "Seats", UnitLabel: label}}}
}

// monthly makes a price of that product recurring.
func monthly(p *billing.Price, months int64) *billing.Price {
	p.Product.ID = "prod_1"
	p.Recurring = &billing.Recurring{Interval: "month", IntervalCount: months}
	return p
}

// TestParts: the wording is that of public logs of Stripe's invoices.
func TestParts(t *testing.T) {
	t.Parallel()
	plain := func() *billing.Price {
		return &billing.Price{Currency: "usd", UnitAmount: new(int64(2900))}
	}
	packs := plain()
	packs.TransformQuantity = &billing.TransformQuantity{DivideBy: 100, Round: billing.RoundUp}
	zero := tieredPrice("volume")
	zero.Tiers[0].FlatAmount = new(int64(0))
	for name, tc := range map[string]struct {
		price    *billing.Price
		quantity int64
		label    *string
		want     []string
	}{
		"plain": {monthly(plain(), 1), 2, nil, []string{"2 × Seats (at $29.00 / month) 5800"}},
		"every three months": {monthly(plain(), 3), 2, new("seat"),
			[]string{"2 seat × Seats (at $29.00 / every 3 months) 5800"}},
		"packages": {monthly(packs, 1), 101, nil,
			[]string{"101 × Seats (at $29.00 per 100 units / month) 5800"}},
		"once": {&billing.Price{Currency: "usd", UnitAmount: new(int64(5)),
			Product: billing.Ref[billing.Product]{ID: "prod_1"}}, 3, nil, []string{"3 × Seats 15"}},
		"the end of the first tier": {monthly(tieredPrice("graduated"), 1), 5, nil,
			[]string{"5 × Seats (Tier 1 at $10.00 / month) 5000"}},
		"one more": {monthly(tieredPrice("graduated"), 1), 6, new("seat"), []string{
			"5 seat × Seats (Tier 1 at $10.00 / month) 5000",
			"1 seat × Seats (Tier 2 at $8.00 / month) 800",
			"Seats (Tier 2 at $20.00 / month) 2000"}},
		"into the last tier": {monthly(tieredPrice("graduated"), 1), 11, nil, []string{
			"5 × Seats (Tier 1 at $10.00 / month) 5000",
			"5 × Seats (Tier 2 at $8.00 / month) 4000",
			"Seats (Tier 2 at $20.00 / month) 2000",
			"1 × Seats (Tier 3 at $0.005 / month) 1"}},
		"nothing": {monthly(tieredPrice("graduated"), 1), 0, nil,
			[]string{"0 × Seats (Tier 1 at $10.00 / month) 0"}},
		"volume": {monthly(tieredPrice("volume"), 1), 7, nil, []string{
			"7 × Seats (Tier 2 at $8.00 / month) 5600", "Seats (Tier 2 at $20.00 / month) 2000"}},
		"a flat amount of nothing": {monthly(zero, 1), 1, nil, []string{
			"1 × Seats (Tier 1 at $10.00 / month) 1000", "Seats (Tier 1 at $0.00 / month) 0"}},
	} {
		parts, err := seats(tc.label).Parts(tc.price, "usd", tc.quantity)
		if err != nil {
			t.Fatal(name, err)
		}
		var got []string
		for _, p := range parts {
			got = append(got, fmt.Sprint(p.Description, " ", p.AmountMinor))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n%q, want\n%q", name, got, tc.want)
		}
	}
	if _, err := seats(nil).Parts(monthly(tieredPrice("volume"), 1), "eur", 1); err == nil {
		t.Error("a currency that the price does not have has a sum")
	}
}

// TestPartsMakeTheWhole: the lines of a price add up to what shares of it are computed from, and
// the units of its tiers to the quantity.
func TestPartsMakeTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]string{"graduated", "volume"}).Draw(t, "mode")
		p := monthly(tieredPrice(mode), 1)
		quantity := rapid.Int64Range(0, 1000).Draw(t, "quantity")
		parts, err := seats(nil).Parts(p, "usd", quantity)
		if err != nil {
			t.Fatal(err)
		}
		var amount, units int64
		for _, part := range parts {
			amount, units = amount+part.AmountMinor, units+part.Quantity
		}
		whole, err := seats(nil).WholeTotal(p, "usd", quantity)
		if err != nil || !whole.IsInt() || whole.Num().Int64() != amount || units != quantity {
			t.Fatalf("%d units for %d, want %d for %v (%v)", units, amount, quantity, whole, err)
		}
	})
}
