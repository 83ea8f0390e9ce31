package billing

// SetupIntentStatus is where a setup intent stands.
type SetupIntentStatus string

// The states of a setup intent.
const (
	SetupIntentRequiresPaymentMethod SetupIntentStatus = "requires_payment_method"
	SetupIntentRequiresConfirmation  SetupIntentStatus = "requires_confirmation"
	SetupIntentRequiresAction        SetupIntentStatus = "requires_action"
	SetupIntentProcessing            SetupIntentStatus = "processing"
	SetupIntentSucceeded             SetupIntentStatus = "succeeded"
	SetupIntentCanceled              SetupIntentStatus = "canceled"
)

// SetupIntent is the wish to store a payment method for later.
type SetupIntent struct {
	ID                         string             `json:"id"`
	Object                     string             `json:"object"`
	Application                Null               `json:"application"`
	AutomaticPaymentMethods    *AutomaticMethods  `json:"automatic_payment_methods"`
	CancellationReason         *string            `json:"cancellation_reason"`
	ClientSecret               *string            `json:"client_secret"`
	Created                    int64              `json:"created"`
	Customer                   Ref[Customer]      `json:"customer"`
	CustomerAccount            Null               `json:"customer_account"`
	Description                *string            `json:"description"`
	ExcludedPaymentMethodTypes Null               `json:"excluded_payment_method_types"`
	FlowDirections             Null               `json:"flow_directions"`
	LastSetupError             *PaymentError      `json:"last_setup_error"`
	LatestAttempt              Null               `json:"latest_attempt"`
	Livemode                   bool               `json:"livemode"`
	Mandate                    Null               `json:"mandate"`
	Metadata                   Metadata           `json:"metadata"`
	NextAction                 *NextAction        `json:"next_action"`
	OnBehalfOf                 Null               `json:"on_behalf_of"`
	PaymentMethod              Ref[PaymentMethod] `json:"payment_method"`
	PaymentMethodConfiguration Null               `json:"payment_method_configuration_details"`
	PaymentMethodOptions       *MethodOptions     `json:"payment_method_options"`
	PaymentMethodTypes         Arr[string]        `json:"payment_method_types"`
	SingleUseMandate           Null               `json:"single_use_mandate"`
	Status                     SetupIntentStatus  `json:"status"`
	Usage                      string             `json:"usage"`

	Private SetupIntentPrivate `json:"-"`
}

// SetupIntentPrivate is what the API does not show of a setup intent.
type SetupIntentPrivate struct {
	ReturnURL    string `json:"return_url,omitempty"`
	Subscription string `json:"subscription,omitempty"` // whose pending_setup_intent it is
	MakeDefault  bool   `json:"make_default,omitempty"` // the customer's default on success

	Acceptance *Acceptance `json:"acceptance,omitempty"`
}

// AutomaticMethods lets the gateway choose among payment methods.
type AutomaticMethods struct {
	AllowRedirects *string `json:"allow_redirects,omitempty"`
	Enabled        bool    `json:"enabled"`
}

// NextAction is what the customer must do; this house only ever redirects.
type NextAction struct {
	RedirectToURL *RedirectToURL `json:"redirect_to_url,omitempty"`
	Type          string         `json:"type"` // "redirect_to_url"
}

// RedirectToURL is where to send the browser, and where it comes back to.
type RedirectToURL struct {
	ReturnURL *string `json:"return_url"`
	URL       *string `json:"url"`
}

// PaymentError is why the last attempt of an intent failed.
type PaymentError struct {
	AdviceCode         *string        `json:"advice_code,omitempty"`
	Charge             *string        `json:"charge,omitempty"`
	Code               *string        `json:"code,omitempty"`
	DeclineCode        *string        `json:"decline_code,omitempty"`
	DocURL             *string        `json:"doc_url,omitempty"`
	Message            *string        `json:"message,omitempty"`
	NetworkDeclineCode *string        `json:"network_decline_code,omitempty"`
	Param              *string        `json:"param,omitempty"`
	PaymentMethod      *PaymentMethod `json:"payment_method,omitempty"`
	PaymentMethodType  *string        `json:"payment_method_type,omitempty"`
	Type               string         `json:"type"`
}
