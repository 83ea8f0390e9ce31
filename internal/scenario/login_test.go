package scenario_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

var mailedLink = regexp.MustCompile(`http://portico\.test/p/session/\w+`)

// doorbell is a house whose default configuration has a login page.
type doorbell struct {
	*scenario.House
	token string
}

// ring asks for a link, lets the worker answer, and counts the links in the mailbox.
func (d doorbell) ring(t *testing.T, email string) (links []string) {
	t.Helper()
	page, err := d.App.FindPortalLogin(context.Background(), d.token)
	if err == nil {
		err = d.App.AskPortalLogin(context.Background(), page, email, "es")
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Settle()
	for _, m := range mails(t, d.House) {
		if link := mailedLink.FindString(m.Text); link != "" {
			links = append(links, m.To+" "+link)
		}
	}
	return links
}

// TestALinkIsMailedToWhoHasTheAddress: a stranger is answered alike, and gets nothing; nobody's
// mailbox is flooded; an address that two customers have leads to the one who pays for something.
func TestALinkIsMailedToWhoHasTheAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := openWithMail(t, open)
		h.Tell("login", `
product pro Pro
price month pro 2900 usd month
post /v1/customers name=Ada email=ada@example.com payment_method=pm_card_visa `+
			`invoice_settings[default_payment_method]=pm_card_visa -> ada
subscribe sub ada month
post /v1/customers name=Ada email=ada@example.com
get /v1/billing_portal/configurations -> all
expect all.data.0.login_page.enabled false
post /v1/billing_portal/configurations/$all.data.0.id login_page[enabled]=true -> cfg
expect cfg.login_page.enabled true
post /v1/billing_portal/configurations/$cfg login_page[enabled]=true -> cfg`)
		_, cfg := h.Call("GET", "/v1/billing_portal/configurations", nil)
		config := cfg["data"].([]any)[0].(map[string]any)
		url := config["login_page"].(map[string]any)["url"].(string)
		d := doorbell{h, strings.TrimPrefix(url, "http://portico.test/p/login/")}
		if !strings.HasPrefix(d.token, "test_") {
			t.Fatalf("the page is at %s", url)
		}
		if got := d.ring(t, "eve@example.com"); len(got) != 0 {
			t.Errorf("a stranger was mailed %v", got)
		}
		if got := d.ring(t, "Ada@Example.com"); len(got) != 1 ||
			!strings.HasPrefix(got[0], "ada@example.com ") {
			t.Fatalf("Ada was mailed %v", got)
		}
		if got := d.ring(t, "ada@example.com"); len(got) != 1 {
			t.Errorf("asked at once again, Ada was mailed %v", got)
		}
		_, sessions := h.Call("GET", "/v1/events?type=billing_portal.session.created", nil)
		event := sessions["data"].([]any)[0].(map[string]any)
		session := event["data"].(map[string]any)["object"].(map[string]any)
		_, subs := h.Call("GET", "/v1/subscriptions?customer="+session["customer"].(string), nil)
		if len(subs["data"].([]any)) != 1 {
			t.Error("the link opens the portal of the Ada who has nothing")
		}
		for range 10 {
			h.MoveTo(h.Clock.Now().Add(2 * time.Minute))
			d.ring(t, "ada@example.com")
		}
		if got := d.ring(t, "ada@example.com"); len(got) != 5 {
			t.Errorf("within an hour Ada was mailed %d links", len(got))
		}
		off := strings.NewReplacer("ID", config["id"].(string)).Replace(
			"/v1/billing_portal/configurations/ID")
		if status, body := h.Call("POST", off,
			map[string][]string{"login_page[enabled]": {"false"}}); status != 200 ||
			body["login_page"].(map[string]any)["url"] != nil {
			t.Errorf("switched off: %d %v", status, body["login_page"])
		}
		if _, err := h.App.FindPortalLogin(context.Background(), d.token); err == nil {
			t.Error("the page is there still")
		}
	})
}
