package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// demoPage lists the customers of the demonstration, each with a button that opens their portal.
// It makes anybody any customer, which is why the demonstration listens on this machine alone.
type demoPage struct {
	client
	house  *house
	scope  billing.Scope
	assets *kit.Assets
}

func newDemoPage(ctx context.Context, h *house, assets *kit.Assets,
	key string) (*demoPage, error) {
	accounts, err := h.db.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	p := &demoPage{client: h.client(key), house: h, assets: assets}
	if len(accounts) > 0 {
		p.scope = billing.Scope{Account: accounts[0].ID}
	}
	return p, nil
}

// handlers are the page's addresses.
func (p *demoPage) handlers() map[string]http.Handler {
	guard := http.NewCrossOriginProtection()
	on := func(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
		return kit.SecurityHeaders(guard.Handler(p.here(handle)))
	}
	toDemo := http.RedirectHandler(view.PathDemo, http.StatusSeeOther)
	return map[string]http.Handler{
		"GET /{$}":                          toDemo,
		"GET " + view.PathDemo:              on(p.show),
		"GET " + view.PathDemo + "/{name}":  on(p.show),
		"POST " + view.PathDemo + "/{name}": on(p.openPortal),
	}
}

// here refuses requests that name another host, which is how a page of the internet would reach
// this machine, and answers for what goes wrong.
func (p *demoPage) here(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		public, err := url.Parse(p.house.publicURL)
		if err != nil || r.Host != public.Host {
			http.Error(w, "Open "+p.house.publicURL+view.PathDemo, http.StatusMisdirectedRequest)
			return
		}
		if err := handle(w, r); err != nil {
			p.house.log.Error("demo page failed", "error", err)
			http.Error(w, "Something went wrong; the log says more.",
				http.StatusInternalServerError)
		}
	})
}

// show lists all customers, or the one that is named.
func (p *demoPage) show(w http.ResponseWriter, r *http.Request) error {
	page := view.Demo{Frame: view.Frame{Z: kit.Localizer(r), Assets: p.assets, TestMode: true,
		Now: p.house.clock.Now()}}
	err := p.house.app.View(r.Context(), p.scope, func(v *store.View) error {
		settings, err := store.LoadSettings(v)
		if err != nil {
			return err
		}
		page.Company = brand(settings)
		page.Customers, err = demoCustomers(v, r.PathValue("name"))
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Customers) == 0 {
		http.NotFound(w, r)
		return nil
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return page.Page().Render(r.Context(), w)
}

// brand is how the company looks on the page.
func brand(s *billing.Settings) view.Company {
	c := view.Company{Name: companyName}
	if s.Branding.PrimaryColor != nil {
		c.Brand = *s.Branding.PrimaryColor
	}
	return c
}

// demoCustomers are those whom the story named, the first ones first.
func demoCustomers(v *store.View, name string) (out []view.DemoCustomer, err error) {
	all, err := store.Customers.All(v)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{demoActive, demoTrialing, demoPastDue, demoCanceling,
		"yearly", "recovered", "canceled", "free", "clock"} {
		for _, c := range all {
			if c.Metadata["demo"] != key || name != "" && name != key {
				continue
			}
			shown := view.DemoCustomer{ID: c.ID, Story: c.Metadata["story"],
				Action: view.PathDemo + "/" + key}
			if c.Name != nil {
				shown.Name = *c.Name
			}
			if shown.Clock, err = clockOf(v, c); err != nil {
				return nil, err
			}
			out = append(out, shown)
		}
	}
	return out, nil
}

// clockOf is what a customer's test clock shows; zero for real time.
func clockOf(v *store.View, c *billing.Customer) (time.Time, error) {
	if c.TestClock.ID == "" {
		return time.Time{}, nil
	}
	clk, err := store.TestClocks.Get(v, c.TestClock.ID)
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(clk.FrozenTime, 0).UTC(), nil
}

// openPortal makes a portal session, as an app's own button would, and goes there.
func (p *demoPage) openPortal(w http.ResponseWriter, r *http.Request) error {
	var found []view.DemoCustomer
	err := p.house.app.View(r.Context(), p.scope, func(v *store.View) (err error) {
		found, err = demoCustomers(v, r.PathValue("name"))
		return err
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		http.NotFound(w, r)
		return nil
	}
	session, err := p.post(r.Context(), "/v1/billing_portal/sessions",
		"customer="+found[0].ID, "return_url="+p.house.publicURL+view.PathDemo)
	if err != nil {
		return err
	}
	http.Redirect(w, r, session.text("url"), http.StatusSeeOther)
	return nil
}

// announce prints where everything is.
func (p *demoPage) announce(std *streams, url, key string) {
	std.printf("%s, a company with a year of history, is open.\n\n", companyName)
	std.printf("  API        %s\n  Test key   %s\n", url, key)
	std.printf("  Customers  %s%s\n", url, view.PathDemo)
	for _, name := range []string{demoActive, demoTrialing, demoPastDue, demoCanceling} {
		std.printf("  %-10s %s%s/%s\n", "", url, view.PathDemo, name)
	}
	std.printf("  Mailbox    %s%s\n\nStop with Ctrl-C.\n", url, view.PathMailbox)
}
