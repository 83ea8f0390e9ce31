package storybook

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

func planStories() []Story {
	return []Story{
		{"Plan", "plan", func(s *Samples) templ.Component {
			return view.PlanTab{Frame: s.Frame(view.TabPlan, s.Several()...)}.Page()
		}},
		{"Plan", "choose-plan", func(s *Samples) templ.Component {
			return livePlan(s, url.Values{})
		}},
		{"Plan", "choose-plan-yearly", func(s *Samples) templ.Component {
			return livePlan(s, url.Values{"interval": {"year"}})
		}},
		{"Plan", "choose-plan-groups", func(s *Samples) templ.Component {
			page := choosePlan(s, "month", "price_team", 5)
			page.Groups = []view.PlanGroup{
				{Name: "For one", Plans: page.Groups[0].Plans[:2]},
				{Name: "For many", Plans: page.Groups[0].Plans[2:]},
			}
			page.Errors = []kit.FieldError{{Field: "quantity", Key: i18n.ErrorNumberRange,
				Args: []i18n.Arg{i18n.A("min", "1"), i18n.A("max", "50")}}}
			return page.Page()
		}},
		{"Plan", "choose-plan-none", func(s *Samples) templ.Component {
			page := choosePlan(s, "month", "", 1)
			page.Groups, page.Intervals, page.Quantity, page.Total = nil, nil, nil, nil
			return page.Page()
		}},
	}
}

// livePlan answers the plan page's own controls, so its toggle and stepper can be tried.
func livePlan(s *Samples, query url.Values) templ.Component {
	interval := query.Get("interval")
	if interval == "" {
		interval = "month"
	}
	price := query.Get("price")
	if price == "" {
		price = "price_business"
	}
	text := query.Get("quantity")
	if step := query.Get(kit.StepName("quantity")); step != "" {
		text = step
	}
	quantity, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		quantity = 3
	}
	return choosePlan(s, interval, price, quantity).Page()
}

func choosePlan(s *Samples, interval, chosen string, quantity int64) view.ChoosePlan {
	sub := s.Business()
	path := view.SubscriptionPath(sub.ID, "plan")
	price, factor := monthly, int64(1)
	if interval == "year" {
		price, factor = yearly, 10
	}
	plans := []view.Plan{
		{PriceID: "price_starter", Name: "Starter", Price: price(1900 * factor),
			Description: "For a single berth.",
			Features:    []string{"1 harbour", "Bookings and invoices", "Help by mail"}},
		{PriceID: "price_business", Name: "Business", Price: price(2900 * factor),
			Description: "For a harbour with a crew.", Current: interval == "month",
			Features: []string{"3 harbours", "Everything in Starter", "Weather alerts"}},
		{PriceID: "price_team", Name: "Team", Price: price(1000 * factor * quantity),
			Quantity: quantity, Each: perSeat(price(1000 * factor)), Counted: true,
			Description: "For as many people as you are.",
			Features:    []string{"Any number of harbours", "Roles and rights", "Help by phone"}},
	}
	page := view.ChoosePlan{Frame: s.Frame(view.TabPlan, sub), Subscription: sub,
		Hidden: []kit.Value{{Name: "interval", Text: interval}},
		Intervals: []view.IntervalChoice{
			{Interval: "month", Selected: interval == "month", Href: path + "?interval=month"},
			{Interval: "year", Selected: interval == "year", Saves: "17",
				Href: path + "?interval=year"},
		}}
	for i := range plans {
		plan := &plans[i]
		if interval == "year" {
			month := eur(plan.Price.Minor / 12)
			plan.PerMonth = &month
		}
		if plan.PriceID != chosen {
			continue
		}
		plan.Selected = true
		if plan.Counted {
			page.Quantity = &view.QuantityChoice{Value: quantity, Now: 1, Min: 1, Max: 50}
		}
		page.Total = &plan.Price
	}
	page.Groups = []view.PlanGroup{{Plans: plans}}
	return page
}
