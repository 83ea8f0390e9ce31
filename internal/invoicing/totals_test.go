package invoicing_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/money"
)

// world draws a book of coupons and tax rates, and a draft with lines that use them.
func world(t *rapid.T) (*invoicing.Book, *billing.Invoice) {
	b := &invoicing.Book{Settings: &billing.Settings{},
		Coupons: map[string]*billing.Coupon{}, Discounts: map[string]*billing.Discount{},
		TaxRates: map[string]*billing.TaxRate{}}
	roundings := []string{billing.TaxRoundingLine, billing.TaxRoundingInvoice}
	b.Settings.Tax.Rounding = rapid.SampledFrom(roundings).Draw(t, "rounding")
	for i := range rapid.IntRange(0, 3).Draw(t, "discounts") {
		coupon(t, b, fmt.Sprint(i))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "rates") {
		id := fmt.Sprintf("txr_%d", i)
		percent := rapid.SampledFrom([]string{"5", "7.25", "20", "0", "33.3333"}).Draw(t, id)
		b.TaxRates[id] = &billing.TaxRate{ID: id, Percentage: money.MustDecimal(percent),
			Inclusive: rapid.Bool().Draw(t, id+" inclusive")}
	}
	inv := &billing.Invoice{ID: "in", Currency: "usd", Status: billing.InvoiceDraft}
	inv.CustomerTaxExempt = new(rapid.SampledFrom(
		[]string{"none", "none", "exempt", "reverse"}).Draw(t, "exempt"))
	for id := range b.TaxRates {
		inv.DefaultTaxRates = append(inv.DefaultTaxRates, billing.Embed[billing.TaxRate]{ID: id})
	}
	for id := range b.Discounts {
		inv.Discounts = append(inv.Discounts, billing.To[billing.Discount](id))
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "lines") {
		amount := rapid.Int64Range(-5_000, 100_000).Draw(t, "amount")
		line := billing.LineItem{ID: fmt.Sprintf("il_%d", i), Amount: amount, Subtotal: amount,
			Currency: "usd", Discountable: amount > 0 && rapid.Bool().Draw(t, "discountable")}
		if len(b.Discounts) > 1 && rapid.Bool().Draw(t, "own") {
			line.Discounts = inv.Discounts[:1]
		}
		invoicing.AddLine(inv, line, nil)
	}
	return b, inv
}

func coupon(t *rapid.T, b *invoicing.Book, id string) {
	c := &billing.Coupon{ID: "co_" + id, Currency: new("usd")}
	if rapid.Bool().Draw(t, "percent") {
		p := money.MustDecimal(rapid.SampledFrom([]string{"10", "33.33", "100"}).Draw(t, "off"))
		c.PercentOff = &p
	} else {
		c.AmountOff = new(rapid.Int64Range(1, 20_000).Draw(t, "off"))
	}
	b.Coupons[c.ID] = c
	b.Discounts["di_"+id] = &billing.Discount{ID: "di_" + id,
		Source: billing.DiscountSource{Type: "coupon", Coupon: billing.To[billing.Coupon](c.ID)}}
}

// TestTotalsComeFromLines holds what every invoice promises (I1, I8): subtotal and total are
// recomputed from the lines, the totals of discounts and taxes are those of the lines, nothing is
// discounted below zero, and computing again changes nothing.
func TestTotalsComeFromLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, inv := world(t)
		if err := b.Compute(inv); err != nil {
			t.Fatal(err)
		}
		var sum, off, exclusive, inclusive, lineTax int64
		for i := range inv.Lines.Data {
			l := &inv.Lines.Data[i]
			sum += l.Amount
			mine := int64(0)
			for _, d := range l.DiscountAmounts {
				mine += d.Amount
			}
			if mine < 0 || mine > max(0, l.Amount) || mine > 0 && !l.Discountable {
				t.Fatalf("line of %d is discounted by %d", l.Amount, mine)
			}
			off += mine
			for _, x := range l.Taxes {
				lineTax += x.Amount
			}
		}
		for _, x := range inv.TotalTaxes {
			if x.TaxBehavior == billing.TaxExclusive {
				exclusive += x.Amount
			} else {
				inclusive += x.Amount
			}
		}
		if inv.Total != sum-off+exclusive {
			t.Fatalf("total %d of lines %d, discounts %d, tax %d", inv.Total, sum, off, exclusive)
		}
		if *inv.TotalExcludingTax != inv.Total-exclusive-inclusive {
			t.Fatalf("without tax %d of %d", *inv.TotalExcludingTax, inv.Total)
		}
		if exempt := *inv.CustomerTaxExempt != "none"; exempt && exclusive+inclusive != 0 {
			t.Fatalf("someone exempt pays %d", exclusive+inclusive)
		}
		if b.Settings.Tax.Rounding == billing.TaxRoundingLine && lineTax != exclusive+inclusive {
			t.Fatalf("taxes %d of the lines, %d in all", lineTax, exclusive+inclusive)
		}
		if inv.AmountDue != max(0, inv.Total) || inv.AmountRemaining != inv.AmountDue {
			t.Fatalf("%d is due of %d", inv.AmountDue, inv.Total)
		}
		sameTotals(t, b, inv, off)
	})
}

// sameTotals checks the sums of discounts, and that computing again changes nothing.
func sameTotals(t *rapid.T, b *invoicing.Book, inv *billing.Invoice, off int64) {
	var all int64
	for _, d := range inv.TotalDiscountAmounts {
		all += d.Amount
	}
	if all != off {
		t.Fatalf("discounts of %d in the lines, %d in all", off, all)
	}
	once := invoicing.FrozenHash(inv)
	if err := b.Compute(inv); err != nil || invoicing.FrozenHash(inv) != once {
		t.Fatalf("computing again changes the invoice: %v", err)
	}
}

// TestBalance holds I2 and I22: what is due and what the balance becomes are the total and the
// balance before, and only sums that can be charged are asked for.
func TestBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-200_000, 200_000).Draw(t, "total")
		balance := rapid.Int64Range(-200_000, 200_000).Draw(t, "balance")
		currency := rapid.SampledFrom([]string{"usd", "jpy", "kwd", "ugx"}).Draw(t, "currency")
		inv := &billing.Invoice{Currency: currency, Total: total}
		moved := int64(0)
		for _, s := range invoicing.ApplyBalance(inv, balance) {
			if s.Amount == 0 {
				t.Fatal("a step of nothing")
			}
			moved += s.Amount
		}
		if inv.StartingBalance != balance || *inv.EndingBalance != balance+moved {
			t.Fatalf("from %d by %d to %d", balance, moved, *inv.EndingBalance)
		}
		if inv.AmountDue+moved != total {
			t.Fatalf("%d is due of %d, while the balance moved by %d", inv.AmountDue, total, moved)
		}
		least := money.MinimumCharge(currency)
		if inv.AmountDue < 0 || inv.AmountDue > 0 && inv.AmountDue < least ||
			inv.AmountDue%money.Step(currency) != 0 {
			t.Fatalf("%d %s cannot be charged", inv.AmountDue, currency)
		}
		if inv.AmountRemaining != inv.AmountDue {
			t.Fatalf("%d remains of %d", inv.AmountRemaining, inv.AmountDue)
		}
		if invoicing.Preview(&billing.Invoice{Currency: currency, Total: total},
			balance) != inv.AmountDue {
			t.Fatal("the preview differs")
		}
	})
}

// TestBalanceExamples are the documented ones.
func TestBalanceExamples(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		currency                    string
		total, balance, due, ending int64
	}{
		{"usd", 400, -1000, 0, -600}, {"usd", 1000, 500, 1500, 0}, {"usd", -334, 0, 0, -334},
		{"usd", 30, 0, 0, 30}, {"usd", 1, 0, 0, 1}, {"usd", 49, 0, 0, 49}, {"usd", 50, 0, 50, 0},
		{"usd", 100, -60, 0, 40}, {"usd", -100, 300, 0, 200}, {"usd", 0, 0, 0, 0},
		{"usd", 0, 30, 0, 30}, {"usd", 0, 80, 80, 0}, {"usd", 999_999_99, 0, 999_999_99, 0},
		{"usd", 100_000_000, 0, 0, 100_000_000}, {"idr", 100_000_000, 0, 100_000_000, 0},
		{"jpy", 49, 0, 0, 49}, {"jpy", 50, 0, 50, 0}, {"gbp", 30, 0, 30, 0},
		{"ugx", 1234, 0, 1200, 34}, {"ugx", 1250, 0, 1300, -50}, {"ugx", 30, 0, 0, 30},
		{"ugx", 1234, -34, 1200, 0}, {"kwd", 5124, 0, 5120, 4}, {"kwd", 5126, 0, 5130, -4},
	} {
		inv := &billing.Invoice{Currency: tc.currency, Total: tc.total}
		invoicing.ApplyBalance(inv, tc.balance)
		if inv.AmountDue != tc.due || *inv.EndingBalance != tc.ending {
			t.Errorf("total %d %s, balance %d: due %d and balance %d, want %d and %d", tc.total,
				tc.currency, tc.balance, inv.AmountDue, *inv.EndingBalance, tc.due, tc.ending)
		}
	}
}

// TestTooLarge refuses sums that no invoice may show.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	b := &invoicing.Book{Settings: &billing.Settings{}}
	inv := &billing.Invoice{Currency: "usd"}
	invoicing.AddLine(inv, billing.LineItem{ID: "il", Amount: 999_999_999_999}, nil)
	if err := b.Compute(inv); err != nil {
		t.Fatal(err)
	}
	invoicing.AddLine(inv, billing.LineItem{ID: "il2", Amount: 1}, nil)
	if err := b.Compute(inv); err == nil {
		t.Error("too much was accepted")
	}
}
