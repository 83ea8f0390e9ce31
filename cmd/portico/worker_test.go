package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/store/pgtest"
)

// TestTwoServersStartTogether shares one empty PostgreSQL: both migrate it, one makes the account.
func TestTwoServersStartTogether(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	var both []*process
	for range 2 {
		p := launch(t, "serve", "--listen", "127.0.0.1:0", "--secret-key", testKey,
			"--database-url", dsn)
		both = append(both, p)
	}
	made := 0
	for _, p := range both {
		p.waitFor(func() bool { return p.url() != "" })
		if p.output() != "" {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d of them made the account", made)
	}
	for _, p := range both {
		p.stop()
	}
}

// TestWebhooksFromAWorkerOfItsOwn: a server that does no work leaves its webhooks to the worker,
// which nobody wakes.
func TestWebhooksFromAWorkerOfItsOwn(t *testing.T) {
	t.Parallel()
	arrived := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- r.Header.Get("Stripe-Signature")
	}))
	defer receiver.Close()
	dsn := pgtest.DSN(t)
	p := serve(t, testKey, "--database-url", dsn, "--no-worker", "--webhook-allow", "127.0.0.1")
	w := launch(t, "worker", "--database-url", dsn, "--webhook-allow", "127.0.0.1")
	if status, o, err := p.call(http.MethodPost, "/v1/webhook_endpoints", url.Values{
		"url": {receiver.URL}, "enabled_events[]": {"customer.created"}}); status != http.StatusOK {
		t.Fatalf("webhook endpoint: %d %v %v", status, o, err)
	}
	for range 5 {
		began := time.Now()
		if status, o, err := p.call(http.MethodPost, "/v1/customers", nil); status != 200 {
			t.Fatalf("POST /v1/customers: %d %v %v", status, o, err)
		}
		select {
		case signature := <-arrived:
			t.Logf("delivered after %v", time.Since(began))
			if !strings.HasPrefix(signature, "t=") {
				t.Errorf("signature %q", signature)
			}
		case <-time.After(startTime):
			t.Fatal("nothing was delivered")
		}
	}
	w.stop()
	p.stop()
}

// TestWorkerBesideServer moves a test clock: a server that does no work leaves it to the worker.
func TestWorkerBesideServer(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	p := serve(t, testKey, "--database-url", dsn, "--no-worker")
	begins := time.Date(2030, 1, 31, 10, 0, 0, 0, time.UTC)
	post := func(path string, params url.Values) object {
		t.Helper()
		status, o, err := p.call(http.MethodPost, path, params)
		if err != nil || status != http.StatusOK {
			t.Fatalf("POST %s: %d %v %v", path, status, o, err)
		}
		return o
	}
	unix := func(at time.Time) []string { return []string{strconv.FormatInt(at.Unix(), 10)} }
	clk := post("/v1/test_helpers/test_clocks", url.Values{"frozen_time": unix(begins)})
	ada := post("/v1/customers", url.Values{"test_clock": {clk.id()},
		"payment_method": {cardGood},
		"invoice_settings[default_payment_method]": {cardGood}})
	price := post("/v1/prices", url.Values{"currency": {"usd"}, "unit_amount": {"2000"},
		"recurring[interval]": {"month"}, "product_data[name]": {"Pro"}})
	post("/v1/subscriptions", url.Values{"customer": {ada.id()}, "items[0][price]": {price.id()}})
	path := "/v1/test_helpers/test_clocks/" + clk.id()
	post(path+"/advance", url.Values{"frozen_time": unix(begins.AddDate(0, 0, 60))})

	w := launch(t, "worker", "--database-url", dsn)
	w.waitFor(func() bool {
		_, o, err := p.call(http.MethodGet, path, nil)
		return err == nil && o.text("status") == "ready"
	})
	_, invoices, err := p.call(http.MethodGet, "/v1/invoices?customer="+ada.id(), nil)
	if err != nil || len(invoices.list()) != 3 { // 31 January, 28 February, 31 March
		t.Errorf("after sixty days there are %d invoices, want 3: %v", len(invoices.list()), err)
	}
	w.stop()
	p.stop()
	verify(t, "--database-url", dsn)
}
