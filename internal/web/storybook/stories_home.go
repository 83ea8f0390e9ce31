package storybook

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// home tells a story of the overview with one subscription.
func home(name string, state view.State, change func(*view.Subscription)) Story {
	return Story{"Overview", "home-" + name, func(s *Samples) templ.Component {
		sub := s.State(state, change)
		return view.Home{Frame: s.Frame(view.TabOverview, sub), Method: sub.Method,
			Invoices: s.paid()}.Page()
	}}
}

func homeStories() []Story {
	return slices.Concat(runningStories(), owingStories(), restingStories(), otherHomes())
}

// runningStories are subscriptions that go on by themselves, or nearly.
func runningStories() []Story {
	return []Story{
		home("active", view.StateActive, nil),
		home("active-quantity-discount", view.StateActive, func(s *view.Subscription) {
			s.Items = []view.Item{{Name: "Team", Quantity: 3, Each: perSeat(monthly(1000))}}
			s.Price, s.Next.Minor = monthly(3000), 2400
			s.Discount = &view.Discount{PercentOff: "20", Ends: day(2027, 3, 1)}
		}),
		home("card-expires", view.StateActive, func(s *view.Subscription) {
			s.Method = mastercard()
			s.Next.At = day(2027, 1, 14)
		}),
		home("usage", view.StateActive, func(s *view.Subscription) {
			s.Items = []view.Item{{Name: "API calls", Each: view.Price{Usage: true}}}
			s.Price = view.Price{Usage: true}
			s.Can.Change, s.Can.Why = false, view.BlockOther
		}),
		home("trialing", view.StateTrialing, func(s *view.Subscription) {
			s.TrialEnd = day(2026, 12, 5)
			s.Next.At = s.TrialEnd
		}),
		home("trialing-no-card", view.StateTrialing, func(s *view.Subscription) {
			s.TrialEnd, s.Method, s.Next = day(2026, 12, 5), nil, nil
			s.Can.AddMethod = true
		}),
	}
}

// owingStories are subscriptions that wait for money.
func owingStories() []Story {
	return []Story{
		home("past-due", view.StatePastDue, func(s *view.Subscription) {
			s.Open = (&Samples{}).Open()
			s.Can = view.Can{Pay: true, Cancel: true, Why: view.BlockPayFirst}
		}),
		home("unpaid", view.StateUnpaid, func(s *view.Subscription) {
			s.Open = (&Samples{}).Open()
			s.Can = view.Can{Pay: true, Why: view.BlockPayFirst}
		}),
		home("incomplete-bank", view.StateIncomplete, func(s *view.Subscription) {
			s.Open = (&Samples{}).Open()
			s.Open.BankURL = view.BankPath("pi_1")
			s.Can = view.Can{Pay: true}
		}),
		home("processing", view.StateProcessing, func(s *view.Subscription) {
			s.Open = (&Samples{}).Open()
			s.Can = view.Can{}
		}),
	}
}

// restingStories are subscriptions that pause, end or change, or are paid by invoice.
func restingStories() []Story {
	return []Story{
		home("paused", view.StatePaused, func(s *view.Subscription) {
			s.Method, s.Next = nil, nil
			s.Can = view.Can{AddMethod: true, Cancel: true}
		}),
		home("collection-paused", view.StateCollectionPaused, func(s *view.Subscription) {
			s.ResumesAt, s.Next = day(2027, 1, 14), nil
		}),
		home("canceling", view.StateActive, func(s *view.Subscription) {
			s.CancelAt, s.Next = day(2026, 12, 14), nil
			s.Can = view.Can{Undo: true, Why: view.BlockKeepFirst}
		}),
		home("send-invoice", view.StateActive, func(s *view.Subscription) {
			s.ByInvoice, s.Method = true, nil
			s.Can = view.Can{Cancel: true, Why: view.BlockInvoiceOnly}
		}),
		home("send-invoice-overdue", view.StatePastDue, func(s *view.Subscription) {
			s.ByInvoice, s.Method = true, nil
			s.Open = &view.OpenInvoice{ID: "in_open", Number: "NW-0042", Due: eur(2900),
				DueAt: day(2026, 11, 14), Overdue: true}
			s.Can = view.Can{Cancel: true, Pay: true, Why: view.BlockInvoiceOnly}
		}),
	}
}

// otherHomes are overviews that are not about one subscription.
func otherHomes() []Story {
	return []Story{
		{"Overview", "home-several", func(s *Samples) templ.Component {
			frame := s.Frame(view.TabOverview, s.Several()...)
			return view.Home{Frame: frame, Method: visa(), Balance: eur(1250),
				Invoices: s.Invoices()[:4]}.Page()
		}},
		{"Overview", "home-owed", func(s *Samples) templ.Component {
			late := view.OpenInvoice{ID: "in_late", Number: "NW-0043", Due: eur(120000),
				DueAt: day(2026, 11, 14), Overdue: true}
			return view.Home{Frame: s.Frame(view.TabOverview), Method: visa(),
				Invoices: s.Invoices()[:3], Owed: []view.OwedInvoice{
					{OpenInvoice: *s.Open(), For: "Business", Ended: day(2026, 11, 20),
						State: view.InvoiceOpen},
					{OpenInvoice: late, State: view.InvoiceOverdue}}}.Page()
		}},
		{"Overview", "home-none", func(s *Samples) templ.Component {
			return view.Home{Frame: s.Frame(view.TabOverview)}.Page()
		}},
		{"Overview", "home-flash", func(s *Samples) templ.Component {
			frame := s.Frame(view.TabOverview, s.Business())
			frame.Flash = &kit.Flash{Tone: kit.TonePositive, Key: i18n.ReviewDone,
				Args: map[string]string{"plan": "Business"}}
			return view.Home{Frame: frame, Method: visa(), Invoices: s.paid()}.Page()
		}},
		{"Overview", "home-nasty", nastyHome},
	}
}

// nastyHome holds what breaks layouts: a name of 80 characters, a huge sum, long words.
func nastyHome(s *Samples) templ.Component {
	s.Company.Name = "Donaudampfschifffahrtsgesellschaftskapitänsmützenmanufaktur " +
		"Regensburg & Co. KGaA"
	quarterly := func(yen int64) view.Price {
		return view.Price{Money: view.Money{Minor: yen, Currency: "jpy"}, Interval: "month",
			Count: 3}
	}
	sub := s.Business()
	sub.Items = []view.Item{{Quantity: 1250, Each: quarterly(9877),
		Name: "Rindfleischetikettierungsüberwachungsaufgabenübertragung Enterprise Plus"}}
	sub.Price = quarterly(12345678)
	sub.Next = &view.Charge{Money: sub.Price.Money, At: day(2026, 12, 14)}
	rows := s.Invoices()[:3]
	for i := range rows {
		rows[i].Total, rows[i].Number = sub.Price.Money, "RECHNUNG-2026-REGENSBURG-00000042"
	}
	return view.Home{Frame: s.Frame(view.TabOverview, sub), Method: visa(), Invoices: rows}.Page()
}
