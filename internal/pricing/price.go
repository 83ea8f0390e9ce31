package pricing

import (
	"math/big"
	"strconv"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// amounts are the figures of a price in one of its currencies.
type amounts struct {
	unit        *int64
	unitDecimal *string
	custom      *billing.CustomUnitAmount
	tiers       []billing.PriceTier
}

// in picks the figures for a currency: the price's own, or one of its currency_options.
func in(p *billing.Price, currency string) (amounts, error) {
	if currency == p.Currency {
		return ownAmounts(p), nil
	}
	option, ok := p.CurrencyOptions[currency]
	if !ok {
		return amounts{}, billing.Invalid("currency",
			"The price `%s` is in %s and has no currency option for %s.", p.ID, p.Currency,
			currency)
	}
	return optionAmounts(option), nil
}

func ownAmounts(p *billing.Price) amounts {
	return amounts{p.UnitAmount, p.UnitAmountDecimal, p.CustomUnitAmount, p.Tiers}
}

func optionAmounts(o billing.CurrencyOption) amounts {
	return amounts{o.UnitAmount, o.UnitAmountDecimal, o.CustomUnitAmount, o.Tiers}
}

// Total is the exact price of a quantity, in minor units of the currency, not rounded. A price
// without that currency, a price whose amount the buyer names, and a negative quantity are the
// caller's errors.
func Total(p *billing.Price, currency string, quantity int64) (*big.Rat, error) {
	if p.BillingScheme != billing.SchemeTiered {
		a, err := in(p, currency)
		if err != nil {
			return nil, err
		}
		return perUnit(p, a, quantity)
	}
	lines, err := Lines(p, currency, quantity)
	if err != nil {
		return nil, err
	}
	total := new(big.Rat)
	for _, l := range lines {
		total.Add(total, l.Amount)
	}
	return total, nil
}

// UnitAmountDecimal is the price of one unit as the API writes it; nil when tiers or the buyer
// decide it, or when the price does not have the currency.
func UnitAmountDecimal(p *billing.Price, currency string) *string {
	a, err := in(p, currency)
	if err != nil || p.BillingScheme == billing.SchemeTiered {
		return nil
	}
	return decimalOf(a.unit, a.unitDecimal)
}

// perUnit prices every unit, or every package of units, alike.
func perUnit(p *billing.Price, a amounts, quantity int64) (*big.Rat, error) {
	if quantity < 0 {
		return nil, negativeQuantity()
	}
	units := Packages(p.TransformQuantity, quantity)
	if a.unit != nil { // most prices: whole minor units, no fraction to carry
		if total, ok := money.MulChecked(*a.unit, units); ok {
			return new(big.Rat).SetInt64(total), nil
		}
	}
	unit := exact(a.unit, a.unitDecimal)
	if unit == nil {
		return nil, billing.Invalid("price", "The price `%s` has no unit amount.", p.ID)
	}
	return unit.Mul(unit, new(big.Rat).SetInt64(units)), nil
}

// Packages is the number of packages that a quantity fills: 101 in packages of 100, rounded up,
// are 2.
func Packages(t *billing.TransformQuantity, quantity int64) int64 {
	if t == nil {
		return quantity
	}
	whole := quantity / t.DivideBy
	if t.Round == billing.RoundUp && quantity%t.DivideBy != 0 {
		whole++
	}
	return whole
}

// exact reads an amount given as whole minor units or as a decimal; nil when neither is given.
func exact(minor *int64, decimal *string) *big.Rat {
	if minor != nil {
		return new(big.Rat).SetInt64(*minor)
	}
	if decimal == nil {
		return nil
	}
	d, err := money.ParseDecimal(*decimal)
	if err != nil {
		panic("pricing: a stored amount is not a decimal: " + *decimal)
	}
	return d.Rat()
}

func decimalOf(minor *int64, decimal *string) *string {
	if minor != nil {
		return new(strconv.FormatInt(*minor, 10))
	}
	return decimal
}

func negativeQuantity() error {
	return billing.Invalid("quantity", "The quantity must not be negative.")
}
