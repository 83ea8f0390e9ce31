package bench_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal"
)

// The portal is asked for at a fixed rate, whatever it does, as visitors would.
const (
	homesEachSecond = 50
	homesEach       = 250
)

// What a visitor should wait at most.
const (
	homeMedianMax = 5 * time.Millisecond
	homeP99Max    = 10 * time.Millisecond
)

// portalHome measures the overview of a customer with a subscription, invoices and a card, who is
// signed in.
func (h *bench) portalHome() {
	h.Helper()
	server := h.portal()
	defer server.Close()
	cookie := h.signIn()
	get := func() error { return home(server.URL, cookie) }
	for range homesEachSecond { // connections, statements, templates
		h.check(get())
	}
	var medians, p99s []time.Duration
	for range rounds {
		took := h.openLoop(get)
		medians, p99s = append(medians, median(took)), append(p99s, at(took, 99))
	}
	for _, m := range []struct {
		name       string
		took, most time.Duration
	}{
		{"median", median(medians), homeMedianMax}, {"p99", median(p99s), homeP99Max},
	} {
		h.add(row{deed: fmt.Sprintf("portal home at %d a second, %s", homesEachSecond, m.name),
			engine: h.engine, ours: milliseconds(m.took), met: m.took <= m.most,
			aim: "at most " + milliseconds(m.most)})
	}
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

func (h *bench) portal() *httptest.Server {
	h.Helper()
	paper, err := pdf.New(pdf.Options{})
	h.check(err)
	handler, err := portal.New(portal.Options{App: h.house.App, Assets: kit.NewAssets(), PDF: paper,
		PublicURL: "http://portico.test"})
	h.check(err)
	return httptest.NewServer(handler)
}

// signIn follows a link and keeps the cookie.
func (h *bench) signIn() *http.Cookie {
	h.Helper()
	as := app.Caller{Actor: billing.Actor{Scope: h.house.Scope}}
	link, err := h.house.App.CreatePortalSession(h.Context(), as,
		app.PortalSessionCreateParams{Customer: &h.customer})
	h.check(err)
	token, visit, err := h.house.App.OpenPortalSession(h.Context(), path.Base(link.URL))
	h.check(err)
	if visit == nil {
		h.Fatal("the portal's link does not open")
	}
	return &http.Cookie{Name: "portico", Value: token}
}

func home(server string, cookie *http.Cookie) error {
	r, err := http.NewRequest("GET", server+"/p/home", nil)
	if err != nil {
		return err
	}
	r.AddCookie(cookie)
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/p/home" {
		return fmt.Errorf("portal home: %d at %s", resp.StatusCode, resp.Request.URL)
	}
	return drain(resp)
}

// openLoop asks at the fixed rate and says how long each took from the moment it was due: who has
// to wait because others do waits too.
func (h *bench) openLoop(get func() error) []time.Duration {
	took := make([]time.Duration, homesEach)
	failed := make([]error, homesEach)
	var all sync.WaitGroup
	began := time.Now()
	for i := range homesEach {
		due := began.Add(time.Duration(i) * time.Second / homesEachSecond)
		<-time.After(time.Until(due))
		all.Go(func() {
			failed[i] = get()
			took[i] = time.Since(due)
		})
	}
	all.Wait()
	for _, err := range failed {
		h.check(err)
	}
	return took
}
