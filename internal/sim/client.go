package sim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/spec"
)

// Answer is what a client got.
type Answer struct {
	Status   int
	Body     map[string]any
	Raw      string
	Replayed bool
}

// OK says that the command was carried out.
func (a Answer) OK() bool { return a.Status == http.StatusOK }

// text is a field of the answer that is a string.
func (a Answer) text(field string) string {
	s, _ := a.Body[field].(string)
	return s
}

// try asks once. It is false when the house went down before it answered.
//
// Every answer is held against Stripe's document (I39).
func (h *House) try(method, path string, fields url.Values, key string) (a Answer, ok bool) {
	h.Helper()
	body, query := "", ""
	if method == http.MethodPost {
		body = fields.Encode()
	} else if len(fields) > 0 {
		query = "?" + fields.Encode()
	}
	r := httptest.NewRequest(method, path+query, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+h.Key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	if !h.live(func() { h.API.ServeHTTP(w, r) }) {
		return Answer{}, false
	}
	h.valid(r, w)
	a = Answer{Status: w.Code, Raw: w.Body.String(),
		Replayed: w.Header().Get("Idempotent-Replayed") != ""}
	if err := json.Unmarshal(w.Body.Bytes(), &a.Body); err != nil {
		h.Fatalf("%s: %s %s: %v: %s", h.now(), method, path, err, a.Raw)
	}
	h.Seen.answer(a)
	return a, true
}

// valid holds an answer against Stripe's document.
func (h *House) valid(r *http.Request, w *httptest.ResponseRecorder) {
	h.Helper()
	_, pattern := h.templates.Handler(r)
	_, template, known := strings.Cut(pattern, " ")
	if !known || strings.HasPrefix(template, "/v1/portico/") { // ours are not in the document
		return
	}
	for _, wrong := range spec.CheckResponse(r.Method, template, w.Code, w.Body.Bytes()) {
		h.Errorf("I39: %s %s: %s", r.Method, r.URL.Path, wrong)
	}
}

func templates() *http.ServeMux {
	mux := http.NewServeMux()
	for _, op := range params.All() {
		mux.HandleFunc(op.Method+" "+op.Template, func(http.ResponseWriter, *http.Request) {})
	}
	return mux
}

// patience is how long a client that was not answered goes on asking; by then every attempt is
// known to have happened or not, or is parked.
const patience = 3 * 24 * time.Hour

// Post sends a command and, as a good client does, sends it again with the same key until it is
// answered: after a crash, and when it is told to try again.
func (h *House) Post(path string, fields url.Values, key string) Answer {
	h.Helper()
	until := h.Clock.Now().Add(patience)
	for pause := 10 * time.Second; ; pause = min(2*pause, 2*time.Hour) {
		a, ok := h.try(http.MethodPost, path, fields, key)
		if ok && !again(a) {
			return a
		}
		if h.Clock.Now().After(until) {
			h.Fatalf("%s: POST %s %v with key %s is never answered: %d %s", h.now(), path,
				fields, key, a.Status, a.Raw)
		}
		h.MoveTo(h.Clock.Now().Add(pause), pause)
	}
}

// again says that the answer was only "not now".
func again(a Answer) bool {
	e, _ := a.Body["error"].(map[string]any)
	return a.Status >= http.StatusInternalServerError || a.Status == http.StatusConflict ||
		a.Status == http.StatusTooManyRequests && e["code"] == "lock_timeout"
}

// Get asks for one object or list, which nothing can keep from being answered.
func (h *House) Get(path string, fields url.Values) Answer {
	h.Helper()
	a, ok := h.try(http.MethodGet, path, fields, "")
	if !ok || a.Status >= http.StatusInternalServerError {
		h.Fatalf("%s: GET %s: %d %s", h.now(), path, a.Status, a.Raw)
	}
	return a
}

// must is a command that has to succeed, in quiet times.
func (h *House) must(path string, fields url.Values) Answer {
	h.Helper()
	a, ok := h.try(http.MethodPost, path, fields, "")
	if !ok || !a.OK() {
		h.Fatalf("%s: POST %s %v: %d %s", h.now(), path, fields, a.Status, a.Raw)
	}
	return a
}

// values builds fields from "name=value" words.
func values(words ...string) url.Values {
	out := url.Values{}
	for _, w := range words {
		k, v, _ := strings.Cut(w, "=")
		out.Add(k, v)
	}
	return out
}

// Make sends a command that has to succeed and gives the id of what it made; words are
// "name=value".
func (h *House) Make(path string, words ...string) string {
	h.Helper()
	return h.must(path, values(words...)).text("id")
}
