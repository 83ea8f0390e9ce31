package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// AttemptState is what is known of one try to move money.
type AttemptState string

// The states of an attempt. While one is open, no other may be made for the same invoice or
// payment intent.
const (
	AttemptCreated        AttemptState = "created" // nothing is sent yet
	AttemptSent           AttemptState = "sent"
	AttemptUnknown        AttemptState = "unknown" // the answer is lost: inquire
	AttemptActionRequired AttemptState = "action_required"
	AttemptPending        AttemptState = "pending" // the gateway has not decided yet

	AttemptSucceeded   AttemptState = "succeeded"
	AttemptDeclined    AttemptState = "declined"
	AttemptCanceled    AttemptState = "canceled"
	AttemptNotExecuted AttemptState = "not_executed" // provably never happened
	AttemptParked      AttemptState = "parked"       // a person must look
)

// attemptMoves are the allowed moves. What is concluded never opens again, and a success that is
// learned late beats every other conclusion, because the money has moved.
var attemptMoves = map[AttemptState][]AttemptState{
	AttemptCreated: {AttemptSent, AttemptCanceled, AttemptNotExecuted},
	AttemptSent: {AttemptCreated, AttemptUnknown, AttemptActionRequired, AttemptPending,
		AttemptSucceeded, AttemptDeclined, AttemptCanceled, AttemptNotExecuted, AttemptParked},
	AttemptUnknown: {AttemptCreated, AttemptSent, AttemptActionRequired, AttemptPending,
		AttemptSucceeded, AttemptDeclined, AttemptCanceled, AttemptNotExecuted, AttemptParked},
	AttemptActionRequired: {AttemptSent, AttemptUnknown, AttemptPending, AttemptSucceeded,
		AttemptDeclined, AttemptCanceled, AttemptNotExecuted, AttemptParked},
	AttemptPending: {AttemptUnknown, AttemptActionRequired, AttemptSucceeded, AttemptDeclined,
		AttemptCanceled, AttemptNotExecuted, AttemptParked},
	AttemptDeclined:    {AttemptSucceeded},
	AttemptCanceled:    {AttemptSucceeded},
	AttemptNotExecuted: {AttemptSucceeded},
	AttemptParked: {AttemptSucceeded, AttemptDeclined, AttemptCanceled,
		AttemptNotExecuted},
}

// Open says that the outcome is still to come.
func (s AttemptState) Open() bool {
	switch s {
	case AttemptCreated, AttemptSent, AttemptUnknown, AttemptActionRequired, AttemptPending:
		return true
	}
	return false
}

// OpenAttemptStates are the states in which an outcome is still to come.
func OpenAttemptStates() []string {
	return []string{string(AttemptCreated), string(AttemptSent), string(AttemptUnknown),
		string(AttemptActionRequired), string(AttemptPending)}
}

// MayBecome says whether the table allows the move; staying is free.
func (s AttemptState) MayBecome(next AttemptState) bool {
	return s == next || slices.Contains(attemptMoves[s], next)
}

// Attempt is one intended money operation. It is written before the first byte is sent, and its
// key is never reused for another intention.
type Attempt struct {
	ID            string          `json:"id"`
	Object        string          `json:"object"` // "attempt"
	Op            string          `json:"op"`     // charge, capture, void, refund, setup
	Invoice       string          `json:"invoice,omitempty"`
	PaymentIntent string          `json:"payment_intent,omitempty"`
	SetupIntent   string          `json:"setup_intent,omitempty"`
	Charge        string          `json:"charge,omitempty"`
	Refund        string          `json:"refund,omitempty"`
	Subscription  string          `json:"subscription,omitempty"` // of the invoice
	Customer      string          `json:"customer,omitempty"`
	PaymentMethod string          `json:"payment_method,omitempty"`
	Instrument    string          `json:"instrument,omitempty"`
	Gateway       string          `json:"gateway,omitempty"`
	Amount        int64           `json:"amount"`
	Currency      string          `json:"currency,omitempty"`
	OffSession    bool            `json:"off_session,omitempty"`
	Automatic     bool            `json:"automatic,omitempty"`
	Key           string          `json:"key"` // the gateway's idempotency key
	State         AttemptState    `json:"state"`
	SentAtMs      int64           `json:"sent_at_ms,omitempty"`
	FirstTryMs    int64           `json:"first_try_ms,omitempty"`
	InquireAt     *int64          `json:"inquire_at,omitempty"` // due
	Inquiries     int64           `json:"inquiries,omitempty"`
	Replays       int64           `json:"replays,omitempty"`
	GatewayRef    string          `json:"gateway_ref,omitempty"`
	Result        json.RawMessage `json:"result,omitempty"`
	Change        []byte          `json:"change,omitempty"` // encoded: the command that it is for
	Clock         string          `json:"clock,omitempty"`
	Created       int64           `json:"created"`
	Code          string          `json:"code,omitempty"`
	DeclineCode   string          `json:"decline_code,omitempty"`
	Hold          bool            `json:"hold,omitempty"`           // only authorize: capture later
	Counted       bool            `json:"counted,omitempty"`        // in the invoice's count
	SetupFuture   bool            `json:"setup_future,omitempty"`   // keep the method for later
	ThreeDSecure  string          `json:"three_d_secure,omitempty"` // what the intent asks
}

// Attempts are the ledger of tries. They have no events, and cannot make a move that the table
// does not allow.
var Attempts = newCollection(spec[Attempt]{
	object: "attempt", table: "attempts",
	id:      func(a *Attempt) string { return a.ID },
	created: func(a *Attempt) int64 { return a.Created },
	columns: []column[Attempt]{
		text("op", func(a *Attempt) any { return a.Op }),
		text("state", func(a *Attempt) any { return a.State }),
		text("invoice", func(a *Attempt) any { return a.Invoice }),
		text("payment_intent", func(a *Attempt) any { return a.PaymentIntent }),
		text("setup_intent", func(a *Attempt) any { return a.SetupIntent }),
		text("charge", func(a *Attempt) any { return a.Charge }),
		text("refund", func(a *Attempt) any { return a.Refund }),
		text("customer", func(a *Attempt) any { return a.Customer }),
		text("gateway", func(a *Attempt) any { return a.Gateway }),
		text("gateway_ref", func(a *Attempt) any { return a.GatewayRef }),
		text("idempotency_key", func(a *Attempt) any { return a.Key }),
		integer("inquire_at", func(a *Attempt) any { return optional(a.InquireAt) }),
		text("clock", func(a *Attempt) any { return a.Clock }),
	},
	guard: func(was, is *Attempt) error {
		if was.State.MayBecome(is.State) || was.State == AttemptCreated {
			return nil // sent and answered may be one transaction where no gateway is called
		}
		return fmt.Errorf("store: attempt %s cannot go from %s to %s", is.ID, was.State, is.State)
	},
})

// AttemptOf finds an attempt in whichever account and mode: its id is all that the notification of
// a gateway brings.
func AttemptOf(q *View, id string) (*Attempt, billing.Scope, error) {
	es, err := Attempts.load(q, " where id = $1", []any{id})
	if err == nil {
		err = missing(es)
	}
	if err != nil {
		return nil, billing.Scope{}, err
	}
	return es[0].v, es[0].scope, nil
}
