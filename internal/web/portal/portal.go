// Package portal serves the customer portal (/p/), the hosted invoice pages (/i/) and the assets
// of both: routes.go is its table of contents.
//
// It owns the life of a visit (link, cookie, language, time zone), what each page reads, and what
// becomes of each answer: another page of ours, or the same one with what went wrong. It does not
// own the pages themselves (view), nor what a customer may do: every deed is a command of package
// app, which asks the portal configuration.
//
// It promises that a page is read from one snapshot, that no id of another customer's leads
// anywhere but to "not found", that a GET changes nothing but what a bank or a gateway has already
// decided, and that a deed sent twice is done once.
package portal

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/web/kit"
)

// Options are what the portal works with. App, Assets and PDF are needed.
type Options struct {
	App    *app.App
	Assets *kit.Assets
	PDF    *pdf.Renderer
	// PublicURL is the origin that customers see; links and cookies go by it, never by the Host
	// header of a request.
	PublicURL string
	Log       *slog.Logger // nil discards
	// Secret signs what a browser keeps for a minute; empty makes one that lasts as long as this
	// process.
	Secret []byte
}

// portal answers for all its pages.
type portal struct {
	Options
	https   bool
	flashes *kit.Flashes
}

// New makes the handler of /p/, /i/ and /assets/.
func New(o Options) (http.Handler, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if len(o.Secret) == 0 {
		o.Secret = []byte(o.App.IDs.Secret("", secretLength))
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	p := &portal{Options: o, https: strings.HasPrefix(o.PublicURL, "https://")}
	p.flashes = kit.NewFlashes(o.Secret, p.https)
	mux := http.NewServeMux()
	p.routes(mux)
	guarded, err := kit.SameOrigin(o.PublicURL, mux, p.trouble(crossSite))
	if err != nil {
		return nil, err
	}
	safe := kit.SecurityHeaders(kit.Recover(o.Log, p.trouble(ours), guarded))
	doors := http.NewServeMux()
	doors.Handle("/", safe)
	doors.Handle("GET "+kit.AssetPrefix, kit.SecurityHeaders(o.Assets))
	if p.https {
		return kit.StrictTransport(doors), nil
	}
	return doors, nil
}

const secretLength = 32
