package portal

import (
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// plans are the cards of one interval. Each says what it costs for as many as would be taken with
// it, so that they can be held beside each other: what is paid by the seat, and what is not.
func (c *choosing) plans() []view.Plan {
	var out []view.Plan
	tell := false
	for _, p := range c.offer.Prices {
		if everyOf(p) != c.every {
			continue
		}
		plan := c.plan(p)
		tell = tell || !plan.Counted || plan.Quantity > 1 || plan.Each.Unit != ""
		out = append(out, plan)
	}
	for i := range out {
		out[i].Counted = out[i].Counted && tell // or all are for one of something
	}
	return out
}

func (c *choosing) plan(p *billing.Price) view.Plan {
	quantity, product := c.count(p), c.offer.Products[p.Product.ID]
	plan := view.Plan{PriceID: p.ID, Name: product.Name, Description: text(product.Description),
		Price: priceOf(p, c.sub.Currency, quantity), Quantity: quantity,
		Each: c.each(p, c.sub.Currency, quantity), Counted: c.counted(p),
		Current: p.ID == c.offer.Price.ID, Selected: c.price != nil && p.ID == c.price.ID}
	plan.Each.Unit = text(product.UnitLabel)
	for _, f := range product.MarketingFeatures {
		plan.Features = append(plan.Features, f.Name)
	}
	if p.Nickname != nil && c.twins(p) {
		plan.Name += " · " + strings.TrimSpace(*p.Nickname)
	}
	if c.every == (every{"year", 1}) && !plan.Price.Usage {
		// A twelfth, rounded up, so that it promises no less than is paid: 29000 → 2417.
		plan.PerMonth = &view.Money{Minor: (plan.Price.Minor + 11) / 12,
			Currency: c.sub.Currency}
	}
	return plan
}

// counted says that a price is paid for by the number: one that customers choose, or one that is
// more than one.
func (c *choosing) counted(p *billing.Price) bool {
	_, _, adjustable := c.offer.Quantity(p)
	return adjustable || c.offer.Item.Quantity > 1
}

// twins says that a product has several prices of one interval, so that its name is not enough.
func (c *choosing) twins(p *billing.Price) bool {
	for _, other := range c.offer.Prices {
		if other.ID != p.ID && other.Product.ID == p.Product.ID && everyOf(other) == everyOf(p) {
			return true
		}
	}
	return false
}
