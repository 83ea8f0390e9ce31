package taxing_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/taxing"
)

// rate reads "5%" (exclusive) or "5%in" (inclusive); the text is also the rate's id.
func rate(text string) taxing.Rate {
	percent, behavior, _ := strings.Cut(text, "%")
	return taxing.Rate{ID: text, Percentage: money.MustDecimal(percent), Inclusive: behavior == "in"}
}

// lines reads "450 5%in 7%; 900 5%in 7%".
func lines(t *testing.T, text string) []taxing.Line {
	t.Helper()
	var out []taxing.Line
	for text := range strings.SplitSeq(text, ";") {
		words := strings.Fields(text)
		l := taxing.Line{}
		if _, err := fmt.Sscan(words[0], &l.Net); err != nil {
			t.Fatal(err)
		}
		for _, w := range words[1:] {
			l.Rates = append(l.Rates, rate(w))
		}
		out = append(out, l)
	}
	return out
}

// show writes taxes as amount of taxable amount.
func show(taxes []taxing.Tax) string {
	var words []string
	for _, t := range taxes {
		words = append(words, fmt.Sprintf("%d of %d", t.Amount, t.TaxableAmount))
	}
	return strings.Join(words, ", ")
}

func perLine(r taxing.Result) string {
	var words []string
	for _, taxes := range r.PerLine {
		words = append(words, show(taxes))
	}
	return strings.Join(words, "; ")
}

func TestCompute(t *testing.T) {
	t.Parallel()
	const byLine, byInvoice = billing.TaxRoundingLine, billing.TaxRoundingInvoice
	for _, tc := range []struct{ name, lines, rounding, perLine, totals string }{
		{"exclusive", "500 25%", byLine, "125 of 500", "125 of 500"},
		{"inclusive", "500 25%in", byLine, "100 of 400", "100 of 400"},
		{"documented: both", "450 5%in 7%; 900 5%in 7%", byLine,
			"21 of 429, 30 of 429; 43 of 857, 60 of 857", "64 of 1286, 90 of 1286"},
		{"documented: halves away from zero", "450 5%; 1350 5%", byLine,
			"23 of 450; 68 of 1350", "91 of 1800"},
		{"documented: inclusive by line", "100000 10%in; 5000 10%in", byLine,
			"9091 of 90909; 455 of 4545", "9546 of 95454"},
		{"documented: inclusive by invoice", "100000 10%in; 5000 10%in", byInvoice,
			"9091 of 90909; 454 of 4546", "9545 of 95455"},
		{"by line", "90 5%; 90 5%; 90 5%", byLine, "5 of 90; 5 of 90; 5 of 90", "15 of 270"},
		{"by invoice", "90 5%; 90 5%; 90 5%", byInvoice, "5 of 90; 4 of 90; 5 of 90", "14 of 270"},
		{"the rounded base by line", "14 10%in 50%", byLine, "1 of 13, 7 of 13", "1 of 13, 7 of 13"},
		{"the exact base by invoice", "14 10%in 50%", byInvoice,
			"1 of 13, 6 of 13", "1 of 13, 6 of 13"},
		{"several inclusive", "13000 20%in 10%in", byLine, "2000 of 10000, 1000 of 10000",
			"2000 of 10000, 1000 of 10000"},
		{"a credit mirrors its charge", "-450 5%; -1350 5%", byLine,
			"-23 of -450; -68 of -1350", "-91 of -1800"},
		{"an inclusive credit", "-500 25%in", byLine, "-100 of -400", "-100 of -400"},
		{"rates differ by line", "1000 20%; 1000 5%; 1000", byLine,
			"200 of 1000; 50 of 1000; ", "200 of 1000, 50 of 1000"},
		{"four decimals", "1000000 8.8755%", byLine, "88755 of 1000000", "88755 of 1000000"},
		{"zero", "1000 0%", byLine, "0 of 1000", "0 of 1000"},
		{"nothing", "0 20% 5%in", byLine, "0 of 0, 0 of 0", "0 of 0, 0 of 0"},
		{"one exempt and one not", "0 20%; 333 20%", byInvoice, "0 of 0; 67 of 333", "67 of 333"},
	} {
		r := taxing.Compute(lines(t, tc.lines), billing.TaxExemptNone, tc.rounding)
		if got := perLine(r); got != tc.perLine {
			t.Errorf("%s: lines %s, want %s", tc.name, got, tc.perLine)
		}
		if got := show(r.Totals); got != tc.totals {
			t.Errorf("%s: totals %s, want %s", tc.name, got, tc.totals)
		}
	}
}

func TestExempt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ lines, exempt, rounding, net, reason string }{
		{"10000 10%in", "exempt", "line_item", "[9091]", taxing.CustomerExempt},
		{"10000 10%in", "reverse", "line_item", "[9091]", taxing.ReverseCharge},
		{"10000 10%in", "none", "line_item", "[10000]", taxing.StandardRated},
		{"10000 10%", "exempt", "line_item", "[10000]", taxing.CustomerExempt},
		{"10000 10%in 20%", "reverse", "line_item", "[9091]", taxing.ReverseCharge},
		{"100000 10%in; 5000 10%in", "exempt", "invoice", "[90909 4546]", taxing.CustomerExempt},
		{"100 0%", "none", "line_item", "[100]", taxing.ZeroRated},
	} {
		r := taxing.Compute(lines(t, tc.lines), tc.exempt, tc.rounding)
		if got := fmt.Sprint(r.AdjustedNet); got != tc.net {
			t.Errorf("%s %s: net %s, want %s", tc.lines, tc.exempt, got, tc.net)
		}
		for _, tax := range append(r.PerLine[0], r.Totals...) {
			if tax.Reason != tc.reason || tc.exempt != "none" && tax.Amount != 0 {
				t.Errorf("%s %s: %+v", tc.lines, tc.exempt, tax)
			}
		}
	}
}

func TestOverflowIsTold(t *testing.T) {
	t.Parallel()
	huge := taxing.Line{Net: money.MaxMinor, Rates: []taxing.Rate{rate("100%")}}
	if r := taxing.Compute([]taxing.Line{huge}, "none", "line_item"); r.Overflow {
		t.Error("the largest tax must fit")
	}
	if r := taxing.Compute([]taxing.Line{huge, huge}, "none", "invoice"); !r.Overflow {
		t.Errorf("got %+v", r.Totals)
	}
}

// TestTaxesAddUp draws lines and rates. By line, each inclusive price is its net and its taxes, and
// each tax is its naive value rounded. In both modes the lines sum to the totals, and a line is
// within one minor unit of its exact tax.
func TestTaxesAddUp(t *testing.T) {
	t.Parallel()
	rates := []string{"20%", "5.5%", "0%", "10%in", "7.25%in", "100%in"}
	rapid.Check(t, func(t *rapid.T) {
		rounding := rapid.SampledFrom([]string{"line_item", "invoice"}).Draw(t, "rounding")
		var in []taxing.Line
		for range rapid.IntRange(1, 6).Draw(t, "lines") {
			l := taxing.Line{Net: rapid.Int64Range(-100_000, 1_000_000).Draw(t, "net")}
			for _, text := range rapid.SliceOfNDistinct(rapid.SampledFrom(rates), 0, 4,
				rapid.ID[string]).Draw(t, "rates") {
				l.Rates = append(l.Rates, rate(text))
			}
			in = append(in, l)
		}
		r := taxing.Compute(in, billing.TaxExemptNone, rounding)
		sums := map[string]int64{}
		for i, l := range in {
			net := l.Net
			for _, tax := range r.PerLine[i] {
				sums[tax.Rate] += tax.Amount
				if tax.Inclusive {
					net -= tax.Amount
				}
			}
			for j, tax := range r.PerLine[i] {
				if tax.TaxableAmount != net {
					t.Fatalf("line %d: net %d, taxable %d", l.Net, net, tax.TaxableAmount)
				}
				off := naive(l, j)
				off.Sub(off, big.NewRat(tax.Amount, 1))
				if limit := big.NewRat(2, 1); off.Abs(off).Cmp(limit) >= 0 {
					t.Fatalf("%s of %d is %d, off by %s", tax.Rate, l.Net, tax.Amount, off.FloatString(3))
				}
			}
		}
		for _, total := range r.Totals {
			if sums[total.Rate] != total.Amount {
				t.Fatalf("%s: lines %d, total %d", total.Rate, sums[total.Rate], total.Amount)
			}
		}
	})
}

// naive is the exact tax of rate j: p/(100+Σ inclusive) of the line for every rate, since an
// exclusive rate takes its percentage of 100/(100+Σ inclusive).
func naive(l taxing.Line, j int) *big.Rat {
	whole := big.NewRat(100, 1)
	for _, r := range l.Rates {
		if r.Inclusive {
			whole.Add(whole, r.Percentage.Rat())
		}
	}
	x := new(big.Rat).Quo(l.Rates[j].Percentage.Rat(), whole)
	return x.Mul(x, big.NewRat(l.Net, 1))
}

// TestByInvoiceRoundsOnce compares the totals with exact sums, rounded once per rate.
func TestByInvoiceRoundsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"20%", "5.5%", "10%in", "7.25%in"}).Draw(t, "rate")
		var in []taxing.Line
		sum := new(big.Rat)
		for range rapid.IntRange(1, 12).Draw(t, "lines") {
			l := taxing.Line{Rates: []taxing.Rate{rate(text)},
				Net: rapid.Int64Range(-1000, 1000).Draw(t, "net")}
			in = append(in, l)
			sum.Add(sum, naive(l, 0))
		}
		want, _ := money.RoundTax(sum)
		r := taxing.Compute(in, billing.TaxExemptNone, billing.TaxRoundingInvoice)
		if r.Totals[0].Amount != want {
			t.Fatalf("got %d, want %d", r.Totals[0].Amount, want)
		}
	})
}
