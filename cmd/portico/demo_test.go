package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "demo")
	p := demo(t, folder)
	for _, want := range []struct{ name, status string }{
		{demoActive, "active"}, {demoTrialing, "trialing"}, {demoPastDue, "past_due"},
		{demoCanceling, "active"}, {"recovered", "active"}, {"canceled", "canceled"},
		{"yearly", "active"}, {"free", "active"},
	} {
		if got := p.subscription(want.name).text("status"); got != want.status {
			t.Errorf("%s is %q, want %q", want.name, got, want.status)
		}
	}
	if o := p.subscription(demoCanceling); o["cancel_at"] == nil {
		t.Errorf("the one who leaves does not: %v", o)
	}
	p.wantYear()
	p.wantPortal()
	key := p.key
	p.stop()
	verify(t, "--data", folder)

	if p = demo(t, folder); p.key != key {
		t.Error("a second start made another demonstration")
	}
	p.stop()
	if p = demo(t, folder, "--reset"); p.key == key {
		t.Error("--reset kept the demonstration")
	}
	p.stop()

	// Somebody's real data is not thrown away.
	theirs := filepath.Join(t.TempDir(), "real")
	serve(t, testKey, "--data", theirs).stop()
	refused := launch(t, "demo", "--reset", "--data", theirs, "--listen", "127.0.0.1:0")
	<-refused.ended
	if refused.status == nil || !strings.Contains(refused.logged(), "not a demonstration") {
		t.Errorf("real data was taken for a demonstration: %s", refused.logged())
	}
}

// demo starts the demonstration and waits for the page to be announced.
func demo(t *testing.T, folder string, args ...string) *demoProcess {
	t.Helper()
	p := &demoProcess{process: launch(t, append([]string{"demo", "--data", folder, "--listen",
		"127.0.0.1:0"}, args...)...)}
	p.waitFor(func() bool { return strings.Contains(p.output(), "Ctrl-C") })
	p.address, p.key = p.announced("API"), p.announced("Test key")
	return p
}

type demoProcess struct {
	*process
	address string
}

// announced is what stands beside a word in what was printed.
func (p *demoProcess) announced(word string) string {
	for line := range strings.Lines(p.output()) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), word); ok {
			return strings.TrimSpace(rest)
		}
	}
	p.t.Fatalf("%s was not announced: %s", word, p.output())
	return ""
}

func (p *demoProcess) get(path string) object {
	p.t.Helper()
	status, o, err := call(http.DefaultClient,
		request{http.MethodGet, p.address + path, p.key, nil})
	if err != nil || status != http.StatusOK {
		p.t.Fatalf("GET %s: %d %v %v", path, status, o, err)
	}
	return o
}

// customer is the one whom the story calls so.
func (p *demoProcess) customer(name string) object {
	p.t.Helper()
	for _, c := range p.get("/v1/customers?limit=100").list() {
		if c.text("metadata", "demo") == name {
			return c
		}
	}
	p.t.Fatalf("nobody is called %s", name)
	return nil
}

func (p *demoProcess) subscription(name string) object {
	p.t.Helper()
	found := p.get("/v1/subscriptions?status=all&customer=" + p.customer(name).id()).list()
	if len(found) != 1 {
		p.t.Fatalf("%s has %d subscriptions", name, len(found))
	}
	return found[0]
}

// wantYear looks for what a year leaves behind.
func (p *demoProcess) wantYear() {
	p.t.Helper()
	paid := p.get("/v1/invoices?limit=100&status=paid&customer=" + p.customer(demoActive).id())
	if n := len(paid.list()); n < 13 { // twelve periods and an upgrade
		p.t.Errorf("the oldest customer has %d paid invoices", n)
	}
	recovered := p.get("/v1/invoices?limit=100&customer=" + p.customer("recovered").id())
	tries := 0.0
	for _, inv := range recovered.list() {
		if n, _ := inv["attempt_count"].(float64); n > tries && inv.text("status") == "paid" {
			tries = n
		}
	}
	if tries < 2 {
		p.t.Error("no invoice was paid at a retry")
	}
	clocks := p.get("/v1/test_helpers/test_clocks").list()
	if len(clocks) != 1 ||
		len(p.get("/v1/customers?test_clock="+clocks[0].id()).list()) != 1 {
		p.t.Errorf("nobody lives on the test clock: %v", clocks)
	}
}

// wantPortal presses the button on the page.
func (p *demoProcess) wantPortal() {
	p.t.Helper()
	noFollow := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	for _, tt := range []struct {
		method, path, host, origin string
		status                     int
	}{
		{http.MethodGet, "/demo", "", "", http.StatusOK},
		{http.MethodGet, "/demo/" + demoPastDue, "", "", http.StatusOK},
		{http.MethodGet, "/demo/nobody", "", "", http.StatusNotFound},
		{http.MethodPost, "/demo/" + demoActive, "", "", http.StatusSeeOther},
		{http.MethodPost, "/demo/" + demoActive, "", "https://evil.example", http.StatusForbidden},
		{http.MethodPost, "/demo/" + demoActive, "evil.example", "", http.StatusMisdirectedRequest},
	} {
		r, err := http.NewRequest(tt.method, p.address+tt.path, nil)
		if err != nil {
			p.t.Fatal(err)
		}
		r.Host = tt.host
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		resp, err := noFollow.Do(r)
		if err != nil {
			p.t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.status {
			p.t.Errorf("%s %s (%s): %d, want %d", tt.method, tt.path, tt.host+tt.origin,
				resp.StatusCode, tt.status)
		}
		if to := resp.Header.Get("Location"); resp.StatusCode == http.StatusSeeOther &&
			!strings.HasPrefix(to, p.address+"/p/session/") {
			p.t.Errorf("the button leads to %s", to)
		}
	}
}
