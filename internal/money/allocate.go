package money

import (
	"math/bits"
	"slices"
)

// Allocate splits a total over parts in proportion to their weights: each part gets the floor of
// its share, and what flooring left goes to the last part that has a weight (500 over 1000 and
// 2000 is 166 and 334). Weights below 1 get nothing.
//
// No part gets more than its weight, for an amount off cannot exceed what it comes off: a total
// beyond the sum of the weights is cut to it, and a rest that the last part has no room for goes
// to the part before it. The parts sum to min(total, Σ weights) exactly. A total below 1 gives
// zeros.
func Allocate(totalMinor int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	sum, total := weightOf(weights, totalMinor)
	if total == 0 {
		return parts
	}
	rest := total
	for i, w := range weights {
		if w > 0 {
			parts[i] = floorShare(total, w, sum)
			rest -= parts[i]
		}
	}
	for i, w := range slices.Backward(weights) {
		more := min(rest, max(w, 0)-parts[i])
		parts[i] += more
		rest -= more
	}
	return parts
}

// weightOf is the sum of the weights and the total cut to it.
func weightOf(weights []int64, total int64) (sum, cut int64) {
	for _, w := range weights {
		sum += max(w, 0)
	}
	if sum < 0 {
		panic("money: weights beyond an int64")
	}
	return sum, max(0, min(total, sum))
}

// floorShare is floor(total * weight / sum) through 128 bits; total and weight are at most sum.
func floorShare(total, weight, sum int64) int64 {
	hi, lo := bits.Mul64(uint64(total), uint64(weight))
	share, _ := bits.Div64(hi, lo, uint64(sum))
	return int64(share)
}
