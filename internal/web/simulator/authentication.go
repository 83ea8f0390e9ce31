package simulator

import (
	"net/http"

	gateway "github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/i18n"
)

// authenticationPage is what stands in for the page of a bank.
type authenticationPage struct {
	frame
	carry
	Action string
	Amount string // empty when the card is only saved
	Card   string // "Visa ending 4242"
}

func (s *site) showAuthentication(w http.ResponseWriter, r *http.Request) {
	c, err := s.bank.Challenge(r.Context(), gateway.Authentication, r.PathValue("token"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	with := carryOf(r.URL.Query())
	if c.State != gateway.ChallengePending {
		s.afterAuthentication(w, r, c, with)
		return
	}
	page := authenticationPage{frame: with.frame(r, i18n.SimulatorBank), carry: with,
		Action: r.URL.EscapedPath()}
	page.Amount = price(page.Z, c.Amount)
	if c.Card != nil {
		page.Card = page.Z.T(i18n.CardNamed, i18n.A("brand", brandName(page.Z, c.Card.Brand)),
			i18n.A("last4", c.Card.Last4))
	}
	render(w, r, http.StatusOK, page.page())
}

func (s *site) answerAuthentication(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return
	}
	answer := r.PostForm.Get("answer")
	if answer != "complete" && answer != "fail" {
		http.Error(w, "Press one of the two buttons.", http.StatusBadRequest)
		return
	}
	c, err := s.bank.Answer(r.Context(), r.PathValue("token"), answer == "complete")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.afterAuthentication(w, r, c, carryOf(r.PostForm))
}

// afterAuthentication says how it went.
func (s *site) afterAuthentication(w http.ResponseWriter, r *http.Request, c gateway.Challenge,
	with carry) {
	title, text := i18n.SimulatorPassed, i18n.SimulatorPassedBody
	passed := c.State == gateway.ChallengePassed
	if !passed {
		title, text = i18n.SimulatorFailed, i18n.ThreedsFailed
	}
	f := with.frame(r, title)
	sendOn(w, r, onward{frame: f, Text: f.Z.T(text), Passed: passed,
		ReturnURL: s.returnURL(with.Return, c.ReturnURL)})
}
