package invoicing_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/invoicing"
)

// tieredPrice is 5 at $10.00, 5 at $8.00 with $20.00 for the lot, and half a cent beyond.
func tieredPrice(mode string) *billing.Price {
	return &billing.Price{ID: "price_1", Currency: "usd", BillingScheme: billing.SchemeTiered,
		TiersMode: &mode, Tiers: []billing.PriceTier{
			{UpTo: new(int64(5)), UnitAmount: new(int64(1000))},
			{UpTo: new(int64(10)), UnitAmount: new(int64(800)), FlatAmount: new(int64(2000))},
			{UnitAmountDecimal: new("0.5")},
		}}
}

func TestFormula(t *testing.T) {
	t.Parallel()
	packs := &billing.Price{Currency: "usd", UnitAmount: new(int64(1000)),
		TransformQuantity: &billing.TransformQuantity{DivideBy: 100, Round: billing.RoundUp}}
	flat := &billing.Price{Currency: "usd", BillingScheme: billing.SchemeTiered,
		TiersMode: new(billing.TiersVolume),
		Tiers:     []billing.PriceTier{{FlatAmount: new(int64(900))}}}
	for name, tc := range map[string]struct {
		price    *billing.Price
		quantity int64
		want     string
	}{
		"graduated, the first tier": {tieredPrice("graduated"), 5, "5 × $10.00"},
		"graduated, into the second": {tieredPrice("graduated"), 6,
			"5 × $10.00 + 1 × $8.00 + $20.00"},
		"graduated, all tiers": {tieredPrice("graduated"), 12,
			"5 × $10.00 + 5 × $8.00 + $20.00 + 2 × $0.005"},
		"graduated, none":    {tieredPrice("graduated"), 0, "0 × $10.00"},
		"volume":             {tieredPrice("volume"), 7, "7 × $8.00 + $20.00"},
		"a flat amount only": {flat, 7, "$9.00"},
		"packages":           {packs, 101, "2 × $10.00"},
		"a plain price":      {&billing.Price{Currency: "usd", UnitAmount: new(int64(5))}, 3, ""},
	} {
		got := invoicing.Formula(i18n.For("en"), tc.price, "usd", tc.quantity)
		if got != strings.ReplaceAll(tc.want, " × ", "\u00a0×\u00a0") {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	if got := invoicing.Formula(i18n.For("en"), packs, "eur", 1); got != "" {
		t.Errorf("a currency that the price does not have: %q", got)
	}
}
