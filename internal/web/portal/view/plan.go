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

// Direction compares a plan with the present one.
type Direction string

// The directions a change can have.
const (
	Upgrade   Direction = "upgrade"
	Downgrade Direction = "downgrade"
	Switch    Direction = "switch"
)

// Plan is a price on offer.
type Plan struct {
	PriceID     string
	Name        string
	Description string
	Features    []string // the first three are shown
	Each        Price
	PerMonth    *Money // what a yearly price comes to per month
	PerUnit     bool   // Each is for one of several
	Current     bool
	Selected    bool
	Direction   Direction
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
	switch {
	case p.Each.Minor == 0 && !p.Each.Usage:
		return z.T(i18n.PriceFree)
	case p.PerUnit:
		return p.Each.eachText(z)
	default:
		return p.Each.text(z)
	}
}

func (c IntervalChoice) text(z *i18n.Localizer) string {
	key := map[string]i18n.Key{
		"day": i18n.IntervalDay, "week": i18n.IntervalWeek,
		"month": i18n.IntervalMonth, "year": i18n.IntervalYear,
	}[c.Interval]
	return z.N(key, max(c.Count, 1))
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
