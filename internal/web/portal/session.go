package portal

import (
	"maps"
	"net/http"
	"slices"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// cookieName holds the prefix that binds a cookie to this host alone, where a browser allows it.
func (p *portal) cookieName() string {
	if p.https {
		return "__Host-portico"
	}
	return "portico"
}

func (p *portal) setCookie(w http.ResponseWriter, token string) {
	cookie := &http.Cookie{Name: p.cookieName(), Value: token, Path: "/", HttpOnly: true,
		Secure: p.https, SameSite: http.SameSiteLaxMode}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// followed says that a person followed a link: a browser opens it as a page, from somewhere else.
// What scans mail for danger, and what loads pages before they are asked for, looks different,
// and so does a typed address; they get a button.
func followed(r *http.Request) bool {
	h := r.Header
	site := h.Get("Sec-Fetch-Site")
	return r.Method == http.MethodGet && h.Get("Sec-Fetch-Mode") == "navigate" &&
		h.Get("Sec-Fetch-Dest") == "document" && site != "" && site != "none" &&
		h.Get("Sec-Purpose") == ""
}

// showLink opens the portal for whoever followed the link, and shows a button to everybody else.
func (p *portal) showLink(w http.ResponseWriter, r *http.Request) {
	if followed(r) {
		p.useLink(w, r)
		return
	}
	token := r.PathValue("token")
	found, err := p.App.PortalLinkVisit(r.Context(), token)
	switch {
	case err != nil:
		p.fail(w, r, found, err)
	case found == nil || !found.Open:
		p.linkExpired(w, r, found)
	default:
		page := view.OpenLink{Frame: p.outside(r, found), Action: view.SessionPath(token)}
		if err := write(w, r, http.StatusOK, page.Page()); err != nil {
			p.fail(w, r, found, err)
		}
	}
}

// useLink uses the link up: its token is exchanged for a cookie.
func (p *portal) useLink(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	cookie, found, err := p.App.OpenPortalSession(r.Context(), token)
	if err != nil {
		p.fail(w, r, found, err)
		return
	}
	if found == nil {
		found, err = p.App.PortalLinkVisit(r.Context(), token)
		if err != nil {
			p.fail(w, r, found, err)
			return
		}
		p.linkExpired(w, r, found)
		return
	}
	p.setCookie(w, cookie)
	http.Redirect(w, r, view.PathHome, http.StatusSeeOther)
}

func (p *portal) linkExpired(w http.ResponseWriter, r *http.Request, found *app.PortalVisit) {
	page := view.LinkExpired{Frame: p.outside(r, found)}
	if err := write(w, r, http.StatusGone, page.Page()); err != nil {
		p.fail(w, r, found, err)
	}
}

// showExpired is for a browser whose session has ended, or that never had one.
func (p *portal) showExpired(w http.ResponseWriter, r *http.Request) {
	found, err := p.session(r)
	if err != nil {
		p.fail(w, r, nil, err)
		return
	}
	if found != nil && found.Open {
		http.Redirect(w, r, view.PathHome, http.StatusSeeOther)
		return
	}
	page := view.LinkExpired{Frame: p.outside(r, found), SignedOut: found != nil}
	if err := write(w, r, http.StatusUnauthorized, page.Page()); err != nil {
		p.fail(w, r, found, err)
	}
}

// keepForm answers a form that came too late: nothing is done, and nothing that was entered is
// lost.
func (p *portal) keepForm(w http.ResponseWriter, r *http.Request, found *app.PortalVisit) {
	form, err := kit.ReadForm(w, r)
	if err != nil || found == nil || r.URL.Path == view.PathSignOut {
		http.Redirect(w, r, view.PathExpired, http.StatusSeeOther)
		return
	}
	page := view.FormKept{Frame: p.outside(r, found), Action: r.URL.RequestURI()}
	for _, name := range slices.Sorted(maps.Keys(form.Values)) {
		for _, text := range form.Values[name] {
			page.Values = append(page.Values, kit.Value{Name: name, Text: text})
		}
	}
	if err := write(w, r, http.StatusUnauthorized, page.Page()); err != nil {
		p.fail(w, r, found, err)
	}
}

// signOut ends the session. The cookie, worth nothing now, is dropped by the page that follows,
// which still wants to know whose portal it was.
func signOut(v *visit) error {
	if err := v.App.EndPortalSession(v.r.Context(), v.PortalVisit); err != nil {
		return err
	}
	return v.to(view.PathSignedOut)
}

func (p *portal) showSignedOut(w http.ResponseWriter, r *http.Request) {
	found, err := p.session(r)
	if err != nil {
		p.fail(w, r, nil, err)
		return
	}
	if found != nil && found.Open {
		http.Redirect(w, r, view.PathHome, http.StatusSeeOther)
		return
	}
	p.setCookie(w, "")
	w.Header().Set("Clear-Site-Data", `"cache"`)
	page := view.SignedOut{Frame: p.outside(r, found)}
	if err := write(w, r, http.StatusOK, page.Page()); err != nil {
		p.fail(w, r, found, err)
	}
}

// outside is the frame of a page that is shown without a running session. When nobody can be
// named, nothing is.
func (p *portal) outside(r *http.Request, found *app.PortalVisit) view.Frame {
	frame := view.Frame{Assets: p.Assets, Z: kit.Localizer(r), Now: p.App.Clock.Now()}
	if found == nil {
		return frame
	}
	v := &visit{portal: p, PortalVisit: found, r: r, c: found.Caller()}
	err := v.read(func(s *snapshot) error {
		frame = s.frame("")
		return nil
	})
	if err != nil && kindless(err) {
		p.Log.ErrorContext(r.Context(), "frame failed", "route", r.Pattern, "error", err)
	}
	return frame
}

// kindless says that an error is neither the customer's nor a row that is gone.
func kindless(err error) bool {
	kind, _ := kindOf(err)
	return kind == view.TroubleOurs
}
