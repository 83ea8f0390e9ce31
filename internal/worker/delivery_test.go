package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v86/webhook"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// inbox keeps what a receiver was sent.
type inbox struct {
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	status int
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.bodies = append(in.bodies, string(body))
	in.heads = append(in.heads, r.Header)
	if in.status != 0 {
		w.WriteHeader(in.status)
		_, _ = io.WriteString(w, "no\x1b[31m thanks")
	}
}

func (in *inbox) count() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.bodies)
}

func TestAnEventArrivesSignedAndExact(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		in := &inbox{}
		b.endpoint("we_1", in.ServeHTTP)
		b.product("prod_1")
		b.step(1)
		if in.count() != 1 {
			t.Fatalf("%d requests", in.count())
		}
		var event *billing.Event
		b.read(func(v *store.View) (err error) {
			all, _, err := store.Events(v, store.EventPage{Page: store.Page{Limit: 1}})
			event = all[0]
			return err
		})
		want := `{"id":"` + event.ID + `","object":"event","api_version":"` + event.APIVersion +
			`","created":1767225600,"data":` + string(event.Data) + `,"livemode":false,` +
			`"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},` +
			`"type":"product.created"}`
		if in.bodies[0] != want {
			t.Errorf("body\n%s\nwant\n%s", in.bodies[0], want)
		}
		if !json.Valid([]byte(in.bodies[0])) {
			t.Error("the body is not JSON")
		}
		signature := in.heads[0].Get("Stripe-Signature")
		if err := webhook.ValidatePayloadIgnoringTolerance([]byte(in.bodies[0]), signature,
			"whsec_we_1"); err != nil || !strings.HasPrefix(signature, "t=1767225600,") {
			t.Errorf("signature %q: %v", signature, err)
		}
		if got := in.heads[0].Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("content type %q", got)
		}
		if d := b.deliveries(); d[0].State != store.DeliveryDelivered || d[0].LastStatus != 200 {
			t.Errorf("%+v", d)
		}
		b.step(0)
	})
}

func TestTheEndpointsVersionIsTheLabel(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	in := &inbox{}
	server := b.endpoint("we_1", in.ServeHTTP)
	b.write(func(tx *store.Tx) {
		e := endpointAt("we_2", server.URL)
		e.APIVersion = new("2025-03-31.basil")
		store.WebhookEndpoints.Insert(tx, e)
	})
	b.product("prod_1")
	b.step(2)
	slices.Sort(in.bodies)
	if !strings.Contains(strings.Join(in.bodies, ""), `"api_version":"2025-03-31.basil"`) {
		t.Errorf("bodies %q", in.bodies)
	}
}

func TestAFailingEndpointIsTriedForThreeDays(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		in := &inbox{status: 500}
		b.endpoint("we_1", in.ServeHTTP)
		b.product("prod_1")
		b.step(1)
		d := b.deliveries()[0]
		if d.State != store.DeliveryPending || d.LastError != "answered 500 no [31m thanks" ||
			d.DeliverAtMs != storetest.Now*1000+60_000 {
			t.Errorf("%+v", d)
		}
		var tried []time.Duration
		for at := time.Duration(0); at < 100*time.Hour; at += time.Minute {
			before := in.count()
			b.time.Set(time.Unix(storetest.Now, 0).Add(at))
			if _, err := b.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
			if in.count() > before {
				tried = append(tried, at)
			}
			if len(tried) > 0 && at > time.Hour {
				at += 59 * time.Minute
			}
		}
		if len(tried) != 10 || tried[0] != time.Minute || tried[1] != 6*time.Minute ||
			tried[len(tried)-1] > 72*time.Hour {
			t.Errorf("tried again after %v", tried)
		}
		if d := b.deliveries()[0]; d.State != store.DeliveryFailed || d.Tries != 11 {
			t.Errorf("%+v", d)
		}
	})
}

func TestARedirectFailsAndIsNotFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.endpoint("we_1", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
	})
	b.product("prod_1")
	b.step(1)
	if d := b.deliveries()[0]; d.State != store.DeliveryPending || d.LastStatus != 302 ||
		!strings.Contains(d.LastError, "redirect") {
		t.Errorf("%+v", d)
	}
}

func TestAPrivateAddressIsRefusedUntilAllowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.Guard.AllowLoopback = false
	in := &inbox{}
	b.endpoint("we_1", in.ServeHTTP)
	b.product("prod_1")
	b.step(1)
	d := b.deliveries()[0]
	if in.count() != 0 || !strings.HasPrefix(d.LastError, "refused: 127.0.0.1") {
		t.Errorf("%+v", d)
	}
	b.write(func(tx *store.Tx) {
		settings, err := store.LoadSettings(tx)
		if err != nil {
			t.Error(err)
		}
		settings.Webhooks.AllowedHosts = []string{"127.0.0.0/8"}
		if err := store.SaveSettings(tx, settings); err != nil {
			t.Error(err)
		}
	})
	b.time.Advance(time.Minute)
	b.step(1)
	if in.count() != 1 {
		t.Error("the allowed address was not reached")
	}
}

// turning is a name server that gives a name another address each time.
type turning struct {
	addresses []string
	asked     int
}

func (n *turning) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	n.asked++
	return []netip.Addr{netip.MustParseAddr(n.addresses[(n.asked-1)%len(n.addresses)])}, nil
}

// TestANameThatTurnsInward: an address that was public when the endpoint was made is judged by what
// its name leads to at each try.
func TestANameThatTurnsInward(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.Guard.AllowLoopback = false
	in := &inbox{}
	names := &turning{addresses: []string{"127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0",
		"::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
		"fd00:ec2::254", "fe80::1", "100.100.100.200"}}
	b.Client.Resolver = names
	port := b.endpoint("we_unused", in.ServeHTTP).Listener.Addr().(*net.TCPAddr).Port
	b.write(func(tx *store.Tx) {
		e, err := store.WebhookEndpoints.Lock(tx, "we_unused")
		if err != nil {
			t.Error(err)
			return
		}
		e.URL = fmt.Sprintf("http://hooks.example.com:%d/", port)
	})
	for i, address := range names.addresses {
		b.product(fmt.Sprintf("prod_%02d", i)) // one that is due now
		b.step(1)
		if d := b.deliveries()[i]; !strings.HasPrefix(d.LastError, "refused: ") {
			t.Errorf("%s: %+v", address, d)
		}
	}
	if in.count() != 0 {
		t.Errorf("%d requests arrived", in.count())
	}
}

// TestAddressesAreNotTold: what a webhook's address holds may be its only password.
func TestAddressesAreNotTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	server := b.endpoint("we_1", func(http.ResponseWriter, *http.Request) {})
	b.write(func(tx *store.Tx) {
		store.WebhookEndpoints.Insert(tx, endpointAt("we_2", server.URL+"/canary?key=canary"))
	})
	server.Close()
	b.product("prod_1")
	b.step(2)
	for _, d := range b.deliveries() {
		if d.LastError == "" || strings.Contains(d.LastError, "canary") {
			t.Errorf("%s failed with %q", d.Endpoint, d.LastError)
		}
	}
}

// TestAnEndlessAnswerIsCut: of an answer only its beginning is read, and less is kept.
func TestAnEndlessAnswerIsCut(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	b.endpoint("we_1", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		for {
			if _, err := w.Write([]byte(strings.Repeat("no ", 4096))); err != nil {
				return
			}
		}
	})
	b.product("prod_1")
	b.step(1)
	d := b.deliveries()[0]
	if d.LastStatus != 500 || !strings.HasPrefix(d.LastError, "answered 500 no no") ||
		len(d.LastError) > 600 {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsDisabledOrDeletedGetsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		in := &inbox{}
		b.endpoint("we_disabled", in.ServeHTTP)
		b.endpoint("we_deleted", in.ServeHTTP)
		b.product("prod_1")
		b.write(func(tx *store.Tx) {
			for _, id := range []string{"we_disabled", "we_deleted"} {
				e, err := store.WebhookEndpoints.Lock(tx, id)
				switch {
				case err != nil:
					t.Error(err)
				case id == "we_deleted":
					store.WebhookEndpoints.Delete(tx, e)
				default:
					e.Status = "disabled"
				}
			}
		})
		b.step(2)
		for _, d := range b.deliveries() {
			if in.count() != 0 || d.State != store.DeliveryFailed || d.LastError == "" {
				t.Errorf("%d requests, %+v", in.count(), d)
			}
		}
	})
}

func TestEventsArriveInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t))
	in := &inbox{}
	b.endpoint("we_1", in.ServeHTTP)
	for i := range 40 {
		b.product(fmt.Sprintf("prod_%02d", i))
	}
	b.step(40)
	for i, body := range in.bodies {
		if !strings.Contains(body, fmt.Sprintf(`"prod_%02d"`, i)) {
			t.Errorf("place %d holds %s", i, body)
		}
	}
}
