package pricing_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pricing"
)

func perUnit(minor int64) *billing.Price {
	return &billing.Price{ID: "price_1", Currency: "usd", BillingScheme: billing.SchemePerUnit,
		UnitAmount: &minor}
}

func decimal(text string) *billing.Price {
	p := perUnit(0)
	p.UnitAmount, p.UnitAmountDecimal = nil, &text
	return p
}

func packages(minor, by int64, round string) *billing.Price {
	p := perUnit(minor)
	p.TransformQuantity = &billing.TransformQuantity{DivideBy: by, Round: round}
	return p
}

func tiered(mode string, tiers ...billing.PriceTier) *billing.Price {
	return &billing.Price{ID: "price_1", Currency: "usd", BillingScheme: billing.SchemeTiered,
		TiersMode: &mode, Tiers: tiers}
}

// tier is up to a unit (0 is without end) at a unit and a flat amount.
func tier(upTo, unit, flat int64) billing.PriceTier {
	t := billing.PriceTier{UnitAmount: &unit}
	if upTo != 0 {
		t.UpTo = &upTo
	}
	if flat != 0 {
		t.FlatAmount = &flat
	}
	return t
}

func threeTiers(mode string) *billing.Price {
	return tiered(mode, tier(5, 1000, 0), tier(10, 800, 0), tier(0, 500, 0))
}

func TestTotal(t *testing.T) {
	t.Parallel()
	graduated, volume := threeTiers(billing.TiersGraduated), threeTiers(billing.TiersVolume)
	flat := tiered(billing.TiersGraduated, tier(5, 1000, 0), tier(0, 800, 2000))
	entry := tiered(billing.TiersGraduated, tier(5, 0, 1500), tier(0, 800, 2000))
	yen := perUnit(1000)
	yen.CurrencyOptions = map[string]billing.CurrencyOption{
		"jpy": {UnitAmount: new(int64(1500))}, "kwd": {UnitAmountDecimal: new("300.5")}}
	for _, tc := range []struct {
		name     string
		price    *billing.Price
		currency string
		quantity int64
		want     string
	}{
		{"per unit", perUnit(2900), "usd", 3, "8700"},
		{"none", perUnit(2900), "usd", 0, "0"},
		{"free", perUnit(0), "usd", 7, "0"},
		{"half a cent", decimal("0.5"), "usd", 3, "3/2"},
		{"twelve decimals", decimal("0.000000000001"), "usd", 1_000_000_000_000, "1"},
		{"beyond an int64", perUnit(999_999_999_999), "usd", 999_999_999_999,
			"999999999998000000000001"},
		{"package, one below", packages(500, 100, "up"), "usd", 99, "500"},
		{"package, full", packages(500, 100, "up"), "usd", 100, "500"},
		{"package, one above", packages(500, 100, "up"), "usd", 101, "1000"},
		{"package, none", packages(500, 100, "up"), "usd", 0, "0"},
		{"package down, one below", packages(500, 100, "down"), "usd", 99, "0"},
		{"package down, one above", packages(500, 100, "down"), "usd", 101, "500"},
		{"graduated, none", graduated, "usd", 0, "0"},
		{"graduated, end of tier", graduated, "usd", 5, "5000"},
		{"graduated, next tier", graduated, "usd", 6, "5800"},
		{"graduated, three tiers", graduated, "usd", 12, "10000"},
		{"volume, one below", volume, "usd", 9, "7200"},
		{"volume, end of tier", volume, "usd", 10, "8000"},
		{"volume, drops", volume, "usd", 11, "5500"},
		{"volume, last tier", volume, "usd", 12, "6000"},
		{"flat of the second tier, not reached", flat, "usd", 5, "5000"},
		{"flat of the second tier", flat, "usd", 6, "7800"},
		{"flat of the first tier at none", entry, "usd", 0, "1500"},
		{"flat of both tiers", entry, "usd", 6, "4300"},
		{"yen", yen, "jpy", 2, "3000"},
		{"dinar", yen, "kwd", 2, "601"},
	} {
		got, err := pricing.Total(tc.price, tc.currency, tc.quantity)
		if err != nil || got.RatString() != tc.want {
			t.Errorf("%s: got %v %v, want %s", tc.name, got, err, tc.want)
		}
	}
}

func TestTotalRefuses(t *testing.T) {
	t.Parallel()
	named := perUnit(0)
	named.UnitAmount, named.CustomUnitAmount = nil, &billing.CustomUnitAmount{}
	for _, tc := range []struct {
		price    *billing.Price
		currency string
		quantity int64
		param    string
	}{
		{perUnit(100), "eur", 1, "currency"},
		{threeTiers(billing.TiersVolume), "eur", 1, "currency"},
		{perUnit(100), "usd", -1, "quantity"},
		{threeTiers(billing.TiersGraduated), "usd", -1, "quantity"},
		{named, "usd", 1, "price"},
		{tiered(billing.TiersGraduated), "usd", 1, "price"},
	} {
		_, err := pricing.Total(tc.price, tc.currency, tc.quantity)
		var refused *billing.Error
		if !errors.As(err, &refused) || refused.Param != tc.param {
			t.Errorf("%s: got %v", tc.param, err)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	graduated := tiered(billing.TiersGraduated, tier(5, 1000, 300), tier(10, 800, 0), tier(0, 500, 0))
	for _, tc := range []struct {
		price    *billing.Price
		quantity int64
		want     string // from-upTo: quantity x unit + flat = amount
	}{
		{graduated, 0, "1-5: 0x1000+300=300"},
		{graduated, 5, "1-5: 5x1000+300=5300"},
		{graduated, 6, "1-5: 5x1000+300=5300, 6-10: 1x800+0=800"},
		{graduated, 12, "1-5: 5x1000+300=5300, 6-10: 5x800+0=4000, 11-inf: 2x500+0=1000"},
		{threeTiers(billing.TiersVolume), 7, "6-10: 7x800+0=5600"},
		{perUnit(2900), 3, "1-inf: 3x2900+0=8700"},
		{packages(500, 100, "up"), 101, "1-inf: 2x500+0=1000"},
	} {
		lines, err := pricing.Lines(tc.price, "usd", tc.quantity)
		var words []string
		for _, l := range lines {
			upTo := "inf"
			if l.UpTo != nil {
				upTo = big.NewInt(*l.UpTo).String()
			}
			words = append(words, big.NewInt(l.From).String()+"-"+upTo+": "+
				big.NewInt(l.Quantity).String()+"x"+*l.UnitAmountDecimal+"+"+
				l.Flat.RatString()+"="+l.Amount.RatString())
		}
		if got := strings.Join(words, ", "); err != nil || got != tc.want {
			t.Errorf("%d: got %s %v, want %s", tc.quantity, got, err, tc.want)
		}
	}
}

func TestUnitAmountDecimal(t *testing.T) {
	t.Parallel()
	two := perUnit(2900)
	two.CurrencyOptions = map[string]billing.CurrencyOption{"eur": {UnitAmountDecimal: new("27.5")}}
	for _, tc := range []struct {
		price    *billing.Price
		currency string
		want     string
	}{
		{two, "usd", "2900"}, {two, "eur", "27.5"}, {two, "gbp", "nil"},
		{decimal("0.5"), "usd", "0.5"}, {threeTiers(billing.TiersVolume), "usd", "nil"},
	} {
		got := "nil"
		if d := pricing.UnitAmountDecimal(tc.price, tc.currency); d != nil {
			got = *d
		}
		if got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.currency, got, tc.want)
		}
	}
}

// TestTiersAgainstUnits compares both modes with a model that looks at every single unit.
func TestTiersAgainstUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var tiers []billing.PriceTier
		end := int64(0)
		for range rapid.IntRange(0, 4).Draw(t, "tiers") {
			end += rapid.Int64Range(1, 6).Draw(t, "width")
			tiers = append(tiers, tier(end, rapid.Int64Range(0, 50).Draw(t, "unit"),
				rapid.Int64Range(0, 50).Draw(t, "flat")))
		}
		tiers = append(tiers, tier(0, rapid.Int64Range(0, 50).Draw(t, "unit"),
			rapid.Int64Range(0, 50).Draw(t, "flat")))
		quantity := rapid.Int64Range(0, 40).Draw(t, "quantity")
		of := func(unit int64) int { // the tier that a unit falls in
			for i, tier := range tiers {
				if tier.UpTo == nil || unit <= *tier.UpTo {
					return i
				}
			}
			return -1
		}
		reached := of(max(quantity, 1))
		var graduated int64
		for i := range reached + 1 {
			graduated += flatOf(tiers[i])
		}
		for unit := int64(1); unit <= quantity; unit++ {
			graduated += *tiers[of(unit)].UnitAmount
		}
		volume := quantity**tiers[reached].UnitAmount + flatOf(tiers[reached])
		check(t, tiered(billing.TiersGraduated, tiers...), quantity, graduated)
		check(t, tiered(billing.TiersVolume, tiers...), quantity, volume)
		one, _ := pricing.Total(tiered(billing.TiersGraduated, tiers...), "usd", quantity)
		more, _ := pricing.Total(tiered(billing.TiersGraduated, tiers...), "usd", quantity+1)
		if more.Cmp(one) < 0 {
			t.Fatalf("one more unit costs less: %v and %v", one, more)
		}
	})
}

func flatOf(t billing.PriceTier) int64 {
	if t.FlatAmount == nil {
		return 0
	}
	return *t.FlatAmount
}

func check(t *rapid.T, p *billing.Price, quantity, want int64) {
	t.Helper()
	if err := pricing.Validate(p); err != nil {
		t.Fatal(err)
	}
	if got, err := pricing.Total(p, "usd", quantity); err != nil || got.Cmp(big.NewRat(want, 1)) != 0 {
		t.Fatalf("%s of %d: got %v %v, want %d", *p.TiersMode, quantity, got, err, want)
	}
}
