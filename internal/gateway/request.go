package gateway

import (
	"time"

	"github.com/portico-billing/portico/internal/money"
)

// Attempt names one intended operation. It is written to our database before the first byte is
// sent and is never reused for another intention.
type Attempt struct {
	ID       string    // ours; also the reference the gateway stores
	Key      string    // idempotency key, derived from ID and the operation
	FirstTry time.Time // not part of the request: replays carry the same one
}

// SetupRequest asks for permission to charge an instrument later.
//
// Without an Instrument the customer is sent to a page of the gateway, and the Result of the
// finished setup carries the new one.
type SetupRequest struct {
	Attempt
	Customer   string
	Types      []string
	Instrument string
	ReturnURL  string
	// OffSession says that the customer is not there to authenticate.
	OffSession bool
	// Verify only asks the issuer whether the instrument is good, as attaching a payment method
	// does; it never asks the customer and grants no off-session use.
	Verify   bool
	Metadata map[string]string
}

// ChargeRequest asks for money.
//
// Without an Instrument the customer is sent to a page of the gateway to name one.
type ChargeRequest struct {
	Attempt
	Customer   string
	Instrument string
	Types      []string
	Amount     money.Amount
	// OffSession says that the customer is not there: authentication is declined, not asked for.
	OffSession bool
	// RefuseAction declines with authentication_required where ActionRequired would be answered,
	// although the customer is there (Stripe's error_on_requires_action).
	RefuseAction bool
	// SetupFutureUsage makes a successful charge also a setup for off-session use.
	SetupFutureUsage bool
	// CaptureNow false only holds the funds.
	CaptureNow bool
	// ThreeDSecure is automatic (or empty), any or challenge.
	ThreeDSecure string
	Initial      string // network reference of the customer-initiated payment
	ReturnURL    string
	Descriptor   string
	Metadata     map[string]string
}

// ModifyRequest captures, voids or refunds.
type ModifyRequest struct {
	Attempt
	Charge   string       // the gateway's ref of the charge (Void: also of a setup)
	Amount   money.Amount // zero: all of it
	Reason   string
	Metadata map[string]string
}

// Inquiry asks what became of an attempt whose outcome we do not know.
type Inquiry struct {
	Attempt
	Op  Op
	Ref string // if we ever learned it
}
