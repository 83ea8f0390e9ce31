package api_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
	"github.com/portico-billing/portico/internal/worker"
)

// town is two processes that work on one database with one gateway, as after a rolling update.
type town struct {
	*desk
	sim     *simulator.Simulator
	doors   []http.Handler
	workers []*worker.Worker
}

func eachTown(t *testing.T, test func(*town)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) { test(openTown(t, opener)) })
}

func openTown(t *testing.T, opener storetest.Opener) *town {
	t.Helper()
	w := &town{}
	var shared app.Options
	w.desk = openOn(t, opener, func(o *app.Options, _ *api.Options) {
		sim, err := simulator.Open(context.Background(), simulator.Options{Volatile: true,
			Clock: o.Clock.Now, Rand: id.NewSeeded(1), PublicURL: "http://cards.test",
			Silent: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = sim.Close() })
		o.Gateway, w.sim = sim, sim
		shared = *o
	})
	shared.DB = opener()
	for _, a := range []*app.App{w.app, app.New(shared)} {
		log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{
			Level: slog.LevelError}))
		w.doors = append(w.doors, api.New(api.Options{App: a, Log: log}))
		w.workers = append(w.workers, worker.New(worker.Options{App: a, DB: a.DB, Clock: a.Clock,
			Guard: outbound.Guard{}, Pump: w.sim.Pump, Log: log}))
	}
	return w
}

// answered counts answers by status.
type answered map[int]int

// race sends requests at once, to both processes in turn, and retries those that were told to.
func (w *town) race(n int, request func(i int) *http.Request) answered {
	w.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	count := answered{}
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			status := http.StatusTooManyRequests
			for try := 0; status == http.StatusTooManyRequests && try < 20; try++ {
				recorder := httptest.NewRecorder()
				w.doors[i%len(w.doors)].ServeHTTP(recorder, request(i))
				status = recorder.Code
				if status >= http.StatusInternalServerError {
					w.Errorf("request %d: %s", i, recorder.Body)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			count[status]++
		})
	}
	close(start)
	all.Wait()
	return count
}

// want compares how many requests succeeded.
func (w *town) want(got answered, succeeded int) {
	w.Helper()
	if got[http.StatusOK] != succeeded {
		w.Errorf("answers by status are %v, want %d of 200", got, succeeded)
	}
}

// moved is what the gateway has moved for charges or refunds.
func (w *town) moved(kind string) (times int, minor int64) {
	w.Helper()
	entries, _, err := w.sim.Entries(w.Context(), time.Unix(0, 0), time.Unix(1<<40, 0), "")
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range entries {
		if e.Kind == kind {
			times, minor = times+1, minor+e.Moved.Minor
		}
	}
	return times, minor
}

// honest wants the gateway to have nothing to complain about.
func (w *town) honest() {
	w.Helper()
	findings, err := w.sim.Audit(w.Context())
	if err != nil || len(findings) > 0 {
		w.Errorf("the gateway found %v, %v", findings, err)
	}
}

// work lets both workers do what is due, at once, beside something else.
func (w *town) work(beside ...func()) {
	w.Helper()
	var all sync.WaitGroup
	for _, each := range w.workers {
		all.Go(func() {
			if _, err := each.Step(w.Context()); err != nil && !errors.Is(err, store.ErrConflict) {
				w.Errorf("worker: %v", err)
			}
		})
	}
	for _, do := range beside {
		all.Go(do)
	}
	all.Wait()
}

func TestCouponRace(t *testing.T) {
	eachTown(t, func(w *town) {
		coupon := w.post("/v1/coupons", "percent_off=50", "max_redemptions=1").id()
		product := w.post("/v1/products", "name=Gold").id()
		price := w.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=2000",
			"recurring[interval]=month").id()
		cus := w.post("/v1/customers").id()
		got := w.race(50, func(i int) *http.Request {
			return w.request("POST", "/v1/subscriptions", "customer="+cus,
				"items[0][price]="+price, "discounts[0][coupon]="+coupon,
				"collection_method=send_invoice", "days_until_due=9", fmt.Sprint("metadata[i]=", i))
		})
		w.want(got, 1)
		w.get("/v1/coupons/"+coupon).want("times_redeemed", "1").want("valid", "false")
		if n := len(w.get("/v1/subscriptions", "limit=100").ids()); n != 1 {
			t.Errorf("there are %d subscriptions", n)
		}
	})
}

func TestRefundRace(t *testing.T) {
	eachTown(t, func(w *town) {
		w.subscriber()
		charge := w.get("/v1/charges").ids()[0]
		got := w.race(12, func(int) *http.Request {
			return w.request("POST", "/v1/refunds", "charge="+charge, "amount=500")
		})
		w.want(got, 4)
		w.get("/v1/charges/"+charge).want("amount_refunded", "2000").want("refunded", "true")
		if n, minor := w.moved("refund"); n != 4 || minor != -2000 {
			t.Errorf("the gateway refunded %d in %d steps", minor, n)
		}
		w.honest()
	})
}

func TestVoidRace(t *testing.T) {
	eachTown(t, func(w *town) {
		cus := w.post("/v1/customers").id()
		w.post("/v1/customers/"+cus+"/balance_transactions", "currency=usd", "amount=-700")
		w.post("/v1/invoiceitems", "customer="+cus, "currency=usd", "amount=2000")
		invoice := w.post("/v1/invoices", "customer="+cus, "collection_method=send_invoice",
			"days_until_due=9", "pending_invoice_items_behavior=include").id()
		w.want(w.race(8, func(int) *http.Request {
			return w.request("POST", "/v1/invoices/"+invoice+"/finalize")
		}), 1)
		w.get("/v1/customers/"+cus).want("balance", "0")
		w.want(w.race(8, func(int) *http.Request {
			return w.request("POST", "/v1/invoices/"+invoice+"/void")
		}), 1)
		w.get("/v1/customers/"+cus).want("balance", "-700")
		all := w.get("/v1/customers/" + cus + "/balance_transactions")
		if n := len(all.ids()); n != 3 {
			t.Errorf("the balance has moved %d times: %s", n, all.raw)
		}
	})
}

func TestPayRace(t *testing.T) {
	eachTown(t, func(w *town) {
		cus, _, _ := w.subscriber()
		w.post("/v1/invoiceitems", "customer="+cus, "currency=usd", "amount=3000")
		invoice := w.post("/v1/invoices", "customer="+cus, "auto_advance=true",
			"pending_invoice_items_behavior=include").id()
		w.clock.Advance(2 * time.Hour)
		w.work(func() { // the draft is due to be finalized and charged, and the customer pays now
			w.race(6, func(int) *http.Request {
				return w.request("POST", "/v1/invoices/"+invoice+"/pay")
			})
		})
		w.clock.Advance(time.Minute) // who was in the way of the other tries again
		w.work()
		w.get("/v1/invoices/"+invoice).want("status", `"paid"`).want("amount_paid", "3000").
			want("attempt_count", "1")
		if n, minor := w.moved("charge"); n != 2 || minor != 5000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
		w.honest()
	})
}

func TestSameKeyRace(t *testing.T) {
	eachTown(t, func(w *town) {
		product := w.post("/v1/products", "name=Gold").id()
		price := w.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=2000",
			"recurring[interval]=month").id()
		cus := w.post("/v1/customers", "payment_method=pm_card_visa",
			"invoice_settings[default_payment_method]=pm_card_visa").id()
		for _, test := range []struct{ path, fields string }{
			{"/v1/customers", "name=Ada"},
			{"/v1/subscriptions", "customer=" + cus},
		} {
			fields := []string{test.fields}
			if test.path == "/v1/subscriptions" {
				fields = append(fields, "items[0][price]="+price)
			}
			w.header.Set("Idempotency-Key", "race"+test.path)
			got := w.race(20, func(int) *http.Request {
				return w.request("POST", test.path, fields...)
			})
			w.header.Del("Idempotency-Key")
			if got[http.StatusOK] == 0 || got[http.StatusOK]+got[http.StatusConflict] != 20 {
				t.Errorf("%s: answers by status are %v", test.path, got)
			}
		}
		if n := len(w.get("/v1/customers", "limit=100").ids()); n != 2 {
			t.Errorf("there are %d customers", n)
		}
		if n := len(w.get("/v1/subscriptions", "limit=100").ids()); n != 1 {
			t.Errorf("there are %d subscriptions", n)
		}
		if n, minor := w.moved("charge"); n != 1 || minor != 2000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
		w.honest()
	})
}

func TestKeysAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	w := openTown(t, storetest.One(t))
	w.header.Set("Idempotency-Key", "daily")
	first := w.post("/v1/customers", "name=Ada").id()
	w.clock.Advance(23 * time.Hour)
	w.work()
	if again := w.post("/v1/customers", "name=Ada").id(); again != first {
		t.Errorf("after 23 hours the key made %s", again)
	}
	w.clock.Advance(3 * time.Hour)
	w.work()
	if again := w.post("/v1/customers", "name=Ada").id(); again == first {
		t.Error("after 26 hours the key still stands for its first request")
	}
}

// TestRenewRace lets two workers renew while the customer cancels or upgrades at the period's end.
func TestRenewRace(t *testing.T) {
	eachTown(t, func(w *town) {
		cus, sub, price := w.subscriber()
		shown := w.get("/v1/subscriptions/" + sub)
		item := shown.text("items.data.0.id")
		end := time.Unix(int64(shown.at("items.data.0.current_period_end").(float64)), 0)
		large := w.post("/v1/prices", "product="+shown.text("items.data.0.price.product"),
			"currency=usd", "unit_amount=5000", "recurring[interval]=month").id()
		var idle []string // subscriptions that nobody touches meanwhile
		for range 4 {
			idle = append(idle, w.post("/v1/subscriptions", "customer="+cus,
				"items[0][price]="+price).id())
		}
		leaving := w.post("/v1/subscriptions", "customer="+cus, "items[0][price]="+price).id()
		w.clock.Set(end)
		w.work(func() {
			w.race(2, func(int) *http.Request {
				return w.request("POST", "/v1/subscriptions/"+sub, "items[0][id]="+item,
					"items[0][price]="+large)
			})
		}, func() {
			w.race(1, func(int) *http.Request {
				return w.request("DELETE", "/v1/subscriptions/"+leaving)
			})
		})
		w.clock.Advance(2 * time.Hour)
		w.work()
		for _, id := range append(idle, sub) {
			if n := w.cycles(id); n != 1 {
				t.Errorf("%s was renewed %d times", id, n)
			}
		}
		if n := w.cycles(leaving); n > 1 {
			t.Errorf("the one who left was renewed %d times", n)
		}
		w.get("/v1/subscriptions/"+leaving).want("status", `"canceled"`)
		w.get("/v1/subscriptions/"+sub).want("status", `"active"`).
			want("items.data.0.price.id", `"`+large+`"`)
		w.honest()
	})
}

// cycles counts the renewals of a subscription.
func (w *town) cycles(subscription string) (n int) {
	w.Helper()
	for _, v := range w.get("/v1/invoices", "subscription="+subscription,
		"limit=100").body["data"].([]any) {
		if v.(map[string]any)["billing_reason"] == "subscription_cycle" {
			n++
		}
	}
	return n
}
