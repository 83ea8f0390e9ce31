package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	port "github.com/portico-billing/portico/internal/gateway"
	gateway "github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/i18n"
)

// cardPage is everything the card form shows. The number and the security code are only ever
// those of a published example.
type cardPage struct {
	frame
	carry
	Setup            string // the token
	Amount           string // empty when the card is only saved
	Number, CVC      string
	Expiry           string
	Name, PostalCode string
	Examples         []example
	Problem          string // one sentence above the form
	Field            string // the field it is about: number, expiry, cvc
}

type example struct {
	Number, Says string
	URL          string
	Chosen       bool
}

// input is a field of the form that has to be filled in.
type input struct {
	name        string
	label       i18n.Key
	value, most string
}

func (s *site) showCard(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	c, err := s.bank.Challenge(r.Context(), gateway.CardForm, query.Get("setup"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if c.State != gateway.ChallengePending {
		s.afterCard(w, r, c)
		return
	}
	page := newCardPage(r, c, query)
	if n, err := strconv.Atoi(query.Get("example")); err == nil {
		page.choose(n)
	}
	render(w, r, http.StatusOK, page.page())
}

func newCardPage(r *http.Request, c gateway.Challenge, values url.Values) cardPage {
	with := carryOf(values)
	page := cardPage{frame: with.frame(r, i18n.CardAddTitle), carry: with, Setup: c.Token}
	if page.Amount = price(page.Z, c.Amount); page.Amount != "" {
		page.Title = page.heading()
	}
	for n, number := range gateway.TestNumbers() {
		q := url.Values{"setup": {page.Setup}, "example": {strconv.Itoa(n)}}
		page.Examples = append(page.Examples, example{Number: number,
			Says: cardSays[number](page.Z), URL: "/card?" + with.query(q)})
	}
	return page
}

func (p *cardPage) heading() string {
	if p.Amount == "" {
		return p.Z.T(i18n.CardAddTitle)
	}
	return p.Z.T(i18n.PayButton, i18n.A("amount", p.Amount))
}

// deed is what the button does.
func (p *cardPage) deed() string {
	if p.Amount == "" {
		return p.Z.T(i18n.SimulatorSave)
	}
	return p.heading()
}

// numberHint is the hint around its link to the examples.
func (p *cardPage) numberHint() (before, after string) {
	const mark = "\x00"
	before, after, _ = strings.Cut(p.Z.T(i18n.SimulatorNumberHint, i18n.A("cards", mark)), mark)
	return before, after
}

func (p *cardPage) describedBy(field string) string {
	if p.Field == field {
		return field + "-hint " + field + "-error"
	}
	return field + "-hint"
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
		s.fail(w, r, err)
	default:
		q := carryOf(form).query(url.Values{"setup": {c.Token}})
		http.Redirect(w, r, "/card?"+q, http.StatusSeeOther)
	}
}

// showProblem shows the form again with what was typed and what was wrong with it. A number that is
// not published, and the code that goes with it, are not shown again: they may be real, and then
// they do not belong into a page.
func (s *site) showProblem(w http.ResponseWriter, r *http.Request, wrong *port.DataError) {
	form := r.PostForm
	c, err := s.bank.Challenge(r.Context(), gateway.CardForm, form.Get("setup"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := newCardPage(r, c, form)
	page.Expiry, page.Name, page.PostalCode = form.Get("expiry"), form.Get("name"),
		form.Get("postal_code")
	if number := form.Get("number"); gateway.Published(number) {
		page.Number, page.CVC = number, form.Get("cvc")
	}
	page.Problem = page.Z.T(i18n.DeclineKey(wrong.Code, wrong.DeclineCode))
	page.Title = page.Z.T(i18n.A11yError) + " " + page.Title
	page.Field = wrong.Param
	if strings.HasPrefix(page.Field, "exp_") {
		page.Field = "expiry"
	}
	render(w, r, http.StatusUnprocessableEntity, page.page())
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
	with := carryOf(r.URL.Query())
	if next, err := url.Parse(c.NextURL); err == nil && c.NextURL != "" {
		target := next.EscapedPath()
		if q := with.query(url.Values{}); q != "" {
			target += "?" + q
		}
		http.Redirect(w, r, target, http.StatusSeeOther)
		return
	}
	title, text := i18n.SimulatorAccepted, i18n.SimulatorAcceptedBody
	passed := c.State == gateway.ChallengePassed
	if !passed {
		title, text = i18n.SimulatorExpired, i18n.SimulatorExpiredBody
	}
	f := with.frame(r, title)
	sendOn(w, r, onward{frame: f, Text: f.Z.T(text), Passed: passed,
		ReturnURL: s.returnURL(with.Return, c.ReturnURL)})
}
