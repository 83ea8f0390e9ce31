package app

import "github.com/portico-billing/portico/internal/billing"

// SubscriptionCreateParams create a subscription.
type SubscriptionCreateParams struct {
	Customer             string                             `form:"customer"`
	Items                []SubscriptionItemParams           `form:"items"`
	AddInvoiceItems      []AddInvoiceItemParams             `form:"add_invoice_items"`
	AutomaticTax         *AutomaticTaxParams                `form:"automatic_tax"`
	BackdateStartDate    *int64                             `form:"backdate_start_date"`
	BillingCycleAnchor   *int64                             `form:"billing_cycle_anchor"`
	BillingMode          *BillingModeParams                 `form:"billing_mode"`
	CancelAt             *billing.Moment                    `form:"cancel_at"`
	CancelAtPeriodEnd    *bool                              `form:"cancel_at_period_end"`
	CollectionMethod     *string                            `form:"collection_method"`
	Currency             *string                            `form:"currency"`
	DaysUntilDue         *int64                             `form:"days_until_due"`
	DefaultPaymentMethod *string                            `form:"default_payment_method"`
	DefaultTaxRates      billing.Optional[[]string]         `form:"default_tax_rates"`
	Description          billing.Optional[string]           `form:"description"`
	Discounts            billing.Optional[[]DiscountParams] `form:"discounts"`
	InvoiceSettings      *SubscriptionInvoiceSettingsParams `form:"invoice_settings"`
	Metadata             MetadataParams                     `form:"metadata"`
	OffSession           *bool                              `form:"off_session"`
	PaymentBehavior      *string                            `form:"payment_behavior"`
	PaymentSettings      *PaymentSettingsParams             `form:"payment_settings"`
	ProrationBehavior    *string                            `form:"proration_behavior"`
	TrialEnd             *billing.Moment                    `form:"trial_end"`
	TrialFromPlan        *bool                              `form:"trial_from_plan"`
	TrialPeriodDays      *int64                             `form:"trial_period_days"`
	TrialSettings        *TrialSettingsParams               `form:"trial_settings"`

	BillingCycleAnchorConfig   *AnchorConfigParams              `form:"billing_cycle_anchor_config"`
	PendingInvoiceItemInterval billing.Optional[IntervalParams] `form:"pending_invoice_item_interval"`
}

// SubscriptionItemParams create, change or remove one item.
type SubscriptionItemParams struct {
	ID         *string                            `form:"id"`
	ClearUsage *bool                              `form:"clear_usage"`
	Deleted    *bool                              `form:"deleted"`
	Discounts  billing.Optional[[]DiscountParams] `form:"discounts"`
	Metadata   MetadataParams                     `form:"metadata"`
	Price      *string                            `form:"price"`
	PriceData  *PriceDataParams                   `form:"price_data"`
	Quantity   *int64                             `form:"quantity"`
	TaxRates   billing.Optional[[]string]         `form:"tax_rates"`

	// Known is what an update that waits has found out about the item already.
	Known KnownItem `form:"-"`
}

// KnownItem is the id of an item to come, and the price that an item will have.
type KnownItem struct{ NewID, Price string }

// PriceDataParams make a price that is not in the catalogue.
type PriceDataParams struct {
	Currency          string           `form:"currency"`
	Product           string           `form:"product"`
	Recurring         *RecurringParams `form:"recurring"`
	TaxBehavior       *string          `form:"tax_behavior"`
	UnitAmount        *int64           `form:"unit_amount"`
	UnitAmountDecimal *string          `form:"unit_amount_decimal"`
}

// RecurringParams are how often such a price is charged.
type RecurringParams struct {
	Interval      string `form:"interval"`
	IntervalCount *int64 `form:"interval_count"`
}

// AddInvoiceItemParams are charged once, with the first or next invoice.
type AddInvoiceItemParams struct {
	Discountable *bool                       `form:"discountable"`
	Discounts    []DiscountParams            `form:"discounts"`
	Metadata     map[string]string           `form:"metadata"`
	Period       *AddInvoiceItemPeriodParams `form:"period"`
	Price        *string                     `form:"price"`
	PriceData    *PriceDataParams            `form:"price_data"`
	Quantity     *int64                      `form:"quantity"`
	TaxRates     billing.Optional[[]string]  `form:"tax_rates"`
}

// DiscountParams name a coupon to apply, or a discount to keep.
type DiscountParams struct {
	Coupon   *string `form:"coupon"`
	Discount *string `form:"discount"`
}

// AutomaticTaxParams may only be off until a tax engine is connected.
type AutomaticTaxParams struct {
	Enabled bool `form:"enabled"`
}

// AnchorConfigParams fix the parts of the anchor.
type AnchorConfigParams struct {
	DayOfMonth int64  `form:"day_of_month"`
	Hour       *int64 `form:"hour"`
	Minute     *int64 `form:"minute"`
	Month      *int64 `form:"month"`
	Second     *int64 `form:"second"`
}

// BillingModeParams choose the generation of rules.
type BillingModeParams struct {
	Type     string                     `form:"type"`
	Flexible *BillingModeFlexibleParams `form:"flexible"`
}

// BillingModeFlexibleParams choose how discounts show on prorations.
type BillingModeFlexibleParams struct {
	ProrationDiscounts *string `form:"proration_discounts"`
}

// SubscriptionInvoiceSettingsParams are defaults of the subscription's invoices.
type SubscriptionInvoiceSettingsParams struct {
	CustomFields billing.Optional[[]CustomFieldParams] `form:"custom_fields"`
	Description  billing.Optional[string]              `form:"description"`
	Footer       billing.Optional[string]              `form:"footer"`
	Issuer       *IssuerParams                         `form:"issuer"`
}

// IssuerParams may only name the account itself.
type IssuerParams struct {
	Type string `form:"type"`
}

// CustomFieldParams are a name and a value printed on invoices.
type CustomFieldParams struct {
	Name  string `form:"name"`
	Value string `form:"value"`
}

// PaymentSettingsParams are how a subscription is paid.
type PaymentSettingsParams struct {
	PaymentMethodOptions     *MethodOptionsParams       `form:"payment_method_options"`
	PaymentMethodTypes       billing.Optional[[]string] `form:"payment_method_types"`
	SaveDefaultPaymentMethod *string                    `form:"save_default_payment_method"`
}

// IntervalParams are a unit and a count.
type IntervalParams struct {
	Interval      string `form:"interval"`
	IntervalCount *int64 `form:"interval_count"`
}

// TrialSettingsParams say what happens at a trial's end.
type TrialSettingsParams struct {
	EndBehavior *TrialEndParams `form:"end_behavior"`
}

// TrialEndParams say what happens without a payment method.
type TrialEndParams struct {
	MissingPaymentMethod string `form:"missing_payment_method"`
}

// SubscriptionUpdateParams change a subscription.
type SubscriptionUpdateParams struct {
	Items                []SubscriptionItemParams                `form:"items"`
	AddInvoiceItems      []AddInvoiceItemParams                  `form:"add_invoice_items"`
	AutomaticTax         *AutomaticTaxParams                     `form:"automatic_tax"`
	BillingCycleAnchor   *string                                 `form:"billing_cycle_anchor"`
	CancelAt             billing.Optional[billing.Moment]        `form:"cancel_at"`
	CancelAtPeriodEnd    *bool                                   `form:"cancel_at_period_end"`
	CancellationDetails  *CancellationDetailsParams              `form:"cancellation_details"`
	CollectionMethod     *string                                 `form:"collection_method"`
	DaysUntilDue         *int64                                  `form:"days_until_due"`
	DefaultPaymentMethod *string                                 `form:"default_payment_method"`
	DefaultTaxRates      billing.Optional[[]string]              `form:"default_tax_rates"`
	Description          billing.Optional[string]                `form:"description"`
	Discounts            billing.Optional[[]DiscountParams]      `form:"discounts"`
	InvoiceSettings      *SubscriptionInvoiceSettingsParams      `form:"invoice_settings"`
	Metadata             MetadataParams                          `form:"metadata"`
	OffSession           *bool                                   `form:"off_session"`
	PauseCollection      billing.Optional[PauseCollectionParams] `form:"pause_collection"`
	PaymentBehavior      *string                                 `form:"payment_behavior"`
	PaymentSettings      *PaymentSettingsParams                  `form:"payment_settings"`
	ProrationBehavior    *string                                 `form:"proration_behavior"`
	ProrationDate        *int64                                  `form:"proration_date"`
	TrialEnd             *billing.Moment                         `form:"trial_end"`
	TrialFromPlan        *bool                                   `form:"trial_from_plan"`
	TrialSettings        *TrialSettingsParams                    `form:"trial_settings"`

	PendingInvoiceItemInterval billing.Optional[IntervalParams] `form:"pending_invoice_item_interval"`

	// DropOnDecline leaves no trace of a change whose payment is declined. The portal sets it.
	DropOnDecline bool `form:"-"`
	// AboutItem is the item that the request is about, and that its answer shows.
	AboutItem string `form:"-"`
	// ExpectTotal refuses the change when its invoice would not be this sum. The portal sets it.
	ExpectTotal *int64 `form:"-"`
}

// PauseCollectionParams pause the collection of invoices.
type PauseCollectionParams struct {
	Behavior  string `form:"behavior"`
	ResumesAt *int64 `form:"resumes_at"`
}

// CancellationDetailsParams say why a subscription ends.
type CancellationDetailsParams struct {
	Comment  billing.Optional[string] `form:"comment"`
	Feedback billing.Optional[string] `form:"feedback"`
}

// SubscriptionCancelParams end a subscription now.
type SubscriptionCancelParams struct {
	CancellationDetails *CancellationDetailsParams `form:"cancellation_details"`
	InvoiceNow          bool                       `form:"invoice_now"`
	Prorate             bool                       `form:"prorate"`
}
