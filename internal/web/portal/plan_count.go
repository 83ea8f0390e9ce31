package portal

import (
	"strconv"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/kit"
)

// countsAlike says that a quantity of one price means as much of another: prices of one product,
// or whose units have the same name, come in packages of the same size, and are both in tiers or
// both not. 250 messages are not 250 seats.
func countsAlike(o *app.PortalOffer, a, b *billing.Price) bool {
	if a.Product.ID == b.Product.ID {
		return true
	}
	return unitOf(o, a) == unitOf(o, b) && packageSize(a) == packageSize(b) &&
		a.BillingScheme == b.BillingScheme
}

func unitOf(o *app.PortalOffer, p *billing.Price) string {
	if product := o.Products[p.Product.ID]; product != nil {
		return text(product.UnitLabel)
	}
	return ""
}

func packageSize(p *billing.Price) int64 {
	if p.TransformQuantity == nil {
		return 1
	}
	return p.TransformQuantity.DivideBy
}

// recount starts the number in the box anew where a plan was chosen since that counts something
// else: the box says what its number counts.
func recount(o *app.PortalOffer, form *kit.Form) {
	counted, chosen := o.Find(form.Text("counts")), o.Find(form.Text("price"))
	if counted == nil || chosen == nil || countsAlike(o, counted, chosen) {
		return
	}
	least, _, _ := o.Quantity(chosen)
	form.Values.Set("quantity", strconv.FormatInt(max(least, 1), 10))
	form.Values.Set("counts", chosen.ID)
	form.Values.Del(kit.StepName("quantity"))
}

// count is how many of a price a card shows the sum of: as many as there are now, or one of what
// counts something else.
func (c *choosing) count(p *billing.Price) int64 {
	if countsAlike(c.offer, c.offer.Price, p) {
		return max(c.offer.Item.Quantity, 1)
	}
	return 1
}
