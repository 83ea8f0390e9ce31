package mailbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/mailbox"
)

const publicURL = "http://127.0.0.1:8420"

func open(t *testing.T, mails ...store.Mail) http.Handler {
	t.Helper()
	db := storetest.Open(t)
	for _, m := range mails {
		err := db.Write(t.Context(), store.Origin{Scope: m.Scope, Now: storetest.Now},
			func(tx *store.Tx) error {
				store.InsertMail(tx, m)
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	a := app.New(app.Options{DB: db, Clock: clock.NewManual(time.Unix(storetest.Now, 0)),
		IDs: &id.Sequence{}, PublicURL: publicURL})
	return mailbox.New(mailbox.Options{App: a, Assets: kit.NewAssets(), PublicURL: publicURL})
}

func get(h http.Handler, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	return w
}

func mail(name string) store.Mail {
	return store.Mail{Scope: storetest.Acme, ID: "mail_" + name, To: name + "@example.com",
		Subject: "Your receipt, " + name, Created: storetest.Now,
		Text: "Hello <b>" + name + "</b>, see http://127.0.0.1:8420/i/abc", HTML: "<p>Hello</p>"}
}

func TestMailsOfTestMode(t *testing.T) {
	t.Parallel()
	live := mail("live")
	live.Scope = storetest.AcmeLive
	other := mail("other")
	other.Scope = storetest.Other
	h := open(t, mail("ada"), live, other)
	list := get(h, publicURL+"/mailbox").Body.String()
	for _, part := range []string{"Your receipt, ada", "Your receipt, other", "ada@example.com"} {
		if !strings.Contains(list, part) {
			t.Errorf("the list does not show %q", part)
		}
	}
	if strings.Contains(list, "Your receipt, live") {
		t.Error("a mail of live mode is shown")
	}
	if narrow := get(h, publicURL+"/mailbox?to=ada@example.com").Body.String(); strings.Contains(
		narrow, "Your receipt, other") {
		t.Error("?to= shows others' mails")
	}
	one := get(h, publicURL+"/mailbox/mail_ada").Body.String()
	if !strings.Contains(one, "Hello &lt;b&gt;ada&lt;/b&gt;") ||
		!strings.Contains(one, `href="http://127.0.0.1:8420/i/abc"`) {
		t.Errorf("one mail: %s", one)
	}
	for _, path := range []string{"/mailbox/mail_live", "/mailbox/mail_live/html",
		"/mailbox/nothing"} {
		if w := get(h, publicURL+path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	page := get(h, publicURL+"/mailbox/mail_ada/html")
	if page.Body.String() != "<p>Hello</p>" ||
		!strings.Contains(page.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("HTML: %v", page.Header())
	}
}

func TestOnlyUnderItsOwnName(t *testing.T) {
	t.Parallel()
	h := open(t, mail("ada"))
	if w := get(h, "http://evil.example/mailbox"); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("answered %d", w.Code)
	}
}
