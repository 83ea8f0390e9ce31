package invoicing

import (
	"math/big"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/taxing"
)

// ExcludesTax says that an invoice is to be printed without taxes in its amounts, and that there
// are some inside them.
func ExcludesTax(inv *billing.Invoice) bool {
	r := inv.Rendering
	return r != nil && r.AmountTaxDisplay != nil &&
		*r.AmountTaxDisplay == billing.TaxDisplayExclude &&
		slices.ContainsFunc(inv.TotalTaxes, func(t billing.Tax) bool {
			return t.TaxBehavior == billing.TaxInclusive && t.Amount != 0
		})
}

// WithoutTax is an invoice as it is printed when amounts are to exclude all tax: what inclusive
// taxes there are come out of lines, discounts and subtotal, and are added at the end as exclusive
// ones are. It comes to the same total, and its rows sum up: a cent that rounding made or lost is
// on the largest line, and on the last discount.
func WithoutTax(inv *billing.Invoice, rates map[string]*billing.TaxRate) *billing.Invoice {
	shown := *inv
	shown.Subtotal = *inv.SubtotalExcludingTax
	shown.Lines.Data = slices.Clone(inv.Lines.Data)
	w := withoutTax{inv: inv, shown: &shown, rates: rates, own: map[string]int64{},
		ownBefore: map[string]int64{}}
	w.lines()
	w.discounts()
	shown.TotalTaxes = slices.Clone(inv.TotalTaxes)
	for i := range shown.TotalTaxes {
		shown.TotalTaxes[i].TaxBehavior = billing.TaxExclusive
	}
	return &shown
}

type withoutTax struct {
	inv, shown *billing.Invoice
	rates      map[string]*billing.TaxRate
	// own are the discounts of single lines, by discount, without tax; ownBefore with it.
	own, ownBefore map[string]int64
}

func (w *withoutTax) lines() {
	largest, sum := -1, int64(0)
	for i := range w.shown.Lines.Data {
		l := &w.shown.Lines.Data[i]
		w.line(l)
		sum += l.Amount
		if largest < 0 || abs(l.Amount) > abs(w.shown.Lines.Data[largest].Amount) {
			largest = i
		}
	}
	for _, amount := range w.own {
		sum -= amount
	}
	if largest >= 0 {
		w.shown.Lines.Data[largest].Amount += w.shown.Subtotal - sum
	}
}

// line takes the tax out of a line, its unit price and the discounts of its own.
func (w *withoutTax) line(l *billing.LineItem) {
	share := w.share(l)
	l.Amount = part(l.Amount, share)
	if p := l.Pricing; p != nil && p.UnitAmountDecimal != nil {
		unit, err := money.ParseDecimal(*p.UnitAmountDecimal)
		if err == nil && share.Cmp(whole) != 0 {
			pricing := *p
			pricing.UnitAmountDecimal = new(unitPart(unit, share))
			l.Pricing = &pricing
		}
	}
	for _, d := range w.inv.OwnDiscounts(l) {
		w.ownBefore[d.Discount.ID] += d.Amount
		w.own[d.Discount.ID] += part(d.Amount, share)
	}
	l.DiscountAmounts = slices.Clone(l.DiscountAmounts)
	for i := range l.DiscountAmounts {
		l.DiscountAmounts[i].Amount = part(l.DiscountAmounts[i].Amount, share)
	}
}

// discounts are those of the invoice, as they lead from the subtotal to the total without tax.
func (w *withoutTax) discounts() {
	w.shown.TotalDiscountAmounts = slices.Clone(w.inv.TotalDiscountAmounts)
	weights := make([]int64, len(w.inv.TotalDiscountAmounts))
	last := -1
	for i, d := range w.inv.TotalDiscountAmounts {
		if weights[i] = d.Amount - w.ownBefore[d.Discount.ID]; weights[i] != 0 {
			last = i
		}
	}
	off := w.shown.Subtotal - *w.inv.TotalExcludingTax
	for i, amount := range money.Allocate(off, weights) {
		d := &w.shown.TotalDiscountAmounts[i]
		d.Amount = w.own[d.Discount.ID] + amount
		off -= amount
	}
	if last >= 0 {
		w.shown.TotalDiscountAmounts[last].Amount += off
	}
}

var whole = big.NewRat(1, 1)

// share is how much of a line's amounts is not tax: 100 of 119 with 19 % inside.
func (w *withoutTax) share(l *billing.LineItem) *big.Rat {
	percent := new(big.Rat)
	for _, t := range l.Taxes {
		inside := t.TaxBehavior == billing.TaxInclusive &&
			t.TaxabilityReason == taxing.StandardRated
		if rate := w.rates[t.TaxRateDetails.TaxRate]; inside && rate != nil {
			percent.Add(percent, rate.Percentage.Rat())
		}
	}
	hundred := big.NewRat(100, 1)
	return percent.Quo(hundred, percent.Add(percent, hundred))
}

// part rounds as taxes are. A part of a sum that fits always fits.
func part(amountMinor int64, share *big.Rat) int64 {
	n, _ := money.RoundTax(new(big.Rat).Mul(big.NewRat(amountMinor, 1), share))
	return n
}

// unitPart is a unit price to as many places as it had.
func unitPart(unit money.Decimal, share *big.Rat) string {
	d, err := money.ParseDecimal(new(big.Rat).Mul(unit.Rat(), share).FloatString(unit.Places()))
	if err != nil {
		return unit.String() // not possible: it is a decimal
	}
	return d.String()
}

func abs(n int64) int64 { return max(n, -n) }
