package scenario

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/spec"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/worker"
)

// House is the whole program without sockets, on a clock that stands still until it is moved.
type House struct {
	testing.TB
	Clock     *clock.Manual
	DB        *store.DB
	Simulator *simulator.Simulator
	App       *app.App
	Worker    *worker.Worker
	API       http.Handler
	Key       string

	templates      *http.ServeMux
	idempotencyKey string // of the commands that follow
}

// Plan changes how a House is built.
type Plan struct {
	Start   time.Time
	Options func(*app.Options, *simulator.Options)
}

// Open builds a House on a fresh database.
func Open(t testing.TB, open storetest.Opener, p Plan) *House {
	t.Helper()
	h := &House{TB: t, Clock: clock.NewManual(p.Start)}
	ids := &id.Sequence{}
	h.DB = open(func(o *store.Options) { o.IDs = ids })
	so := simulator.Options{Volatile: true, Clock: h.Clock.Now, Rand: id.NewSeeded(1),
		PublicURL: "http://simulator.test"}
	ao := app.Options{DB: h.DB, Clock: h.Clock, IDs: ids, PublicURL: "http://portico.test",
		Guard: outbound.Guard{AllowLoopback: true}}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	ao.Log = log
	if p.Options != nil {
		p.Options(&ao, &so)
	}
	var err error
	if h.Simulator, err = simulator.Open(context.Background(), so); err != nil {
		t.Fatal(err)
	}
	ao.Gateway = h.Simulator
	h.App = app.New(ao)
	h.Simulator.DeliverTo(h.App.RecordNotification)
	h.API = api.New(api.Options{App: h.App, Log: log})
	h.Worker = worker.New(worker.Options{App: h.App, DB: h.DB, Clock: h.Clock,
		Guard: outbound.Guard{AllowLoopback: true}, Pump: h.Simulator.Pump, Log: log})
	account, err := h.App.CreateAccount(context.Background(), app.AccountCreateParams{
		Name: "Story", Country: "US", SecretKey: "sk_test_story0000001"})
	if err != nil {
		t.Fatal(err)
	}
	h.templates = templates()
	h.Key = account.TestKey
	h.Call("POST", "/v1/portico/settings", url.Values{ // few stories are about the announcement
		"invoices[upcoming_days]": {"0"}})
	return h
}

func templates() *http.ServeMux {
	mux := http.NewServeMux()
	for _, op := range params.All() {
		mux.HandleFunc(op.Method+" "+op.Template, func(http.ResponseWriter, *http.Request) {})
	}
	return mux
}

// Call asks the API and checks the answer against Stripe's document.
func (h *House) Call(method, path string, fields url.Values) (int, map[string]any) {
	h.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(fields.Encode()))
	if method == http.MethodGet || method == http.MethodDelete {
		r = httptest.NewRequest(method, path, nil)
		q := r.URL.Query()
		for k, vs := range fields {
			q[k] = vs
		}
		r.URL.RawQuery = q.Encode()
	} else {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if h.idempotencyKey != "" {
			r.Header.Set("Idempotency-Key", h.idempotencyKey)
		}
	}
	r.Header.Set("Authorization", "Bearer "+h.Key)
	w := httptest.NewRecorder()
	h.API.ServeHTTP(w, r)
	_, pattern := h.templates.Handler(r)
	_, template, ok := strings.Cut(pattern, " ")
	if ok && !strings.HasPrefix(template, "/v1/portico/") { // ours are not in the document
		for _, wrong := range spec.CheckResponse(method, template, w.Code, w.Body.Bytes()) {
			h.Errorf("%s %s: %s", method, path, wrong)
		}
	}
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		h.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
	}
	return w.Code, body
}

// Settle does everything that is due now.
func (h *House) Settle() {
	h.Helper()
	for range 1000 {
		n, err := h.Worker.Step(context.Background())
		if err != nil {
			h.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	h.Fatal("the work never ends")
}

// MoveTo moves the clock to a time, stopping wherever something is due.
func (h *House) MoveTo(at time.Time) {
	h.Helper()
	for {
		h.Settle()
		next, found, err := h.DB.NextWall(context.Background())
		if err != nil {
			h.Fatal(err)
		}
		due := time.Unix(next, 0)
		if !found || due.After(at) {
			break
		}
		if due.After(h.Clock.Now()) {
			h.Clock.Set(due)
		} else {
			h.Clock.Set(h.Clock.Now().Add(time.Second))
		}
	}
	if at.After(h.Clock.Now()) {
		h.Clock.Set(at)
	}
	h.Settle()
}

// Events are the types of the events since an id, oldest first, and the newest id.
func (h *House) Events(after string) (types []string, last string) {
	h.Helper()
	q := url.Values{"limit": {"100"}}
	last = after
	var all []string
	for {
		_, page := h.Call("GET", "/v1/events", q)
		data, _ := page["data"].([]any)
		for _, e := range data {
			ev := e.(map[string]any)
			if ev["id"] == after {
				return reverse(all), orElse(last, after)
			}
			if last == after {
				last = ev["id"].(string)
			}
			all = append(all, ev["type"].(string))
			q.Set("starting_after", ev["id"].(string))
		}
		if page["has_more"] != true {
			return reverse(all), last
		}
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func reverse(list []string) []string {
	out := make([]string, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i])
	}
	return out
}
