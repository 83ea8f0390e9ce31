package taxing

import (
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// Reasons that a tax is what it is, in Stripe's words.
const (
	StandardRated  = "standard_rated"
	ZeroRated      = "zero_rated"
	CustomerExempt = "customer_exempt"
	ReverseCharge  = "reverse_charge"
)

// Rate is a percentage that is contained in an amount (inclusive) or added to it.
type Rate struct {
	ID         string
	Percentage money.Decimal
	Inclusive  bool
}

// Line is an amount after its discounts, and the rates that apply to it.
type Line struct {
	Net   int64
	Rates []Rate
}

// Tax is what one rate takes. TaxableAmount is what it was taken of: the amount without any
// inclusive tax.
type Tax struct {
	Rate          string
	Amount        int64
	TaxableAmount int64
	Inclusive     bool
	Reason        string
}

// Result is the tax of each line and of all of them.
type Result struct {
	PerLine [][]Tax // in the order of the line's rates
	Totals  []Tax   // by rate, in the order in which the rates first appear
	// AdjustedNet is what each line costs: its Net, or less when the customer is exempt and the
	// tax inside the amount is taken out of it.
	AdjustedNet []int64
	// Overflow says that a tax is beyond money.MaxMinor. The amounts are then worthless and the
	// invoice must be refused.
	Overflow bool
}

// Compute taxes lines.
//
// Inclusive rates come first: together they are amount − amount/(1+Σp), each its share of it.
// Exclusive rates are taken of the amount without its inclusive tax. Rounding is by line, each
// tax rounded and then summed, or by invoice, where the exact taxes of a rate are summed, rounded
// once, and shared out again to the lines so that these still sum to it.
//
// An exempt customer, and one who accounts for the tax himself (reverse charge), pays none: each
// tax is 0, and inclusive tax is taken out of the amount. 100.00 with 10% inside becomes 90.91.
func Compute(lines []Line, exempt, rounding string) Result {
	exact := make([][]*big.Rat, len(lines)) // the exact tax of each line and rate
	for i, l := range lines {
		exact[i] = inclusiveTaxes(l)
	}
	r := newRounder(lines, rounding)
	inclusive := r.round(exact, true)
	for i, l := range lines {
		addExclusive(exact[i], l, r.base(i, exact[i]))
	}
	exclusive := r.round(exact, false)
	result := collect(lines, inclusive, exclusive)
	result.Overflow = r.overflow
	if exempt == billing.TaxExemptExempt || exempt == billing.TaxExemptReverse {
		result.waive(exempt)
	}
	result.total()
	return result
}

// inclusiveTaxes are the exact inclusive taxes of a line; nil stands at exclusive rates.
func inclusiveTaxes(l Line) []*big.Rat {
	taxes := make([]*big.Rat, len(l.Rates))
	whole := new(big.Rat).SetInt64(100)
	for _, rate := range l.Rates {
		if rate.Inclusive {
			whole.Add(whole, rate.Percentage.Rat())
		}
	}
	for i, rate := range l.Rates {
		if rate.Inclusive {
			taxes[i] = share(new(big.Rat).SetInt64(l.Net), rate.Percentage, whole)
		}
	}
	return taxes
}

// addExclusive fills in the exact exclusive taxes of a line, taken of base.
func addExclusive(taxes []*big.Rat, l Line, base *big.Rat) {
	for i, rate := range l.Rates {
		if !rate.Inclusive {
			taxes[i] = share(base, rate.Percentage, hundred)
		}
	}
}

// share is amount * percentage / whole.
func share(amount *big.Rat, percentage money.Decimal, whole *big.Rat) *big.Rat {
	x := percentage.Rat()
	return x.Quo(x.Mul(x, amount), whole)
}

// hundred is never changed.
var hundred = big.NewRat(100, 1)

// collect builds the taxes of the lines from what was rounded.
func collect(lines []Line, inclusive, exclusive [][]int64) Result {
	result := Result{PerLine: make([][]Tax, len(lines)), AdjustedNet: make([]int64, len(lines))}
	for i, l := range lines {
		result.AdjustedNet[i] = l.Net
		taxable := l.Net
		for j := range l.Rates {
			taxable -= inclusive[i][j]
		}
		for j, rate := range l.Rates {
			reason := StandardRated
			if rate.Percentage.Sign() == 0 {
				reason = ZeroRated
			}
			result.PerLine[i] = append(result.PerLine[i], Tax{
				Rate: rate.ID, Amount: inclusive[i][j] + exclusive[i][j], TaxableAmount: taxable,
				Inclusive: rate.Inclusive, Reason: reason,
			})
		}
	}
	return result
}

// waive sets every tax to 0 and takes inclusive tax out of what the lines cost.
func (r *Result) waive(exempt string) {
	reason := CustomerExempt
	if exempt == billing.TaxExemptReverse {
		reason = ReverseCharge
	}
	for i := range r.PerLine {
		for j := range r.PerLine[i] {
			t := &r.PerLine[i][j]
			if t.Inclusive {
				r.AdjustedNet[i] -= t.Amount
			}
			t.Amount, t.Reason = 0, reason
		}
	}
}

// total sums the taxes of the lines by rate.
func (r *Result) total() {
	index := map[string]int{}
	for _, taxes := range r.PerLine {
		for _, t := range taxes {
			at, seen := index[t.Rate]
			if !seen {
				index[t.Rate] = len(r.Totals)
				r.Totals = append(r.Totals, t)
				continue
			}
			r.Totals[at].Amount += t.Amount
			r.Totals[at].TaxableAmount += t.TaxableAmount
		}
	}
}
