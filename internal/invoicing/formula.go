package invoicing

import (
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/pricing"
)

// Formula says how a price comes to its sum for a quantity where that is not simply so many times
// its unit amount: tier by tier, "5 × $10.00 + 5 × $8.00 + $20.00", or in packages, "2 × $10.00".
// It is empty for every other price, and for one that has no sum for the quantity.
func Formula(z *i18n.Localizer, p *billing.Price, currency string, quantity int64) string {
	if p.BillingScheme != billing.SchemeTiered && p.TransformQuantity == nil {
		return ""
	}
	lines, err := pricing.Lines(p, currency, quantity)
	if err != nil {
		return ""
	}
	var terms []string
	for _, l := range lines {
		if unit := l.UnitAmountDecimal; unit != nil && (l.Quantity > 0 || l.Flat.Sign() == 0) {
			term := z.T(i18n.PlanQuantityTimes, i18n.A("quantity", z.Number(l.Quantity)),
				i18n.A("amount", z.Decimal(*unit, currency)))
			terms = append(terms, strings.ReplaceAll(term, " ", "\u00a0")) // a product stays whole
		}
		if l.Flat.Sign() != 0 {
			terms = append(terms, z.Decimal(l.Flat.FloatString(pricing.DecimalPlaces), currency))
		}
	}
	return strings.Join(terms, " + ")
}
