package pricing

import (
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
)

// TierLine is the part of a quantity that one tier prices. A price without tiers has one line
// for the whole quantity, counted in packages where it is sold in packages.
type TierLine struct {
	Quantity          int64    // units, or packages, priced by this tier
	UnitAmountDecimal *string  // of one unit; nil when only the flat amount counts
	FlatAmountDecimal *string  // of the tier as a whole; nil when it has none
	Flat              *big.Rat // the same, never nil
	Amount            *big.Rat // quantity × unit amount + flat amount
	From              int64    // the tier's first unit, counted from 1
	UpTo              *int64   // the tier's last unit; nil is without end
	Tier              int      // counted from 1; 0 for a price without tiers
}

// Lines is the price of a quantity, tier by tier.
//
// Graduated: each unit is priced by the tier it falls in, and the flat amount of every tier that
// is reached is added. Volume: the tier that contains the whole quantity prices all of it, with
// its one flat amount. A quantity of 0 reaches the first tier.
func Lines(p *billing.Price, currency string, quantity int64) ([]TierLine, error) {
	a, err := in(p, currency)
	switch {
	case err != nil:
		return nil, err
	case quantity < 0:
		return nil, negativeQuantity()
	case p.BillingScheme != billing.SchemeTiered:
		total, err := perUnit(p, a, quantity)
		return []TierLine{{Quantity: Packages(p.TransformQuantity, quantity),
			Flat: new(big.Rat), Amount: total, From: 1,
			UnitAmountDecimal: decimalOf(a.unit, a.unitDecimal)}}, err
	case len(a.tiers) == 0:
		return nil, billing.Invalid("price", "The price `%s` has no tiers.", p.ID)
	case p.TiersMode != nil && *p.TiersMode == billing.TiersVolume:
		return []TierLine{volume(a.tiers, quantity)}, nil
	}
	return graduated(a.tiers, quantity), nil
}

func graduated(tiers []billing.PriceTier, quantity int64) []TierLine {
	var lines []TierLine
	below := int64(0) // units that the tiers before this one price
	for i, t := range tiers {
		if below > 0 && quantity <= below {
			break
		}
		upTo := quantity
		if t.UpTo != nil {
			upTo = min(quantity, *t.UpTo)
		}
		lines = append(lines, lineOf(t, i, below, upTo-below))
		if t.UpTo == nil {
			break
		}
		below = *t.UpTo
	}
	return lines
}

func volume(tiers []billing.PriceTier, quantity int64) TierLine {
	below := int64(0)
	for i, t := range tiers {
		if t.UpTo == nil || quantity <= *t.UpTo {
			return lineOf(t, i, below, quantity)
		}
		below = *t.UpTo
	}
	panic("pricing: the last tier has an end")
}

func lineOf(t billing.PriceTier, index int, below, quantity int64) TierLine {
	line := TierLine{Quantity: quantity, From: below + 1, UpTo: t.UpTo, Tier: index + 1,
		Flat: new(big.Rat), Amount: new(big.Rat),
		UnitAmountDecimal: decimalOf(t.UnitAmount, t.UnitAmountDecimal),
		FlatAmountDecimal: decimalOf(t.FlatAmount, t.FlatAmountDecimal)}
	if unit := exact(t.UnitAmount, t.UnitAmountDecimal); unit != nil {
		line.Amount.Mul(unit, new(big.Rat).SetInt64(quantity))
	}
	if flat := exact(t.FlatAmount, t.FlatAmountDecimal); flat != nil {
		line.Flat = flat
		line.Amount.Add(line.Amount, flat)
	}
	return line
}
