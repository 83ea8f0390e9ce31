package gateway

import "fmt"

// Outcome is what we know about one money operation. The zero value is Unknown, so a forgotten
// assignment can never look like a failure.
type Outcome uint8

const (
	// Unknown may or may not have happened: only Inquire or a notification may settle it.
	Unknown Outcome = iota
	// NotSent provably never reached the gateway: the same attempt may be sent again.
	NotSent
	// ActionRequired waits until the customer has done Result.Next.
	ActionRequired
	// Pending is accepted; the final word comes later (bank debit, voucher, slow refund).
	Pending
	// Authorized holds funds that are not captured.
	Authorized
	// Succeeded has moved the money, or done the setup or the void.
	Succeeded
	// Declined definitely did not happen; Result.Decline says why. A refund may be Declined
	// after it has Succeeded, when the bank sends the money back.
	Declined
	// Canceled definitely did not and will not happen.
	Canceled
)

var outcomeNames = [...]string{
	"unknown", "not_sent", "action_required", "pending", "authorized", "succeeded", "declined",
	"canceled",
}

// String is the name used in logs, in stored attempts and on the wire.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// ParseOutcome reads what String wrote; anything else is an error and Unknown.
func ParseOutcome(s string) (Outcome, error) {
	for i, name := range outcomeNames {
		if name == s {
			return Outcome(i), nil
		}
	}
	return Unknown, fmt.Errorf("gateway: no outcome is called %q", s)
}

// Final says that the operation is over as far as this attempt goes. A refund can still fail
// after success, and disputes follow their own path.
func (o Outcome) Final() bool { return o == Succeeded || o == Declined || o == Canceled }

// Found says how much a negative answer of Inquire is worth.
type Found uint8

const (
	// CannotTell means that the gateway has no lookup, or that it lags.
	CannotTell Found = iota
	// Yes comes with the Result.
	Yes
	// No is authoritative: the gateway has not executed this attempt. Until Description.Horizon
	// has passed since the last try it may still do so.
	No
)

// Op names an operation on money.
type Op string

// The operations an attempt can be for.
const (
	OpSetup   Op = "setup"
	OpCharge  Op = "charge"
	OpCapture Op = "capture"
	OpVoid    Op = "void"
	OpRefund  Op = "refund"
	OpInquire Op = "inquire" // never an attempt; named for logs, metrics and fault plans
	OpForget  Op = "forget"  // as OpInquire
)

// Advice says whether an instrument may be tried again after a decline.
type Advice uint8

const (
	// RetryLater is a soft decline: dunning may try the same instrument again.
	RetryLater Advice = iota
	// NeedsCustomer asks for the customer: authentication, or new details. Only on session.
	NeedsCustomer
	// Never is final for this instrument: lost, stolen, closed account, mandate revoked.
	Never
)
