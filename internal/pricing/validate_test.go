package pricing_test

import (
	"errors"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pricing"
)

func TestValidateAccepts(t *testing.T) {
	t.Parallel()
	both := decimal("2900")
	both.UnitAmount = new(int64(2900))
	named := perUnit(0)
	named.UnitAmount, named.CustomUnitAmount = nil, &billing.CustomUnitAmount{}
	options := perUnit(1000)
	options.CurrencyOptions = map[string]billing.CurrencyOption{
		"usd": {UnitAmount: new(int64(1000))}, "jpy": {UnitAmount: new(int64(1500))}}
	yearly := perUnit(1000)
	yearly.Recurring = &billing.Recurring{Interval: "year", IntervalCount: 3}
	flat := tiered(billing.TiersVolume, billing.PriceTier{FlatAmountDecimal: new("12.5")})
	for i, p := range []*billing.Price{perUnit(0), perUnit(999_999_999_999), both, named, options,
		yearly, flat, decimal("0.000000000001"), packages(5, 1, "down"),
		threeTiers(billing.TiersGraduated), threeTiers(billing.TiersVolume)} {
		if err := pricing.Validate(p); err != nil {
			t.Errorf("price %d: %v", i, err)
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	change := func(p *billing.Price, f func(*billing.Price)) *billing.Price { f(p); return p }
	graduated := func(tiers ...billing.PriceTier) *billing.Price {
		return tiered(billing.TiersGraduated, tiers...)
	}
	euro := func(o billing.CurrencyOption) *billing.Price {
		return change(perUnit(1), func(p *billing.Price) {
			p.CurrencyOptions = map[string]billing.CurrencyOption{"eur": o}
		})
	}
	every := func(unit string, count int64) *billing.Price {
		return change(perUnit(1), func(p *billing.Price) {
			p.Recurring = &billing.Recurring{Interval: unit, IntervalCount: count}
		})
	}
	for _, tc := range []struct {
		price *billing.Price
		param string
	}{
		{change(perUnit(1), func(p *billing.Price) { p.Currency = "xxx" }), "currency"},
		{every("month", 37), "recurring[interval_count]"},
		{every("hour", 1), "recurring[interval]"},
		{perUnit(-1), "unit_amount"},
		{perUnit(1_000_000_000_000), "unit_amount"},
		{change(perUnit(0), func(p *billing.Price) { p.UnitAmount = nil }), "unit_amount"},
		{decimal("0.0000000000001"), "unit_amount_decimal"},
		{decimal("-0.5"), "unit_amount_decimal"},
		{decimal("999999999999.1"), "unit_amount_decimal"},
		{decimal("ten"), "unit_amount_decimal"},
		{change(decimal("2.5"), func(p *billing.Price) { p.UnitAmount = new(int64(2)) }),
			"unit_amount_decimal"},
		{change(perUnit(1), func(p *billing.Price) {
			p.CustomUnitAmount = &billing.CustomUnitAmount{}
		}), "custom_unit_amount"},
		{change(perUnit(1), func(p *billing.Price) { p.Tiers = graduated(tier(0, 1, 0)).Tiers }),
			"tiers"},
		{change(perUnit(1), func(p *billing.Price) { p.TiersMode = new("volume") }), "tiers_mode"},
		{packages(1, 0, "up"), "transform_quantity[divide_by]"},
		{packages(1, 5, "half"), "transform_quantity[round]"},
		{change(graduated(tier(0, 1, 0)), func(p *billing.Price) { p.TiersMode = nil }),
			"tiers_mode"},
		{change(graduated(tier(0, 1, 0)), func(p *billing.Price) { p.UnitAmount = new(int64(1)) }),
			"unit_amount"},
		{change(graduated(tier(0, 1, 0)), func(p *billing.Price) {
			p.TransformQuantity = &billing.TransformQuantity{DivideBy: 2, Round: "up"}
		}), "transform_quantity"},
		{graduated(), "tiers"},
		{graduated(tier(5, 1, 0)), "tiers[0][up_to]"},
		{graduated(tier(0, 1, 0), tier(0, 1, 0)), "tiers[0][up_to]"},
		{graduated(tier(5, 1, 0), tier(5, 1, 0), tier(0, 1, 0)), "tiers[1][up_to]"},
		{graduated(tier(-1, 1, 0), tier(0, 1, 0)), "tiers[0][up_to]"},
		{graduated(billing.PriceTier{}), "tiers[0]"},
		{graduated(tier(0, -1, 0)), "tiers[0][unit_amount]"},
		{graduated(tier(0, 1, -1)), "tiers[0][flat_amount]"},
		{euro(billing.CurrencyOption{}), "currency_options[eur][unit_amount]"},
		{euro(billing.CurrencyOption{UnitAmount: new(int64(-1))}),
			"currency_options[eur][unit_amount]"},
		{euro(billing.CurrencyOption{Tiers: graduated(tier(0, 1, 0)).Tiers}),
			"currency_options[eur][tiers]"},
		{change(perUnit(1), func(p *billing.Price) {
			p.CurrencyOptions = map[string]billing.CurrencyOption{"xxx": {}}
		}), "currency_options[xxx]"},
	} {
		err := pricing.Validate(tc.price)
		var refused *billing.Error
		if !errors.As(err, &refused) || refused.Param != tc.param {
			t.Errorf("want %s refused, got %+v", tc.param, err)
		}
	}
}
