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
	p.login(w, r, view.Login{Email: r.URL.Query().Get("prefilled_email")}, http.StatusOK)
}

// askForLink says that a link is on its way, whether the address is a customer's or nobody's.
func (p *portal) askForLink(w http.ResponseWriter, r *http.Request) {
	form, err := kit.ReadForm(w, r)
	if err != nil {
		p.fail(w, r, nil, err)
		return
	}
	found, err := p.App.FindPortalLogin(r.Context(), r.PathValue("token"))
	if err != nil {
		p.fail(w, r, nil, err)
		return
	}
	page := view.Login{Email: form.TextMax("email", emailMax), Sent: true}
	err = p.App.AskPortalLogin(r.Context(), found, page.Email,
		string(kit.Localizer(r).TextLocale()))
	switch {
	case !form.OK(), refusal(err) != nil:
		form.Refuse("email", i18n.ErrorEmail)
		page.Sent, page.Errors = false, form.Errors[:1]
		p.login(w, r, page, http.StatusUnprocessableEntity)
	case err != nil:
		p.fail(w, r, nil, err)
	default:
		p.login(w, r, page, http.StatusOK)
	}
}

// login writes the page in the company's colours.
func (p *portal) login(w http.ResponseWriter, r *http.Request, page view.Login, status int) {
	found, err := p.App.FindPortalLogin(r.Context(), r.PathValue("token"))
	if err == nil {
		page.Frame, err = p.loginFrame(r, found)
	}
	if err == nil {
		page.Action, page.Minutes = r.URL.EscapedPath(), found.Minutes
		err = write(w, r, status, page.Page())
	}
	if err != nil {
		p.fail(w, r, nil, err)
	}
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
