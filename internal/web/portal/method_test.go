package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// Another saved card takes the place of a default that is removed: what the customer pays for goes
// on. An API key that detaches one is taken at its word.
func TestAnotherCardTakesThePlaceOfTheDefault(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	b := n.enter(ada)
	b.get("/p/payment-methods/add").press("/p/payment-methods/add").on("/p/bank/").
		enterCard("5555555555554444").
		see("Mastercard ending 4444 was added and is now your default")
	mastercard := n.methods(ada)[0].ID
	remove := "/p/payment-methods/" + mastercard + "/remove"
	b.get(remove).see("Visa ending 4242 becomes your default")
	b.press(remove).on("/p/payment-methods").
		see("Mastercard ending 4444 was removed. Visa ending 4242 is now your default")
	b.get("/p/home").see("Visa ending 4242").seeNot("No card saved")
	visa := n.methods(ada)[0].ID
	b.post("/p/payment-methods/"+visa+"/remove", nil).see("Add another card")
	_, err := n.app.DetachPaymentMethod(n.Context(), n.caller(), visa)
	n.must(err)
	if left := n.methods(ada); len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
}

// An address is not kept without its country, nor a mail address that was there thrown away.
func TestDetailsKeepWhatIsNeeded(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("")
	b := n.enter(ada)
	form := func(email, city, country string) url.Values {
		return url.Values{"name": {"Ada"}, "email": {email}, "line1": {""}, "city": {city},
			"country": {country}}
	}
	b.post("/p/details", form("", "", "")).want(422)
	b.post("/p/details", form("ada@example.com", "Ghent", "")).want(422)
	b.post("/p/details", form("ada@example.com", "", "")).on("/p/details").see("saved")
	b.post("/p/details", form("ada@example.com", "Ghent", "BE")).on("/p/details").see("saved")
	eve, err := n.app.CreateCustomer(n.Context(), n.caller(), app.CustomerCreateParams{
		CustomerParams: app.CustomerParams{Name: billing.Some("Eve")}})
	n.must(err)
	n.enter(eve.ID).post("/p/details", form("", "", "")).on("/p/details").see("saved")
}

// What is wrong is told all at once, in the order of the page, each at its field; one thing alone
// is told at its field only, which takes the focus.
func TestDetailsTellAllThatIsWrong(t *testing.T) {
	t.Parallel()
	n := open(t)
	b := n.enter(n.ada(""))
	form := url.Values{"name": {strings.Repeat("A", 257)}, "email": {"nonsense"},
		"line1": {"1 Dock"}, "city": {"Kiel"}, "country": {""}}
	b.post("/p/details", form).want(422).see("3 things need your attention " +
		"Use at most 256 characters. Enter an email like name@example.com. " +
		"Choose a country from the list.")
	for name, described := range map[string]string{"name": "name-hint name-error",
		"email": "email-hint email-error", "country": "country-error"} {
		if !strings.Contains(b.body, `aria-describedby="`+described+`" aria-invalid="true"`) ||
			!strings.Contains(b.body, `href="#`+name+`"`) {
			t.Errorf("%s does not name its error", name)
		}
	}
	if strings.Contains(b.body, "autofocus") {
		t.Error("a field takes the focus from the summary")
	}
	form.Set("name", "Ada")
	form.Set("country", "DE")
	b.post("/p/details", form).want(422).see("Enter an email like").seeNot("attention")
	if !strings.Contains(b.body, `aria-invalid="true" autofocus data-focus`) {
		t.Error("the field does not take the focus")
	}
}

// Nobody is named where nobody is known, and who is inside is led back inside.
func TestTroubleKnowsWhereItIs(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.browser().get("/p/expired").see("Go back to where you came from").seeNot("Go back to and")
	n.browser().get("/i/nothing").want(404).see("ask for a new one")
	n.enter(n.ada("")).get("/p/nothing").want(404).click("Overview").on("/p/home")
}
