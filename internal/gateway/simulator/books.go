package simulator

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// instrument is a saved card: what may be shown of it, and the name of what it does.
type instrument struct {
	Ref       string
	Behaviour string
	Shown     gateway.Instrument
	SetUp     bool // authenticated for charges without the customer
	Forgotten bool
}

// operation is one thing that was asked of the gateway and what became of it.
type operation struct {
	Ref        string
	Order      order
	Instrument string
	Parent     string // the charge that a capture, void, refund or dispute belongs to
	Result     gateway.Result
	Refunded   int64 // minor units given back so far; charges only
	ForceMinor int64 // a fault: move this much instead of what was asked
	Dispute    *gateway.Dispute
	CreatedAt  time.Time
}

// order is a request as it arrived. Exactly one of the three is set.
type order struct {
	Op     gateway.Op
	Setup  *gateway.SetupRequest  `json:",omitempty"`
	Charge *gateway.ChargeRequest `json:",omitempty"`
	Modify *gateway.ModifyRequest `json:",omitempty"`
}

func (o order) attempt() gateway.Attempt {
	switch {
	case o.Setup != nil:
		return o.Setup.Attempt
	case o.Charge != nil:
		return o.Charge.Attempt
	case o.Modify != nil:
		return o.Modify.Attempt
	}
	return gateway.Attempt{}
}

// hash tells two requests apart. FirstTry is our caller's note, not part of the request.
func (o order) hash() string {
	bare := o
	switch {
	case o.Setup != nil:
		r := *o.Setup
		r.FirstTry, bare.Setup = time.Time{}, &r
	case o.Charge != nil:
		r := *o.Charge
		r.FirstTry, bare.Charge = time.Time{}, &r
	case o.Modify != nil:
		r := *o.Modify
		r.FirstTry, bare.Modify = time.Time{}, &r
	}
	sum := sha256.Sum256(encode(bare))
	return string(encodeBase62(sum[:16]))
}

// call is what was answered to an idempotency key the first time.
type call struct {
	Key, Hash string
	Op        gateway.Op
	Attempt   string
	Ref       string
	Result    gateway.Result
	At        time.Time
}

// challenge is a page waiting for the customer: the card form, or the bank's question.
type challenge struct {
	Token, Ref string
	Kind       ChallengeKind
	State      ChallengeState
	ReturnURL  string
	ExpiresAt  time.Time
}

// item is work that falls due: a late execution, a settlement, a notification.
type item struct {
	ID     string
	Due    time.Time
	Kind   itemKind
	Ref    string                `json:",omitempty"`
	Order  *order                `json:",omitempty"`
	Notice *gateway.Notification `json:",omitempty"`
	Tries  int                   `json:",omitempty"`
}

type itemKind string

const (
	itemLate    itemKind = "late"    // execute Order now
	itemNotify  itemKind = "notify"  // deliver Notice
	itemSettle  itemKind = "settle"  // give a refund its second word
	itemRelease itemKind = "release" // an authorization was never captured
	itemLapse   itemKind = "lapse"   // the customer never came back
)

// complaint is a broken promise of the caller, kept for Audit.
type complaint struct {
	Rule, Attempt, Key string
	At                 time.Time
}

// books is the storage of one transaction. Maps of values in memory and tables in SQL look the
// same from here; the rules live in the code that uses them, once.
type books interface {
	instrument(ref string) (instrument, bool, error)
	putInstrument(instrument) error
	operation(ref string) (operation, bool, error)
	operationFor(op gateway.Op, attempt string) (operation, bool, error)
	putOperation(operation) error
	call(key string) (call, bool, error)
	putCall(call) error
	challenge(token string) (challenge, bool, error)
	putChallenge(challenge) error
	// entries lists movements in [from, to) after the cursor, oldest first.
	entries(from, to time.Time, after string, limit int) ([]gateway.Entry, []string, error)
	addEntry(gateway.Entry) error
	addItem(item) error
	dropItem(id string) error
	dueItems(now time.Time, limit int) ([]item, error)
	nextDue() (time.Time, bool, error)
	addComplaint(complaint) error
	// everything is for Audit and for tests; it may be slow.
	everything() (contents, error)
}

// contents is a copy of the books.
type contents struct {
	instruments []instrument
	operations  []operation
	calls       []call
	entries     []gateway.Entry
	items       []item
	complaints  []complaint
}

// storage opens transactions on books. Calls never overlap: the simulator has one writer.
type storage interface {
	do(ctx context.Context, f func(books) error) error
	Close() error
}

// entryKey orders the ledger and names each movement once.
func entryKey(e gateway.Entry) string {
	return stamp(e.At) + "/" + e.Ref + "/" + e.Kind
}

// encode cannot fail: every record is plain data.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return b
}

func zero(currency string) money.Amount { return money.Amount{Currency: currency} }
