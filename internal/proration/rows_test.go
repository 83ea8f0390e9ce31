package proration_test

import (
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/proration"
	"github.com/portico-billing/portico/internal/taxing"
)

// TestWorkedExamples computes every line of testdata/rows.txt and the sum of every row.
func TestWorkedExamples(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	sums, rows := map[string]int64{}, map[string]bool{}
	for text := range strings.Lines(string(text)) {
		if text = strings.TrimSpace(text); text == "" || text[0] == '#' {
			continue
		}
		l := parse(t, text)
		if l.op == "sum" {
			if rows[l.row] = true; sums[l.row] != l.minor("want") {
				t.Errorf("row %s: sum %d, want %d", l.row, sums[l.row], l.minor("want"))
			}
			continue
		}
		got := l.compute()
		if got != l.minor("want") {
			t.Errorf("%s: got %d", text, got)
		}
		if l.op == "off" {
			got = -got
		}
		sums[l.row] += got
	}
	if len(rows) != 28 || len(sums) != len(rows) {
		t.Errorf("%d rows, %d with a sum; want 28 (26 documented, one in two steps, one more)",
			len(sums), len(rows))
	}
}

// line is one line of rows.txt.
type line struct {
	t       *testing.T
	row, op string
	fields  map[string]string
}

func parse(t *testing.T, text string) line {
	t.Helper()
	words := strings.Fields(text)
	l := line{t: t, row: words[0], op: words[1], fields: map[string]string{}}
	for _, w := range words[2:] {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			t.Fatalf("%s: %q is not key=value", text, w)
		}
		l.fields[key] = value
	}
	return l
}

func (l line) compute() int64 {
	var amount int64
	ok := true
	switch l.op {
	case "credit":
		start, end := l.period()
		amount, ok = proration.Credit(l.price("price"), start, end, l.time("at"))
	case "debit", "off":
		start, end := l.period()
		amount, ok = proration.Debit(l.price("price"), start, end, l.time("at"))
	case "flex":
		start, end := l.span("over")
		debits := []billing.Debit{{Amount: l.price("debited").Num().Int64(), Start: start, End: end}}
		for _, part := range proration.CreditFlexible(debits, l.time("at"), end) {
			amount += part.Amount
		}
	case "stub":
		s := proration.Span{NaturalEnd: l.time("anchor"), From: l.time("at"), To: l.time("anchor")}
		s.NaturalStart = l.every().Boundary(s.NaturalEnd, -1)
		amount, ok = proration.DebitSpan(l.price("price"), s)
	case "span":
		var s proration.Span
		s.NaturalStart, s.NaturalEnd = l.span("natural")
		s.From, s.To = l.span("span")
		amount, ok = proration.DebitSpan(l.price("price"), s)
	case "full":
		amount, ok = money.RoundLineTotal(l.price("price"))
	case "tax":
		amount = tax(l.minor("amount"))
	default:
		l.t.Fatalf("unknown op %q", l.op)
	}
	if !ok {
		l.t.Fatalf("%v does not fit", l)
	}
	return amount
}

func tax(amountMinor int64) int64 {
	rate := taxing.Rate{ID: "vat", Percentage: money.MustDecimal("20")}
	return taxing.Compute([]taxing.Line{{Net: amountMinor, Rates: []taxing.Rate{rate}}},
		billing.TaxExemptNone, billing.TaxRoundingLine).Totals[0].Amount
}

func (l line) minor(key string) int64 {
	n, err := strconv.ParseInt(l.fields[key], 10, 64)
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

// time reads unix seconds or a date.
func (l line) time(key string) int64 { return instant(l.t, l.fields[key]) }

func instant(t *testing.T, s string) int64 {
	t.Helper()
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

func (l line) span(key string) (start, end int64) {
	from, to, _ := strings.Cut(l.fields[key], "..")
	return instant(l.t, from), instant(l.t, to)
}

// period is written out, or is the one of a grid that contains at.
func (l line) period() (start, end int64) {
	if l.fields["every"] != "" {
		return l.every().PeriodAt(l.time("anchor"), l.time("at"))
	}
	return l.span("period")
}

func (l line) every() calendar.Interval {
	return calendar.Interval{Unit: l.fields["every"], Count: 1}
}

// price computes a price expression with the real engines.
func (l line) price(key string) *big.Rat {
	text := l.fields[key]
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		return new(big.Rat).Neg(price(l.t, rest))
	}
	return price(l.t, text)
}

func price(t *testing.T, text string) *big.Rat {
	t.Helper()
	if what, coupon, ok := strings.Cut(text, "@"); ok {
		gross := price(t, what)
		return gross.Sub(gross, price(t, what+"-"+coupon))
	}
	what, coupon, discounted := strings.Cut(text, "-")
	var lines []discounting.Line
	for _, one := range strings.Split(what, "/") {
		amount := total(t, one)
		if !discounted {
			return amount
		}
		lines = append(lines, discounting.Line{Amount: amount.Num().Int64(), Discountable: true})
	}
	c := &billing.Coupon{Duration: billing.DurationForever}
	if percent, ok := strings.CutSuffix(coupon, "%"); ok {
		c.PercentOff = new(money.MustDecimal(percent))
	} else {
		c.AmountOff, c.Currency = new(total(t, coupon).Num().Int64()), new("usd")
	}
	off := discounting.Apply("usd", lines, []discounting.Applied{{Discount: "di", Coupon: c}})
	return big.NewRat(lines[0].Amount-off.PerLine[0].Invoice[0].Amount, 1)
}

// total prices 1000, 1000x3 or graduated(5).
func total(t *testing.T, text string) *big.Rat {
	t.Helper()
	p := &billing.Price{Currency: "usd", BillingScheme: billing.SchemePerUnit}
	var quantity int64 = 1
	if _, err := fmt.Sscanf(text, "graduated(%d)", &quantity); err == nil {
		p.BillingScheme, p.TiersMode = billing.SchemeTiered, new(billing.TiersGraduated)
		p.Tiers = []billing.PriceTier{{UnitAmount: new(int64(1000)), UpTo: new(int64(5))},
			{UnitAmount: new(int64(800))}}
	} else {
		unit, count, many := strings.Cut(text, "x")
		p.UnitAmount = new(instant(t, unit))
		if many {
			quantity = instant(t, count)
		}
	}
	amount, err := pricing.Total(p, "usd", quantity)
	if err != nil {
		t.Fatal(err)
	}
	return amount
}
