package money_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/money"
)

// TestRoundings puts every named rounding beside the others, at and around each half.
func TestRoundings(t *testing.T) {
	t.Parallel()
	const table = `
		x        proration  line  tax  percent
		0        0          0     0    0
		1/4      0          0     0    0
		49/100   0          0     0    0
		1/2      0          1     1    1
		51/100   1          1     1    1
		3/2      1          2     2    2
		5/2      2          3     3    3
		9/2      4          5     5    5
		15/2     7          8     8    8
		-49/100  0          0     0    0
		-1/2     -1         0     -1   -1
		-51/100  -1         -1    -1   -1
		-5/2     -3         -2    -3   -3
		-1000/3  -333       -333  -333 -333
		-2000/3  -667       -667  -667 -667
		7        7          7     7    7
		-7       -7         -7    -7   -7
	`
	round := []func(*big.Rat) (int64, bool){money.RoundProration, money.RoundLineTotal,
		money.RoundTax, money.RoundPercent}
	for text := range strings.Lines(table) {
		f := strings.Fields(text)
		if len(f) == 0 || f[0] == "x" {
			continue
		}
		x, _ := new(big.Rat).SetString(f[0])
		for i, r := range round {
			if got, ok := r(x); fmt.Sprint(got) != f[i+1] || !ok {
				t.Errorf("%s, rounding %d: got %d %v, want %s", f[0], i, got, ok, f[i+1])
			}
		}
	}
}

func TestRoundingTellsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	edge := new(big.Rat).SetInt64(money.MaxMinor)
	for _, tc := range []struct {
		by   *big.Rat
		fits bool
	}{{big.NewRat(-1, 1), true}, {new(big.Rat), true}, {big.NewRat(1, 1), false},
		{new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 200)), false}} {
		up := new(big.Rat).Add(edge, tc.by)
		down := new(big.Rat).Neg(up)
		for _, x := range []*big.Rat{up, down} {
			if _, ok := money.RoundProration(x); ok != tc.fits {
				t.Errorf("proration of %v: %v", x, ok)
			}
			if _, ok := money.RoundTax(x); ok != tc.fits {
				t.Errorf("tax of %v: %v", x, ok)
			}
		}
	}
}

func TestChecked(t *testing.T) {
	t.Parallel()
	const m = money.MaxMinor
	for _, tc := range []struct {
		a, b, sum, product int64
		sumOK, productOK   bool
	}{
		{2, 3, 5, 6, true, true},
		{m, 0, m, 0, true, true},
		{m, 1, 0, m, false, true},
		{m - 1, 1, m, m - 1, true, true},
		{-m, -1, 0, m, false, true},
		{-m, m, 0, 0, true, false},
		{m, 2, 0, 0, false, false},
		{1 << 62, 1 << 62, 0, 0, false, false},
		{0, 1 << 62, 0, 0, false, true},
		{31_622_776, 31_622_776, 63_245_552, 999_999_961_946_176, true, true},
	} {
		if sum, ok := money.AddChecked(tc.a, tc.b); sum != tc.sum || ok != tc.sumOK {
			t.Errorf("%d + %d = %d %v", tc.a, tc.b, sum, ok)
		}
		if product, ok := money.MulChecked(tc.a, tc.b); product != tc.product || ok != tc.productOK {
			t.Errorf("%d * %d = %d %v", tc.a, tc.b, product, ok)
		}
	}
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		total   int64
		weights []int64
		want    string
	}{
		{500, []int64{1000, 2000}, "[166 334]"},
		{500, []int64{2000, 1000}, "[333 167]"},
		{2, []int64{1, 1, 1}, "[0 1 1]"}, // the last part has room for one
		{10, []int64{30, 0}, "[10 0]"},   // the rest goes to the last with a weight
		{10, []int64{30, -5, 0}, "[10 0 0]"},
		{2999, []int64{1000, 2000}, "[999 2000]"},
		{3000, []int64{1000, 2000}, "[1000 2000]"},
		{3001, []int64{1000, 2000}, "[1000 2000]"},
		{0, []int64{1000, 2000}, "[0 0]"},
		{-5, []int64{1000}, "[0]"},
		{5, []int64{0, 0}, "[0 0]"},
		{5, nil, "[]"},
		{money.MaxMinor, []int64{money.MaxMinor, money.MaxMinor},
			"[500000000000000 500000000000000]"},
	} {
		if got := fmt.Sprint(money.Allocate(tc.total, tc.weights)); got != tc.want {
			t.Errorf("Allocate(%d, %v) = %s, want %s", tc.total, tc.weights, got, tc.want)
		}
	}
}

// TestAllocateSums checks the promise against naive fractions: the parts sum exactly, none is
// beyond its weight, and none is further from its share than there are parts.
func TestAllocateSums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-3, 5),
			rapid.Int64Range(0, money.MaxMinor)), 0, 12).Draw(t, "weights")
		total := rapid.OneOf(rapid.Int64Range(-2, 20),
			rapid.Int64Range(0, money.MaxMinor)).Draw(t, "total")
		parts := money.Allocate(total, weights)
		var sum, all int64
		for _, w := range weights {
			all += max(w, 0)
		}
		want := max(0, min(total, all))
		for i, p := range parts {
			sum += p
			if p < 0 || p > max(weights[i], 0) {
				t.Fatalf("part %d of weight %d", p, weights[i])
			}
			if all > 0 && weights[i] > 0 {
				share := new(big.Rat).Mul(big.NewRat(want, all), big.NewRat(weights[i], 1))
				off := share.Sub(big.NewRat(p, 1), share)
				if off.Abs(off).Cmp(big.NewRat(int64(len(weights)), 1)) > 0 {
					t.Fatalf("part %d of %v from %v", p, weights, total)
				}
			}
		}
		if sum != want {
			t.Fatalf("%v sum to %d, want %d", parts, sum, want)
		}
	})
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		currency        string
		valid           bool
		digits          int
		minimum, stepOf int64
	}{
		{"usd", true, 2, 50, 1},
		{"eur", true, 2, 50, 1},
		{"gbp", true, 2, 30, 1},
		{"jpy", true, 0, 50, 1},
		{"krw", true, 0, 50, 1},
		{"vnd", true, 0, 0, 1},
		{"huf", true, 2, 17500, 1},
		{"czk", true, 2, 1500, 1},
		{"kwd", true, 3, 0, 10},
		{"bhd", true, 3, 0, 10},
		{"isk", true, 2, 0, 100},
		{"ugx", true, 2, 0, 100},
		{"USD", false, 2, 0, 1},
		{"xxx", false, 2, 0, 1},
		{"", false, 2, 0, 1},
	} {
		c := tc.currency
		if money.ValidCurrency(c) != tc.valid || money.Digits(c) != tc.digits ||
			money.MinimumCharge(c) != tc.minimum || money.Step(c) != tc.stepOf {
			t.Errorf("%s: %v %d %d %d", c, money.ValidCurrency(c), money.Digits(c),
				money.MinimumCharge(c), money.Step(c))
		}
	}
	for _, c := range strings.Fields("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf") {
		if money.Digits(c) != 0 {
			t.Errorf("%s has digits", c)
		}
	}
}

// TestMaximumCharge: digits bound what a charge may be, in most currencies eight.
func TestMaximumCharge(t *testing.T) {
	t.Parallel()
	digitsOf := map[string]int{"usd": 8, "jpy": 8, "inr": 9, "cop": 10, "idr": 12}
	for currency, digits := range digitsOf {
		if got := len(fmt.Sprint(money.MaximumCharge(currency))); got != digits {
			t.Errorf("%s: %d digits, want %d", currency, got, digits)
		}
	}
}

func TestChargeable(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		currency     string
		amount, want int64
	}{
		{"usd", 1234, 1234}, {"jpy", 1, 1}, {"usd", 0, 0},
		{"ugx", 1234, 1200}, {"ugx", 1249, 1200}, {"ugx", 1250, 1300}, {"ugx", 49, 0},
		{"isk", 100, 100}, {"kwd", 5124, 5120}, {"kwd", 5125, 5130}, {"kwd", 4, 0},
	} {
		if got := money.Chargeable(tc.amount, tc.currency); got != tc.want {
			t.Errorf("%d %s: %d, want %d", tc.amount, tc.currency, got, tc.want)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, want string
		places     int
	}{
		{"12.50", "12.5", 1}, {"1e2", "100", 0}, {"-0.25", "-0.25", 2}, {"0", "0", 0},
		{"0.000000000001", "0.000000000001", 12}, {"25", "25", 0}, {"-0", "-0", 0},
	} {
		d, err := money.ParseDecimal(tc.text)
		if err != nil || tc.text != "-0" && d.String() != tc.want || d.Places() != tc.places {
			t.Errorf("%s: %s %d %v", tc.text, d, d.Places(), err)
		}
		rat, ok := new(big.Rat).SetString(tc.text)
		if !ok || d.Rat().Cmp(rat) != 0 {
			t.Errorf("%s: %v", tc.text, d.Rat())
		}
	}
	for _, text := range []string{"", "x", "NaN", "Infinity", "1e100", "1e-100", "1.2.3"} {
		if d, err := money.ParseDecimal(text); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
	var zero money.Decimal
	if zero.String() != "0" || zero.Sign() != 0 || zero.Places() != 0 {
		t.Error("the zero value is not 0")
	}
}
