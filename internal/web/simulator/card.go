package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	port "github.com/portico-billing/portico/internal/gateway"
	gateway "github.com/portico-billing/portico/internal/gateway/simulator"
)

// cardPage is everything the card form shows. The number and the security code are only ever
// those of a published example.
type cardPage struct {
	Setup, Return    string // the token, and where the caller asked to return to
	Amount           string // empty when the card is only saved
	Number, CVC      string
	Expiry           string
	Name, PostalCode string
	Examples         []example
	Problem          string // one sentence above the form
	Field            string // the field it is about: number, expiry, cvc
}

type example struct {
	gateway.TestNumber
	URL    string
	Chosen bool
}

func (s *site) showCard(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	c, err := s.bank.Challenge(r.Context(), gateway.CardForm, query.Get("setup"))
	if err != nil {
		s.fail(w, err)
		return
	}
	if c.State != gateway.ChallengePending {
		s.afterCard(w, r, c)
		return
	}
	page := newCardPage(c, query)
	if n, err := strconv.Atoi(query.Get("example")); err == nil {
		page.choose(n)
	}
	render(w, http.StatusOK, "card", page)
}

func newCardPage(c gateway.Challenge, values url.Values) cardPage {
	page := cardPage{Setup: c.Token, Return: values.Get("return_url"), Amount: price(c.Amount)}
	for n, number := range gateway.TestNumbers() {
		q := url.Values{"setup": {page.Setup}, "example": {strconv.Itoa(n)}}
		if page.Return != "" {
			q.Set("return_url", page.Return)
		}
		page.Examples = append(page.Examples, example{number, "/card?" + q.Encode(), false})
	}
	return page
}

// choose fills the form with one of the examples.
func (p *cardPage) choose(n int) {
	if n < 0 || n >= len(p.Examples) {
		return
	}
	p.Examples[n].Chosen = true
	p.Number, p.Expiry, p.CVC = p.Examples[n].Number, "12 / 34", "123"
}

func (s *site) submitCard(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return
	}
	form, token := r.PostForm, r.PostForm.Get("setup")
	c, err := s.bank.SubmitCard(r.Context(), token, cardOf(form))
	var wrong *port.DataError
	switch {
	case errors.As(err, &wrong):
		s.showProblem(w, r, wrong)
	case err != nil:
		s.fail(w, err)
	default:
		q := url.Values{"setup": {c.Token}}
		if back := form.Get("return_url"); back != "" {
			q.Set("return_url", back)
		}
		http.Redirect(w, r, "/card?"+q.Encode(), http.StatusSeeOther)
	}
}

// showProblem shows the form again with what was wrong. The number and the code are not shown
// again: they may be real, and then they do not belong into a page.
func (s *site) showProblem(w http.ResponseWriter, r *http.Request, wrong *port.DataError) {
	form := r.PostForm
	c, err := s.bank.Challenge(r.Context(), gateway.CardForm, form.Get("setup"))
	if err != nil {
		s.fail(w, err)
		return
	}
	page := newCardPage(c, form)
	page.Expiry, page.Name, page.PostalCode = form.Get("expiry"), form.Get("name"),
		form.Get("postal_code")
	page.Problem, page.Field = wrong.Message, wrong.Param
	if strings.HasPrefix(page.Field, "exp_") {
		page.Field = "expiry"
	}
	render(w, http.StatusUnprocessableEntity, "card", page)
}

// cardOf reads the form. What cannot be read as a date stays zero, which is an invalid month.
func cardOf(form url.Values) gateway.Card {
	card := gateway.Card{Number: form.Get("number"), CVC: form.Get("cvc"),
		Name: form.Get("name"), PostalCode: form.Get("postal_code")}
	if card.CVC == "" {
		card.CVC = "missing" // the form, unlike the API, insists on one
	}
	month, year := splitExpiry(form.Get("expiry"))
	card.ExpMonth, _ = strconv.Atoi(month)
	card.ExpYear, _ = strconv.Atoi(year)
	return card
}

// splitExpiry takes 12/34, 12 / 2034, 12-34 and 1234.
func splitExpiry(text string) (month, year string) {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r == '/' || r == '-' || r == '.':
			return '/'
		}
		return -1
	}, text)
	if month, year, ok := strings.Cut(text, "/"); ok {
		return month, year
	}
	if len(text) < 4 {
		return "", ""
	}
	return text[:2], text[2:]
}

// afterCard sends the customer on: to the bank, or back to where they came from.
func (s *site) afterCard(w http.ResponseWriter, r *http.Request, c gateway.Challenge) {
	back := r.URL.Query().Get("return_url")
	if next, err := url.Parse(c.NextURL); err == nil && c.NextURL != "" {
		target := next.EscapedPath()
		if back != "" {
			target += "?" + url.Values{"return_url": {back}}.Encode()
		}
		http.Redirect(w, r, target, http.StatusSeeOther)
		return
	}
	done := onward{Title: "Card accepted", Text: "Your test card was accepted.",
		ReturnURL: s.returnURL(back, c.ReturnURL), Passed: true}
	if c.State != gateway.ChallengePassed {
		done.Title, done.Passed = "This page has expired", false
		done.Text = "It was not used in time, or it was canceled. No card was saved."
	}
	s.sendOn(w, done)
}
