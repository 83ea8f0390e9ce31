package sim

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/gateway/simulator"
)

// LifePlan is one simulated life.
type LifePlan struct {
	Engine string
	Seed   uint64
	// Dice gives the dice of one step; step 0 is the preparation. Each step has its own, so that
	// steps can be dropped while the others stay what they are.
	Dice  func(step int) Dice
	Steps int          // commands that the customers and the operator give
	Drop  map[int]bool // steps in which nothing is done
}

// Life is a business with customers who act at random, watched by an auditor.
type Life struct {
	*House
	dice      Dice
	deeds     []deed // what is done in this life, and how often
	audit     *Auditor
	hooks     *Receiver // nil when nobody listens
	spy       *spy
	serial    int
	customers []string
	currency  map[string]string   // by customer
	methods   map[string][]string // by customer
	prices    map[string][]string // recurring ones, by currency
	onceOnly  []string            // one-time prices, in usd
	coupons   []string
	rates     []string
	clocks    []string
	sent      []command // with their keys, to be sent again
}

// command is something that was asked with an idempotency key, and its answer.
type command struct {
	path   string
	fields url.Values
	key    string
	answer Answer
	at     time.Time
}

// Live goes through a life. It gives the dump of everything at its end and what was reached.
func Live(t testing.TB, p LifePlan) (dump string, seen Coverage) {
	t.Helper()
	l := &Life{House: Open(t, p.Engine), dice: p.Dice(0), methods: map[string][]string{},
		currency: map[string]string{}, prices: map[string][]string{}}
	l.audit = newAuditor(l.House)
	l.deeds = l.someDeeds()
	l.furnish()
	l.invite()
	calls, notices := l.trouble().Plan(p.Seed)
	l.faults = faults{on: true, crashes: l.dice.IntN(30), calls: calls, notices: notices}
	for step := 1; step <= p.Steps; step++ {
		if p.Drop[step] {
			continue
		}
		l.dice = p.Dice(step)
		l.faults.dice = l.dice
		l.pass()
		if l.dice.IntN(100) < 3 {
			l.again()
		} else {
			l.act()
		}
		l.check()
	}
	l.drain()
	return l.dump(), l.Seen
}

// trouble differs from life to life: some are calm and some are terrible.
func (l *Life) trouble() simulator.Rates {
	up := func(n int) int {
		if l.dice.IntN(3) == 0 {
			return 0
		}
		return l.dice.IntN(n)
	}
	return simulator.Rates{NotSent: up(80), LostRequest: up(80), LostAnswer: up(120),
		LateExecution: up(60), ErrorAfterExecution: up(60), Drop: up(200), Duplicate: up(200),
		Delay: up(200), LateMax: 30 * time.Minute, DelayMax: 72 * time.Hour}
}

// pass lets time go by: minutes mostly, sometimes weeks.
func (l *Life) pass() {
	l.Helper()
	var d time.Duration
	switch l.dice.IntN(10) {
	case 0, 1, 2:
		d = time.Duration(l.dice.IntN(3600)) * time.Second
	case 3, 4, 5, 6:
		d = time.Duration(l.dice.IntN(72*60)) * time.Minute
	case 7, 8:
		d = time.Duration(l.dice.IntN(9*24)) * time.Hour
	default:
		d = time.Duration(l.dice.IntN(20*24)) * time.Hour
	}
	l.MoveTo(l.Clock.Now().Add(d), 12*time.Hour)
}

// send gives a command with a key of its own and remembers it.
func (l *Life) send(path string, fields url.Values) Answer {
	l.Helper()
	l.serial++
	key := "key-" + strconv.Itoa(l.serial)
	a := l.Post(path, fields, key)
	l.audit.said("POST "+path+" "+fields.Encode(), a)
	l.spy.heard(a)
	if a.Status < 400 || a.Status == 402 {
		l.sent = append(l.sent, command{path, fields, key, a, l.Clock.Now()})
	}
	return a
}

// remove deletes or ends something. A house that goes down before it answers is not asked again:
// the client sees later what became of it.
func (l *Life) remove(path string, fields url.Values) Answer {
	l.Helper()
	a, ok := l.try("DELETE", path, fields, "")
	l.audit.said("DELETE "+path+" "+fields.Encode(), a)
	if ok && a.Status >= 500 && !again(a) {
		l.Errorf("DELETE %s: %d %s", path, a.Status, a.Raw)
	}
	return a
}

// again sends an old command once more: the answer is the same to the byte, and nothing happens.
func (l *Life) again() {
	l.Helper()
	if len(l.sent) == 0 {
		return
	}
	old := l.sent[len(l.sent)-1-l.dice.IntN(min(len(l.sent), 5))]
	if l.Clock.Now().Sub(old.at) > 20*time.Hour {
		return // keys are forgotten after a day
	}
	l.check()
	before := len(l.audit.log)
	a := l.Post(old.path, old.fields, old.key)
	l.audit.Look()
	switch {
	case a.Raw != old.answer.Raw || a.Status != old.answer.Status:
		l.Errorf("I37: %s with key %s answered\n%d %s\nand again\n%d %s", old.path, old.key,
			old.answer.Status, old.answer.Raw, a.Status, a.Raw)
	case !a.Replayed:
		l.Errorf("I37: %s with key %s does not say that it was replayed", old.path, old.key)
	case len(l.audit.log) != before:
		l.Errorf("I37: %s with key %s, sent again, made %v", old.path, old.key,
			l.audit.log[before:])
	}
}

// check lets the auditor look, and ends a life that has gone wrong.
func (l *Life) check() {
	l.Helper()
	l.audit.Look()
	l.audit.Money()
	l.stopIfWrong()
}

func (l *Life) stopIfWrong() {
	l.Helper()
	if l.Failed() {
		l.Fatalf("%s: the life ends here; the last commands were\n%s", l.now(), l.audit.recent())
	}
}

// drain ends what runs, mends what is broken and waits until nothing is left to do.
func (l *Life) drain() {
	l.Helper()
	l.faults.on = false
	l.hooks.mend()
	l.advanceClocks()
	l.MoveTo(l.Clock.Now().Add(30*24*time.Hour), 24*time.Hour)
	l.check()
	l.audit.Subscriptions()
	for _, sub := range l.audit.ids("subscription") {
		if status := l.audit.field(sub, "status"); !ended(status) {
			a, ok := l.try("DELETE", "/v1/subscriptions/"+sub, nil, "")
			if a.Status == 404 && l.audit.field(sub, "test_clock") != "" {
				continue // it went with its clock
			}
			if !ok || !a.OK() {
				l.Errorf("cancel %s, which is %s: %d %s", sub, status, a.Status, a.Raw)
			}
		}
	}
	l.advanceClocks()
	l.MoveTo(l.Clock.Now().Add(40*24*time.Hour), 24*time.Hour)
	l.advanceClocks()
	l.MoveTo(l.Clock.Now().Add(3*24*time.Hour), 6*time.Hour)
	l.check()
	l.audit.Subscriptions()
	l.audit.Quiet()
	l.hooks.Settled(l.audit)
	l.spy.look()
	l.stopIfWrong()
}

func ended(status string) bool { return status == "canceled" || status == "incomplete_expired" }

// advanceClocks takes every test clock forty days on.
func (l *Life) advanceClocks() {
	l.Helper()
	for _, c := range l.clocks {
		at := l.Get("/v1/test_helpers/test_clocks/"+c, nil)
		if !at.OK() {
			continue // it has lived its thirty days
		}
		frozen, _ := at.Body["frozen_time"].(float64)
		if at.text("status") == "ready" {
			l.send("/v1/test_helpers/test_clocks/"+c+"/advance",
				values("frozen_time="+strconv.FormatInt(int64(math.Round(frozen))+40*86400, 10)))
		}
		l.Work()
	}
}

// Rerun is the command that lives through one seed again.
func Rerun(engine string, seed uint64) string {
	return fmt.Sprintf("scripts/with-postgres.sh go test ./internal/sim -count 1 "+
		"-run 'TestSeeds/lives/%d/%s' -args -seed %d  # add -shrink to drop what does not matter",
		seed, engine, seed)
}
