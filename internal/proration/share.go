package proration

import (
	"math/big"

	"github.com/portico-billing/portico/internal/money"
)

// Fraction is the share of the period [start, end) that is left at t, exactly:
// (end − t) / (end − start). It is 1 until the period starts and 0 once it has ended.
func Fraction(start, end, t int64) *big.Rat {
	if t >= end {
		return new(big.Rat)
	}
	return big.NewRat(end-max(t, start), end-start)
}

// Credit gives back what is left of a period at t: round(−f × total). total is the exact price
// of the whole configuration after its discounts. It is false when the sum does not fit.
func Credit(total *big.Rat, periodStart, periodEnd, t int64) (int64, bool) {
	f := Fraction(periodStart, periodEnd, t)
	return ShareRat(total, f.Neg(f))
}

// Debit charges what is left of a period at t: round(f × total). It is false when the sum does
// not fit.
func Debit(total *big.Rat, periodStart, periodEnd, t int64) (int64, bool) {
	return ShareRat(total, Fraction(periodStart, periodEnd, t))
}

// Span is a part [From, To) of time, priced at the rate of the natural interval around it.
type Span struct{ NaturalStart, NaturalEnd, From, To int64 }

// Share is the span's length as a share of the natural interval; 0 when it is empty.
func (s Span) Share() *big.Rat {
	if s.To <= s.From {
		return new(big.Rat)
	}
	return big.NewRat(s.To-s.From, s.NaturalEnd-s.NaturalStart)
}

// DebitSpan charges a span at the rate of the natural interval: a stub before the anchor, a period
// that cancel_at cuts short, or what is added when cancel_at moves. 120.00 a year until 1 July
// 2024 is 12000 × 182/366 = 5967. A negative total makes it a credit. It is false when the sum
// does not fit.
func DebitSpan(total *big.Rat, s Span) (int64, bool) { return ShareRat(total, s.Share()) }

// ShareRat is a share of an exact sum, rounded as every proration is. A negative share is a
// credit. It is false when the sum does not fit.
func ShareRat(total, share *big.Rat) (int64, bool) {
	return money.RoundProration(new(big.Rat).Mul(total, share))
}

// Share is a share of a sum of minor units, rounded as every proration is. What a credit gives
// back and what it leaves always sum to the whole: Share(x, −f) + x = Share(x, 1 − f).
func Share(amountMinor int64, share *big.Rat) (int64, bool) {
	return ShareRat(new(big.Rat).SetInt64(amountMinor), share)
}
