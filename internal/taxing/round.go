package taxing

import (
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// rounder turns exact taxes into minor units, by line or by invoice.
type rounder struct {
	lines     []Line
	byInvoice bool
	inclusive [][]int64 // the inclusive taxes, once they are rounded
	overflow  bool
}

func newRounder(lines []Line, rounding string) *rounder {
	return &rounder{lines: lines, byInvoice: rounding == billing.TaxRoundingInvoice}
}

// base is what the exclusive taxes of line i are taken of: the amount less its inclusive taxes.
// Rounding by line has rounded these already; rounding by invoice has not.
func (r *rounder) base(i int, exact []*big.Rat) *big.Rat {
	base := new(big.Rat).SetInt64(r.lines[i].Net)
	for j, rate := range r.lines[i].Rates {
		switch {
		case !rate.Inclusive:
		case r.byInvoice:
			base.Sub(base, exact[j])
		default:
			base.Sub(base, new(big.Rat).SetInt64(r.inclusive[i][j]))
		}
	}
	return base
}

// round rounds the inclusive or the exclusive taxes; the others stay 0.
func (r *rounder) round(exact [][]*big.Rat, inclusive bool) [][]int64 {
	rounded := make([][]int64, len(r.lines))
	sums := map[string]*runningSum{}
	for i, l := range r.lines {
		rounded[i] = make([]int64, len(l.Rates))
		for j, rate := range l.Rates {
			if rate.Inclusive != inclusive {
				continue
			}
			sum := sums[rate.ID]
			if sum == nil || !r.byInvoice { // by line, no sum reaches the next line
				sum = new(runningSum)
				sums[rate.ID] = sum
			}
			rounded[i][j] = r.next(sum, exact[i][j])
		}
	}
	if inclusive {
		r.inclusive = rounded
	}
	return rounded
}

// runningSum is the tax of one rate over the lines so far.
type runningSum struct {
	exact   big.Rat
	rounded int64
}

// next adds a tax to the sum and answers by how much the rounded sum grew. So the parts of the
// lines sum to the rounded whole, and each is within one minor unit of its exact value.
func (r *rounder) next(sum *runningSum, tax *big.Rat) int64 {
	sum.exact.Add(&sum.exact, tax)
	rounded, ok := money.RoundTax(&sum.exact)
	if !ok {
		r.overflow = true
	}
	part := rounded - sum.rounded
	sum.rounded = rounded
	return part
}
