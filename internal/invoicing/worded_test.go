package invoicing_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/invoicing"
)

// billed are the lines that the engine writes for a quantity of a price.
func billed(t rapid.TB, p *billing.Price, label *string, quantity int64) []billing.LineItem {
	t.Helper()
	p.ID = "price_1"
	b := seats(label)
	b.Prices = map[string]*billing.Price{p.ID: p}
	b.NewID = func(prefix string) string { return prefix }
	sub := &billing.Subscription{Currency: "usd"}
	it := &billing.SubscriptionItem{ID: "si_1", Quantity: quantity,
		Price: billing.Embed[billing.Price]{ID: p.ID}}
	lines, err := b.ItemLines(sub, it, billing.Period{})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := b.ItemLine(sub, it, billing.Period{})
	if err != nil {
		t.Fatal(err)
	}
	flexible := *sub
	flexible.BillingMode.Type = billing.BillingFlexible
	return append(lines, whole, b.TrialLine(sub, it, billing.Period{}),
		b.TrialLine(&flexible, it, billing.Period{}))
}

func prorated(description string, quantity int64) billing.LineItem {
	return billing.LineItem{Description: &description, Currency: "usd", Quantity: &quantity,
		Parent: &billing.LineParent{SubscriptionItemDetails: &billing.LineSubscriptionItem{
			SubscriptionItem: "si_1", Proration: true}}}
}

func plainPrice() *billing.Price {
	return &billing.Price{Currency: "usd", UnitAmount: new(int64(2900))}
}

func packPrice() *billing.Price {
	p := plainPrice()
	p.TransformQuantity = &billing.TransformQuantity{DivideBy: 100, Round: billing.RoundUp}
	return p
}

// TestWorded: what the engine wrote is read in the reader's language; what is stored stays for
// whoever reads English.
func TestWorded(t *testing.T) {
	t.Parallel()
	yearly := monthly(plainPrice(), 1)
	yearly.Recurring.Interval = "year"
	for name, tc := range map[string]struct {
		price    *billing.Price
		quantity int64
		label    *string
		want     []string // of the lines, of one line for all, of a trial
	}{
		"plain": {monthly(plainPrice(), 1), 2, nil, []string{
			"2 × Seats (a 29,00 US$ al mes)", "2 × Seats (a 29,00 US$ al mes)",
			"Periodo de prueba de 2 × Seats"}},
		"a label, many": {yearly, 12000, new("seat"), []string{
			"12.000 seat × Seats (a 29,00 US$ al año)",
			"12.000 seat × Seats (a 29,00 US$ al año)",
			"Periodo de prueba de 12.000 × Seats"}},
		"every three months": {monthly(plainPrice(), 3), 1, nil, []string{
			"1 × Seats (a 29,00 US$ cada 3 meses)", "1 × Seats (a 29,00 US$ cada 3 meses)",
			"Periodo de prueba de 1 × Seats"}},
		"packages": {monthly(packPrice(), 1), 101, nil, []string{
			"101 × Seats (a 29,00 US$ por cada 100 unidades al mes)",
			"101 × Seats (a 29,00 US$ por cada 100 unidades al mes)",
			"Periodo de prueba de 101 × Seats"}},
		"tiers": {monthly(tieredPrice("graduated"), 1), 6, nil, []string{
			"5 × Seats (tramo 1: 10,00 US$ al mes)", "1 × Seats (tramo 2: 8,00 US$ al mes)",
			"Seats (tramo 2: 20,00 US$ al mes)", "6 × Seats", "Periodo de prueba de 6 × Seats"}},
	} {
		lines := billed(t, tc.price, tc.label, tc.quantity)
		for i := range lines {
			l, want := &lines[i], tc.want[min(i, len(tc.want)-1)]
			if got, own := invoicing.Worded(i18n.For("es"), l, tc.price); !own ||
				plainSpaces(got) != want {
				t.Errorf("%s, %s: %q (%v), want %q", name, *l.Description, got, own, want)
			}
		}
	}
	for stored, want := range map[string]string{
		invoicing.UnusedTime(1, "Seats", 1744900625): "Tiempo no usado de Seats después del " +
			"17 abr 2025",
		invoicing.RemainingTime(3, "Seats after dark", 1744900625): "Tiempo restante de " +
			"3 × Seats after dark después del 17 abr 2025",
	} {
		l := prorated(stored, 3)
		got, own := invoicing.Worded(i18n.For("es"), &l, nil)
		if !own || plainSpaces(got) != want {
			t.Errorf("%s: %q (%v), want %q", stored, got, own, want)
		}
	}
}

// TestWordedKeepsWhatWasTyped, also where it is nearly what the engine would have written.
func TestWordedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := monthly(plainPrice(), 1)
	for _, typed := range []string{"Your seats", "3 × Seats (at $29.00 / month)",
		"2 × Seats (at $29.00 / year)", "2 × Seats", "2 Seats (at $29.00 / month)",
		"2 × Seats (at $28.00 / month)", "2 × Seats (Tier 1 at $29.00 / month)", ""} {
		l := billed(t, p, nil, 2)[0]
		l.Description = &typed
		if got, own := invoicing.Worded(i18n.For("es"), &l, p); own || got != typed {
			t.Errorf("%q became %q", typed, got)
		}
	}
	for _, typed := range []string{"Unused time on Seats", "Time on Seats after 17 Apr 2025",
		"Unused time on Seats after the move", "Unused time on  after 17 Apr 2025x"} {
		l := prorated(typed, 1)
		if got, own := invoicing.Worded(i18n.For("es"), &l, p); own || got != typed {
			t.Errorf("%q became %q", typed, got)
		}
	}
	l := billing.LineItem{Description: new("Setup"), Quantity: new(int64(1))}
	if got, own := invoicing.Worded(i18n.For("es"), &l, nil); own || got != "Setup" {
		t.Errorf("an item without a price became %q", got)
	}
}

// TestWordedKnowsTheEngine: every description of the engine is recognized, and English readers see
// what is stored.
func TestWordedKnowsTheEngine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]func() *billing.Price{plainPrice, packPrice,
			func() *billing.Price { return tieredPrice("graduated") },
			func() *billing.Price { return tieredPrice("volume") }}).Draw(t, "price")()
		monthly(p, rapid.Int64Range(1, 12).Draw(t, "months"))
		label := rapid.SampledFrom([]*string{nil, new("seat")}).Draw(t, "label")
		lines := billed(t, p, label, rapid.Int64Range(0, 2000).Draw(t, "quantity"))
		for i := range lines {
			got, own := invoicing.Worded(i18n.For("en-GB"), &lines[i], p)
			if !own || got != *lines[i].Description {
				t.Fatalf("%q is read as %q (%v)", *lines[i].Description, got, own)
			}
		}
	})
}

// TestWithoutEmptyTiers: a flat amount of nothing is left out beside its units; what says why
// nothing is asked for stays.
func TestWithoutEmptyTiers(t *testing.T) {
	t.Parallel()
	free := monthly(tieredPrice("graduated"), 1)
	free.Tiers[0].FlatAmount, free.Tiers[0].UnitAmount = new(int64(0)), new(int64(0))
	for quantity, want := range map[int64]int{0: 1, 5: 1, 6: 3} {
		lines := billed(t, free, nil, quantity)
		lines = lines[:len(lines)-3] // without the one for all, and the trials
		shown := invoicing.WithoutEmptyTiers(lines)
		if len(shown) != want || len(lines) != want+1 {
			t.Errorf("%d: %d of %d lines are shown", quantity, len(shown), len(lines))
		}
		var sum, whole int64
		for _, l := range lines {
			whole += l.Amount
		}
		for _, l := range shown {
			sum += l.Amount
		}
		if sum != whole {
			t.Errorf("%d: what is shown comes to %d, not %d", quantity, sum, whole)
		}
	}
	alone := billed(t, monthly(plainPrice(), 1), nil, 0)
	if got := invoicing.WithoutEmptyTiers(alone); len(got) != len(alone) {
		t.Errorf("%d of %d lines", len(got), len(alone))
	}
}

func plainSpaces(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }
