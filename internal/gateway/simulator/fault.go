package simulator

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

// FaultKind is one way in which a call can go wrong.
type FaultKind uint8

const (
	// None: the call works.
	None FaultKind = iota
	// NotSent: the connection is refused; nothing left the caller.
	NotSent
	// LostRequest: it never arrives, and the caller waits in vain.
	LostRequest
	// LostAnswer: it is executed, and the answer never arrives.
	LostAnswer
	// LateExecution: the caller gives up, and it is executed Fault.Delay later by Pump.
	LateExecution
	// ErrorAfterExecution: it is executed and answered with a server error.
	ErrorAfterExecution
	// Slow: it is executed, and the answer takes Fault.Delay.
	Slow
	// PartialAmount: Fault.AmountMinor moves instead of what was asked.
	PartialAmount
	// Outage: nothing gets through, and the caller cannot tell.
	Outage
)

// Fault is what goes wrong with one call. The zero value is none.
type Fault struct {
	Kind        FaultKind
	Delay       time.Duration
	AmountMinor int64
}

// DeliveryFault is what goes wrong with one notification. The zero value is nothing.
type DeliveryFault struct {
	Drop, Duplicate bool
	Delay           time.Duration // of the first copy; a duplicate comes when it would have
}

// The failures a caller sees. Neither says whether the call was executed.
var (
	errTimeout = errors.New("simulator: no answer in time")
	errServer  = errors.New("simulator: 502 bad gateway")
)

var errRefused = fmt.Errorf("simulator: connection refused: %w", gateway.ErrNotSent)

// Rates are how often each fault strikes, per thousand. The rest of the calls work.
type Rates struct {
	NotSent, LostRequest, LostAnswer, LateExecution, ErrorAfterExecution int
	Drop, Duplicate, Delay                                               int
	LateMax, DelayMax                                                    time.Duration
}

// Unreliable are the rates the retry protocol is measured with: 2 % not sent, 3 % lost on the way
// there, 3 % lost on the way back, 2 % executed up to 30 minutes late, 1.5 % answered with an
// error; 4 % of notifications never come, 10 % come twice, 10 % come up to 3 days late.
func Unreliable() Rates {
	return Rates{NotSent: 20, LostRequest: 30, LostAnswer: 30, LateExecution: 20,
		ErrorAfterExecution: 15, Drop: 40, Duplicate: 100, Delay: 100,
		LateMax: 30 * time.Minute, DelayMax: 72 * time.Hour}
}

// Plan turns rates into the two functions of Options, with a random source of its own: the same
// seed gives the same faults to the same calls in the same order.
func (r Rates) Plan(seed uint64) (
	func(gateway.Op, gateway.Attempt) Fault, func(gateway.Notification) DeliveryFault,
) {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(seed, 0x706f727469636f)) // "portico"
	faults := func(gateway.Op, gateway.Attempt) Fault {
		mu.Lock()
		defer mu.Unlock()
		return r.fault(dice)
	}
	deliveries := func(gateway.Notification) DeliveryFault {
		mu.Lock()
		defer mu.Unlock()
		f := DeliveryFault{Drop: dice.IntN(1000) < r.Drop}
		f.Duplicate = dice.IntN(1000) < r.Duplicate
		if dice.IntN(1000) < r.Delay && r.DelayMax > 0 {
			f.Delay = time.Duration(dice.Int64N(int64(r.DelayMax)))
		}
		return f
	}
	return faults, deliveries
}

func (r Rates) fault(dice *rand.Rand) Fault {
	roll := dice.IntN(1000)
	for _, f := range []struct {
		rate int
		kind FaultKind
	}{
		{r.NotSent, NotSent},
		{r.LostRequest, LostRequest},
		{r.LostAnswer, LostAnswer},
		{r.LateExecution, LateExecution},
		{r.ErrorAfterExecution, ErrorAfterExecution},
	} {
		if roll -= f.rate; roll >= 0 {
			continue
		}
		if f.kind == LateExecution && r.LateMax > 0 {
			return Fault{Kind: LateExecution, Delay: time.Duration(dice.Int64N(int64(r.LateMax)))}
		}
		return Fault{Kind: f.kind}
	}
	return Fault{}
}
