package billing

// States of a charge.
const (
	ChargePending   = "pending"
	ChargeSucceeded = "succeeded"
	ChargeFailed    = "failed"
)

// Charge is one try to move money, successful or not.
type Charge struct {
	ID                            string                `json:"id"`
	Object                        string                `json:"object"`
	Amount                        int64                 `json:"amount"`
	AmountCaptured                int64                 `json:"amount_captured"`
	AmountRefunded                int64                 `json:"amount_refunded"`
	Application                   Null                  `json:"application"`
	ApplicationFee                Null                  `json:"application_fee"`
	ApplicationFeeAmount          Null                  `json:"application_fee_amount"`
	BalanceTransaction            Null                  `json:"balance_transaction"`
	BillingDetails                BillingDetails        `json:"billing_details"`
	CalculatedStatementDescriptor *string               `json:"calculated_statement_descriptor"`
	Captured                      bool                  `json:"captured"`
	Created                       int64                 `json:"created"`
	Currency                      string                `json:"currency"`
	Customer                      Ref[Customer]         `json:"customer"`
	Description                   *string               `json:"description"`
	Disputed                      bool                  `json:"disputed"`
	FailureBalanceTransaction     Null                  `json:"failure_balance_transaction"`
	FailureCode                   *string               `json:"failure_code"`
	FailureMessage                *string               `json:"failure_message"`
	FraudDetails                  *FraudDetails         `json:"fraud_details"`
	Livemode                      bool                  `json:"livemode"`
	Metadata                      Metadata              `json:"metadata"`
	OnBehalfOf                    Null                  `json:"on_behalf_of"`
	Outcome                       *ChargeOutcome        `json:"outcome"`
	Paid                          bool                  `json:"paid"`
	PaymentIntent                 Ref[PaymentIntent]    `json:"payment_intent"`
	PaymentMethod                 *string               `json:"payment_method"`
	PaymentMethodDetails          *PaymentMethodDetails `json:"payment_method_details"`
	ReceiptEmail                  *string               `json:"receipt_email"`
	ReceiptNumber                 *string               `json:"receipt_number"`
	ReceiptURL                    *string               `json:"receipt_url"`
	Refunded                      bool                  `json:"refunded"`
	Refunds                       *List[Refund]         `json:"refunds,omitempty"` // includable
	Review                        Null                  `json:"review"`
	Shipping                      *Shipping             `json:"shipping"`
	SourceTransfer                Null                  `json:"source_transfer"`
	StatementDescriptor           *string               `json:"statement_descriptor"`
	StatementDescriptorSuffix     *string               `json:"statement_descriptor_suffix"`
	Status                        string                `json:"status"`
	TransferData                  Null                  `json:"transfer_data"`
	TransferGroup                 Null                  `json:"transfer_group"`

	Private ChargePrivate `json:"-"`
}

// ChargePrivate is what the API does not show of a charge.
type ChargePrivate struct {
	Gateway    string `json:"gateway"`
	GatewayRef string `json:"gateway_ref"`
	Invoice    string `json:"invoice,omitempty"`
	// Released is what was held and never taken. The API counts it as refunded, although no money
	// came back.
	Released int64 `json:"released,omitempty"`
}

// Release lets held funds go.
func (c *Charge) Release(amount int64) {
	c.Private.Released += amount
	c.AmountRefunded += amount
	c.Refunded = c.AmountRefunded == c.Amount
}

// GivenBack is what refunds have given back of what was taken.
func (c *Charge) GivenBack() int64 { return c.AmountRefunded - c.Private.Released }

// FraudDetails hold reports of fraud.
type FraudDetails struct {
	StripeReport *string `json:"stripe_report,omitempty"`
	UserReport   *string `json:"user_report,omitempty"`
}

// ChargeOutcome is what the network and the risk rules said.
type ChargeOutcome struct {
	AdviceCode         *string `json:"advice_code"`
	NetworkAdviceCode  *string `json:"network_advice_code"`
	NetworkDeclineCode *string `json:"network_decline_code"`
	NetworkStatus      *string `json:"network_status"`
	Reason             *string `json:"reason"`
	RiskLevel          *string `json:"risk_level,omitempty"`
	RiskScore          *int64  `json:"risk_score,omitempty"`
	SellerMessage      *string `json:"seller_message"`
	Type               string  `json:"type"`
}

// PaymentMethodDetails is the payment method as it was at the time of the charge.
type PaymentMethodDetails struct {
	Card *CardDetails `json:"card,omitempty"`
	Type string       `json:"type"`
}

// CardDetails is the card as it was at the time of the charge.
type CardDetails struct {
	AmountAuthorized     *int64        `json:"amount_authorized"`
	AuthorizationCode    *string       `json:"authorization_code"`
	Brand                *string       `json:"brand"`
	Checks               *CardChecks   `json:"checks"`
	Country              *string       `json:"country"`
	ExpMonth             int64         `json:"exp_month"`
	ExpYear              int64         `json:"exp_year"`
	Fingerprint          *string       `json:"fingerprint"`
	Funding              *string       `json:"funding"`
	Installments         Null          `json:"installments"`
	Last4                *string       `json:"last4"`
	Mandate              Null          `json:"mandate"`
	Network              *string       `json:"network"`
	NetworkToken         Null          `json:"network_token"`
	NetworkTransactionID *string       `json:"network_transaction_id"`
	RegulatedStatus      *string       `json:"regulated_status"`
	ThreeDSecure         *ThreeDSecure `json:"three_d_secure"`
	TransactionLinkID    *string       `json:"transaction_link_id"`
	Wallet               Null          `json:"wallet"`
}

// ThreeDSecure is the outcome of an authentication.
type ThreeDSecure struct {
	AuthenticationFlow          *string `json:"authentication_flow"`
	ElectronicCommerceIndicator *string `json:"electronic_commerce_indicator"`
	ExemptionIndicator          *string `json:"exemption_indicator"`
	Result                      *string `json:"result"`
	ResultReason                *string `json:"result_reason"`
	TransactionID               *string `json:"transaction_id"`
	Version                     *string `json:"version"`
}

// States of a refund.
const (
	RefundPending   = "pending"
	RefundSucceeded = "succeeded"
	RefundFailed    = "failed"
	RefundCanceled  = "canceled"
)

// Refund gives back part or all of a charge.
type Refund struct {
	ID                     string             `json:"id"`
	Object                 string             `json:"object"`
	Amount                 int64              `json:"amount"`
	BalanceTransaction     Null               `json:"balance_transaction"`
	Charge                 Ref[Charge]        `json:"charge"`
	Created                int64              `json:"created"`
	Currency               string             `json:"currency"`
	Customer               Ref[Customer]      `json:"customer"`
	CustomerAccount        Null               `json:"customer_account"`
	DestinationDetails     *RefundDestination `json:"destination_details,omitempty"`
	FailureReason          *string            `json:"failure_reason,omitempty"`
	Metadata               Metadata           `json:"metadata"`
	PaymentIntent          Ref[PaymentIntent] `json:"payment_intent"`
	PaymentMethod          Ref[PaymentMethod] `json:"payment_method"`
	PendingReason          *string            `json:"pending_reason,omitempty"`
	Reason                 *string            `json:"reason"`
	ReceiptNumber          *string            `json:"receipt_number"`
	SourceTransferReversal Null               `json:"source_transfer_reversal"`
	Status                 *string            `json:"status"`
	TransferReversal       Null               `json:"transfer_reversal"`

	Private RefundPrivate `json:"-"`
}

// RefundPrivate is what the API does not show of a refund.
type RefundPrivate struct {
	GatewayRef string `json:"gateway_ref,omitempty"`
}

// RefundDestination is where the money went back to.
type RefundDestination struct {
	Card *RefundCard `json:"card,omitempty"`
	Type string      `json:"type"`
}

// RefundCard is the card that got the money back.
type RefundCard struct {
	ReferenceStatus *string `json:"reference_status,omitempty"`
	ReferenceType   *string `json:"reference_type,omitempty"`
	Type            string  `json:"type"`
}
