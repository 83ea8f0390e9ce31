package main

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/web/kit"
	websimulator "github.com/portico-billing/portico/internal/web/simulator"
)

// handlers are what is behind the doors: the API and the pages for customers in public, the API
// alone on the socket, and the pages of test payments on an origin of their own.
func (s site) handlers(ctx context.Context) (pages, error) {
	public, err := s.public(ctx)
	if err != nil {
		return pages{}, err
	}
	p := pages{public: public, socket: s.api()}
	test, err := s.testKeys(ctx)
	if test {
		p.simulator = websimulator.New(websimulator.Options{Bank: s.simulator,
			ReturnOrigins: []string{s.doors.PublicURL}, Log: s.log})
	} else {
		_ = s.doors.simulator.Close() // nobody is sent there
	}
	return p, err
}

func (s site) public(ctx context.Context) (http.Handler, error) {
	mux, rest := http.NewServeMux(), s.api()
	customers, err := s.customers(ctx)
	if err != nil {
		return nil, err
	}
	mux.Handle("/", unknown(rest, customers))
	mux.HandleFunc("GET /healthz", s.health)
	mux.Handle(kit.AssetPrefix, kit.SecurityHeaders(s.assets))
	for pattern, handler := range s.more {
		mux.Handle(pattern, handler)
	}
	s.pages(mux, customers)
	return unclean(rest, mux), nil
}

// unknown answers for addresses that are nobody's: a person who opens one in a browser gets the
// portal's page for that, and everybody else what Stripe's API says. What begins as the API does is
// the API's.
func unknown(rest, customers http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			rest.ServeHTTP(w, r)
			return
		}
		w.Header().Add("Vary", "Accept")
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if reads && strings.Contains(r.Header.Get("Accept"), "text/html") {
			customers.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// unclean keeps paths such as //v1/account, which a base URL with a slash too many makes, from
// being redirected by the mux: clients of the API do not follow. The API does not know them.
func unclean(rest, mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clean := path.Clean(r.URL.Path)
		if clean != r.URL.Path && strings.HasPrefix(clean, "/v1/") {
			rest.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// api is the API's handler.
func (h *house) api() http.Handler {
	return api.New(api.Options{App: h.app, Log: h.log, RequestsPerSecond: h.requestsPerSecond})
}

// client speaks the API from inside.
func (h *house) client(key string) client { return client{api: h.api(), key: key} }

// healthTime is how long the database may take to say that it is there.
const healthTime = 5 * time.Second

// health says whether requests can be answered: 200 or 503.
func (h *house) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTime)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := h.db.Meta(ctx, "min_binary"); err != nil {
		h.log.Error("unhealthy", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("database unavailable\n")) // the asker left
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}
