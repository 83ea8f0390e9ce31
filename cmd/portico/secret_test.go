package main

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsAreNowhere uses a server with everything that must not be kept, or must not be logged,
// and then looks for it in its files and its log.
func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	const number, foreign = "4242424242424242", "4539578763621486" // published, and anybody's
	folder := t.TempDir()
	p := serve(t, testKey, "--data", folder)
	post := func(path string, params url.Values) object {
		t.Helper()
		_, o, err := p.call(http.MethodPost, path, params)
		if err != nil {
			t.Fatalf("POST %s: %v", path, err)
		}
		return o
	}
	card := func(number string) url.Values {
		return url.Values{"type": {"card"}, "card[number]": {number}, "card[exp_month]": {"12"},
			"card[exp_year]": {"2034"}, "card[cvc]": {"971"}}
	}
	ada := post("/v1/customers", url.Values{"email": {"canary@example.com"},
		"name": {"Canary Lovelace"}})
	if pm := post("/v1/payment_methods", card(number)); pm.id() == "" {
		t.Fatalf("a test card is refused: %v", pm)
	}
	post("/v1/payment_methods", card(foreign))
	post("/v1/payment_methods", url.Values{"type": {"card"}, "card[number]": {foreign + "x"}})
	post("/v1/payment_intents", url.Values{"amount": {foreign}, "currency": {"usd"}})
	post("/v1/payment_methods/"+foreign+"/attach", url.Values{"customer": {ada.id()}})
	hook := post("/v1/webhook_endpoints", url.Values{"url": {"https://example.com/canary-path"},
		"enabled_events[]": {"*"}})
	link := post("/v1/billing_portal/sessions", url.Values{"customer": {ada.id()}}).text("url")
	token := link[strings.LastIndexByte(link, '/')+1:]
	cookie := openPortal(t, link)
	if !strings.HasPrefix(hook.text("secret"), "whsec_") || len(token) < 32 || len(cookie) < 32 {
		t.Fatalf("secret %v, token %q, cookie %q", hook, token, cookie)
	}
	p.stop()
	kept := filesIn(t, folder)
	for what, secret := range map[string]string{"the key": testKey, "a test card": number,
		"a card": foreign, "the portal link": token, "the portal cookie": cookie} {
		if bytes.Contains(kept, []byte(secret)) {
			t.Errorf("%s is kept in the data folder", what)
		}
		if strings.Contains(p.logged(), secret) {
			t.Errorf("%s is logged", what)
		}
	}
	for _, secret := range []string{"canary@example.com", "Canary Lovelace", "canary-path",
		hook.text("secret"), "971"} {
		if strings.Contains(p.trouble(), secret) {
			t.Errorf("%s is logged", secret)
		}
	}
}

// openPortal follows a link into the portal and gives the cookie of the session.
func openPortal(t *testing.T, link string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"},
		"Sec-Fetch-Dest": {"document"}}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		return c.Value
	}
	t.Fatalf("the link answered %d", resp.StatusCode)
	return ""
}

// filesIn is all that a folder holds, one file after the other.
func filesIn(t *testing.T, folder string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content...)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d bytes, %v", len(all), err)
	}
	return all
}
