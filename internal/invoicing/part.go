package invoicing

import (
	"fmt"
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
)

// Part is what one line says of a price's sum for a whole period.
type Part struct {
	Quantity          int64
	UnitAmountDecimal *string // of one unit; nil for a flat amount
	AmountMinor       int64   // rounded, as the line is
	Description       string
}

// Parts are the lines that bill a quantity of a price for a whole period. Most prices have one:
// "2 × Starter (at $29.00 / month)". One with tiers has a line for the units of each tier that is
// reached, and another for its flat amount (Stripe's invoices): of 5 at 10.00 and then 8.00 with
// 20.00 for the lot, 6 units are
//
//	5 × Seats (Tier 1 at $10.00 / month)  50.00
//	1 × Seats (Tier 2 at $8.00 / month)    8.00
//	Seats (Tier 2 at $20.00 / month)      20.00
func (b *Book) Parts(p *billing.Price, currency string, quantity int64) ([]Part, error) {
	if p.BillingScheme != billing.SchemeTiered {
		total, err := pricing.Total(p, currency, quantity)
		if err != nil {
			return nil, err
		}
		part := Part{Quantity: quantity, UnitAmountDecimal: pricing.UnitAmountDecimal(p, currency),
			Description: b.Describe(p, currency, quantity)}
		err = part.round(total)
		return []Part{part}, err
	}
	tiers, err := pricing.Lines(p, currency, quantity)
	if err != nil {
		return nil, err
	}
	var parts []Part
	for _, t := range tiers {
		of, err := b.tierParts(p, currency, t)
		if err != nil {
			return nil, err
		}
		parts = append(parts, of...)
	}
	return parts, nil
}

func (b *Book) tierParts(p *billing.Price, currency string, t pricing.TierLine) ([]Part, error) {
	var parts []Part
	name := b.ProductOf(p).Name
	at := func(decimal string) phrase { return atTier(p, currency, t.Tier, decimal) }
	if unit := t.UnitAmountDecimal; unit != nil {
		part := Part{Quantity: t.Quantity, UnitAmountDecimal: unit,
			Description: at(*unit).around(b.times(p, t.Quantity))}
		if err := part.round(new(big.Rat).Sub(t.Amount, t.Flat)); err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if flat := t.FlatAmountDecimal; flat != nil {
		part := Part{Description: at(*flat).around(name)}
		if err := part.round(t.Flat); err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func (p *Part) round(exact *big.Rat) error {
	amount, ok := money.RoundLineTotal(exact)
	if !ok {
		return tooLarge("items")
	}
	p.AmountMinor = amount
	return nil
}

// WholeTotal is what a quantity of a price costs for a whole period, the basis of every share of
// it. It is exact, except that tiers are rounded as their lines are: nothing is given back that was
// not billed.
func (b *Book) WholeTotal(p *billing.Price, currency string, quantity int64) (*big.Rat, error) {
	if p.BillingScheme != billing.SchemeTiered {
		return pricing.Total(p, currency, quantity)
	}
	parts, err := b.Parts(p, currency, quantity)
	sum := new(big.Rat)
	for _, part := range parts {
		sum.Add(sum, new(big.Rat).SetInt64(part.AmountMinor))
	}
	return sum, err
}

// Describe writes a regular line in Stripe's words: "2 × Starter (at $29.00 / month)", with the
// label of a unit if the product has one: "2 seat × Starter (at $29.00 / month)". What is sold in
// packages says so: "150 × Mails (at $10.00 per 100 units / month)".
func (b *Book) Describe(p *billing.Price, currency string, quantity int64) string {
	unit := pricing.UnitAmountDecimal(p, currency)
	if unit == nil || p.Recurring == nil {
		return b.times(p, quantity)
	}
	return atUnit(p, currency, *unit).around(b.times(p, quantity))
}

// times is "2 × Starter", or "2 seat × Starter".
func (b *Book) times(p *billing.Price, quantity int64) string {
	product := b.ProductOf(p)
	if label := product.UnitLabel; label != nil && *label != "" {
		return fmt.Sprintf("%d %s × %s", quantity, *label, product.Name)
	}
	return fmt.Sprintf("%d × %s", quantity, product.Name)
}
