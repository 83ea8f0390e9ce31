package bench_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// clients is how many ask at the same time, where it is not one worker that is measured.
const clients = 32

// readers is how many connections read at the same time, as in the store.
const readers = 4

// What the environment may say: how often each thing is measured, and where a stripe-mock listens.
const (
	roundsEnv = "PORTICO_BENCH_ROUNDS"
	mockEnv   = "PORTICO_BENCH_STRIPE_MOCK"
)

// rounds is how often each thing is measured; the median is shown.
var rounds = func() int {
	if n, err := strconv.Atoi(os.Getenv(roundsEnv)); err == nil && n > 0 {
		return n
	}
	return 5
}()

// BenchmarkHouse prints one table, ready for docs/performance.md.
func BenchmarkHouse(b *testing.B) {
	awaitMock(b)
	t := &table{}
	var benches []*bench
	for _, engine := range storetest.Engines() {
		benches = append(benches, openBench(b, t, engine))
	}
	b.ResetTimer()
	for _, part := range []func(*bench){
		(*bench).createCustomers, (*bench).readCustomers, (*bench).listCustomers,
		(*bench).createSubscriptions, (*bench).renewals, (*bench).portalHome,
	} {
		for _, h := range benches {
			h.check(errors.Join(h.mine.count(), h.limit.count()))
			part(h)
		}
	}
	processes(b, t)
	fmt.Fprint(os.Stdout, t.markdown())
}

// bench is a house on one engine, with the limit of that engine beside it.
type bench struct {
	testing.TB
	*table
	house  *sim.House
	engine string
	mine   *database // the house's
	limit  *database // the same schema, and nobody's code around it
	server *httptest.Server

	price, customer string
}

func openBench(b *testing.B, t *table, engine string) *bench {
	b.Helper()
	h := &bench{TB: b, table: t, engine: engine, house: sim.Open(b, engine)}
	h.mine = openDatabase(b, h.house.Database())
	h.mine.sql.SetMaxOpenConns(readers)
	h.mine.sql.SetMaxIdleConns(readers)
	h.limit = openDatabase(b, freshDatabase(b, engine))
	h.server = httptest.NewServer(h.house.API)
	b.Cleanup(h.server.Close)
	h.house.Make("/v1/products", "name=Bench", "id=prod_bench")
	h.price = h.house.Make("/v1/prices", "product=prod_bench", "unit_amount=1000",
		"currency=usd", "recurring[interval]=month")
	h.customer = h.house.Make("/v1/customers", "name=Ada", "payment_method=pm_card_visa",
		"invoice_settings[default_payment_method]=pm_card_visa")
	return h
}

// check ends the bench when something went wrong.
func (h *bench) check(err error) {
	if err != nil {
		h.Helper()
		h.Fatal(err)
	}
}

// rate is n deeds in the time that do takes, by the second.
func rate(n int, do func()) float64 {
	began := time.Now()
	do()
	return float64(n) / time.Since(began).Seconds()
}

func median[T int64 | float64 | time.Duration](list []T) T {
	if len(list) == 0 {
		return 0
	}
	return at(list, 50)
}

// at is the value below which so many hundredths of a list are.
func at[T int64 | float64 | time.Duration](list []T, hundredths int) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)*hundredths/100, len(sorted)-1)]
}
