package bench_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store/storetest"
)

const (
	rounds  = 5
	clients = 32
)

// mockEnv says where a stripe-mock listens; without it that column is empty.
const mockEnv = "PORTICO_BENCH_STRIPE_MOCK"

// BenchmarkHouse prints one table: each deed, beside the limit of the machine.
func BenchmarkHouse(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			t := &table{engine: engine, House: sim.Open(b, engine),
				limit: openLimit(b, engine)}
			t.server = httptest.NewServer(t.API)
			b.Cleanup(t.server.Close)
			b.ResetTimer()
			t.requests()
			t.renewals()
		})
	}
}

// table is a house beside the limit.
type table struct {
	*sim.House
	engine string
	limit  limit
	server *httptest.Server
}

// line measures two or three things in turns and prints their medians, in deeds a second.
func (t *table) line(name string, ours, raw, mock func() float64) {
	var a, b, c []float64
	for range rounds {
		a, b = append(a, ours()), append(b, raw())
		if mock != nil && os.Getenv(mockEnv) != "" {
			c = append(c, mock())
		}
	}
	text := fmt.Sprintf("%-9s %-28s %8.0f/s   limit %8.0f/s   %3.0f %%", t.engine, name,
		median(a), median(b), 100*median(a)/median(b))
	if len(c) > 0 {
		text += fmt.Sprintf("   stripe-mock %7.0f/s", median(c))
	}
	fmt.Fprintln(os.Stderr, text)
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// together does n deeds with many clients and says how many a second that was.
func together(n int, do func() error) float64 {
	var all sync.WaitGroup
	began := time.Now()
	for range clients {
		all.Go(func() {
			for range n / clients {
				if err := do(); err != nil {
					panic(err)
				}
			}
		})
	}
	all.Wait()
	return float64(n/clients*clients) / time.Since(began).Seconds()
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}

func ask(method, at, key string, fields url.Values) error {
	r, err := http.NewRequest(method, at, strings.NewReader(fields.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %s", method, at, resp.StatusCode, raw)
	}
	return err
}

// The mean lengths of what is stored, in bytes, and how much each round does.
const (
	customerBytes, eventBytes         = 1000, 1200
	subscriptionBytes, invoiceBytes   = 3500, 5000
	subscriptionEvent, invoiceEvent   = 5000, 5500
	attemptBytes, smallBytes          = 700, 600
	rowsOfPayment, requestsEachRound  = 14, 960
	subscriptionsEach, renewalsCommit = 400, 100
)

// requests measures single calls of the API over HTTP.
func (t *table) requests() {
	t.Helper()
	t.must("/v1/products", "name=Bench", "id=prod_bench")
	price := t.must("/v1/prices", "product=prod_bench", "unit_amount=1000", "currency=usd",
		"recurring[interval]=month")
	customer := t.must("/v1/customers", "name=Ada", "payment_method=pm_card_visa",
		"invoice_settings[default_payment_method]=pm_card_visa")
	form := url.Values{"name": {"Ada"}, "email": {"ada@example.com"}}
	mock := os.Getenv(mockEnv)
	t.line("POST customer, 32 clients",
		func() float64 {
			return together(requestsEachRound, func() error {
				return ask("POST", t.server.URL+"/v1/customers", t.Key, form)
			})
		},
		func() float64 {
			return together(requestsEachRound, func() error {
				return t.limit.commit([]write{{id: freshID(), doc: document(customerBytes)},
					{id: freshID(), doc: document(eventBytes)}})
			})
		},
		func() float64 {
			return together(requestsEachRound, func() error {
				return ask("POST", mock+"/v1/customers", "sk_test_123", form)
			})
		})
	known := freshID()
	if err := t.limit.commit([]write{{id: known, doc: document(customerBytes)}}); err != nil {
		t.Fatal(err)
	}
	t.line("GET customer, 32 clients",
		func() float64 {
			return together(requestsEachRound, func() error {
				return ask("GET", t.server.URL+"/v1/customers/"+customer, t.Key, nil)
			})
		},
		func() float64 {
			return together(requestsEachRound, func() error { return t.limit.read(known) })
		},
		func() float64 {
			return together(requestsEachRound, func() error {
				return ask("GET", mock+"/v1/customers/"+customer, "sk_test_123", nil)
			})
		})
	t.line("create subscription, paid",
		func() float64 {
			return together(320, func() error {
				return ask("POST", t.server.URL+"/v1/subscriptions", t.Key,
					url.Values{"customer": {customer}, "items[0][price]": {price}})
			})
		},
		func() float64 { return together(320, func() error { return t.payment(true) }) }, nil)
}

// payment writes what beginning and settling a payment writes, in two commits.
func (t *table) payment(update bool) error {
	sub := freshID()
	first := []write{{id: sub, doc: document(subscriptionBytes)},
		{id: freshID(), doc: document(invoiceBytes)}, {id: freshID(), doc: document(attemptBytes)},
		{id: freshID(), doc: document(invoiceEvent)}, {id: freshID(), doc: document(invoiceEvent)}}
	if err := t.limit.commit(first); err != nil {
		return err
	}
	second := []write{{update: update, id: sub, doc: document(subscriptionBytes)}}
	for range rowsOfPayment {
		second = append(second, write{id: freshID(), doc: document(smallBytes)})
	}
	return t.limit.commit(append(second, write{id: freshID(), doc: document(invoiceEvent)},
		write{id: freshID(), doc: document(subscriptionEvent)}))
}

// finalizing is how long after its renewal a draft is final, and a little.
const finalizing = time.Hour + time.Minute

// renewals measures one worker: drafts, and then drafts that become paid.
func (t *table) renewals() {
	t.Helper()
	price := t.must("/v1/prices", "product=prod_bench", "unit_amount=1000", "currency=usd",
		"recurring[interval]=day")
	for i := range subscriptionsEach {
		c := t.must("/v1/customers", fmt.Sprint("name=", i), "payment_method=pm_card_visa",
			"invoice_settings[default_payment_method]=pm_card_visa")
		t.must("/v1/subscriptions", "customer="+c, "items[0][price]="+price)
	}
	t.Clock.Advance(finalizing) // so that a renewal and its payment never fall due together
	t.Work()
	var paid []float64
	t.line("(a) renewals drafted",
		func() float64 {
			t.Clock.Advance(24*time.Hour - finalizing)
			drafted := t.timed(t.Work)
			t.Clock.Advance(finalizing)
			paid = append(paid, t.timed(t.Work))
			return drafted
		},
		func() float64 {
			return t.timed(func() {
				for range subscriptionsEach / renewalsCommit {
					var rows []write
					for range renewalsCommit {
						rows = append(rows, write{id: freshID(), doc: document(subscriptionBytes)},
							write{id: freshID(), doc: document(invoiceBytes)},
							write{id: freshID(), doc: document(subscriptionEvent)},
							write{id: freshID(), doc: document(invoiceEvent)})
					}
					t.check(t.limit.commit(rows))
				}
			})
		}, nil)
	next := 0
	t.line("(b) drafts paid",
		func() float64 { next++; return paid[next-1] },
		func() float64 {
			return t.timed(func() {
				for range subscriptionsEach {
					t.check(t.payment(true))
				}
			})
		}, nil)
}

func (t *table) timed(do func()) float64 {
	began := time.Now()
	do()
	return subscriptionsEach / time.Since(began).Seconds()
}

func (t *table) check(err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// must sends a command and gives the id of what it made.
func (t *table) must(path string, words ...string) string {
	t.Helper()
	return t.Make(path, words...)
}
