package portal

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// visit is one request of a customer who is in the portal.
type visit struct {
	*portal
	*app.PortalVisit
	w http.ResponseWriter
	r *http.Request
	c app.Caller
}

// page answers a visit. What it returns is shown as trouble; what a form can say better it says
// itself.
type page func(*visit) error

// inside lets a page be seen by customers with a running session.
func (p *portal) inside(show page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found, err := p.session(r)
		if err != nil {
			p.fail(w, r, found, err)
			return
		}
		if (found == nil || !found.Open) && r.Method == http.MethodPost {
			p.keepForm(w, r, found)
			return
		}
		if found == nil || !found.Open {
			http.Redirect(w, r, view.PathExpired, http.StatusSeeOther)
			return
		}
		v := &visit{portal: p, PortalVisit: found, w: w, r: r, c: found.Caller()}
		if err := show(v); err != nil {
			p.fail(w, r, found, err)
		}
	})
}

// session is the visit that the browser's cookie names; nil when it names none.
func (p *portal) session(r *http.Request) (*app.PortalVisit, error) {
	cookie, err := r.Cookie(p.cookieName())
	if err != nil || cookie.Value == "" {
		return nil, nil
	}
	return p.App.PortalSession(r.Context(), cookie.Value)
}

// show writes a page. It is written in full before the first byte is sent.
func (v *visit) show(status int, c templ.Component) error {
	return write(v.w, v.r, status, c)
}

func write(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser left: there is nobody to tell
	return nil
}

// to sends the browser to another page of ours.
func (v *visit) to(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// form reads what was sent.
func (v *visit) form() (*kit.Form, error) { return kit.ReadForm(v.w, v.r) }

func (v *visit) id() string { return v.r.PathValue("id") }

// caller's error, if err is one.
func refusal(err error) *billing.Error {
	var e *billing.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// kind of trouble that an error is.
func kindOf(err error) (view.TroubleKind, int) {
	if errors.Is(err, store.ErrNotFound) {
		return view.TroubleNotFound, http.StatusNotFound
	}
	if errors.Is(err, kit.ErrFormTooLarge) {
		return view.TroubleNotFound, http.StatusRequestEntityTooLarge
	}
	e := refusal(err)
	switch {
	case e == nil:
		return view.TroubleOurs, http.StatusInternalServerError
	case e.Status == http.StatusForbidden:
		return view.TroubleForbidden, e.Status
	case e.Status == http.StatusTooManyRequests:
		return view.TroubleTooMany, e.Status
	case e.Code == "resource_missing":
		return view.TroubleNotFound, http.StatusNotFound
	}
	return view.TroubleForbidden, http.StatusConflict
}

// fail shows the page for an error. Ours is logged; the log gets no address, which may hold a
// token.
func (p *portal) fail(w http.ResponseWriter, r *http.Request, found *app.PortalVisit, err error) {
	kind, status := kindOf(err)
	if kind == view.TroubleOurs && r.Context().Err() == nil {
		p.Log.ErrorContext(r.Context(), "page failed", "route", r.Pattern, "error", err)
	}
	p.showTrouble(w, r, trouble{kind, status, found})
}

// trouble is a page that cannot be shown, why, and to whom.
type trouble struct {
	kind   view.TroubleKind
	status int
	found  *app.PortalVisit
}

var (
	ours      = trouble{kind: view.TroubleOurs, status: http.StatusInternalServerError}
	crossSite = trouble{kind: view.TroubleCrossSite, status: http.StatusForbidden}
	notFound  = trouble{kind: view.TroubleNotFound, status: http.StatusNotFound}
)

// trouble answers everything with the same trouble.
func (p *portal) trouble(t trouble) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.showTrouble(w, r, t) })
}

func (p *portal) showTrouble(w http.ResponseWriter, r *http.Request, t trouble) {
	if t.found == nil { // whoever is in the portal is spoken to in its language
		t.found, _ = p.session(r)
	}
	frame := p.outside(r, t.found)
	page := view.Trouble{Frame: frame, Kind: t.kind, Inside: t.found != nil && t.found.Open}
	if err := write(w, r, t.status, page.Page()); err != nil {
		http.Error(w, http.StatusText(t.status), t.status)
	}
}
