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
// else: the box says what its number counts. It takes the number away where that of the plan is
// not for customers to choose.
func recount(o *app.PortalOffer, form *kit.Form) {
	counted, chosen := o.Find(form.Text("counts")), o.Find(form.Text("price"))
	if counted == nil || chosen == nil {
		return
	}
	least, _, adjustable := o.Quantity(chosen)
	switch {
	case !adjustable:
		form.Values.Del("quantity")
	case !countsAlike(o, counted, chosen):
		form.Values.Set("quantity", strconv.FormatInt(max(least, 1), 10))
		form.Values.Set("counts", chosen.ID)
	default:
		return
	}
	form.Values.Del(kit.StepName("quantity"))
}

// count is how many of a price would be taken if it were chosen now: as many as the box says, or as
// there are now, within what is offered; the least of what counts something else.
func (c *choosing) count(p *billing.Price) int64 {
	least, most, adjustable := c.offer.Quantity(p)
	if !adjustable {
		return c.offer.Item.Quantity // which stays as it is
	}
	of, number := c.offer.Price, c.offer.Item.Quantity
	if c.number != nil {
		of, number = c.price, *c.number
	}
	if !countsAlike(c.offer, of, p) {
		return least
	}
	return min(max(number, least), quantityLimit(most))
}

// quantityLimit is the most that a box takes; most 0 is no limit of the catalogue's.
func quantityLimit(most int64) int64 {
	if most == 0 {
		return quantityMax
	}
	return most
}
