package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/store/pgtest"
)

const testKey = "sk_test_command_tests_1"

// onBoth runs a test on each engine; where says which database to name on the command line.
func onBoth(t *testing.T, test func(t *testing.T, where ...string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "--data", filepath.Join(t.TempDir(), "data"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, "--database-url", pgtest.DSN(t))
	})
}

// node runs Stripe's own client against a server.
func node(t *testing.T, p *process, verb, argument string) (customer struct{ ID, Email string }) {
	t.Helper()
	folder, err := filepath.Abs("../../e2e/node_modules/stripe")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatalf("Stripe's client is missing: run npm ci in e2e (%v)", err)
	}
	out, err := exec.Command("node", "testdata/customer.cjs", folder, p.url(), testKey, verb,
		argument).CombinedOutput()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", verb, err, out)
	}
	if err := json.Unmarshal(out, &customer); err != nil {
		t.Fatalf("node printed %s", out)
	}
	return customer
}

func TestServeKeepsItsData(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, where ...string) {
		first := serve(t, testKey, where...)
		made := node(t, first, "create", "ada@example.com")
		first.stop()
		if !strings.Contains(first.output(), testKey) {
			t.Error("the keys of the new account were not printed")
		}

		second := serve(t, testKey, where...)
		if again := node(t, second, "read", made.ID); again.Email != "ada@example.com" {
			t.Errorf("after a restart the customer is %+v", again)
		}
		if out := second.output(); out != "" {
			t.Errorf("keys were printed again: %s", out)
		}
		second.stop()

		for _, p := range []*process{first, second} {
			if strings.Contains(p.logged(), testKey) {
				t.Error("the key is in the log")
			}
		}
		stranger := launch(t, append([]string{"serve", "--listen", "127.0.0.1:0",
			"--secret-key", "sk_test_somebody_elses"}, where...)...)
		<-stranger.ended
		if stranger.status == nil || !strings.Contains(stranger.logged(), "secret key") {
			t.Errorf("an unknown key was accepted: %s", stranger.logged())
		}
		if strings.Contains(stranger.logged(), "sk_test_somebody_elses") {
			t.Error("the refused key is in the log")
		}
	})
}

func TestKillKeepsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, where ...string) {
		p := serve(t, testKey, where...)
		acknowledged := writeUntilKilled(p)
		if len(acknowledged) < killAfter {
			t.Fatalf("only %d writes were acknowledged", len(acknowledged))
		}
		p = serve(t, testKey, where...)
		for _, id := range acknowledged {
			status, o, err := p.call(http.MethodGet, "/v1/customers/"+id, nil)
			if err != nil || status != http.StatusOK {
				t.Errorf("%s is lost: %d %v %v", id, status, o, err)
			}
		}
		p.stop()
		verify(t, where...)
	})
}

// killAfter is how many acknowledged writes are waited for before the process is killed, in the
// middle of others.
const killAfter = 60

func writeUntilKilled(p *process) (acknowledged []string) {
	var mu sync.Mutex
	var writers sync.WaitGroup
	enough := make(chan struct{})
	for w := range 6 {
		writers.Go(func() {
			for n := 0; ; n++ {
				status, o, err := p.call(http.MethodPost, "/v1/customers",
					url.Values{"email": {fmt.Sprintf("%d.%d@example.com", w, n)}})
				if err != nil || status != http.StatusOK {
					return
				}
				mu.Lock()
				if acknowledged = append(acknowledged, o.id()); len(acknowledged) == killAfter {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-p.ended:
	}
	p.kill()
	writers.Wait()
	return acknowledged
}

// verify runs the doctor, who must be content.
func verify(t *testing.T, where ...string) {
	t.Helper()
	p := launch(t, append([]string{"doctor", "verify"}, where...)...)
	<-p.ended
	if p.status != nil {
		t.Errorf("the doctor found something: %v\n%s", p.status, p.output())
	}
}

func TestSocketServesTheAPI(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "s")
	args := []string{"--data", filepath.Join(folder, "data"), "--socket", path}
	p := serve(t, testKey, args...)
	ask := func() (int, object, error) {
		return call(dialSocket(path), request{http.MethodGet, "http://api.stripe.com/v1/account",
			testKey, nil})
	}
	if status, o, err := ask(); err != nil || status != http.StatusOK ||
		!strings.HasPrefix(o.id(), "acct_") {
		t.Errorf("over the socket: %d %v %v", status, o, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is open to others: %v %v", info, err)
	}
	p.kill() // leaves the socket behind
	p = serve(t, testKey, args...)
	if status, _, err := ask(); err != nil || status != http.StatusOK {
		t.Errorf("after a kill: %d %v", status, err)
	}
	p.stop()
}

func TestHealth(t *testing.T) {
	t.Parallel()
	p := serve(t, testKey, "--data", t.TempDir())
	resp, err := http.Get(p.url() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("healthz answers %d", resp.StatusCode)
	}
	status, o, err := p.call(http.MethodGet, "//v1/account", nil)
	if err != nil || status != http.StatusNotFound || o["error"] == nil {
		t.Errorf("a slash too many: %d %v %v", status, o, err)
	}
	p.stop()
}

// TestUnknownAddresses: a person gets a page, a client of the API gets Stripe's error.
func TestUnknownAddresses(t *testing.T) {
	t.Parallel()
	p := serve(t, testKey, "--data", t.TempDir())
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, tt := range []struct {
		method, path, accept, contentType, says string
	}{
		{"GET", "/", browser, "text/html", "This page does not exist"},
		{"GET", "/portal", browser, "text/html", "This page does not exist"},
		{"GET", "/p/nothing", browser, "text/html", "This page does not exist"},
		{"GET", "/portal", "*/*", "application/json", "Unrecognized request URL"},
		{"GET", "/portal", "", "application/json", "Unrecognized request URL"},
		{"POST", "/portal", browser, "application/json", "Unrecognized request URL"},
		{"GET", "/v1/nothing", browser, "application/json", "Unrecognized request URL"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, p.url()+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", tt.accept)
		r.SetBasicAuth(testKey, "")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusNotFound ||
			!strings.HasPrefix(resp.Header.Get("Content-Type"), tt.contentType) ||
			!strings.Contains(string(body), tt.says) {
			t.Errorf("%s %s for %q: %d %s", tt.method, tt.path, tt.accept, resp.StatusCode, body)
		}
	}
	p.stop()
}

// TestRequestsCanBeLimited switches on what is off by default.
func TestRequestsCanBeLimited(t *testing.T) {
	t.Parallel()
	p := serve(t, testKey, "--data", t.TempDir(), "--requests-per-second", "1")
	p.waitFor(func() bool { // two within a second, some time
		status, _, err := p.call(http.MethodGet, "/v1/account", nil)
		return err == nil && status == http.StatusTooManyRequests
	})
	p.stop()
}

func TestMisuseIsExplained(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"serve", "--listen", "0.0.0.0:0", "--data", folder}, "--public-url"},
		{[]string{"serve", "--database-url", "mysql://x", "--data", folder}, "postgres://"},
		{[]string{"serve", "--smtp", "smtp://mail.test", "--data", folder}, "--mail-from"},
		{[]string{"serve", "--secret-key", "short", "--listen", "127.0.0.1:0", "--data",
			filepath.Join(folder, "key")}, "sk_test_"},
		{[]string{"demo", "--listen", "0.0.0.0:0", "--data", folder}, "this machine"},
		{[]string{"doctor", "verify", "--data", filepath.Join(folder, "nothing")}, "no database"},
		{[]string{"account", "create", "--name", "x", "--country", "Atlantis", "--data",
			filepath.Join(folder, "account")}, "two letters"},
		{[]string{"bill"}, "unexpected argument"},
		{[]string{"bill"}, `Run "portico --help"`},
		{[]string{"serve", "--nonsense"}, `Run "portico serve --help"`},
		{[]string{"worker", "--webhook-allow", "127.0.0.1:4242"}, "--webhook-allow"},
		{[]string{"serve", "--requests-per-second", "-1"}, "--requests-per-second"},
	} {
		p := launch(t, tt.args...)
		<-p.ended
		if _, failed := errors.AsType[*exec.ExitError](p.status); !failed ||
			!strings.Contains(p.logged(), tt.says) {
			t.Errorf("%v: %v, %q; want %q", tt.args, p.status, p.logged(), tt.says)
		}
	}
}

func TestAccountCreatePrintsKeysThatWork(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	made := launch(t, "account", "create", "--name", "Second", "--country", "fr", "--data", folder)
	<-made.ended
	_, rest, _ := strings.Cut(made.output(), "Test key ")
	key, _, _ := strings.Cut(rest, "\n")
	if !strings.HasPrefix(key, "sk_test_") {
		t.Fatalf("printed %q", made.output())
	}
	p := serve(t, key, "--data", folder)
	if _, o, err := p.call(http.MethodGet, "/v1/account", nil); err != nil ||
		o.text("country") != "FR" {
		t.Errorf("the key opens %v %v", o, err)
	}
	p.stop()
}

func TestWhatPeopleAskFirst(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"version"}, "portico "},
		{[]string{"--version"}, "portico "},
		{nil, "Usage: portico <command>"},
		{[]string{"help"}, "Usage: portico <command>"},
		{[]string{"help", "account", "create"}, "Usage: portico account create"},
		{[]string{"worker", "--help"}, "Usage: portico worker"},
	} {
		p := launch(t, tt.args...)
		<-p.ended
		if p.status != nil || !strings.HasPrefix(p.output(), tt.says) {
			t.Errorf("%v: %v %q", tt.args, p.status, p.output())
		}
	}
}
