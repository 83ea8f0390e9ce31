package view

import (
	"time"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// Company is whose portal this is.
type Company struct {
	Name         string
	IconURL      string // on our own origin, or empty
	Brand        string // colour as typed
	Headline     string
	ReturnURL    string
	PrivacyURL   string
	TermsURL     string
	SupportEmail string
	SupportPhone string
}

// Tab is one of the portal's five places.
type Tab string

// The five places.
const (
	TabOverview Tab = "overview"
	TabPlan     Tab = "plan"
	TabPayment  Tab = "payment"
	TabInvoices Tab = "invoices"
	TabDetails  Tab = "details"
)

// Offers says which places the configuration opens. The overview is always open.
type Offers struct{ Plan, Payment, Invoices, Details bool }

// Frame is what every page of the portal shares. Now is the customer's time, so that "in 23 days"
// is true on a test clock too.
type Frame struct {
	Z             *i18n.Localizer
	Assets        *kit.Assets
	Company       Company
	TestMode      bool
	Now           time.Time
	Clock         time.Time // what a test clock shows, if the customer lives by one
	Flash         *kit.Flash
	Tab           Tab // the place this page belongs to
	Offers        Offers
	Subscriptions []Subscription // what the summary speaks of
	Back          string         // on a flow: where "back" leads; empty for PathHome
	DeepLink      bool           // on a flow: the way back is out of the portal, to ReturnURL
}

func (f Frame) page(title string) kit.Page {
	if f.Company.Name != "" {
		title = f.Z.T(i18n.NavTitle, i18n.A("page", title), i18n.A("business", f.Company.Name))
	}
	return kit.Page{
		Z: f.Z, Assets: f.Assets, Brand: f.Company.Brand, TestMode: f.TestMode,
		Title: title,
	}
}

type place struct {
	tab  Tab
	href string
	key  i18n.Key
}

func (f Frame) places() []place {
	places := []place{{TabOverview, PathHome, i18n.NavOverview}}
	if f.Offers.Plan {
		places = append(places, place{TabPlan, PathPlan, i18n.NavPlan})
	}
	if f.Offers.Payment {
		places = append(places, place{TabPayment, PathPaymentMethods, i18n.NavPayment})
	}
	if f.Offers.Invoices {
		places = append(places, place{TabInvoices, PathInvoices, i18n.NavInvoices})
	}
	if f.Offers.Details {
		places = append(places, place{TabDetails, PathDetails, i18n.NavDetails})
	}
	return places
}

// back is where a flow leads when it is not finished.
func (f Frame) back() (href, text string) {
	if f.DeepLink && f.Company.ReturnURL != "" {
		return f.Company.ReturnURL, f.Z.T(i18n.NavReturn, i18n.A("business", f.Company.Name))
	}
	if f.Back != "" && f.Back != PathHome {
		return f.Back, f.Z.T(i18n.NavBack)
	}
	return PathHome, f.Z.T(i18n.NavBackToOverview)
}

// business is the argument that most sentences about the company take.
func (f Frame) business() i18n.Arg { return i18n.A("business", f.Company.Name) }

// initial stands for a company without an icon.
func (c Company) initial() string {
	for _, r := range c.Name {
		return string(r)
	}
	return ""
}

func (f Frame) backHref() templ.SafeURL {
	href, _ := f.back()
	return templ.URL(href)
}

func (f Frame) backText() string {
	_, text := f.back()
	return text
}

// summaryLine is the summary on a phone before it is opened: one line.
func (f Frame) summaryLine() string {
	if len(f.Subscriptions) != 1 {
		return f.Z.N(i18n.HomeSeveral, int64(len(f.Subscriptions)))
	}
	s := f.Subscriptions[0]
	return s.plan(f.Z) + " · " + s.Price.text(f.Z)
}
