package discounting

import (
	"math/big"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// Applied is a discount with what it grants. Products limits it to lines of these products; when
// it is empty, the coupon's own applies_to does.
type Applied struct {
	Discount string
	Coupon   *billing.Coupon
	Products []string
}

// Line is one line of an invoice. Amount is what it costs before any discount.
type Line struct {
	Amount       int64
	Product      string
	Discountable bool
	Item         []Applied // discounts of its own item, in order
}

// Amount is what one discount took.
type Amount struct {
	Discount string
	Amount   int64
}

// LineAmounts are the discounts of one line, in the order in which they came off. A discount
// that the line was eligible for is listed even when it took 0.
type LineAmounts struct {
	Item    []Amount // of the line's own item
	Invoice []Amount // of the whole invoice
}

// Result is what was taken off, by line and by discount.
type Result struct {
	PerLine      []LineAmounts
	ItemTotal    []Amount // each item discount over all lines, in order
	InvoiceTotal []Amount // each invoice discount over all lines, in order
}

// Apply takes discounts off lines: those of the items first, in their order, each on what the
// one before left; then those of the invoice, in order. 20% and then 5.00 off 100.00 leaves
// 75.00, the other way round 76.00.
//
// A percentage is rounded on each line. An amount off is one amount, spread over the lines in
// proportion to what is left of them and cut to that; lines of one item that share a discount,
// such as its tiers, share its amount too. Lines that are not discountable and lines that are
// negative are left alone.
func Apply(currency string, lines []Line, invoice []Applied) Result {
	run := newRun(currency, lines)
	for _, a := range itemDiscounts(lines) {
		took := run.take(a, func(l Line) bool { return has(l.Item, a.Discount) })
		run.result.ItemTotal = append(run.result.ItemTotal, took.total(a.Discount))
		for i, amount := range took {
			run.result.PerLine[i].Item = append(run.result.PerLine[i].Item,
				Amount{a.Discount, amount})
		}
	}
	for _, a := range invoice {
		took := run.take(a, func(Line) bool { return true })
		run.result.InvoiceTotal = append(run.result.InvoiceTotal, took.total(a.Discount))
		for i, amount := range took {
			run.result.PerLine[i].Invoice = append(run.result.PerLine[i].Invoice,
				Amount{a.Discount, amount})
		}
	}
	return run.result
}

// itemDiscounts are the discounts of all items, each once, in the order of the lines.
func itemDiscounts(lines []Line) []Applied {
	var all []Applied
	for _, l := range lines {
		for _, a := range l.Item {
			if !has(all, a.Discount) {
				all = append(all, a)
			}
		}
	}
	return all
}

func has(list []Applied, discount string) bool {
	return slices.ContainsFunc(list, func(a Applied) bool { return a.Discount == discount })
}

// run is one computation: what is left of each line so far.
type run struct {
	currency string
	lines    []Line
	left     []int64
	result   Result
}

func newRun(currency string, lines []Line) *run {
	r := &run{currency: currency, lines: lines, left: make([]int64, len(lines)),
		result: Result{PerLine: make([]LineAmounts, len(lines))}}
	for i, l := range lines {
		r.left[i] = l.Amount
	}
	return r
}

// amounts are what a discount took, by index of the line; a line that is not eligible is absent.
type amounts map[int]int64

func (a amounts) total(discount string) Amount {
	t := Amount{Discount: discount}
	for _, amount := range a {
		t.Amount += amount
	}
	return t
}

// take applies one discount to the lines that it concerns.
func (r *run) take(a Applied, concerns func(Line) bool) amounts {
	weights := make([]int64, len(r.lines)) // what is left of the eligible lines
	took := amounts{}
	for i, l := range r.lines {
		if l.Discountable && l.Amount >= 0 && concerns(l) && a.matches(l.Product) {
			weights[i] = r.left[i]
			took[i] = 0
		}
	}
	parts := off(a.Coupon, r.currency, weights)
	for i := range took {
		took[i] = parts[i]
		r.left[i] -= parts[i]
	}
	return took
}

// matches says that the discount is for this product.
func (a Applied) matches(product string) bool {
	products := a.Products
	if len(products) == 0 && a.Coupon.AppliesTo != nil {
		products = a.Coupon.AppliesTo.Products
	}
	return len(products) == 0 || slices.Contains(products, product)
}

// off is what a coupon takes from each of the sums.
func off(c *billing.Coupon, currency string, sums []int64) []int64 {
	if c.PercentOff == nil {
		return money.Allocate(AmountOff(c, currency), sums)
	}
	parts := make([]int64, len(sums))
	share := c.PercentOff.Rat()
	share.Quo(share, hundred)
	for i, sum := range sums {
		if sum == 0 {
			continue
		}
		x := new(big.Rat).SetInt64(sum)
		part, _ := money.RoundPercent(x.Mul(x, share)) // at most sum, so it fits
		parts[i] = min(part, sum)
	}
	return parts
}

// hundred is never changed.
var hundred = big.NewRat(100, 1)

// AmountOff is what a coupon takes off in a currency; 0 for a percentage and for a currency that
// the coupon does not have.
func AmountOff(c *billing.Coupon, currency string) int64 {
	if c.AmountOff != nil && c.Currency != nil && *c.Currency == currency {
		return *c.AmountOff
	}
	return c.CurrencyOptions[currency].AmountOff
}
