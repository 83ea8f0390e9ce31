package storybook

import (
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// Samples makes the values that stories are told with. Each method gives a fresh value, so a
// story may change what it got.
type Samples struct {
	Z       *i18n.Localizer
	Assets  *kit.Assets
	Company view.Company
}

// NewSamples tells stories in the language of z.
func NewSamples(z *i18n.Localizer, assets *kit.Assets) *Samples {
	return &Samples{Z: z, Assets: assets, Company: view.Company{
		Name: "Northwind", Brand: kit.DefaultBrand, Headline: "Software for small harbours",
		ReturnURL: "https://northwind.example/account", SupportEmail: "help@northwind.example",
		PrivacyURL: "https://northwind.example/privacy",
		TermsURL:   "https://northwind.example/terms",
	}}
}

// now is the day all stories happen on.
func now() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 10, 0, 0, 0, time.UTC)
}

func eur(minor int64) view.Money { return view.Money{Minor: minor, Currency: "eur"} }

func monthly(minor int64) view.Price {
	return view.Price{Money: eur(minor), Interval: "month", Count: 1}
}

func perSeat(p view.Price) view.Price {
	p.Unit = "seat"
	return p
}

func yearly(minor int64) view.Price {
	return view.Price{Money: eur(minor), Interval: "year", Count: 1}
}

func visa() *view.Method {
	return &view.Method{ID: "pm_visa", Kind: "card", Brand: "visa", Last4: "4242",
		ExpMonth: 8, ExpYear: 2029, Default: true}
}

func mastercard() *view.Method {
	return &view.Method{ID: "pm_mc", Kind: "card", Brand: "mastercard", Last4: "4444",
		ExpMonth: 12, ExpYear: 2026}
}

// Frame is the surroundings of a page in the portal.
func (s *Samples) Frame(tab view.Tab, subscriptions ...view.Subscription) view.Frame {
	return view.Frame{Z: s.Z, Assets: s.Assets, Company: s.Company, TestMode: true, Now: now(),
		Tab: tab, Subscriptions: subscriptions,
		Offers: view.Offers{Plan: true, Payment: true, Invoices: true, Details: true}}
}

// Business is a plain running subscription.
func (s *Samples) Business() view.Subscription {
	return view.Subscription{ID: "sub_business", State: view.StateActive,
		Items:  []view.Item{{Name: "Business", Quantity: 1, Each: monthly(2900)}},
		Price:  monthly(2900),
		Next:   &view.Charge{Money: eur(2900), At: day(2026, 12, 14)},
		Method: visa(), Can: view.Can{Change: true, Cancel: true},
	}
}

// Open is an invoice of Business that is still to be paid.
func (s *Samples) Open() *view.OpenInvoice {
	return &view.OpenInvoice{ID: "in_open", Number: "NW-0042", Due: eur(2900),
		NextAttempt: day(2026, 11, 24)}
}

// State is Business in another state.
func (s *Samples) State(state view.State, change func(*view.Subscription)) view.Subscription {
	sub := s.Business()
	sub.State = state
	if change != nil {
		change(&sub)
	}
	return sub
}

// Several is three subscriptions at once.
func (s *Samples) Several() []view.Subscription {
	team := s.Business()
	team.ID = "sub_team"
	team.Items = []view.Item{
		{Name: "Team", Quantity: 12, Each: perSeat(monthly(1000))},
		{Name: "Priority support", Quantity: 1, Each: monthly(4900)},
	}
	team.Price, team.Next = monthly(16900), &view.Charge{Money: eur(13520), At: day(2026, 12, 1)}
	team.Discount = &view.Discount{PercentOff: "20", Ends: day(2027, 3, 1)}
	team.Can = view.Can{Cancel: true, Why: view.BlockOther}
	domain := s.Business()
	domain.ID = "sub_domain"
	domain.Items = []view.Item{{Name: "Domain northwind.example", Quantity: 1, Each: yearly(1200)}}
	domain.Price, domain.Next = yearly(1200), nil
	domain.CancelAt = day(2027, 2, 3)
	domain.Can = view.Can{Undo: true, Why: view.BlockKeepFirst}
	return []view.Subscription{s.Business(), team, domain}
}

// Invoices is a list of invoices in every state.
func (s *Samples) Invoices() []view.InvoiceRow {
	return []view.InvoiceRow{
		{ID: "in_1", Number: "NW-0042", Date: day(2026, 11, 14), Total: eur(2900),
			State: view.InvoiceOpen, For: "Business"},
		{ID: "in_2", Number: "NW-0041", Date: day(2026, 10, 14), Total: eur(2900),
			State: view.InvoicePaid, For: "Business"},
		{ID: "in_3", Number: "NW-0040", Date: day(2026, 9, 14), Total: eur(4135),
			State: view.InvoicePartlyRefunded, For: "Business"},
		{ID: "in_4", Number: "NW-0039", Date: day(2026, 8, 14), Total: eur(1900),
			State: view.InvoiceVoid, For: "Starter"},
		{ID: "in_5", Number: "NW-0038", Date: day(2026, 7, 14), Total: eur(1900),
			State: view.InvoiceOverdue, For: "Starter"},
		{ID: "in_6", Number: "NW-0037", Date: day(2026, 6, 14), Total: eur(1900),
			State: view.InvoiceRefunded, For: "Starter"},
		{ID: "in_7", Number: "NW-0036", Date: day(2026, 5, 14), Total: eur(1900),
			State: view.InvoiceWrittenOff, For: "Starter"},
		{ID: "in_8", Number: "NW-0035", Date: day(2026, 4, 14), Total: eur(1900),
			State: view.InvoiceProcessing, For: "Starter"},
	}
}

// paid is the recent part of a tidy history.
func (s *Samples) paid() []view.InvoiceRow {
	rows := s.Invoices()[:3]
	for i := range rows {
		rows[i].State = view.InvoicePaid
	}
	return rows
}
