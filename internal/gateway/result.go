package gateway

import (
	"time"

	"github.com/portico-billing/portico/internal/money"
)

// Result is the only thing an operation returns about money.
type Result struct {
	Outcome    Outcome
	Ref        string       // the gateway's id, as soon as it is known
	Moved      money.Amount // what really moved, which may differ from what we asked
	Held       money.Amount // what is authorized and can still be captured
	Decline    *Decline
	Assessment *Assessment   // charges only
	Secure     *ThreeDSecure // nil when no authentication was tried
	Next       *NextAction
	Instrument *Instrument
	NetworkRef string    // of a customer-initiated payment; see ChargeRequest.Initial
	At         time.Time // the gateway's clock
	Version    int64     // larger is newer; 0 when the gateway has no order
}

// Decline is a refusal in Stripe's vocabulary plus the raw code. For a refund Code is Stripe's
// failure_reason.
type Decline struct {
	Code, DeclineCode string // card_declined, insufficient_funds
	Message           string // for the customer
	Advice            Advice // may we try this instrument again?
	// AdviceCode is Stripe's: try_again_later, do_not_try_again or confirm_card_data.
	AdviceCode         string
	NetworkDeclineCode string
	NetworkAdviceCode  string
	RawCode            string
}

// Assessment is why a charge ended as it did, in the words of Stripe's charge.outcome.
type Assessment struct {
	Type          string // authorized, manual_review, issuer_declined, blocked, invalid
	NetworkStatus string // approved_by_network, declined_by_network, not_sent_to_network
	Reason        string
	RiskLevel     string // normal, elevated, highest, not_assessed
	RiskScore     int
	SellerMessage string
}

// ThreeDSecure is how the customer was authenticated, in the words of Stripe's
// payment_method_details.card.three_d_secure.
type ThreeDSecure struct {
	Result  string // authenticated, attempt_acknowledged, failed, not_supported, processing_error
	Flow    string // challenge, frictionless
	Version string
}

// NextAction is shown to the browser, never followed by us.
type NextAction struct {
	Kind      string // redirect, embedded, voucher, microdeposits, qr
	URL       string
	Data      map[string]string
	ExpiresAt time.Time
}

// Instrument is a stored way to pay. No field can hold a card number.
type Instrument struct {
	Ref         string // the gateway's token
	Type        string // card, sepa_debit, us_bank_account ...
	Card        *Card
	Holder      Holder
	Mandate     *Mandate
	Display     map[string]string // bank name, last4 and the like of other types
	Fingerprint string            // equal for the same card, whoever uses it
}

// Card is what may be shown of a card.
type Card struct {
	Brand, DisplayBrand         string // visa, mastercard, amex, cartes_bancaires ...
	Last4                       string
	ExpMonth, ExpYear           int
	Funding                     string // credit, debit, prepaid, unknown
	Country                     string // upper-case ISO 3166
	Networks                    []string
	CVCCheck                    string // pass, fail, unavailable, unchecked, or empty
	PostalCodeCheck, Line1Check string
	ThreeDSecureSupported       bool
}

// Holder is what the payer said about themselves on the gateway's page.
type Holder struct {
	Name, PostalCode string
}

// Mandate is a written permission to debit.
type Mandate struct {
	Ref, Status string // pending, active, inactive
	URL         string
}

// Dispute is a payer's bank taking money back, or asking about it.
type Dispute struct {
	Ref, Charge   string
	Amount        money.Amount
	Reason        string // fraudulent, product_not_received ...
	Status        string // Stripe's: needs_response, warning_needs_response, won, lost ...
	Withdrawn     bool   // the money has left us
	EvidenceDueBy time.Time
}

// Notification is news from the gateway. The inbox keeps one per EventID.
type Notification struct {
	EventID string
	Kind    string // charge, setup, refund, mandate, dispute, instrument
	Attempt string // our reference, if the gateway echoes it
	Op      Op     // what the attempt was for
	Ref     string
	Result  Result
	Dispute *Dispute
	Trusted bool // false: fetch the truth with Inquire before applying
	Reply   []byte
}

// Entry is one movement of money in the gateway's books. Money that leaves us is negative.
type Entry struct {
	Ref     string // of the charge, refund or dispute
	Attempt string
	Kind    string // charge, refund, refund_failure, dispute, dispute_reversal
	Moved   money.Amount
	At      time.Time
}
