package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
)

// The login page answers everybody alike: who is a customer is not to be found out here.
func TestLoginPageTellsNobodyApart(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.ada("pm_card_visa")
	p := app.PortalConfigurationCreateParams{}
	p.Features, p.LoginPage = &app.PortalFeaturesParams{}, &app.PortalFeatureParams{Enabled: true}
	cfg, err := n.app.CreatePortalConfiguration(n.Context(), n.caller(), p)
	n.must(err)
	path := strings.TrimPrefix(*cfg.LoginPage.URL, "http://portico.test")
	b := n.browser().get(path+"?prefilled_email=ada%40example.com").
		see("Manage your subscription", "the email you use with Northwind")
	if !strings.Contains(b.body, `value="ada@example.com"`) {
		t.Error("the address that was known is not in the form")
	}
	ask := func(email string) *browser { return b.post(path, url.Values{"email": {email}}) }
	known := ask("ada@example.com").want(200).see("ada@example.com belongs to a customer").text()
	other := ask("eve@example.com").want(200).text()
	if strings.ReplaceAll(known, "ada@", "eve@") != other {
		t.Errorf("a stranger is told apart:\n%s\n%s", known, other)
	}
	for _, wrong := range []string{"", "ada", "ada@example.com, eve@example.com",
		strings.Repeat("a", 600) + "@example.com"} {
		ask(wrong).want(422).see("Send link")
	}
	b.get(path + "x").want(404)
	b.post(path+"x", url.Values{"email": {"ada@example.com"}}).want(404)
	_, err = n.app.UpdatePortalConfiguration(n.Context(), n.caller(), cfg.ID,
		app.PortalConfigurationUpdateParams{Active: new(false)})
	n.must(err)
	b.get(path).want(404)
}
