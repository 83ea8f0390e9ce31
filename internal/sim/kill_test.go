package sim_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/sim"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/pgtest"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// kills is how often the program is killed on each engine, under the load of so many clients.
const (
	kills   = 20
	clients = 10
)

// loadMin and loadMax are how many commands are answered between two kills, and patience is for
// how long that is waited for.
const (
	loadMin, loadMax = 10, 40
	patience         = 10 * time.Second
)

const killKey = "sk_test_killed000000001"

// program builds the binary once for all engines.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildFolder, "portico")
	out, err := exec.Command("go", "build", "-o", path,
		"github.com/portico-billing/portico/cmd/portico").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// TestKilled kills the program in the middle of its work, again and again, while clients create,
// subscribe and pay. What was acknowledged is there afterwards, whatever was not answered can be
// asked again with its key, and nothing is paid twice.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			k := newKilled(t, engine)
			var all sync.WaitGroup
			stop := make(chan struct{})
			for i := range clients {
				all.Go(func() { k.client(i, stop) })
			}
			dice := rand.New(rand.NewPCG(1, 2))
			for range kills {
				k.start()
				k.load(loadMin+dice.IntN(loadMax-loadMin), dice)
				k.kill()
			}
			close(stop)
			all.Wait()
			k.verify()
		})
	}
}

// killed is a program that is killed, and what its clients were told.
type killed struct {
	*testing.T
	args  []string
	at    store.Options
	books simulator.Options
	run   *exec.Cmd

	mu   sync.Mutex
	url  string // empty while the program is down
	told []told
	open []told // commands that were never answered
}

// told is a command and what was answered.
type told struct {
	path   string
	fields url.Values
	key    string
	answer string
}

func newKilled(t *testing.T, engine string) *killed {
	t.Helper()
	k := &killed{T: t}
	data := t.TempDir()
	k.args = []string{"serve", "--listen", "127.0.0.1:0", "--secret-key", killKey, "--data", data}
	k.at.Path = filepath.Join(data, "portico.db")
	k.books.Path = filepath.Join(data, "simulator.db")
	if engine == "postgres" {
		dsn := pgtest.DSN(t)
		k.args = append(k.args, "--database-url", dsn)
		k.at = store.Options{URL: dsn}
		k.books = simulator.Options{DSN: dsn}
	}
	return k
}

// start runs the program and waits until it serves.
func (k *killed) start() {
	k.Helper()
	binary, err := program()
	if err != nil {
		k.Fatal(err)
	}
	k.run = exec.Command(binary, k.args...)
	log, err := k.run.StderrPipe()
	if err != nil {
		k.Fatal(err)
	}
	if err := k.run.Start(); err != nil {
		k.Fatal(err)
	}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		var entry struct {
			Msg       string `json:"msg"`
			PublicURL string `json:"public_url"`
		}
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "serving" {
			k.setURL(entry.PublicURL)
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return
		}
	}
	k.Fatalf("the program ended: %v", k.run.Wait())
}

// load waits until so many more commands were answered, and then for an instant that nobody chose:
// the program is killed while every client waits for something.
func (k *killed) load(commands int, dice *rand.Rand) {
	k.Helper()
	want := k.answered() + commands
	for started := time.Now(); k.answered() < want; time.Sleep(2 * time.Millisecond) {
		if time.Since(started) > patience {
			break
		}
	}
	time.Sleep(time.Duration(dice.IntN(20_000)) * time.Microsecond)
}

func (k *killed) answered() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.told)
}

func (k *killed) kill() {
	k.setURL("")
	_ = k.run.Process.Kill() // SIGKILL
	_ = k.run.Wait()
}

func (k *killed) setURL(at string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.url = at
}

// client creates customers, subscribes them and pays, one after the other.
func (k *killed) client(number int, stop chan struct{}) {
	for i := 0; ; i++ {
		name := fmt.Sprintf("client-%d-%d", number, i)
		customer := k.post(stop, told{path: "/v1/customers", key: name + "-c", fields: url.Values{
			"name": {name}, "payment_method": {"pm_card_visa"},
			"invoice_settings[default_payment_method]": {"pm_card_visa"}}})
		if customer == "" {
			return
		}
		fields := url.Values{"customer": {customer},
			"items[0][price_data][currency]":            {"usd"},
			"items[0][price_data][product]":             {k.product(stop)},
			"items[0][price_data][unit_amount]":         {"1500"},
			"items[0][price_data][recurring][interval]": {"month"}}
		if i%3 == 1 {
			fields.Set("payment_behavior", "error_if_incomplete")
		}
		if k.post(stop, told{path: "/v1/subscriptions", key: name + "-s",
			fields: fields}) == "" {
			return
		}
		if k.post(stop, told{path: "/v1/payment_intents", key: name + "-p", fields: url.Values{
			"customer": {customer}, "amount": {"700"}, "currency": {"usd"}, "confirm": {"true"},
			"payment_method": {"pm_card_visa"}}}) == "" {
			return
		}
	}
}

func (k *killed) product(stop chan struct{}) string {
	return k.post(stop, told{path: "/v1/products", key: "product",
		fields: url.Values{"name": {"Thing"}}})
}

// post asks until it is answered, and gives the id of what was made; empty when the test is over
// before. One whose first try was cut off is left for later: its key is locked for a while.
func (k *killed) post(stop chan struct{}, c told) string {
	for {
		k.mu.Lock()
		at := k.url
		k.mu.Unlock()
		status, body := 0, ""
		if at != "" {
			status, body = send(at, c)
		}
		var noun struct{ ID string }
		_ = json.Unmarshal([]byte(body), &noun)
		if status == http.StatusOK && noun.ID != "" {
			c.answer = body
			k.keep(&k.told, c)
			return noun.ID
		}
		if status != 0 && status < 500 && status != http.StatusConflict {
			k.Errorf("%s with key %s: %d %s", c.path, c.key, status, body)
			return ""
		}
		wait := 10 * time.Millisecond
		if status == http.StatusConflict {
			wait = 200 * time.Millisecond
		}
		select {
		case <-stop:
			k.keep(&k.open, c)
			return ""
		case <-time.After(wait):
		}
	}
}

func (k *killed) keep(list *[]told, c told) {
	k.mu.Lock()
	defer k.mu.Unlock()
	*list = append(*list, c)
}

func send(at string, c told) (status int, body string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at+c.path,
		strings.NewReader(c.fields.Encode()))
	if err != nil {
		return 0, ""
	}
	r.Header.Set("Authorization", "Bearer "+killKey)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Idempotency-Key", c.key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, "" // cut off
	}
	return resp.StatusCode, string(raw)
}

// verify opens what the killed program left behind, hours later: everything that was
// acknowledged is there, what was not answered is answered now, and both books agree.
func (k *killed) verify() {
	k.Helper()
	h := sim.Revive(k, k.at, k.books, time.Now().Add(10*time.Minute))
	h.Key = killKey
	h.MoveTo(h.Clock.Now().Add(3*time.Hour), time.Hour)
	accounts, err := h.DB.Accounts(k.Context())
	if err != nil || len(accounts) != 1 {
		k.Fatalf("accounts: %d, %v", len(accounts), err)
	}
	h.Scope = billing.Scope{Account: accounts[0].ID}
	for _, c := range k.told {
		var noun struct{ ID string }
		_ = json.Unmarshal([]byte(c.answer), &noun)
		if got := h.Get(c.path+"/"+noun.ID, nil); !got.OK() {
			k.Errorf("lost: %s %s was acknowledged, and now %d %s", c.path, noun.ID, got.Status,
				got.Raw)
		}
	}
	for _, c := range k.open { // the clients ask again
		if got := h.Post(c.path, c.fields, c.key); got.Status >= 500 {
			k.Errorf("%s with key %s: %d %s", c.path, c.key, got.Status, got.Raw)
		}
	}
	h.Work()
	r := h.Report()
	k.Logf("%d commands answered, %d cut off at the end; %s", len(k.told), len(k.open), r)
	if r.ChargedTwice != 0 || r.NeverRecorded != 0 || r.Parked != 0 || len(r.Complaints) != 0 {
		k.Errorf("%s; %v", r, r.Complaints)
	}
	if len(k.told) < kills*loadMin {
		k.Errorf("only %d commands were answered: the kills prove nothing", len(k.told))
	}
	checks, err := h.App.Verify(k.Context())
	if err != nil {
		k.Fatal(err)
	}
	for _, c := range checks {
		for _, bad := range c.Bad {
			k.Errorf("%s: %s", c.Name, bad)
		}
	}
	k.once(h)
}

// once sees that each client's customer has at most one subscription and one payment.
func (k *killed) once(h *sim.House) {
	k.Helper()
	count := map[string]int{}
	err := h.DB.Read(k.Context(), h.Scope, h.Clock.Now().Unix(), func(v *store.View) error {
		subs, err := store.Subscriptions.All(v)
		if err != nil {
			return err
		}
		for _, s := range subs {
			count[s.Customer.ID+" subscriptions"]++
		}
		pis, err := store.PaymentIntents.All(v)
		for _, pi := range pis {
			if pi.Private.Invoice == "" {
				count[pi.Customer.ID+" payments"]++
			}
		}
		return err
	})
	if err != nil {
		k.Fatal(err)
	}
	for what, n := range count {
		if n != 1 {
			k.Errorf("%s: %d", what, n)
		}
	}
}
