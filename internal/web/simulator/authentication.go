package simulator

import (
	"net/http"

	gateway "github.com/portico-billing/portico/internal/gateway/simulator"
)

// authenticationPage is what stands in for the page of a bank.
type authenticationPage struct {
	Action, Return string
	Amount         string
	Brand, Last4   string
}

func (s *site) showAuthentication(w http.ResponseWriter, r *http.Request) {
	c, err := s.bank.Challenge(r.Context(), gateway.Authentication, r.PathValue("token"))
	if err != nil {
		s.fail(w, err)
		return
	}
	back := r.URL.Query().Get("return_url")
	if c.State != gateway.ChallengePending {
		s.afterAuthentication(w, c, back)
		return
	}
	page := authenticationPage{Action: r.URL.EscapedPath(), Return: back, Amount: price(c.Amount)}
	if c.Card != nil {
		page.Brand, page.Last4 = brandName(c.Card.Brand), c.Card.Last4
	}
	render(w, http.StatusOK, "authentication", page)
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
		s.fail(w, err)
		return
	}
	s.afterAuthentication(w, c, r.PostForm.Get("return_url"))
}

// afterAuthentication says how it went and sends the customer back. This is a page with a link
// and not a redirect, because a browser would apply form-action to a redirect too.
func (s *site) afterAuthentication(w http.ResponseWriter, c gateway.Challenge, back string) {
	done := onward{Title: "Authentication complete",
		Text:      "Your bank has confirmed that it is you.",
		ReturnURL: s.returnURL(back, c.ReturnURL), Passed: true}
	if c.State != gateway.ChallengePassed {
		done.Title, done.Passed = "Authentication failed", false
		done.Text = "Your bank could not confirm that it is you. Nothing was charged."
	}
	s.sendOn(w, done)
}
