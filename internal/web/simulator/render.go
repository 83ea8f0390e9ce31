package simulator

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/money"
)

var (
	//go:embed style.css
	styleSource []byte

	stylePath = "/style." + fingerprint(styleSource) + ".css"
)

// message is a page that only says something.
type message struct {
	frame
	Text string
}

// notice is what a message says, and with which status.
type notice struct {
	status      int
	title, text i18n.Key
}

func (n notice) show(w http.ResponseWriter, r *http.Request) {
	f := carryOf(r.URL.Query()).frame(r, n.title)
	render(w, r, n.status, message{f, f.Z.T(n.text)}.page())
}

// onward is the last page of a visit: how it went, and the way back.
type onward struct {
	frame
	Text      string
	Passed    bool
	ReturnURL string // empty: there is no way back that we may offer
	Host      string
}

// sendOn says how it went and sends the customer back. This is a page with a link and not a
// redirect, because a browser would apply form-action to a redirect too.
func sendOn(w http.ResponseWriter, r *http.Request, page onward) {
	if u, err := url.Parse(page.ReturnURL); err == nil {
		page.Host = u.Host
	}
	page.Refresh = page.ReturnURL
	render(w, r, http.StatusOK, page.page())
}

// render writes a whole page or none.
func render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	var body bytes.Buffer
	if err := page.Render(r.Context(), &body); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(body.Bytes()) //nolint:errcheck // the customer has left
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(styleSource) //nolint:errcheck // the customer has left
}

func fingerprint(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// price is an amount in words, or nothing for a setup.
func price(z *i18n.Localizer, amount money.Amount) string {
	if amount.Minor == 0 {
		return ""
	}
	return z.Money(amount.Minor, amount.Currency)
}

// brandName is how a card network writes itself.
func brandName(z *i18n.Localizer, brand string) string {
	names := map[string]string{"visa": "Visa", "mastercard": "Mastercard",
		"amex": "American Express", "discover": "Discover", "diners": "Diners Club",
		"jcb": "JCB", "unionpay": "UnionPay"}
	if name, ok := names[brand]; ok {
		return name
	}
	return z.T(i18n.CardUnknown)
}
