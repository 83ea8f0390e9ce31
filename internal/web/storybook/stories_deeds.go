package storybook

import (
	"time"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// cancel tells a story of the question before a cancellation.
func cancel(name string, change func(*view.Cancel)) Story {
	return Story{"Cancel", "cancel-" + name, func(s *Samples) templ.Component {
		sub := s.Business()
		page := view.Cancel{Frame: s.Frame(view.TabPlan, sub), Subscription: sub,
			EndsAt: day(2026, 12, 14)}
		change(&page)
		return page.Page()
	}}
}

func cancelStories() []Story {
	return []Story{
		cancel("at-period-end", func(*view.Cancel) {}),
		cancel("trial", func(c *view.Cancel) { c.Subscription.State = view.StateTrialing }),
		cancel("now-credit", func(c *view.Cancel) {
			c.EndsAt, c.Credit = time.Time{}, eur(2223)
		}),
		cancel("past-due", func(c *view.Cancel) {
			c.Subscription.Open, c.Usage = (&Samples{}).Open(), true
		}),
		{"Cancel", "cancel-offer", func(s *Samples) templ.Component {
			sub := s.Business()
			return view.CancelOffer{Frame: s.Frame(view.TabPlan, sub), Subscription: sub,
				Discount: view.Discount{PercentOff: "30"}, Months: 3, NewPrice: monthly(2030)}.Page()
		}},
		{"Cancel", "cancel-reason", func(s *Samples) templ.Component {
			sub := s.Business()
			return view.CancelReason{Frame: s.Frame(view.TabPlan, sub), Subscription: sub,
				EndsAt: day(2026, 12, 14)}.Page()
		}},
		{"Cancel", "canceled", func(s *Samples) templ.Component {
			sub := s.Business()
			return view.Canceled{Frame: s.Frame(view.TabPlan, sub), Subscription: sub,
				EndsAt: day(2026, 12, 14), Email: "ada@example.com", Thanks: true}.Page()
		}},
		{"Plan", "resume", func(s *Samples) templ.Component {
			sub := s.State(view.StatePaused, nil)
			return view.Resume{Frame: s.Frame(view.TabPlan, sub), Subscription: sub,
				Due: eur(2900)}.Page()
		}},
	}
}

func paymentStories() []Story {
	methods := func() []view.Method {
		first, second := *visa(), *mastercard()
		second.UsedFor = []string{"Team"}
		old := view.Method{ID: "pm_old", Kind: "card", Brand: "amex", Last4: "0005",
			ExpMonth: 3, ExpYear: 2026}
		bank := view.Method{ID: "pm_bank", Kind: "sepa_debit", Last4: "3000"}
		return []view.Method{first, second, old, bank}
	}
	return []Story{
		{"Payment", "payment-methods", func(s *Samples) templ.Component {
			return view.PaymentMethods{Frame: s.Frame(view.TabPayment, s.Business()),
				Methods: methods()}.Page()
		}},
		{"Payment", "payment-methods-one", func(s *Samples) templ.Component {
			only := *visa()
			only.Needed = true
			frame := s.Frame(view.TabPayment, s.Business())
			frame.Flash = &kit.Flash{Tone: kit.TonePositive, Key: i18n.CardAddedDefault,
				Args: map[string]string{"card": "Visa 4242"}}
			return view.PaymentMethods{Frame: frame, Methods: []view.Method{only}}.Page()
		}},
		{"Payment", "payment-methods-none", func(s *Samples) templ.Component {
			return view.PaymentMethods{Frame: s.Frame(view.TabPayment, s.Business())}.Page()
		}},
		{"Payment", "remove-method", func(s *Samples) templ.Component {
			return view.RemoveMethod{Frame: s.Frame(view.TabPayment), Method: *visa()}.Page()
		}},
		{"Payment", "add-method", func(s *Samples) templ.Component {
			frame := s.Frame(view.TabPayment)
			frame.Back = view.PathPaymentMethods
			return view.AddMethod{Frame: frame}.Page()
		}},
		{"Payment", "choose-method", func(s *Samples) templ.Component {
			frame := s.Frame(view.TabPayment)
			frame.Back = view.SubscriptionPath("sub_business", "review")
			return view.ChooseMethod{Frame: frame, Methods: methods()}.Page()
		}},
		onward("onward-card", view.PurposeAddCard),
		onward("onward-bank", view.PurposeConfirmPay),
		onward("onward-bank-card", view.PurposeConfirmCard),
		processing("processing", false),
		processing("processing-long", true),
	}
}

func onward(name string, purpose view.Purpose) Story {
	return Story{"Payment", name, func(s *Samples) templ.Component {
		page := view.Onward{Frame: s.Frame(view.TabPayment), Purpose: purpose, Amount: eur(4200),
			URL: "https://bank.example/challenge"}
		if purpose == view.PurposeAddCard {
			page.URL = "#main" // it goes there by itself
		}
		return page.Page()
	}}
}

func processing(name string, long bool) Story {
	return Story{"Payment", name, func(s *Samples) templ.Component {
		return view.Processing{Frame: s.Frame(view.TabPayment), Again: "/stories/" + name,
			Seconds: 30, Long: long, OldPlan: "Starter", Amount: eur(4200)}.Page()
	}}
}
