package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// ErrNotSent marks a failure before the first byte left us: the same attempt may be sent again.
var ErrNotSent = errors.New("gateway: request was not sent")

// ErrInvalid marks a request that the gateway refused to look at. Nothing happened, and sending
// the same request again will not help: it is a mistake in our own code.
var ErrInvalid = errors.New("gateway: invalid request")

// ErrKeyConflict marks an idempotency key that came back with another request. What the first
// request with that key did is not told; only Inquire can say.
var ErrKeyConflict = errors.New("gateway: idempotency key was used for another request")

// ErrForged marks a notification whose signature does not fit its body.
var ErrForged = errors.New("gateway: notification signature does not match")

// Gateway is what every adapter implements. An error never means "declined": the caller treats
// the outcome as Unknown unless the error wraps ErrNotSent or ErrInvalid.
type Gateway interface {
	Describe() Description
	Setup(context.Context, SetupRequest) (Result, error)
	Charge(context.Context, ChargeRequest) (Result, error)
	Capture(context.Context, ModifyRequest) (Result, error)
	// Void ends anything that has not moved money yet: held funds are released, a setup or charge
	// that waits for the customer is canceled.
	Void(context.Context, ModifyRequest) (Result, error)
	Refund(context.Context, ModifyRequest) (Result, error)
	Inquire(context.Context, Inquiry) (Found, Result, error)
	// Forget ends the use of an instrument. Forgetting twice is not an error.
	Forget(ctx context.Context, instrument string) error
	// Notification checks the signature over the raw body and translates it. It does no I/O, so a
	// webhook can be stored before anything else happens.
	Notification(r *http.Request, body []byte) (Notification, error)
}

// Optional abilities, found by type assertion.
type (
	// Preparer creates the gateway's object without moving money, so that its id is durable
	// before the dangerous call.
	Preparer interface {
		Prepare(context.Context, ChargeRequest) (ref string, err error)
	}

	// Ledger lists what the gateway believes happened in [from, to). The nightly reconciliation
	// compares it with our attempts in both directions. An empty cursor starts and ends the list.
	Ledger interface {
		Entries(ctx context.Context, from, to time.Time, cursor string) ([]Entry, string, error)
	}

	// Disputer answers a dispute.
	Disputer interface {
		SubmitEvidence(ctx context.Context, dispute string, evidence map[string]string) error
		Accept(ctx context.Context, dispute string) error
	}

	// Updater asks the card networks or banks for newer details of an instrument.
	Updater interface {
		Refresh(ctx context.Context, instrument string) (Instrument, error)
	}

	// TestValues is what a gateway adds that is not live: Stripe's published test values.
	TestValues interface {
		// InstrumentFor makes an instrument from a name such as pm_card_visa or tok_visa. The
		// second result is false when the name is not one of the published ones.
		InstrumentFor(ctx context.Context, name string) (Instrument, bool, error)
		// TokenizeFields makes an instrument from Stripe's card hash (number, exp_month,
		// exp_year, cvc). Wrong details are a *DataError. The fields are never stored.
		TokenizeFields(ctx context.Context, fields map[string]string) (Instrument, error)
	}
)

// DataError says which detail of an instrument is wrong, in Stripe's words. Nothing was stored.
type DataError struct {
	Code, DeclineCode string // incorrect_number; card_declined with testmode_decline
	Param             string // number, exp_month, exp_year, cvc
	Message           string
}

// Error is the message for the person who typed the detail.
func (e *DataError) Error() string { return e.Message }

// Description is data, so that the scheduler needs no code per gateway.
type Description struct {
	Name       string
	Types      []string      // payment method types, Stripe's names
	Currencies []string      // empty: all
	KeyLife    time.Duration // how long a replay with the same key is safe
	Horizon    time.Duration // a request older than this can no longer execute
	Lookup     Found         // the best answer Inquire can give for a missing attempt
	Idempotent bool
	Modes      []string // hosted, redirect, embedded
	Live       bool     // false: it must never be used for live objects
	// LocaleParam is the query parameter by which the gateway's pages take the language that the
	// customer reads; empty: they take none.
	LocaleParam string
}
