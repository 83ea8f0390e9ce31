package portal

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// quantityMax is more than anybody means; the catalogue's own bounds are asked for beside it.
const quantityMax = 999_999_999

// choosePlan is the first step of a change.
func choosePlan(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var page view.ChoosePlan
	var refused app.PortalRefusal
	err = v.read(func(s *snapshot) error {
		sub, shown, err := v.subscription(s, v.id())
		if err != nil {
			return err
		}
		offer, err := v.App.PortalOffer(s.q, s.cfg, sub)
		if err != nil {
			return err
		}
		if refused = offer.Refusal; refused != "" {
			return nil
		}
		c := &choosing{snapshot: s, sub: sub, offer: offer, form: form}
		page = c.page()
		news := page.Flash
		page.Frame, page.Subscription = s.frame(view.TabPlan), shown
		page.Flash = news
		return nil
	})
	switch {
	case err != nil:
		return err
	case refused != "":
		return v.to(view.PathPlan) // which says why
	}
	return v.show(http.StatusOK, page.Page())
}

// choosing makes the page of plans from what was chosen so far.
type choosing struct {
	*snapshot
	sub    *billing.Subscription
	offer  *app.PortalOffer
	form   *kit.Form
	price  *billing.Price // chosen; nil: none of those shown
	every  every
	number *int64 // in the box, of the chosen price; nil: there is no box
}

// every is how often a price is charged.
type every struct {
	interval string
	count    int64
}

func everyOf(p *billing.Price) every {
	return every{p.Recurring.Interval, p.Recurring.IntervalCount}
}

func (e every) String() string { return e.interval + "-" + strconv.FormatInt(e.count, 10) }

func (c *choosing) page() view.ChoosePlan {
	recount(c.offer, c.form)
	c.choose()
	var page view.ChoosePlan
	if c.price != nil {
		page.Quantity = c.quantity()
	}
	if page.Quantity != nil {
		c.number = &page.Quantity.Value
	}
	if c.price != nil && c.form.OK() {
		page.Total, page.Rest = c.total(c.count(c.price))
	}
	page.Intervals, page.Groups = c.intervals(), []view.PlanGroup{{Plans: c.plans()}}
	page.Hidden = []kit.Value{{Name: "interval", Text: c.every.String()}}
	if c.form.Text("gone") != "" {
		c.form.Refuse("", i18n.ErrorPlanGone)
	}
	if c.form.Text("same") != "" {
		page.Flash = flash(i18n.PlanSame, nil)
		page.Flash.Tone = kit.ToneNeutral
	}
	page.Errors = c.form.Errors
	return page
}

// total is what the subscription would cost each period: the chosen price, and what else is in it
// that is paid as often.
func (c *choosing) total(quantity int64) (*view.Price, []view.Item) {
	var rest []view.Item
	sum := priceOf(c.price, c.sub.Currency, quantity)
	for _, it := range c.sub.Items.Data {
		price := c.prices[it.Price.ID]
		if it.ID == c.offer.Item.ID || price == nil || price.Recurring == nil ||
			everyOf(price) != c.every {
			continue
		}
		one := priceOf(price, c.sub.Currency, it.Quantity)
		sum.Minor += one.Minor
		sum.Usage = sum.Usage || one.Usage
		rest = append(rest, view.Item{Name: c.productName(price.Product.ID),
			Quantity: it.Quantity, Packages: app.Packages(price, it.Quantity)})
	}
	return &sum, rest
}

// choose settles on an interval and on one of its prices: what was asked for, else the same
// product, else the present price.
func (c *choosing) choose() {
	chosen := c.offer.Find(c.form.Text("price"))
	if chosen == nil {
		chosen = c.offer.Price
	}
	c.every = everyOf(chosen)
	for _, p := range c.offer.Prices {
		if everyOf(p).String() == c.form.Text("interval") {
			c.every = everyOf(p)
		}
	}
	for _, p := range c.offer.Prices {
		if everyOf(p) != c.every {
			continue
		}
		if p.ID == chosen.ID || c.price == nil && p.Product.ID == chosen.Product.ID {
			c.price = p
		}
	}
}

func (c *choosing) intervals() []view.IntervalChoice {
	var out []view.IntervalChoice
	seen := map[every]bool{}
	for _, p := range c.offer.Prices {
		e := everyOf(p)
		if seen[e] {
			continue
		}
		seen[e] = true
		q := url.Values{"interval": {e.String()}}
		for _, name := range []string{"price", "quantity"} {
			if value := c.form.Text(name); value != "" {
				q.Set(name, value)
			}
		}
		out = append(out, view.IntervalChoice{Interval: e.interval, Count: e.count,
			Selected: e == c.every, Saves: c.saves(e),
			Href: view.SubscriptionPath(c.sub.ID, "plan") + "?" + q.Encode()})
	}
	return out
}

// saves is how many percent less a year at once costs than twelve months, where every product
// that has both saves the same; "" otherwise.
func (c *choosing) saves(e every) string {
	if e != (every{"year", 1}) {
		return ""
	}
	found := int64(0)
	for _, yearly := range c.offer.Prices {
		for _, monthly := range c.offer.Prices {
			if everyOf(yearly) != e || everyOf(monthly) != (every{"month", 1}) ||
				yearly.Product.ID != monthly.Product.ID {
				continue
			}
			year, _ := app.RecurringAmount(yearly, c.sub.Currency, c.count(yearly))
			month, _ := app.RecurringAmount(monthly, c.sub.Currency, c.count(yearly))
			if month <= 0 {
				continue
			}
			percent := 100 - (year*100+12*month-1)/(12*month) // never promises too much
			if found != 0 && percent != found {
				return ""
			}
			found = percent
		}
	}
	if found <= 0 {
		return ""
	}
	return strconv.FormatInt(found, 10)
}

// quantity is how many of the chosen price; nil when that is fixed.
func (c *choosing) quantity() *view.QuantityChoice {
	least, most, ok := c.offer.Quantity(c.price)
	if !ok {
		return nil
	}
	now := int64(1)
	if countsAlike(c.offer, c.offer.Price, c.price) {
		now = max(c.offer.Item.Quantity, 1)
	}
	limit := quantityLimit(most)
	absent := min(max(now, least), limit)
	return &view.QuantityChoice{Value: quantityIn(c.form, absent, least, limit), Now: now,
		Min: least, Max: most, Counts: c.price.ID}
}

// quantityIn reads a quantity: where a step leads to, else the number in the box.
func quantityIn(form *kit.Form, absent, least, most int64) int64 {
	if step := form.Text(kit.StepName("quantity")); step != "" {
		form.Values.Set("quantity", step)
		form.Values.Del(kit.StepName("quantity"))
	}
	return form.Number("quantity", absent, least, most)
}
