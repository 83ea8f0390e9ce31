package simulator

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/money"
)

var (
	//go:embed pages.gohtml
	pagesSource string
	//go:embed style.css
	styleSource []byte

	stylePath = "/style." + fingerprint(styleSource) + ".css"
	pages     = template.Must(template.New("").Funcs(template.FuncMap{
		"style": func() string { return stylePath },
	}).Parse(pagesSource))
)

// message is a page that only says something.
type message struct{ Title, Text string }

// onward is the last page of a visit: how it went, and the way back.
type onward struct {
	Title, Text string
	Passed      bool
	ReturnURL   string // empty: there is no way back that we may offer
	Host        string
}

func (s *site) sendOn(w http.ResponseWriter, page onward) {
	if u, err := url.Parse(page.ReturnURL); err == nil {
		page.Host = u.Host
	}
	render(w, http.StatusOK, "onward", page)
}

// render writes a whole page or none.
func render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(page.Bytes()) //nolint:errcheck // the customer has left
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
func price(amount money.Amount) string {
	if amount.Minor == 0 {
		return ""
	}
	return i18n.For("en").Money(amount.Minor, amount.Currency)
}

// brandName is how a card network writes itself.
func brandName(brand string) string {
	names := map[string]string{"visa": "Visa", "mastercard": "Mastercard",
		"amex": "American Express", "discover": "Discover", "diners": "Diners Club",
		"jcb": "JCB", "unionpay": "UnionPay"}
	if name, ok := names[brand]; ok {
		return name
	}
	return "Card"
}
