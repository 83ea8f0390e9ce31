package simulator

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	gateway "github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/i18n"
)

// Bank is the part of the simulator that answers for these pages.
type Bank interface {
	Challenge(context.Context, gateway.ChallengeKind, string) (gateway.Challenge, error)
	SubmitCard(context.Context, string, gateway.Card) (gateway.Challenge, error)
	Answer(ctx context.Context, token string, pass bool) (gateway.Challenge, error)
}

// Options configure the pages.
type Options struct {
	Bank Bank
	// ReturnOrigins are the only places a customer is sent back to, such as the public URL of
	// the portal: scheme, host and port.
	ReturnOrigins []string
	Log           *slog.Logger
}

const bodyMax = 16 << 10

// New is the handler of the simulator's listener.
func New(options Options) http.Handler {
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	s := &site{bank: options.Bank, log: options.Log, origins: originSet(options.ReturnOrigins)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showIndex)
	mux.HandleFunc("GET /card", s.showCard)
	mux.HandleFunc("POST /card", s.submitCard)
	mux.HandleFunc("GET /3ds/{token}", s.showAuthentication)
	mux.HandleFunc("POST /3ds/{token}", s.answerAuthentication)
	mux.HandleFunc("GET "+stylePath, serveStyle)
	mux.HandleFunc("/", s.notFound)
	return headers(http.NewCrossOriginProtection().Handler(mux))
}

type site struct {
	bank    Bank
	log     *slog.Logger
	origins map[string]bool
}

// headers make the pages as closed as a page can be. The referrer stays inside, since addresses
// hold tokens, but is not dropped altogether: without one a browser sends forms with the origin
// "null", which on plain http cannot be told from a forgery.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
		r.Body = http.MaxBytesReader(w, r.Body, bodyMax)
		next.ServeHTTP(w, r)
	})
}

// fail shows what went wrong. Only our own failures are logged; tokens never are.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, gateway.ErrNoChallenge) {
		notice{http.StatusNotFound, i18n.SimulatorNotOpen, i18n.SimulatorNotOpenBody}.show(w, r)
		return
	}
	s.log.Error("simulator page failed", "error", err)
	notice{http.StatusInternalServerError, i18n.ErrorTitle, i18n.SimulatorBrokenBody}.show(w, r)
}

func (s *site) notFound(w http.ResponseWriter, r *http.Request) {
	notice{http.StatusNotFound, i18n.ErrorNotFound, i18n.ErrorNotFoundBody}.show(w, r)
}

func (s *site) showIndex(w http.ResponseWriter, r *http.Request) {
	notice{http.StatusOK, i18n.SimulatorTitle, i18n.SimulatorIndex}.show(w, r)
}

// originSet normalises the list of places to return to.
func originSet(list []string) map[string]bool {
	set := map[string]bool{}
	for _, raw := range list {
		if u, err := url.Parse(raw); err == nil && u.Host != "" {
			set[origin(u)] = true
		}
	}
	return set
}

func origin(u *url.URL) string {
	return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host)
}

// returnURL is the first candidate that leads to an origin on the list, written out again by us,
// or nothing.
func (s *site) returnURL(candidates ...string) string {
	for _, raw := range candidates {
		u, err := url.Parse(raw)
		if raw == "" || err != nil || u.User != nil || u.Opaque != "" {
			continue
		}
		if (u.Scheme == "http" || u.Scheme == "https") && s.origins[origin(u)] {
			return u.String()
		}
	}
	return ""
}
