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
	mux.Handle("/", rest) // what it does not know, it answers as Stripe does
	mux.HandleFunc("GET /healthz", s.health)
	mux.Handle(kit.AssetPrefix, kit.SecurityHeaders(s.assets))
	for pattern, handler := range s.more {
		mux.Handle(pattern, handler)
	}
	return unclean(rest, mux), s.pages(ctx, mux)
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
