package billing

// PaymentMethod is a stored way to pay. No field of it can hold a card number.
type PaymentMethod struct {
	ID              string         `json:"id"`
	Object          string         `json:"object"`
	AllowRedisplay  string         `json:"allow_redisplay"`
	BillingDetails  BillingDetails `json:"billing_details"`
	Card            *Card          `json:"card,omitempty"`
	Created         int64          `json:"created"`
	Customer        Ref[Customer]  `json:"customer"`
	CustomerAccount Null           `json:"customer_account"`
	Livemode        bool           `json:"livemode"`
	Metadata        Metadata       `json:"metadata"`
	Type            string         `json:"type"`

	Private PaymentMethodPrivate `json:"-"`
}

// PaymentMethodPrivate is the gateway's token for the method.
type PaymentMethodPrivate struct {
	Gateway    string `json:"gateway"`
	Instrument string `json:"instrument"`         // the gateway's token
	Detached   bool   `json:"detached,omitempty"` // never to be attached or charged again
}

// BillingDetails belong to the holder of a payment method.
type BillingDetails struct {
	Address *Address `json:"address"`
	Email   *string  `json:"email"`
	Name    *string  `json:"name"`
	Phone   *string  `json:"phone"`
	TaxID   *string  `json:"tax_id"`
}

// Card is what may be shown of a card.
type Card struct {
	Brand             string             `json:"brand"`
	Checks            *CardChecks        `json:"checks"`
	Country           *string            `json:"country"`
	DisplayBrand      *string            `json:"display_brand"`
	ExpMonth          int64              `json:"exp_month"`
	ExpYear           int64              `json:"exp_year"`
	Fingerprint       *string            `json:"fingerprint"`
	Funding           string             `json:"funding"`
	GeneratedFrom     Null               `json:"generated_from"`
	Last4             string             `json:"last4"`
	Networks          *CardNetworks      `json:"networks"`
	RegulatedStatus   *string            `json:"regulated_status"`
	ThreeDSecureUsage *ThreeDSecureUsage `json:"three_d_secure_usage"`
	Wallet            Null               `json:"wallet"`
}

// CardChecks are the outcomes of the issuer's checks.
type CardChecks struct {
	AddressLine1Check      *string `json:"address_line1_check"`
	AddressPostalCodeCheck *string `json:"address_postal_code_check"`
	CVCCheck               *string `json:"cvc_check"`
}

// CardNetworks are the networks that a card can run on.
type CardNetworks struct {
	Available Arr[string] `json:"available"`
	Preferred *string     `json:"preferred"`
}

// ThreeDSecureUsage says whether a card can be authenticated.
type ThreeDSecureUsage struct {
	Supported bool `json:"supported"`
}
