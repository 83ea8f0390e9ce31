package bench_test

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// How many requests a round has.
const (
	requestsEach      = 960
	listsEach         = 160
	subscriptionsEach = 320
	listed            = 100
)

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}

// request is a call of the API.
type request struct{ method, at, key, body string }

func (r request) send() error {
	q, err := http.NewRequest(r.method, r.at, strings.NewReader(r.body))
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer "+r.key)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(q)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %s", r.method, r.at, resp.StatusCode, raw)
	}
	return err
}

// mockKey is any that stripe-mock takes for one.
const mockKey = "sk_test_123"

// awaitMock waits for a stripe-mock that was only just started.
func awaitMock(b *testing.B) {
	b.Helper()
	at := os.Getenv(mockEnv)
	if at == "" {
		return
	}
	for until := time.Now().Add(20 * time.Second); ; <-time.After(50 * time.Millisecond) {
		err := request{http.MethodGet, at + "/v1/customers", mockKey, ""}.send()
		if err == nil {
			return
		}
		if time.Now().After(until) {
			b.Fatal(err)
		}
	}
}

// call is one kind of request that is measured.
type call struct {
	name, method, path, body string
	each                     int
	// raw does what n of them ask of the database; nil: what the first round wrote.
	raw func(n int) float64
	// aim judges the ratio to stripe-mock; nil: nothing was aimed at.
	aim func(mock float64, engine string) (string, bool)
}

// measure takes a call, the limit and stripe-mock in turns.
func (h *bench) measure(c call) {
	h.Helper()
	against := func(base, key string) func() {
		return func() {
			h.check(together(c.each, clients, func(int) error {
				return request{c.method, base + c.path, key, c.body}.send()
			}))
		}
	}
	ours, mock := against(h.server.URL, h.house.Key), against(os.Getenv(mockEnv), mockKey)
	wrote := ""
	if c.raw == nil { // the first round also warms up
		f := h.footprint(c.each, ours)
		wrote = f.String()
		c.raw = func(int) float64 { return h.replay(f, clients) }
	}
	var a, b, m []float64
	for range rounds {
		a, b = append(a, rate(c.each, ours)), append(b, c.raw(c.each))
		if os.Getenv(mockEnv) != "" {
			m = append(m, rate(c.each, mock))
		}
	}
	r := row{deed: c.name, engine: h.engine, ours: perSecond(median(a)),
		limit: median(a) / median(b), wrote: wrote}
	if len(m) > 0 {
		r.mock = median(a) / median(m)
	}
	if c.aim != nil && r.mock > 0 {
		r.aim, r.met = c.aim(r.mock, h.engine)
	}
	h.add(r)
}

func (h *bench) createCustomers() {
	h.measure(call{name: "POST customer, 32 clients", method: "POST", path: "/v1/customers",
		body: form("name=Ada", "email=ada@example.com"), each: requestsEach,
		aim: func(mock float64, engine string) (string, bool) {
			return aimed(mock, engine, 1, 0.6, "stripe-mock")
		}})
}

func (h *bench) readCustomers() {
	h.measure(call{name: "GET customer, 32 clients", method: "GET",
		path: "/v1/customers/" + h.customer, each: requestsEach,
		raw: h.reads("select doc from customers where account = $1 and livemode = $2 "+
			"and id = $3", h.house.Scope.Account, false, h.customer)})
}

func (h *bench) listCustomers() {
	h.measure(call{name: "GET 100 customers, 32 clients", method: "GET",
		path: fmt.Sprint("/v1/customers?limit=", listed), each: listsEach,
		raw: h.reads("select doc from customers where account = $1 and livemode = $2 "+
			fmt.Sprintf("order by created desc, id desc limit %d", listed+1),
			h.house.Scope.Account, false)})
}

func (h *bench) createSubscriptions() {
	h.measure(call{name: "create a subscription and pay, 32 clients", method: "POST",
		path: "/v1/subscriptions", each: subscriptionsEach,
		body: form("customer="+h.customer, "items[0][price]="+h.price)})
}

// reads is the limit of reading: a query that gives documents, with as many connections as the
// engine has use for.
func (h *bench) reads(query string, args ...any) func(n int) float64 {
	h.Helper()
	statement, err := h.mine.sql.Prepare(query)
	h.check(err)
	return func(n int) float64 {
		return rate(n, func() {
			h.check(together(n, clients, func(int) error { return read(statement, args) }))
		})
	}
}

func read(statement *sql.Stmt, args []any) error {
	rows, err := statement.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var doc string
		if err := rows.Scan(&doc); err != nil {
			return err
		}
	}
	return rows.Err()
}

// form writes "name=value" as a body.
func form(words ...string) string {
	fields := url.Values{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		fields.Add(name, value)
	}
	return fields.Encode()
}
