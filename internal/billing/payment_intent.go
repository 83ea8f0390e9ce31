package billing

// PaymentIntentStatus is where a payment intent stands.
type PaymentIntentStatus string

// The states of a payment intent. succeeded and canceled are final.
const (
	PaymentIntentRequiresPaymentMethod PaymentIntentStatus = "requires_payment_method"
	PaymentIntentRequiresConfirmation  PaymentIntentStatus = "requires_confirmation"
	PaymentIntentRequiresAction        PaymentIntentStatus = "requires_action"
	PaymentIntentProcessing            PaymentIntentStatus = "processing"
	PaymentIntentRequiresCapture       PaymentIntentStatus = "requires_capture"
	PaymentIntentSucceeded             PaymentIntentStatus = "succeeded"
	PaymentIntentCanceled              PaymentIntentStatus = "canceled"
)

// Paid says that the money was taken, or is held.
func (s PaymentIntentStatus) Paid() bool {
	return s == PaymentIntentSucceeded || s == PaymentIntentRequiresCapture
}

// PaymentIntent is the wish to collect one sum once.
type PaymentIntent struct {
	ID                         string              `json:"id"`
	Object                     string              `json:"object"`
	Amount                     int64               `json:"amount"`
	AmountCapturable           int64               `json:"amount_capturable"`
	AmountReceived             int64               `json:"amount_received"`
	Application                Null                `json:"application"`
	ApplicationFeeAmount       Null                `json:"application_fee_amount"`
	AutomaticPaymentMethods    *AutomaticMethods   `json:"automatic_payment_methods"`
	CanceledAt                 *int64              `json:"canceled_at"`
	CancellationReason         *string             `json:"cancellation_reason"`
	CaptureMethod              string              `json:"capture_method"`
	ClientSecret               *string             `json:"client_secret"`
	ConfirmationMethod         string              `json:"confirmation_method"`
	Created                    int64               `json:"created"`
	Currency                   string              `json:"currency"`
	Customer                   Ref[Customer]       `json:"customer"`
	CustomerAccount            Null                `json:"customer_account"`
	Description                *string             `json:"description"`
	ExcludedPaymentMethodTypes Null                `json:"excluded_payment_method_types"`
	LastPaymentError           *PaymentError       `json:"last_payment_error"`
	LatestCharge               Ref[Charge]         `json:"latest_charge"`
	Livemode                   bool                `json:"livemode"`
	Metadata                   Metadata            `json:"metadata"`
	NextAction                 *NextAction         `json:"next_action"`
	OnBehalfOf                 Null                `json:"on_behalf_of"`
	PaymentMethod              Ref[PaymentMethod]  `json:"payment_method"`
	PaymentMethodConfiguration Null                `json:"payment_method_configuration_details"`
	PaymentMethodOptions       *MethodOptions      `json:"payment_method_options"`
	PaymentMethodTypes         Arr[string]         `json:"payment_method_types"`
	Processing                 Null                `json:"processing"`
	ReceiptEmail               *string             `json:"receipt_email"`
	Review                     Null                `json:"review"`
	SetupFutureUsage           *string             `json:"setup_future_usage"`
	Shipping                   *Shipping           `json:"shipping"`
	StatementDescriptor        *string             `json:"statement_descriptor"`
	StatementDescriptorSuffix  *string             `json:"statement_descriptor_suffix"`
	Status                     PaymentIntentStatus `json:"status"`
	TransferData               Null                `json:"transfer_data"`
	TransferGroup              Null                `json:"transfer_group"`

	Private PaymentIntentPrivate `json:"-"`
}

// PaymentIntentPrivate is what the API does not show of a payment intent.
type PaymentIntentPrivate struct {
	Invoice   string `json:"invoice,omitempty"` // the invoice that it pays
	ReturnURL string `json:"return_url,omitempty"`
	Attempts  int64  `json:"attempts,omitempty"` // charges tried so far: names the next attempt

	Acceptance *Acceptance `json:"acceptance,omitempty"`
}

// Acceptance is a customer's consent to be charged later, and where it came from.
type Acceptance struct {
	Type       string `json:"type"` // online or offline
	AcceptedAt int64  `json:"accepted_at"`
	IPAddress  string `json:"ip_address,omitempty"`
	UserAgent  string `json:"user_agent,omitempty"`
}

// MethodOptions are options by type of payment method.
type MethodOptions struct {
	Card *CardOptions `json:"card,omitempty"`
}

// CardOptions are the options of card payments.
type CardOptions struct {
	Installments        *Null   `json:"installments,omitempty"`
	MandateOptions      *Null   `json:"mandate_options,omitempty"`
	Network             *string `json:"network"`
	RequestThreeDSecure *string `json:"request_three_d_secure"`
	SetupFutureUsage    *string `json:"setup_future_usage,omitempty"` // of payment intents
}

// FutureUsage is what else a payment's method is wanted for, or "": its options as a card come
// before the intent's own.
func (p *PaymentIntent) FutureUsage() string {
	usage := p.SetupFutureUsage
	if o := p.PaymentMethodOptions; o != nil && o.Card != nil && o.Card.SetupFutureUsage != nil {
		usage = o.Card.SetupFutureUsage
	}
	if usage == nil || *usage == "none" {
		return ""
	}
	return *usage
}

// paymentIntentMoves are the allowed moves.
var paymentIntentMoves = map[PaymentIntentStatus][]PaymentIntentStatus{
	PaymentIntentRequiresPaymentMethod: {PaymentIntentRequiresConfirmation,
		PaymentIntentRequiresAction, PaymentIntentProcessing, PaymentIntentRequiresCapture,
		PaymentIntentSucceeded, PaymentIntentCanceled},
	PaymentIntentRequiresConfirmation: {PaymentIntentRequiresPaymentMethod,
		PaymentIntentRequiresAction, PaymentIntentProcessing, PaymentIntentRequiresCapture,
		PaymentIntentSucceeded, PaymentIntentCanceled},
	PaymentIntentRequiresAction: {PaymentIntentRequiresPaymentMethod,
		PaymentIntentRequiresConfirmation, PaymentIntentProcessing,
		PaymentIntentRequiresCapture, PaymentIntentSucceeded, PaymentIntentCanceled},
	PaymentIntentProcessing: {PaymentIntentRequiresPaymentMethod, PaymentIntentRequiresAction,
		PaymentIntentRequiresCapture, PaymentIntentSucceeded, PaymentIntentCanceled},
	PaymentIntentRequiresCapture: {PaymentIntentProcessing, PaymentIntentSucceeded,
		PaymentIntentCanceled},
}

// MayBecome says whether the status table allows the move.
func (s PaymentIntentStatus) MayBecome(next PaymentIntentStatus) bool {
	return may(paymentIntentMoves, s, next)
}
