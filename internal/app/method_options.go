package app

import (
	"crypto/subtle"

	"github.com/portico-billing/portico/internal/billing"
)

// MethodOptionsParams are options by type of payment method; cards are all there is so far.
type MethodOptionsParams struct {
	Card billing.Optional[CardOptionsParams] `form:"card"`
}

// CardOptionsParams say how far a card's payment asks for an authentication.
type CardOptionsParams struct {
	RequestThreeDSecure *string `form:"request_three_d_secure"`
}

// IntentMethodOptionsParams are those of a payment intent.
type IntentMethodOptionsParams struct {
	Card billing.Optional[IntentCardOptionsParams] `form:"card"`
}

// IntentCardOptionsParams also say whether the card is kept.
type IntentCardOptionsParams struct {
	CardOptionsParams
	SetupFutureUsage *string `form:"setup_future_usage"`
}

// over is optionsWith for a payment intent.
func (p *IntentMethodOptionsParams) over(old *billing.MethodOptions) *billing.MethodOptions {
	if p == nil || !p.Card.Set {
		return old
	}
	options := optionsWith(old, &MethodOptionsParams{Card: billing.Optional[CardOptionsParams]{
		Set: true, Null: p.Card.Null, Value: p.Card.Value.CardOptionsParams}})
	given(&options.Card.SetupFutureUsage, p.Card.Value.SetupFutureUsage)
	return options
}

// defaultOptions ask for an authentication only where the bank wants one.
func defaultOptions() *billing.MethodOptions {
	return &billing.MethodOptions{Card: &billing.CardOptions{
		RequestThreeDSecure: new("automatic")}}
}

// optionsWith are options with what a request says about them; card options that are emptied are
// the defaults again.
func optionsWith(old *billing.MethodOptions, p *MethodOptionsParams) *billing.MethodOptions {
	if p == nil || !p.Card.Set {
		return old
	}
	options := defaultOptions()
	if p.Card.Null {
		return options
	}
	if old != nil && old.Card != nil {
		*options.Card = *old.Card
	}
	given(&options.Card.RequestThreeDSecure, p.Card.Value.RequestThreeDSecure)
	return options
}

// secureWish is how far a payment asks for an authentication: automatic, any or challenge.
func secureWish(o *billing.MethodOptions) string {
	if o == nil || o.Card == nil || o.Card.RequestThreeDSecure == nil {
		return ""
	}
	return *o.Card.RequestThreeDSecure
}

// cardsOnly refuses the types of payment methods that are not built.
func cardsOnly(types []string, param string) error {
	for _, t := range types {
		if t != "card" {
			return billing.Unsupported(param + "[]=" + t)
		}
	}
	return nil
}

// invoiceOptionsWith is optionsWith for an invoice, which shows less of them.
func invoiceOptionsWith(old *billing.InvoiceMethodOptions,
	p *MethodOptionsParams) *billing.InvoiceMethodOptions {
	if p == nil || !p.Card.Set {
		return old
	}
	wish := "automatic"
	if old != nil && !p.Card.Null {
		wish = *old.Card.RequestThreeDSecure
	}
	assign(&wish, p.Card.Value.RequestThreeDSecure)
	return &billing.InvoiceMethodOptions{
		Card: billing.InvoiceCardOptions{RequestThreeDSecure: &wish}}
}

// CheckSecret holds a client secret that was sent against the intent's; a secret key needs none.
func CheckSecret(secret, sent *string) error {
	if sent == nil || secret != nil &&
		subtle.ConstantTimeCompare([]byte(*sent), []byte(*secret)) == 1 {
		return nil
	}
	return billing.Invalid("client_secret", "The client_secret provided does not match the "+
		"client_secret associated with this intent.")
}

// MandateDataParams say how the customer agreed to be charged later.
type MandateDataParams struct {
	CustomerAcceptance AcceptanceParams `form:"customer_acceptance"`
}

// AcceptanceParams are the customer's consent.
type AcceptanceParams struct {
	AcceptedAt *int64                  `form:"accepted_at"`
	Offline    *struct{}               `form:"offline"`
	Online     *OnlineAcceptanceParams `form:"online"`
	Type       string                  `form:"type"`
}

// OnlineAcceptanceParams are where an online consent came from.
type OnlineAcceptanceParams struct {
	IPAddress string `form:"ip_address"`
	UserAgent string `form:"user_agent"`
}

// agree keeps the customer's consent beside an intent. Cards need no mandate of the bank's.
func agree(field **billing.Acceptance, p billing.Optional[MandateDataParams], now int64) error {
	if !p.Given() {
		return nil
	}
	a := p.Value.CustomerAcceptance
	consent := &billing.Acceptance{Type: a.Type, AcceptedAt: now}
	assign(&consent.AcceptedAt, a.AcceptedAt)
	switch {
	case a.Type == "online" && a.Online == nil:
		return billing.Missing("mandate_data[customer_acceptance][online]")
	case a.Online != nil:
		consent.IPAddress, consent.UserAgent = a.Online.IPAddress, a.Online.UserAgent
	}
	*field = consent
	return nil
}
