// Package mailbox shows the mails of test mode, which are kept and not sent: what a customer
// would have got, with the links in it to follow.
//
// It owns the addresses below /mailbox and reads the kept mails of test mode. It does not own
// what a mail says, nor does it send any.
//
// It promises never to show a mail of live mode, and to show a mail's HTML only in a page of its
// own that can run nothing and load nothing. It asks nobody who they are, so whoever mounts it
// must do so where only its own people come: on this machine.
package mailbox

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// Options are what the mailbox works with. App and Assets are needed.
type Options struct {
	App    *app.App
	Assets *kit.Assets
	// PublicURL is the only origin under which the mailbox answers: a page of the internet that
	// pretends to be this machine has another name.
	PublicURL string
	Log       *slog.Logger // nil discards
}

// mailbox answers for its pages.
type mailbox struct{ Options }

// shownMax is how many mails the list shows.
const shownMax = 50

// New makes the handler of /mailbox.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	m := &mailbox{o}
	mux := http.NewServeMux()
	mux.Handle("GET "+view.PathMailbox, m.on(m.list))
	mux.Handle("GET "+view.PathMailbox+"/{id}", m.on(m.one))
	mux.Handle("GET "+view.PathMailbox+"/{id}/html", m.on(m.html))
	return kit.SecurityHeaders(mux)
}

func (m *mailbox) on(show func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		public, err := url.Parse(m.PublicURL)
		if err != nil || m.PublicURL != "" && r.Host != public.Host {
			http.Error(w, "Open "+m.PublicURL+view.PathMailbox, http.StatusMisdirectedRequest)
			return
		}
		err = show(w, r)
		switch {
		case errors.Is(err, store.ErrNotFound):
			frame := m.frame(r)
			frame.Company.ReturnURL = ""
			_ = m.write(w, r, http.StatusNotFound,
				view.Trouble{Frame: frame, Kind: view.TroubleNotFound}.Page())
		case err != nil:
			m.Log.ErrorContext(r.Context(), "mailbox failed", "error", err)
			http.Error(w, "Something went wrong; the log says more.",
				http.StatusInternalServerError)
		}
	})
}

func (m *mailbox) frame(r *http.Request) view.Frame {
	return view.Frame{Z: kit.Localizer(r), Assets: m.Assets, TestMode: true, Back: view.PathMailbox,
		Now: m.App.Clock.Now(), Company: view.Company{Name: "Portico"}}
}

func (m *mailbox) write(w http.ResponseWriter, r *http.Request, status int,
	c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser left: there is nobody to tell
	return nil
}

// each reads the test mode of every account.
func (m *mailbox) each(r *http.Request, fn func(*store.View) error) error {
	accounts, err := m.App.DB.Accounts(r.Context())
	if err != nil {
		return err
	}
	for _, a := range accounts {
		scope := billing.Scope{Account: a.ID}
		if err := m.App.View(r.Context(), scope, fn); err != nil {
			return err
		}
	}
	return nil
}

// list shows the latest mails of all accounts; ?to= narrows them to one address.
func (m *mailbox) list(w http.ResponseWriter, r *http.Request) error {
	page := store.Page{Limit: shownMax}
	if to := r.URL.Query().Get("to"); to != "" {
		page.Where = []store.Cond{store.Eq("recipient", to)}
	}
	var found []store.Mail
	err := m.each(r, func(v *store.View) error {
		some, _, err := store.Mails(v, page)
		found = append(found, some...)
		return err
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b store.Mail) int { return int(b.Created - a.Created) })
	shown := view.Mailbox{Frame: m.frame(r)}
	for _, mail := range found[:min(len(found), shownMax)] {
		shown.Mails = append(shown.Mails, mailOf(mail))
	}
	return m.write(w, r, http.StatusOK, shown.Page())
}

func mailOf(mail store.Mail) view.Mail {
	out := view.Mail{ID: mail.ID, To: mail.To, Subject: mail.Subject, Text: mail.Text,
		Sent: time.Unix(mail.Created, 0).UTC()}
	if mail.HTML != "" {
		out.HTML = view.MailPath(mail.ID) + "/html"
	}
	return out
}

// find is one mail of test mode, whoever's.
func (m *mailbox) find(r *http.Request) (mail store.Mail, err error) {
	found := false
	err = m.each(r, func(v *store.View) error {
		one, err := store.MailByID(v, r.PathValue("id"))
		if err == nil {
			mail, found = one, true
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return mail, err
}

// one shows a mail as text.
func (m *mailbox) one(w http.ResponseWriter, r *http.Request) error {
	mail, err := m.find(r)
	if err != nil {
		return err
	}
	return m.write(w, r, http.StatusOK, view.MailPage{Frame: m.frame(r), Mail: mailOf(mail)}.Page())
}

// mailPolicy lets a mail's own inline style be seen and nothing else happen.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox " +
	"allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; frame-ancestors 'none'"

// html shows a mail as a mail program would.
func (m *mailbox) html(w http.ResponseWriter, r *http.Request) error {
	mail, err := m.find(r)
	if err == nil && mail.HTML == "" {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(mail.HTML)) // the browser left: there is nobody to tell
	return nil
}
