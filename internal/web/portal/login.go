package portal

import (
	"net/http"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// showLogin asks for the mail address to which a link is sent. Whoever links here may know it
// already: ?prefilled_email=.
func (p *portal) showLogin(w http.ResponseWriter, r *http.Request) {
	found, err := p.App.FindPortalLogin(r.Context(), r.PathValue("token"))
	if err == nil {
		page := view.Login{Email: r.URL.Query().Get("prefilled_email")}
		err = p.login(w, r, found, page)
	}
	if err != nil {
		p.fail(w, r, nil, err)
	}
}

// askForLink says that a link is on its way, whether the address is a customer's or nobody's.
func (p *portal) askForLink(w http.ResponseWriter, r *http.Request) {
	found, err := p.App.FindPortalLogin(r.Context(), r.PathValue("token"))
	if err == nil {
		err = p.answerLogin(w, r, found)
	}
	if err != nil {
		p.fail(w, r, nil, err)
	}
}

func (p *portal) answerLogin(w http.ResponseWriter, r *http.Request,
	found *app.PortalLoginPage) error {
	form, err := kit.ReadForm(w, r)
	if err != nil {
		return err
	}
	page := view.Login{Email: form.TextMax("email", emailMax)}
	if form.OK() {
		err = p.App.AskPortalLogin(r.Context(), found, page.Email,
			string(kit.Localizer(r).TextLocale()))
	}
	if refusal(err) != nil {
		form.Refuse("email", i18n.ErrorEmail)
	} else if err != nil {
		return err
	}
	page.Sent, page.Errors = form.OK(), form.Errors
	return p.login(w, r, found, page)
}

// login writes the page in the company's colours.
func (p *portal) login(w http.ResponseWriter, r *http.Request, found *app.PortalLoginPage,
	page view.Login) (err error) {
	if page.Frame, err = p.loginFrame(r, found); err != nil {
		return err
	}
	status := http.StatusOK
	if len(page.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page.Action, page.Minutes = r.URL.EscapedPath(), found.Minutes
	return write(w, r, status, page.Page())
}

func (p *portal) loginFrame(r *http.Request, found *app.PortalLoginPage) (f view.Frame, err error) {
	err = p.App.View(r.Context(), found.Scope, func(q *store.View) error {
		s := &snapshot{portal: p, q: q, r: r}
		if err := s.loadCompany(); err != nil {
			return err
		}
		s.z, s.cfg = kit.Localizer(r), found.Configuration
		f = view.Frame{Z: s.z, Assets: p.Assets, Company: s.company(), Now: p.App.Clock.Now(),
			TestMode: !found.Scope.Livemode}
		return nil
	})
	return f, err
}
