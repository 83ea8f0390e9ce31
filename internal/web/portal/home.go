package portal

import (
	"net/http"

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
	err := v.read(func(s *snapshot) (err error) {
		if page.Frame, err = s.place(view.TabOverview); err != nil {
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
		if page.Offers.Invoices {
			page.Invoices, _, err = s.invoiceRows(store.Page{Limit: recentMax})
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// showPlans is the place of plans.
func showPlans(v *visit) error {
	var page view.PlanTab
	err := v.read(func(s *snapshot) (err error) {
		page.Frame, err = s.place(view.TabPlan)
		return err
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// notDrafts are the states of an invoice that customers see.
func notDrafts() store.Cond {
	return store.In("status", string(billing.InvoiceOpen), string(billing.InvoicePaid),
		string(billing.InvoiceVoid), string(billing.InvoiceUncollectible))
}
