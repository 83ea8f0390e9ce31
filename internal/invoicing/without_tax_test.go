package invoicing_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/money"
)

// withOwn is a world in which a discount belongs either to lines or to the invoice, as they do, and
// in which some lines were born with a discount.
func withOwn(t *rapid.T) (*invoicing.Book, *billing.Invoice) {
	b, inv := world(t)
	inv.Private.LineDiscounts = map[string][]billing.DiscountAmount{}
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		if len(l.Discounts) == 0 && l.Amount > 100 && rapid.Bool().Draw(t, "born") {
			inv.Private.LineDiscounts[l.ID] = []billing.DiscountAmount{{Amount: 7,
				Discount: billing.To[billing.Discount]("di_born")}}
			l.Discountable = false
		}
	}
	if len(inv.Discounts) > 1 {
		inv.Discounts = inv.Discounts[1:]
	}
	inv.Rendering = excluding()
	return b, inv
}

// TestWithoutTaxSumsUp: on paper that excludes tax, every row follows from those before it.
func TestWithoutTaxSumsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, inv := withOwn(t)
		if err := b.Compute(inv); err != nil {
			t.Fatal(err)
		}
		before := invoicing.FrozenHash(inv)
		shown := invoicing.WithoutTax(inv, b.TaxRates)
		if invoicing.FrozenHash(inv) != before {
			t.Fatal("the invoice itself has changed")
		}
		var lines, own, off, taxes int64
		for i := range shown.Lines.Data {
			l := &shown.Lines.Data[i]
			lines += l.Amount
			for _, d := range shown.OwnDiscounts(l) {
				own += d.Amount
			}
		}
		for _, d := range shown.TotalDiscountAmounts {
			off += d.Amount
		}
		for _, x := range shown.TotalTaxes {
			taxes += x.Amount
			if x.TaxBehavior != billing.TaxExclusive {
				t.Fatalf("a tax is %s", x.TaxBehavior)
			}
		}
		if lines-own != shown.Subtotal || shown.Subtotal != *inv.SubtotalExcludingTax {
			t.Fatalf("lines of %d less %d make %d", lines, own, shown.Subtotal)
		}
		if shown.Subtotal-(off-own) != *inv.TotalExcludingTax ||
			*inv.TotalExcludingTax+taxes != inv.Total {
			t.Fatalf("%d less %d plus %d makes %d", shown.Subtotal, off-own, taxes, inv.Total)
		}
	})
}

// TestWithoutTaxExample: 2 × 119.00 with 19 % inside, a discount of 10 % on the line and one of
// 11.90 on the invoice.
func TestWithoutTaxExample(t *testing.T) {
	t.Parallel()
	b := &invoicing.Book{Settings: billing.DefaultSettings(false, ""),
		Coupons: map[string]*billing.Coupon{
			"co_1": {ID: "co_1", PercentOff: new(money.MustDecimal("10"))},
			"co_2": {ID: "co_2", AmountOff: new(int64(1190)), Currency: new("eur")}},
		Discounts: map[string]*billing.Discount{"di_1": discount("1"), "di_2": discount("2")},
		TaxRates: map[string]*billing.TaxRate{"txr": {ID: "txr", Inclusive: true,
			Percentage: money.MustDecimal("19")}}}
	inv := &billing.Invoice{ID: "in", Currency: "eur",
		DefaultTaxRates: billing.Arr[billing.Embed[billing.TaxRate]]{{ID: "txr"}},
		Discounts:       ofDiscount("di_2"), Rendering: excluding()}
	invoicing.AddLine(inv, billing.LineItem{ID: "il", Amount: 23800, Discountable: true,
		Pricing:   &billing.Pricing{UnitAmountDecimal: new("11900")},
		Discounts: ofDiscount("di_1")}, nil)
	if err := b.Compute(inv); err != nil {
		t.Fatal(err)
	}
	if !invoicing.ExcludesTax(inv) {
		t.Fatal("it has no tax to take out")
	}
	shown := invoicing.WithoutTax(inv, b.TaxRates)
	l := shown.Lines.Data[0]
	if l.Amount != 20000 || *l.Pricing.UnitAmountDecimal != "10000" || shown.Subtotal != 18000 ||
		shown.OwnDiscounts(&l)[0].Amount != 2000 || shown.TotalDiscountAmounts[1].Amount != 1000 {
		t.Errorf("%+v %v %d %v", l, *l.Pricing.UnitAmountDecimal, shown.Subtotal,
			shown.TotalDiscountAmounts)
	}
	inv.Rendering.AmountTaxDisplay = new(billing.TaxDisplayInclude)
	if invoicing.ExcludesTax(inv) {
		t.Error("it is to include the tax")
	}
}

func excluding() *billing.InvoiceRendering {
	return &billing.InvoiceRendering{AmountTaxDisplay: new(billing.TaxDisplayExclude)}
}

func ofDiscount(id string) billing.Arr[billing.Ref[billing.Discount]] {
	return billing.Arr[billing.Ref[billing.Discount]]{billing.To[billing.Discount](id)}
}

func discount(id string) *billing.Discount {
	return &billing.Discount{ID: "di_" + id, Source: billing.DiscountSource{Type: "coupon",
		Coupon: billing.To[billing.Coupon]("co_" + id)}}
}

// TestSubtotalExcludingTaxOfItemizedProrations: the tax in a subtotal is that of its lines after
// the discounts that they were born with.
func TestSubtotalExcludingTaxOfItemizedProrations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, inv := withOwn(t)
		inv.CustomerTaxExempt = new("none") // who is exempt has rounding of their own
		if err := b.Compute(inv); err != nil {
			t.Fatal(err)
		}
		without := *inv
		without.Discounts = nil
		if err := b.Compute(&without); err != nil {
			t.Fatal(err)
		}
		if *inv.SubtotalExcludingTax != *without.TotalExcludingTax {
			t.Fatalf("the subtotal holds %d without tax, but the lines %d",
				*inv.SubtotalExcludingTax, *without.TotalExcludingTax)
		}
	})
}
