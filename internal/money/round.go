package money

import "math/big"

// MaxMinor bounds every sum this house computes, in minor units and in both directions. It is far
// beyond any invoice and far within an int64, so that adding thousands of sums cannot wrap.
const MaxMinor int64 = 1_000_000_000_000_000

// CeilHalf is the nearest whole number, exact halves toward -infinity: ceil(x - 1/2).
func CeilHalf(x *big.Rat) *big.Int {
	n := new(big.Int).Sub(new(big.Int).Lsh(x.Num(), 1), x.Denom()) // ceil((2n - d) / 2d)
	d := new(big.Int).Lsh(x.Denom(), 1)
	q, r := n.QuoRem(n, d, new(big.Int))
	if r.Sign() > 0 { // QuoRem cuts toward zero, so only a positive rest is below the ceiling
		q.Add(q, one)
	}
	return q
}

// RoundProration rounds one credit or debit of part of a period: to the nearest, halves toward
// -infinity, so that -2.5 is -3 and 4.5 is 4. It is false when the result does not fit.
func RoundProration(x *big.Rat) (int64, bool) { return fit(CeilHalf(x)) }

// RoundLineTotal rounds the total of an invoice line: to the nearest, halves up, so that three
// units of half a cent cost 2. It is false when the result does not fit.
func RoundLineTotal(x *big.Rat) (int64, bool) {
	up := CeilHalf(new(big.Rat).Neg(x)) // floor(x + 1/2) = -ceil(-x - 1/2)
	return fit(up.Neg(up))
}

// RoundTax rounds one tax amount: to the nearest, halves away from zero, so that a tax and the
// tax of its credit cancel out. It is false when the result does not fit.
func RoundTax(x *big.Rat) (int64, bool) { return awayFromZero(x) }

// RoundPercent rounds what a percentage takes off one line: to the nearest, halves away from
// zero. It is false when the result does not fit.
func RoundPercent(x *big.Rat) (int64, bool) { return awayFromZero(x) }

// one is never changed.
var one = big.NewInt(1)

func awayFromZero(x *big.Rat) (int64, bool) {
	if x.Sign() >= 0 {
		return RoundLineTotal(x)
	}
	return RoundProration(x)
}

func fit(x *big.Int) (int64, bool) {
	if !x.IsInt64() || !Fits(x.Int64()) {
		return 0, false
	}
	return x.Int64(), true
}

// Fits says that a sum is within MaxMinor in either direction.
func Fits(minor int64) bool { return -MaxMinor <= minor && minor <= MaxMinor }

// AddChecked adds two sums; it is false when the result does not fit.
func AddChecked(a, b int64) (int64, bool) {
	if !Fits(a) || !Fits(b) || !Fits(a+b) { // two sums that fit cannot wrap
		return 0, false
	}
	return a + b, true
}

// MulChecked multiplies a sum by a count; it is false when the result does not fit.
func MulChecked(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	if !Fits(a) || !Fits(b) {
		return 0, false
	}
	product := a * b
	if product/b != a || !Fits(product) {
		return 0, false
	}
	return product, true
}
