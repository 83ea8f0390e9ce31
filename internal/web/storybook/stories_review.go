package storybook

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// review tells a story of the page before a change.
func review(name string, change func(*view.Review)) Story {
	return Story{"Plan", "review-" + name, func(s *Samples) templ.Component {
		page := upgrade(s)
		if change != nil {
			change(&page)
		}
		return page.Page()
	}}
}

func upgrade(s *Samples) view.Review {
	start, end := day(2026, 11, 14), day(2026, 12, 14)
	return view.Review{
		Frame: s.Frame(view.TabPlan, s.Business()), Subscription: s.Business(),
		From: "Starter", To: "Business", FromPrice: monthly(1900), ToPrice: monthly(2900),
		Then: monthly(2900),
		Lines: []view.Line{
			{Kind: view.LineUnused, Plan: "Starter", Quantity: 1, Days: 23, TotalDays: 30,
				Start: start, End: end, Whole: eur(1900), Amount: eur(-1457)},
			{Kind: view.LineRemaining, Plan: "Business", Quantity: 1, Days: 23, TotalDays: 30,
				Start: start, End: end, Whole: eur(2900), Amount: eur(2223)},
		},
		Subtotal: eur(766), Taxes: []view.NamedSum{{Name: "VAT", Percent: "21", Amount: eur(161)}},
		Due: eur(927), ThenAt: end, ThenTax: true, Method: visa(), OtherCard: view.PathChooseMethod,
		Hidden: []kit.Value{{Name: "price", Text: "price_business"}},
		Promo:  &view.Promo{},
	}
}

func reviewStories() []Story {
	return []Story{
		review("upgrade", nil),
		review("yearly", func(r *view.Review) {
			r.From, r.To, r.ToPrice = "Business", "Business", yearly(29000)
			r.Then = r.ToPrice
			r.FromPrice = monthly(2900)
			r.Lines[0].Plan, r.Lines[0].Amount, r.Lines[0].Whole = "Business", eur(-2223), eur(2900)
			r.Lines = []view.Line{r.Lines[0], {Kind: view.LineFull, Plan: "Business", Quantity: 1,
				Start: now(), End: day(2027, 11, 21), Amount: eur(29000)}}
			r.Subtotal, r.Taxes = eur(26777), nil
			r.Discounts = []view.NamedSum{{Name: "WELCOME20", Amount: eur(-5355)}}
			r.Balance, r.BalanceLeft = eur(-2000), eur(500)
			r.Due, r.ThenAt, r.ThenTax = eur(19422), day(2027, 11, 21), false
			r.NewAnchor = r.ThenAt
			r.Promo = &view.Promo{Code: "WELCOME20", Discount: &view.Discount{PercentOff: "20"}}
		}),
		review("amount-changed", func(r *view.Review) { r.Changed = true }),
		review("no-card", func(r *view.Review) { r.Method, r.Promo = nil, nil }),
		review("downgrade-credit", func(r *view.Review) {
			r.From, r.To, r.ToPrice = "Business", "Starter", monthly(1900)
			r.Then = r.ToPrice
			r.FromPrice = monthly(2900)
			r.Lines[0].Plan, r.Lines[0].Amount, r.Lines[0].Whole = "Business", eur(-2223), eur(2900)
			r.Lines[1].Plan, r.Lines[1].Amount, r.Lines[1].Whole = "Starter", eur(1457), eur(1900)
			r.Subtotal, r.Taxes, r.Due, r.ToBalance = eur(-766), nil, eur(0), eur(766)
			r.ThenTax = false
		}),
		review("next-invoice", func(r *view.Review) {
			r.NextInvoice, r.Taxes, r.Due, r.ThenTax = day(2026, 12, 14), nil, eur(766), false
		}),
		review("ends-trial", func(r *view.Review) {
			r.Lines = []view.Line{{Kind: view.LineFull, Plan: "Business", Quantity: 3,
				Start: now(), End: day(2026, 12, 21), Amount: eur(8700)}}
			r.Subtotal, r.Due, r.EndsTrial = eur(8700), eur(8700), true
			r.Taxes = []view.NamedSum{{Name: "VAT", Percent: "21", Amount: eur(1510), Included: true}}
		}),
		review("declined", func(r *view.Review) {
			r.Errors = []kit.FieldError{{Text: "Your bank declined Visa ending 4242 " +
				"(insufficient funds). Nothing was charged. Try another card or ask your bank."}}
		}),
		review("forty-lines", func(r *view.Review) {
			for i := range 38 {
				line := r.Lines[1]
				line.Plan = fmt.Sprintf("Berth %d", i+1)
				r.Lines = append(r.Lines, line)
			}
			r.Due, r.Subtotal = eur(12345678), eur(12345678)
		}),
	}
}
