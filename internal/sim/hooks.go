package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/portico-billing/portico/internal/store"
)

// Receiver listens to webhooks at several addresses, each of which has its moods.
type Receiver struct {
	*House
	server *httptest.Server
	mu     sync.Mutex // the house delivers while nobody else acts, but from the server's goroutine
	places map[string]*place
}

// place is one endpoint.
type place struct {
	name, id, secret, key string
	wants                 []string
	mood                  string
	from, to              int             // of the auditor's log: while it was enabled; to 0: it is
	heard                 map[string]int  // events that arrived
	answered              map[string]bool // those that were answered with 200
}

// moods of an endpoint. One that is cut off has got the event, but nobody learns that.
var moods = map[string]int{"up": http.StatusOK, "down": http.StatusServiceUnavailable,
	"gone": http.StatusGone, "moved": http.StatusMovedPermanently, "cut off": 0}

func newReceiver(h *House) *Receiver {
	r := &Receiver{House: h, places: map[string]*place{}}
	r.server = httptest.NewServer(http.HandlerFunc(r.receive))
	h.Cleanup(r.server.Close)
	return r
}

// listen registers an endpoint of whoever owns the key.
func (r *Receiver) listen(name, key string, events ...string) *place {
	r.Helper()
	fields := values("url=" + r.server.URL + "/" + name)
	for _, e := range events {
		fields.Add("enabled_events[]", e)
	}
	r.must("/v1/portico/settings", values("webhooks[allowed_hosts][0]=127.0.0.1"))
	made := r.must("/v1/webhook_endpoints", fields)
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &place{name: name, id: made.text("id"), secret: made.text("secret"),
		key: key, wants: events, mood: "up", heard: map[string]int{}, answered: map[string]bool{}}
	r.places[name] = p
	return p
}

// receive takes one delivery and answers as the endpoint's mood is.
func (r *Receiver) receive(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.places[strings.TrimPrefix(q.URL.Path, "/")]
	body, err := io.ReadAll(q.Body)
	if p == nil || err != nil {
		r.Errorf("I36: a delivery to %s: %v", q.URL.Path, err)
		return
	}
	if !signed(q.Header.Get("Stripe-Signature"), body, p.secret) {
		r.Errorf("I36: %s: the signature %q is wrong", p.name, q.Header.Get("Stripe-Signature"))
	}
	var e struct {
		ID       string
		Livemode bool
	}
	if err := json.Unmarshal(body, &e); err != nil || e.Livemode {
		r.Errorf("I36: %s got %s (%v)", p.name, body, err)
	}
	if p.to > 0 {
		r.Errorf("I36: %s is disabled and got %s", p.name, e.ID)
	}
	p.heard[e.ID]++
	r.Seen.note("a webhook to an endpoint that is %s", p.mood)
	status := moods[p.mood]
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	p.answered[e.ID] = p.answered[e.ID] || status == http.StatusOK
	w.WriteHeader(status)
}

// signed verifies "t=…,v1=…" as Stripe's clients do.
func signed(header string, body []byte, secret string) bool {
	var at string
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "t":
			at = value
		case "v1":
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(at + "."))
			mac.Write(body)
			if hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(value)) {
				return true
			}
		}
	}
	return false
}

// mend puts every endpoint up again.
func (r *Receiver) mend() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.places {
		p.mood = "up"
	}
}

// changeMood lets an endpoint of the business break or recover, or has it disabled.
func (l *Life) changeMood() {
	l.Helper()
	if l.hooks == nil {
		return
	}
	p := l.hooks.places[l.one([]string{"all", "invoices"})]
	if p.to > 0 {
		return
	}
	mood := l.one([]string{"up", "up", "down", "gone", "moved", "cut off", "disabled"})
	if mood != "disabled" {
		l.hooks.mu.Lock()
		p.mood = mood
		l.hooks.mu.Unlock()
		return
	}
	if p.name == "all" {
		return
	}
	l.Work()
	if a := l.send("/v1/webhook_endpoints/"+p.id, values("disabled=true")); a.OK() {
		l.audit.Look()
		l.hooks.mu.Lock()
		p.to = len(l.audit.log)
		l.hooks.mu.Unlock()
	}
}

// Settled checks that every event has arrived wherever it should, or is listed as failed, and
// nowhere else (I36).
func (r *Receiver) Settled(a *Auditor) {
	if r == nil {
		return
	}
	r.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.places {
		ours := p.key == r.Key
		for id := range p.heard {
			if known := slices.Contains(a.eventIDs, id); known != ours {
				r.Errorf("I36: %s got %s, which is not its own", p.name, id)
			}
		}
		if ours {
			r.delivered(a, p)
		}
	}
}

func (r *Receiver) delivered(a *Auditor, p *place) {
	r.Helper()
	now := a.Get("/v1/webhook_endpoints/"+p.id, nil)
	r.view(func(v *store.View) error {
		for i, id := range a.eventIDs {
			wanted := slices.Contains(p.wants, "*") || slices.Contains(p.wants, a.log[i])
			open := i >= p.from && (p.to == 0 || i < p.to)
			switch {
			case p.answered[id]:
				continue
			case !wanted && p.heard[id] > 0:
				r.Errorf("I36: %s got %s, a %s that it did not ask for", p.name, id, a.log[i])
			case !wanted || !open || now.text("status") == "disabled":
				continue
			}
			state, err := stateOf(v, id, p.id)
			if err != nil {
				return err
			}
			r.Seen.note("a webhook that was given up")
			if state != store.DeliveryFailed {
				r.Errorf("I36: %s never got %s (%s), whose delivery is %q", p.name, id, a.log[i],
					state)
			}
		}
		return nil
	})
}

func stateOf(v *store.View, event, endpoint string) (string, error) {
	all, err := store.Deliveries(v, event)
	for _, d := range all {
		if d.Endpoint == endpoint {
			return d.State, err
		}
	}
	return "", err
}
