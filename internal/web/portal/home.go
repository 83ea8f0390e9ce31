package portal

import (
	"net/http"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// recentMax is how many invoices the overview shows.
const recentMax = 3

func goHome(v *visit) error { return v.to(view.PathHome) }

// showHome is the overview, or, while the session's flow is not done, the flow.
func showHome(v *visit) error {
	if path := v.flowPath(); path != "" {
		return v.to(path)
	}
	var page view.Home
	err := v.readPlace(func(s *snapshot) (err error) {
		var recent []*billing.Invoice
		if s.offers().Invoices {
			recent, _, err = s.listInvoices(store.Page{Limit: recentMax})
		}
		if err != nil {
			return err
		}
		if page.Frame, err = s.place(view.TabOverview); err != nil {
			return err
		}
		if page.Owed, err = s.owed(page.Subscriptions); err != nil {
			return err
		}
		for _, m := range s.shownMethods() {
			if m.Default {
				page.Method = &m
			}
		}
		if s.cus.Currency != nil {
			page.Balance = view.Money{Minor: -s.cus.Balance, Currency: *s.cus.Currency}
		}
		page.Invoices, err = s.invoiceRows(recent)
		return err
	}, store.Invoices.ToList(recentMax, listed(v.Session.Customer)...))
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// showPlans is the place of plans.
func showPlans(v *visit) error {
	var page view.PlanTab
	err := v.readPlace(func(s *snapshot) (err error) {
		page.Frame, err = s.place(view.TabPlan)
		return err
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// readPlace is read for one of the five places, whose frame tells of all subscriptions.
func (v *visit) readPlace(fn func(*snapshot) error, needs ...store.Need) error {
	return v.read(fn, append(needs, app.PortalNeeds(v.Session.Customer)...)...)
}
