package simulator

import "github.com/portico-billing/portico/internal/gateway"

// behaviour is what a test card does. Stored instruments name one and know nothing else.
type behaviour struct {
	attach  string // decline when it is saved or set up; empty: it is fine
	charge  string // decline of every charge that got past authentication
	secure  secure
	risk    risk
	checks  checks
	refund  refundMode
	dispute string // Stripe's reason of the dispute that follows a successful charge
	inquiry bool   // the dispute starts as an inquiry
}

// secure is how a card takes part in 3D Secure.
type secure uint8

const (
	notEnrolled   secure = iota // asked for: acknowledged without a challenge
	unsupported                 // cannot be asked at all
	frictionless                // authenticated without a challenge
	optional                    // a challenge only when asked for
	optionalError               // an error when asked for
	lookupError                 // always an error
	unlessSetUp                 // off session only after it was set up
	always                      // off session never
	alreadySetUp                // off session always
)

type risk uint8

const (
	normalRisk risk = iota
	elevatedRisk
	blockedRisk
)

// checks are the results of those details that were sent; empty means pass.
type checks struct{ cvc, zip, line1 string }

type refundMode uint8

const (
	refundAtOnce refundMode = iota
	refundLater             // pending, then succeeded
	refundFails             // succeeded, then failed
)

func issuerDeclines(code string) behaviour { return behaviour{attach: code, charge: code} }

var behaviours = map[string]behaviour{
	"approve":      {},
	"unsupported":  {secure: unsupported},
	"frictionless": {secure: frictionless},

	"generic_decline":        issuerDeclines("generic_decline"),
	"insufficient_funds":     issuerDeclines("insufficient_funds"),
	"lost_card":              issuerDeclines("lost_card"),
	"stolen_card":            issuerDeclines("stolen_card"),
	"card_velocity_exceeded": issuerDeclines("card_velocity_exceeded"),
	"expired_card":           issuerDeclines("expired_card"),
	"incorrect_cvc":          issuerDeclines("incorrect_cvc"),
	"processing_error":       issuerDeclines("processing_error"),

	"attaches_then_generic_decline": {charge: "generic_decline"},
	"attaches_then_lost_card":       {charge: "lost_card"},
	"attaches_then_stolen_card":     {charge: "stolen_card"},

	"authenticate_unless_set_up":           {secure: unlessSetUp},
	"authenticate_always":                  {secure: always},
	"authenticate_already_set_up":          {secure: alreadySetUp},
	"authenticate_optional":                {secure: optional},
	"authenticate_optional_error":          {secure: optionalError},
	"authenticate_lookup_error":            {secure: lookupError},
	"authenticate_then_generic_decline":    {secure: unlessSetUp, charge: "generic_decline"},
	"authenticate_then_insufficient_funds": {secure: unlessSetUp, charge: "insufficient_funds"},

	"blocked":            {risk: blockedRisk},
	"elevated":           {risk: elevatedRisk},
	"cvc_fails":          {checks: checks{cvc: "fail"}},
	"zip_fails":          {checks: checks{zip: "fail"}},
	"line1_fails":        {checks: checks{line1: "fail"}},
	"zip_and_line1_fail": {checks: checks{zip: "fail", line1: "fail"}},
	"cvc_fails_elevated": {checks: checks{cvc: "fail"}, risk: elevatedRisk},
	"zip_fails_elevated": {checks: checks{zip: "fail"}, risk: elevatedRisk},
	"checks_unavailable": {checks: checks{cvc: "unavailable", zip: "unavailable",
		line1: "unavailable"}},

	"dispute_fraudulent":   {dispute: "fraudulent"},
	"dispute_not_received": {dispute: "product_not_received"},
	"dispute_inquiry":      {dispute: "fraudulent", inquiry: true},
	"dispute_noncompliant": {dispute: "noncompliant"},
	"refund_pending":       {refund: refundLater},
	"refund_fails":         {refund: refundFails},
}

const (
	tryAgainLater   = "try_again_later"
	doNotTryAgain   = "do_not_try_again"
	confirmCardData = "confirm_card_data"
	declined        = "card_declined"
)

// declines are the refusals by decline code, with Stripe's sentences for the customer. Some
// refusals are an error code of their own and have no decline code.
var declines = map[string]gateway.Decline{
	"generic_decline": {Code: declined, DeclineCode: "generic_decline",
		Message: "Your card was declined.", AdviceCode: tryAgainLater, NetworkDeclineCode: "01"},
	"insufficient_funds": {Code: declined, DeclineCode: "insufficient_funds",
		Message:    "Your card has insufficient funds.",
		AdviceCode: tryAgainLater, NetworkDeclineCode: "51"},
	"lost_card": {Code: declined, DeclineCode: "lost_card", Advice: gateway.Never,
		Message: "Your card was declined.", AdviceCode: doNotTryAgain, NetworkDeclineCode: "41"},
	"stolen_card": {Code: declined, DeclineCode: "stolen_card", Advice: gateway.Never,
		Message: "Your card was declined.", AdviceCode: doNotTryAgain, NetworkDeclineCode: "43"},
	"card_velocity_exceeded": {Code: declined, DeclineCode: "card_velocity_exceeded",
		Message: "Your card was declined for making repeated attempts too frequently " +
			"or exceeding its amount limit.",
		AdviceCode: tryAgainLater, NetworkDeclineCode: "65"},
	"expired_card": {Code: "expired_card", Message: "Your card has expired.",
		Advice: gateway.NeedsCustomer, AdviceCode: confirmCardData, NetworkDeclineCode: "54"},
	"incorrect_cvc": {Code: "incorrect_cvc",
		Message: "Your card's security code is incorrect.",
		Advice:  gateway.NeedsCustomer, AdviceCode: confirmCardData, NetworkDeclineCode: "N7"},
	"processing_error": {Code: "processing_error",
		Message: "An error occurred while processing your card. " +
			"Try again in a little bit.",
		AdviceCode: tryAgainLater, NetworkDeclineCode: "96"},
	"authentication_required": {Code: "authentication_required",
		DeclineCode: "authentication_required",
		Message:     "Your card was declined. This transaction requires authentication.",
		Advice:      gateway.NeedsCustomer, AdviceCode: tryAgainLater, NetworkDeclineCode: "1A"},
	"fraudulent": {Code: declined, DeclineCode: "fraudulent", Advice: gateway.Never,
		Message: "Your card was declined.", AdviceCode: doNotTryAgain},
	"invalid_account": {Code: declined, DeclineCode: "invalid_account", Advice: gateway.Never,
		Message: "Your card was declined.", AdviceCode: doNotTryAgain},
	"payment_intent_authentication_failure": {Code: "payment_intent_authentication_failure",
		Message: authenticationFailed, Advice: gateway.NeedsCustomer},
	"setup_intent_authentication_failure": {Code: "setup_intent_authentication_failure",
		Message: authenticationFailed, Advice: gateway.NeedsCustomer},
}

const authenticationFailed = "We are unable to authenticate your payment method. " +
	"Please choose a different payment method and try again."

// declineFor is a fresh copy, so that nobody can change the table.
func declineFor(name string) *gateway.Decline {
	d, ok := declines[name]
	if !ok {
		panic("simulator: no decline is called " + name)
	}
	if d.RawCode = d.NetworkDeclineCode; d.RawCode == "" {
		d.RawCode = name
	}
	return &d
}
