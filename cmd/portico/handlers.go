package main

import (
	"context"
	"net/http"
	"time"

	"github.com/portico-billing/portico/internal/api"
	websimulator "github.com/portico-billing/portico/internal/web/simulator"
)

// handlers are the doors' rooms: the API and the pages for customers in public, the API alone on
// the socket, and the pages of test payments on an origin of their own.
func handlers(ctx context.Context, h *house, d *doors) (pages, error) {
	v1 := api.New(api.Options{App: h.app, Log: h.log})
	public, err := publicMux(h, v1)
	if err != nil {
		return pages{}, err
	}
	p := pages{public: public, socket: v1}
	test, err := h.testKeys(ctx)
	if test {
		p.simulator = websimulator.New(websimulator.Options{Bank: h.simulator,
			ReturnOrigins: []string{d.PublicURL}, Log: h.log})
	} else {
		_ = d.simulator.Close() // nobody is sent there
	}
	return p, err
}

func publicMux(h *house, v1 http.Handler) (*http.ServeMux, error) {
	mux := http.NewServeMux()
	mux.Handle("/", v1) // what it does not know, it answers as Stripe does
	mux.HandleFunc("GET /healthz", h.health)
	return mux, nil
}

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
