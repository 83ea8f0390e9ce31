package discounting_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/money"
)

// applied reads "20%", "500", "500eur" or "20%:prod_a"; the text is also the discount's id.
func applied(text string) discounting.Applied {
	what, product, limited := strings.Cut(text, ":")
	c := &billing.Coupon{ID: text, Duration: billing.DurationForever}
	if percent, ok := strings.CutSuffix(what, "%"); ok {
		c.PercentOff = new(money.MustDecimal(percent))
	} else {
		amount, currency := new(int64), "usd"
		if _, err := fmt.Sscanf(what, "%d%s", amount, &currency); currency == "" || err != nil {
			currency = "usd"
		}
		c.AmountOff, c.Currency = amount, &currency
	}
	a := discounting.Applied{Discount: text, Coupon: c}
	if limited {
		a.Products = []string{product}
	}
	return a
}

func all(texts string) []discounting.Applied {
	var out []discounting.Applied
	for text := range strings.FieldsSeq(texts) {
		out = append(out, applied(text))
	}
	return out
}

// line reads "1000", "1000:prod_a", "!1000" (not discountable), with item discounts in brackets:
// "1000[20% 500]".
func line(t *testing.T, text string) discounting.Line {
	t.Helper()
	text, item, _ := strings.Cut(strings.TrimSuffix(text, "]"), "[")
	l := discounting.Line{Discountable: true, Item: all(item)}
	if rest, ok := strings.CutPrefix(text, "!"); ok {
		text, l.Discountable = rest, false
	}
	amount, product, _ := strings.Cut(text, ":")
	if _, err := fmt.Sscan(amount, &l.Amount); err != nil {
		t.Fatal(err)
	}
	l.Product = product
	return l
}

// show writes what came off each line: item discounts, then after a slash the invoice's.
func show(r discounting.Result) string {
	var words []string
	for _, l := range r.PerLine {
		word := ""
		for _, a := range l.Item {
			word += fmt.Sprint(a.Amount, " ")
		}
		if len(l.Invoice) > 0 {
			word += "/ "
		}
		for _, a := range l.Invoice {
			word += fmt.Sprint(a.Amount, " ")
		}
		words = append(words, strings.TrimSpace(word))
	}
	return strings.Join(words, ", ")
}

func TestApply(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, lines, invoice, want string }{
		{"percent, then amount: 75.00", "10000", "20% 500", "/ 2000 500"},
		{"amount, then percent: 76.00", "10000", "500 20%", "/ 500 1900"},
		{"the documented split", "1000;2000", "500", "/ 166, / 334"},
		{"cut at the line", "1000", "1500", "/ 1000"},
		{"one below, at, above the sum", "1000", "999 1 1", "/ 999 1 0"},
		{"a half, away from zero", "5;15", "10%", "/ 1, / 2"},
		{"rounded on each line", "33;33;33", "50%", "/ 17, / 17, / 17"},
		{"a third of a percent", "10000", "0.33%", "/ 33"},
		{"everything", "1000;2000", "100%", "/ 1000, / 2000"},
		{"everything twice", "1000", "100% 100%", "/ 1000 0"},
		{"items first", "1000[10% 100]", "50%", "100 100 / 400"},
		{"items on their own lines", "1000[10%];2000", "", "100, "},
		{"invoice on what items left", "1000[50%];2000", "500", "500 / 100, / 400"},
		{"tiers of one item share its amount", "1000[300];2000[300]", "", "100, 200"},
		{"two items, each its own", "1000[300];2000[400]", "", "300, 400"},
		{"prorations are left alone", "!1000;2000", "500 10%", ", / 500 150"},
		{"credits are left alone", "-1000;2000", "500", ", / 500"},
		{"nothing to take from", "0;2000", "500 10%", "/ 0 0, / 500 150"},
		{"products", "1000:a;2000:b", "10%:a 500:b", "/ 100, / 500"},
		{"no product matches", "1000:a", "10%:b", ""},
		{"another currency", "1000", "500eur", "/ 0"},
		{"no lines", "", "500", ""},
		{"no discounts", "1000", "", ""},
	} {
		var lines []discounting.Line
		for text := range strings.SplitSeq(tc.lines, ";") {
			if text != "" {
				lines = append(lines, line(t, text))
			}
		}
		if got := show(discounting.Apply("usd", lines, all(tc.invoice))); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestTotalsAreInOrder(t *testing.T) {
	t.Parallel()
	lines := []discounting.Line{line(t, "1000[10%]"), line(t, "2000[500 20%]")}
	r := discounting.Apply("usd", lines, all("100 50%:none"))
	if got := fmt.Sprint(r.ItemTotal); got != "[{10% 100} {500 500} {20% 300}]" {
		t.Errorf("items: %s", got)
	}
	if got := fmt.Sprint(r.InvoiceTotal); got != "[{100 100} {50%:none 0}]" {
		t.Errorf("invoice: %s", got)
	}
}

func TestCouponsOwnProductsAndCurrencies(t *testing.T) {
	t.Parallel()
	a := applied("500")
	a.Coupon.AppliesTo = &billing.CouponAppliesTo{Products: billing.Arr[string]{"b"}}
	a.Coupon.CurrencyOptions = map[string]billing.CouponCurrencyOption{"jpy": {AmountOff: 700}}
	lines := []discounting.Line{line(t, "1000:a"), line(t, "1000:b")}
	for currency, want := range map[string]string{"usd": ", / 500", "jpy": ", / 700", "eur": ", / 0"} {
		if got := show(discounting.Apply(currency, lines, []discounting.Applied{a})); got != want {
			t.Errorf("%s: got %q, want %q", currency, got, want)
		}
	}
}

// TestNeverBelowZero draws lines and discounts: no line falls below 0, a percentage of one line
// is what naive fractions say, and what a discount took in all is what it took of the lines.
func TestNeverBelowZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		discount := rapid.Custom(func(t *rapid.T) string {
			if rapid.Bool().Draw(t, "percent") {
				return fmt.Sprintf("%d.%d%%", rapid.IntRange(0, 99).Draw(t, "whole"),
					rapid.IntRange(1, 99).Draw(t, "hundredths"))
			}
			return fmt.Sprint(rapid.Int64Range(1, 5000).Draw(t, "amount"))
		})
		texts := rapid.SliceOfNDistinct(discount, 0, 5, rapid.ID[string]).Draw(t, "discounts")
		cut := rapid.IntRange(0, len(texts)).Draw(t, "item discounts")
		item, invoice := all(strings.Join(texts[:cut], " ")), all(strings.Join(texts[cut:], " "))
		var lines []discounting.Line
		for range rapid.IntRange(0, 6).Draw(t, "lines") {
			lines = append(lines, discounting.Line{Discountable: rapid.Bool().Draw(t, "discountable"),
				Amount: rapid.Int64Range(-1000, 10000).Draw(t, "amount"), Item: item})
		}
		r := discounting.Apply("usd", lines, invoice)
		sums := map[string]int64{}
		for i, l := range lines {
			left := l.Amount
			for _, a := range append(r.PerLine[i].Item, r.PerLine[i].Invoice...) {
				if want, ok := naivePercent(left, a.Discount); ok && a.Amount != want {
					t.Fatalf("%s of %d took %d, want %d", a.Discount, left, a.Amount, want)
				}
				left -= a.Amount
				sums[a.Discount] += a.Amount
				if a.Amount < 0 || left < 0 || l.Amount < 0 || !l.Discountable {
					t.Fatalf("%s took %d of %+v", a.Discount, a.Amount, l)
				}
			}
		}
		for _, a := range append(r.ItemTotal, r.InvoiceTotal...) {
			if sums[a.Discount] != a.Amount {
				t.Fatalf("%s took %d of the lines, %d in all", a.Discount, sums[a.Discount], a.Amount)
			}
		}
	})
}

// naivePercent is floor(2·sum·percent/100 + 1) / 2 on big fractions, for a percentage.
func naivePercent(sum int64, discount string) (int64, bool) {
	percent, ok := strings.CutSuffix(discount, "%")
	if !ok {
		return 0, false
	}
	x, _ := new(big.Rat).SetString(percent)
	x.Mul(x, big.NewRat(sum, 100))
	x.Add(x, big.NewRat(1, 2))
	return new(big.Int).Quo(x.Num(), x.Denom()).Int64(), true
}
