package app

import "github.com/portico-billing/portico/internal/billing"

// PortalConfigurationCreateParams create a portal configuration.
type PortalConfigurationCreateParams struct{ PortalConfigurationParams }

// PortalConfigurationUpdateParams change a portal configuration.
type PortalConfigurationUpdateParams struct {
	PortalConfigurationParams
	Active *bool `form:"active"`
}

// PortalConfigurationParams are what a configuration is created with and what may change.
type PortalConfigurationParams struct {
	BusinessProfile  *PortalBusinessProfileParams `form:"business_profile"`
	DefaultReturnURL billing.Optional[string]     `form:"default_return_url"`
	Features         *PortalFeaturesParams        `form:"features"`
	LoginPage        *PortalFeatureParams         `form:"login_page"`
	Metadata         MetadataParams               `form:"metadata"`
	Name             billing.Optional[string]     `form:"name"`
}

// PortalBusinessProfileParams are what the portal says about the company.
type PortalBusinessProfileParams struct {
	Headline          billing.Optional[string] `form:"headline"`
	PrivacyPolicyURL  billing.Optional[string] `form:"privacy_policy_url"`
	TermsOfServiceURL billing.Optional[string] `form:"terms_of_service_url"`
}

// PortalFeaturesParams are what customers may do.
type PortalFeaturesParams struct {
	CustomerUpdate      *PortalCustomerUpdateParams     `form:"customer_update"`
	InvoiceHistory      *PortalFeatureParams            `form:"invoice_history"`
	PaymentMethodUpdate *PortalFeatureParams            `form:"payment_method_update"`
	SubscriptionCancel  *PortalSubscriptionCancelParams `form:"subscription_cancel"`
	SubscriptionUpdate  *PortalSubscriptionUpdateParams `form:"subscription_update"`
}

// PortalFeatureParams turn a feature on or off.
type PortalFeatureParams struct {
	Enabled bool `form:"enabled"`
}

// PortalCustomerUpdateParams let customers change their details.
type PortalCustomerUpdateParams struct {
	AllowedUpdates billing.Optional[[]string] `form:"allowed_updates"`
	Enabled        *bool                      `form:"enabled"`
}

// PortalSubscriptionCancelParams let customers cancel.
type PortalSubscriptionCancelParams struct {
	CancellationReason *PortalCancellationReasonParams `form:"cancellation_reason"`
	Enabled            *bool                           `form:"enabled"`
	Mode               *string                         `form:"mode"`
	ProrationBehavior  *string                         `form:"proration_behavior"`
}

// PortalCancellationReasonParams ask customers why they leave.
type PortalCancellationReasonParams struct {
	Enabled bool                       `form:"enabled"`
	Options billing.Optional[[]string] `form:"options"`
}

// PortalSubscriptionUpdateParams let customers change plan, interval and quantity.
type PortalSubscriptionUpdateParams struct {
	BillingCycleAnchor    *string                                 `form:"billing_cycle_anchor"`
	DefaultAllowedUpdates billing.Optional[[]string]              `form:"default_allowed_updates"`
	Enabled               *bool                                   `form:"enabled"`
	Products              billing.Optional[[]PortalProductParams] `form:"products"`
	ProrationBehavior     *string                                 `form:"proration_behavior"`
	ScheduleAtPeriodEnd   *PortalScheduleEndParams                `form:"schedule_at_period_end"`
	TrialUpdateBehavior   *string                                 `form:"trial_update_behavior"`
}

// PortalScheduleEndParams would defer changes to the period's end. Only the empty list, which
// clients send to turn it off, is accepted.
type PortalScheduleEndParams struct {
	Conditions billing.Optional[[]PortalConditionParams] `form:"conditions"`
}

// PortalConditionParams name a kind of change.
type PortalConditionParams struct {
	Type string `form:"type"`
}

// PortalProductParams are a product that customers may switch to, with its prices.
type PortalProductParams struct {
	AdjustableQuantity *AdjustableQuantityParams `form:"adjustable_quantity"`
	Prices             []string                  `form:"prices"`
	Product            string                    `form:"product"`
}

// AdjustableQuantityParams bound the quantity that customers may choose.
type AdjustableQuantityParams struct {
	Enabled bool   `form:"enabled"`
	Maximum *int64 `form:"maximum"`
	Minimum *int64 `form:"minimum"`
}
