package view

import (
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// PlanTab is the place of plans: what each subscription is, and whether it can be changed here.
type PlanTab struct{ Frame }

// ChoosePlan is the first step of a change: which price, how many.
type ChoosePlan struct {
	Frame
	Subscription Subscription
	Intervals    []IntervalChoice // fewer than two: no switch is shown
	Groups       []PlanGroup
	Quantity     *QuantityChoice // nil: the chosen plan has none
	Total        *Price          // of what is chosen; nil: nothing is
	Rest         []Item          // what is in Total beside it
	Hidden       []kit.Value     // what the choice carries along, such as the interval
	Errors       []kit.FieldError
}

// IntervalChoice is one side of the switch between monthly and yearly prices.
type IntervalChoice struct {
	Interval string
	Count    int64
	Saves    string // percent, "17"; empty: nothing
	Selected bool
	Href     string
}

// PlanGroup is the plans of one product line.
type PlanGroup struct {
	Name  string // empty when there is only one group
	Plans []Plan
}

// Plan is a price on offer.
type Plan struct {
	PriceID     string
	Name        string
	Description string
	Features    []string // the first three are shown
	Price       Price    // of Quantity, each period
	Quantity    int64    // that would be taken with it
	Each        Price    // for one; for all of them where Each.Formula says how
	Counted     bool     // Price goes by Quantity, and the card says so
	PerMonth    *Money   // what a yearly Price comes to per month
	Current     bool
	Selected    bool
}

// QuantityChoice is how many, and within which bounds.
type QuantityChoice struct {
	Value, Now int64
	Min, Max   int64  // Max 0: no limit
	Counts     string // the price of which Value is a number
}

const planFeaturesMax = 3

func (p Plan) features() []string { return p.Features[:min(len(p.Features), planFeaturesMax)] }

func (p Plan) priceText(z *i18n.Localizer) string {
	if p.Price.Minor == 0 && !p.Price.Usage {
		return z.T(i18n.PriceFree)
	}
	return p.Price.text(z)
}

// basis says how the price comes about where it depends on a number, which it names, so that it is
// true whatever the box says by now: "3 × €10.00 per seat per month".
func (p Plan) basis(z *i18n.Localizer) string {
	quantity := i18n.A("quantity", z.Number(p.Quantity))
	switch {
	case !p.Counted, p.Price.Minor == 0:
		return ""
	case p.Each.Formula != "":
		return z.T(i18n.PlanQuantityFor, quantity, i18n.A("formula", p.Each.Formula))
	default:
		return z.T(i18n.PlanQuantityTimes, quantity, i18n.A("amount", p.Each.eachText(z)))
	}
}

func (c IntervalChoice) text(z *i18n.Localizer) string {
	key := map[string]i18n.Key{
		"day": i18n.IntervalDay, "week": i18n.IntervalWeek,
		"month": i18n.IntervalMonth, "year": i18n.IntervalYear,
	}[c.Interval]
	return z.N(key, max(c.Count, 1))
}

// path is the page itself, which every control asks anew.
func (c ChoosePlan) path() string { return SubscriptionPath(c.Subscription.ID, "plan") }

// rest says what else is in the total: "Including 250 × Credits"; empty when nothing is.
func (c ChoosePlan) rest() string {
	if len(c.Rest) == 0 || c.Total == nil {
		return ""
	}
	names := make([]string, len(c.Rest))
	for i, item := range c.Rest {
		names[i] = item.text(c.Z)
	}
	return c.Z.T(i18n.PlanTotalRest, i18n.A("items", c.Z.List(names)))
}

// quantityField is the box of the number. What is wrong with it is told while the page stays, so
// the place for that is listened to.
func (c ChoosePlan) quantityField() kit.FieldFrame {
	return kit.FieldFrame{Name: "quantity", Label: c.Z.T(i18n.PlanQuantity),
		Hint: c.Quantity.hint(c.Z), Errors: c.Errors, Live: true}
}

func (q QuantityChoice) hint(z *i18n.Localizer) string {
	now := z.N(i18n.PlanQuantityNow, q.Now, i18n.A("count", z.Number(q.Now)))
	if q.Max > 0 {
		return now + " " + z.T(i18n.PlanQuantityRange,
			i18n.A("min", z.Number(q.Min)), i18n.A("max", z.Number(q.Max))) + "."
	}
	return now
}

// whyNot explains why a plan cannot be changed here; empty when nothing needs saying.
func (f Frame) whyNot(s Subscription) string {
	switch s.Can.Why {
	case BlockPayFirst:
		if s.Open != nil {
			return f.Z.T(i18n.PlanPayFirst, i18n.A("amount", s.Open.Due.text(f.Z)))
		}
	case BlockKeepFirst:
		return f.Z.T(i18n.PlanKeepFirst, on(f.Z, s.CancelAt))
	case BlockInvoiceOnly:
		return f.Z.T(i18n.PlanInvoiceOnly, f.business())
	case BlockOther:
		return f.Z.T(i18n.PlanCannotChange, f.business())
	}
	return ""
}

// marker is the word on a plan that says where it stands to the present one.
func (p Plan) marker(z *i18n.Localizer) string {
	if p.Current {
		return z.T(i18n.PlanCurrent)
	}
	return ""
}
