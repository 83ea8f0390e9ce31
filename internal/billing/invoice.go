package billing

import "slices"

// InvoiceStatus is where an invoice stands.
type InvoiceStatus string

// The states of an invoice. paid and void are final.
const (
	InvoiceDraft         InvoiceStatus = "draft"
	InvoiceOpen          InvoiceStatus = "open"
	InvoicePaid          InvoiceStatus = "paid"
	InvoiceUncollectible InvoiceStatus = "uncollectible"
	InvoiceVoid          InvoiceStatus = "void"
)

// invoiceMoves are the allowed moves. A draft that owes nothing is paid as it is finalized.
var invoiceMoves = map[InvoiceStatus][]InvoiceStatus{
	InvoiceDraft:         {InvoiceOpen},
	InvoiceOpen:          {InvoicePaid, InvoiceVoid, InvoiceUncollectible},
	InvoiceUncollectible: {InvoicePaid, InvoiceVoid},
}

// MayBecome says whether the status table allows the move.
func (s InvoiceStatus) MayBecome(next InvoiceStatus) bool { return may(invoiceMoves, s, next) }

// Billing reasons that this house gives.
const (
	BillingReasonManual             = "manual"
	BillingReasonSubscriptionCreate = "subscription_create"
	BillingReasonSubscriptionCycle  = "subscription_cycle"
	BillingReasonSubscriptionUpdate = "subscription_update"
	BillingReasonPendingItems       = "automatic_pending_invoice_item_invoice"
	BillingReasonUpcoming           = "upcoming"
)

// Invoice is a bill. Every figure of it has one sentence:
//
//   - Subtotal: the lines, after the discounts of their own items.
//   - Total: the subtotal, less the invoice's discounts, plus exclusive tax.
//   - AmountDue: the total with the customer's balance applied, never below 0.
//   - AmountRemaining: what is due and not yet paid.
type Invoice struct {
	ID                           string                   `json:"id"`
	Object                       string                   `json:"object"`
	AccountCountry               *string                  `json:"account_country"`
	AccountName                  *string                  `json:"account_name"`
	AccountTaxIDs                Null                     `json:"account_tax_ids"`
	AmountDue                    int64                    `json:"amount_due"`
	AmountOverpaid               int64                    `json:"amount_overpaid"`
	AmountPaid                   int64                    `json:"amount_paid"`
	AmountPaidOffStripe          int64                    `json:"amount_paid_off_stripe"`
	AmountRemaining              int64                    `json:"amount_remaining"`
	AmountShipping               int64                    `json:"amount_shipping"`
	Application                  Null                     `json:"application"`
	AttemptCount                 int64                    `json:"attempt_count"`
	Attempted                    bool                     `json:"attempted"`
	AutoAdvance                  bool                     `json:"auto_advance"`
	AutomaticTax                 AutomaticTax             `json:"automatic_tax"`
	AutomaticallyFinalizesAt     *int64                   `json:"automatically_finalizes_at"`
	BillingReason                *string                  `json:"billing_reason"`
	CollectionMethod             string                   `json:"collection_method"`
	ConfirmationSecret           *ConfirmationSecret      `json:"confirmation_secret,omitempty"`
	Created                      int64                    `json:"created"`
	Currency                     string                   `json:"currency"`
	CustomFields                 []CustomField            `json:"custom_fields"`
	Customer                     Ref[Customer]            `json:"customer"`
	CustomerAccount              Null                     `json:"customer_account"`
	CustomerAddress              *Address                 `json:"customer_address"`
	CustomerEmail                *string                  `json:"customer_email"`
	CustomerName                 *string                  `json:"customer_name"`
	CustomerPhone                *string                  `json:"customer_phone"`
	CustomerShipping             *Shipping                `json:"customer_shipping"`
	CustomerTaxExempt            *string                  `json:"customer_tax_exempt"`
	CustomerTaxIDs               Arr[InvoiceTaxID]        `json:"customer_tax_ids"`
	DefaultPaymentMethod         Ref[PaymentMethod]       `json:"default_payment_method"`
	DefaultSource                Null                     `json:"default_source"`
	DefaultTaxRates              Arr[Embed[TaxRate]]      `json:"default_tax_rates"`
	Description                  *string                  `json:"description"`
	Discounts                    Arr[Ref[Discount]]       `json:"discounts"`
	DueDate                      *int64                   `json:"due_date"`
	EffectiveAt                  *int64                   `json:"effective_at"`
	EndingBalance                *int64                   `json:"ending_balance"`
	Footer                       *string                  `json:"footer"`
	FromInvoice                  Null                     `json:"from_invoice"`
	HostedInvoiceURL             *string                  `json:"hosted_invoice_url"`
	InvoicePDF                   *string                  `json:"invoice_pdf"`
	Issuer                       Issuer                   `json:"issuer"`
	LastFinalizationError        Null                     `json:"last_finalization_error"`
	LatestRevision               Null                     `json:"latest_revision"`
	Lines                        List[LineItem]           `json:"lines"`
	Livemode                     bool                     `json:"livemode"`
	Metadata                     Metadata                 `json:"metadata"`
	NextPaymentAttempt           *int64                   `json:"next_payment_attempt"`
	Number                       *string                  `json:"number"`
	OnBehalfOf                   Null                     `json:"on_behalf_of"`
	Parent                       *InvoiceParent           `json:"parent"`
	PaymentSettings              InvoicePaymentSettings   `json:"payment_settings"`
	Payments                     *List[InvoicePayment]    `json:"payments,omitempty"` // includable
	PeriodEnd                    int64                    `json:"period_end"`
	PeriodStart                  int64                    `json:"period_start"`
	PostPaymentCreditNotesAmount int64                    `json:"post_payment_credit_notes_amount"`
	PrePaymentCreditNotesAmount  int64                    `json:"pre_payment_credit_notes_amount"`
	ReceiptNumber                *string                  `json:"receipt_number"`
	Rendering                    *InvoiceRendering        `json:"rendering"`
	ShippingCost                 Null                     `json:"shipping_cost"`
	ShippingDetails              *Shipping                `json:"shipping_details"`
	StartingBalance              int64                    `json:"starting_balance"`
	StatementDescriptor          *string                  `json:"statement_descriptor"`
	Status                       InvoiceStatus            `json:"status"`
	StatusTransitions            InvoiceStatusTransitions `json:"status_transitions"`
	Subtotal                     int64                    `json:"subtotal"`
	SubtotalExcludingTax         *int64                   `json:"subtotal_excluding_tax"`
	TestClock                    Ref[TestClock]           `json:"test_clock"`
	Total                        int64                    `json:"total"`
	TotalDiscountAmounts         []DiscountAmount         `json:"total_discount_amounts"`
	TotalExcludingTax            *int64                   `json:"total_excluding_tax"`
	TotalPretaxCreditAmounts     []PretaxCreditAmount     `json:"total_pretax_credit_amounts"`
	TotalTaxes                   []Tax                    `json:"total_taxes"`
	WebhooksDeliveredAt          *int64                   `json:"webhooks_delivered_at"`

	Private InvoicePrivate `json:"-"`
}

// InvoicePrivate is what the API does not show of an invoice.
type InvoicePrivate struct {
	Token          string `json:"token,omitempty"` // the secret of its hosted page
	Deleted        bool   `json:"deleted,omitempty"`
	PaymentIntent  string `json:"payment_intent,omitempty"`  // of its default payment
	Retries        int64  `json:"retries,omitempty"`         // automatic retries planned so far
	FailedMethod   string `json:"failed_method,omitempty"`   // the method that was declined last
	HardDecline    bool   `json:"hard_decline,omitempty"`    // retry only with another method
	Overdue        bool   `json:"overdue,omitempty"`         // told so: sent, and not paid in time
	FrozenHash     string `json:"frozen_hash,omitempty"`     // of what finalization froze
	BalanceApplied int64  `json:"balance_applied,omitempty"` // returned if it is voided
	// LineTaxRates are the rates of lines that do not take the invoice's default rates.
	LineTaxRates map[string][]string `json:"line_tax_rates,omitempty"`
	// LineDiscounts are discounts that a proration was born with, when they are itemized.
	LineDiscounts map[string][]DiscountAmount `json:"line_discounts,omitempty"`
	// Included are discounts that amounts of lines include already: they are used up with this
	// invoice if they are good for one.
	Included []string `json:"included,omitempty"`
	// LineIncluded is what they took of a line, by the line's id.
	LineIncluded map[string][]DiscountAmount `json:"line_included,omitempty"`
	// LineGross are amounts before inclusive tax was taken out for an exempt customer.
	LineGross map[string]int64 `json:"line_gross,omitempty"`
	// FinalizeAt is when the draft becomes final by itself.
	FinalizeAt *int64 `json:"finalize_at,omitempty"`
	// FinalizeChosen is the time that the caller chose for that.
	FinalizeChosen *int64 `json:"finalize_chosen,omitempty"`
	// RetryAt is when it is collected, retried or overdue.
	RetryAt *int64 `json:"retry_at,omitempty"`
	// CycleKey names the one period that the invoice bills, so that no period is billed twice.
	CycleKey *string `json:"cycle_key,omitempty"`
}

// How the amounts of an invoice are printed with respect to tax.
const (
	TaxDisplayInclude = "include_inclusive_tax"
	TaxDisplayExclude = "exclude_tax"
)

// InvoiceRendering is how an invoice is printed; nil leaves it to the account.
type InvoiceRendering struct {
	AmountTaxDisplay *string       `json:"amount_tax_display"`
	PDF              *RenderingPDF `json:"pdf"`
	Template         Null          `json:"template"`
	TemplateVersion  Null          `json:"template_version"`
}

// RenderingPDF is the paper that a PDF is for.
type RenderingPDF struct {
	PageSize *string `json:"page_size"` // "a4", "letter" or "auto"
}

// AutomaticTax is always off until a tax engine is connected.
type AutomaticTax struct {
	DisabledReason *string `json:"disabled_reason"`
	Enabled        bool    `json:"enabled"`
	Liability      Null    `json:"liability"`
	Provider       *string `json:"provider"`
	Status         *string `json:"status"`
}

// ConfirmationSecret lets a browser confirm the payment of an open invoice.
type ConfirmationSecret struct {
	ClientSecret string `json:"client_secret"`
	Type         string `json:"type"` // "payment_intent"
}

// InvoiceTaxID is a customer's tax id as it was at finalization.
type InvoiceTaxID struct {
	Type  string  `json:"type"`
	Value *string `json:"value"`
}

// InvoiceParent is what made the invoice; nil for one made by hand.
type InvoiceParent struct {
	QuoteDetails        Null                 `json:"quote_details"`
	SubscriptionDetails *SubscriptionDetails `json:"subscription_details"`
	Type                string               `json:"type"` // "subscription_details"
}

// SubscriptionDetails are the subscription as it was when the invoice was made.
type SubscriptionDetails struct {
	Metadata                  Metadata          `json:"metadata"`
	Subscription              Ref[Subscription] `json:"subscription"`
	SubscriptionProrationDate *int64            `json:"subscription_proration_date,omitempty"`
}

// InvoicePaymentSettings are how an invoice is paid.
type InvoicePaymentSettings struct {
	DefaultMandate       *string               `json:"default_mandate"`
	PaymentMethodOptions *InvoiceMethodOptions `json:"payment_method_options"`
	PaymentMethodTypes   []string              `json:"payment_method_types"`
}

// InvoiceMethodOptions are options by type of payment method, as far as invoices show them.
type InvoiceMethodOptions struct {
	Card InvoiceCardOptions `json:"card"`
}

// InvoiceCardOptions are the options of an invoice's card payments.
type InvoiceCardOptions struct {
	RequestThreeDSecure *string `json:"request_three_d_secure"`
}

// InvoiceStatusTransitions are when an invoice reached its states.
type InvoiceStatusTransitions struct {
	FinalizedAt           *int64 `json:"finalized_at"`
	MarkedUncollectibleAt *int64 `json:"marked_uncollectible_at"`
	PaidAt                *int64 `json:"paid_at"`
	VoidedAt              *int64 `json:"voided_at"`
}

// PretaxCreditAmount is a reduction that came before tax.
type PretaxCreditAmount struct {
	Amount                   int64         `json:"amount"`
	CreditBalanceTransaction Null          `json:"credit_balance_transaction"`
	Discount                 Ref[Discount] `json:"discount"`
	Type                     string        `json:"type"` // "discount"
}

// Tax is what one rate takes of a line or an invoice.
type Tax struct {
	Amount           int64           `json:"amount"`
	TaxBehavior      string          `json:"tax_behavior"`
	TaxRateDetails   *TaxRateDetails `json:"tax_rate_details"`
	TaxabilityReason string          `json:"taxability_reason"`
	TaxableAmount    *int64          `json:"taxable_amount"`
	Type             string          `json:"type"` // "tax_rate_details"
}

// TaxRateDetails name the rate.
type TaxRateDetails struct {
	TaxRate string `json:"tax_rate"`
}

// OwnDiscounts are the discounts that a line had before those of the invoice: they are inside the
// subtotal. A proration carries those that it was born with.
func (in *Invoice) OwnDiscounts(l *LineItem) (own []DiscountAmount) {
	born := in.Private.LineDiscounts[l.ID]
	for _, d := range l.DiscountAmounts {
		mine := func(r Ref[Discount]) bool { return r.ID == d.Discount.ID }
		bornWith := func(b DiscountAmount) bool { return b.Discount.ID == d.Discount.ID }
		if slices.ContainsFunc(l.Discounts, mine) || slices.ContainsFunc(born, bornWith) {
			own = append(own, d)
		}
	}
	return own
}

// SubscriptionID is the subscription that the invoice belongs to, or "".
func (in *Invoice) SubscriptionID() string {
	if in.Parent == nil || in.Parent.SubscriptionDetails == nil {
		return ""
	}
	return in.Parent.SubscriptionDetails.Subscription.ID
}
