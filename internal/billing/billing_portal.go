package billing

import "path"

// PortalConfiguration says what customers may do in the portal.
type PortalConfiguration struct {
	ID               string                `json:"id"`
	Object           string                `json:"object"` // "billing_portal.configuration"
	Active           bool                  `json:"active"`
	Application      Null                  `json:"application"`
	BusinessProfile  PortalBusinessProfile `json:"business_profile"`
	Created          int64                 `json:"created"`
	DefaultReturnURL *string               `json:"default_return_url"`
	Features         PortalFeatures        `json:"features"`
	IsDefault        bool                  `json:"is_default"`
	Livemode         bool                  `json:"livemode"`
	LoginPage        PortalLoginPage       `json:"login_page"`
	Metadata         Metadata              `json:"metadata"`
	Name             *string               `json:"name"`
	Updated          int64                 `json:"updated"`
}

// PortalBusinessProfile is what the portal says about the company.
type PortalBusinessProfile struct {
	Headline          *string `json:"headline"`
	PrivacyPolicyURL  *string `json:"privacy_policy_url"`
	TermsOfServiceURL *string `json:"terms_of_service_url"`
}

// PortalLoginPage is a lasting address at which customers log in by mail.
type PortalLoginPage struct {
	Enabled bool    `json:"enabled"`
	URL     *string `json:"url"`
}

// LoginToken is the last part of the address of the login page; "" when there is none.
func (c *PortalConfiguration) LoginToken() string {
	if c.LoginPage.URL == nil {
		return ""
	}
	return path.Base(*c.LoginPage.URL)
}

// PortalFeatures are what customers may do.
type PortalFeatures struct {
	CustomerUpdate      PortalCustomerUpdate      `json:"customer_update"`
	InvoiceHistory      PortalFeature             `json:"invoice_history"`
	PaymentMethodUpdate PortalPaymentMethodUpdate `json:"payment_method_update"`
	SubscriptionCancel  PortalSubscriptionCancel  `json:"subscription_cancel"`
	SubscriptionUpdate  PortalSubscriptionUpdate  `json:"subscription_update"`
}

// PortalFeature is a feature that is on or off.
type PortalFeature struct {
	Enabled bool `json:"enabled"`
}

// PortalCustomerUpdate lets customers change their details.
type PortalCustomerUpdate struct {
	AllowedUpdates Arr[string] `json:"allowed_updates"`
	Enabled        bool        `json:"enabled"`
}

// PortalPaymentMethodUpdate lets customers change how they pay.
type PortalPaymentMethodUpdate struct {
	Enabled                    bool    `json:"enabled"`
	PaymentMethodConfiguration *string `json:"payment_method_configuration"`
}

// PortalSubscriptionCancel lets customers cancel.
type PortalSubscriptionCancel struct {
	CancellationReason PortalCancellationReason `json:"cancellation_reason"`
	Enabled            bool                     `json:"enabled"`
	Mode               string                   `json:"mode"` // at_period_end, immediately
	ProrationBehavior  string                   `json:"proration_behavior"`
}

// PortalCancellationReason asks customers why they leave.
type PortalCancellationReason struct {
	Enabled         bool        `json:"enabled"`
	FeedbackOptions []string    `json:"feedback_options"`
	Options         Arr[string] `json:"options"`
}

// PortalSubscriptionUpdate lets customers change plan, interval and quantity.
type PortalSubscriptionUpdate struct {
	BillingCycleAnchor    *string           `json:"billing_cycle_anchor"`
	DefaultAllowedUpdates Arr[string]       `json:"default_allowed_updates"`
	Enabled               bool              `json:"enabled"`
	Products              []PortalProduct   `json:"products,omitempty"` // includable
	ProrationBehavior     string            `json:"proration_behavior"`
	ScheduleAtPeriodEnd   PortalScheduleEnd `json:"schedule_at_period_end"`
	TrialUpdateBehavior   string            `json:"trial_update_behavior"`
}

// PortalProduct is a product that customers may switch to, with its prices.
type PortalProduct struct {
	AdjustableQuantity AdjustableQuantity `json:"adjustable_quantity"`
	Prices             Arr[string]        `json:"prices"`
	Product            string             `json:"product"`
}

// AdjustableQuantity bounds the quantity that customers may choose.
type AdjustableQuantity struct {
	Enabled bool   `json:"enabled"`
	Maximum *int64 `json:"maximum"`
	Minimum int64  `json:"minimum"`
}

// PortalScheduleEnd defers some changes to the period's end; not built yet, always empty.
type PortalScheduleEnd struct {
	Conditions Arr[PortalCondition] `json:"conditions"`
}

// PortalCondition is a kind of change that is deferred.
type PortalCondition struct {
	Type string `json:"type"`
}

// PortalSession is a way into the portal for one customer.
type PortalSession struct {
	ID              string                   `json:"id"`
	Object          string                   `json:"object"` // "billing_portal.session"
	Configuration   Ref[PortalConfiguration] `json:"configuration"`
	Created         int64                    `json:"created"`
	Customer        string                   `json:"customer"`
	CustomerAccount Null                     `json:"customer_account"`
	Flow            *PortalFlow              `json:"flow"`
	Livemode        bool                     `json:"livemode"`
	Locale          *string                  `json:"locale"`
	OnBehalfOf      Null                     `json:"on_behalf_of"`
	ReturnURL       *string                  `json:"return_url"`
	URL             string                   `json:"url"`

	Private PortalSessionPrivate `json:"-"`
}

// PortalSessionPrivate is the life of a session. Tokens are kept as SHA-256 only.
type PortalSessionPrivate struct {
	LinkHash   string `json:"link_hash"`              // of the token in the link
	LinkEndsAt int64  `json:"link_ends_at,omitempty"` // 0: as the settings say
	CookieHash string `json:"cookie_hash,omitempty"`  // of the token in the cookie, once opened
	OpenedAt   *int64 `json:"opened_at,omitempty"`
	SeenAt     *int64 `json:"seen_at,omitempty"`
	EndedAt    *int64 `json:"ended_at,omitempty"` // signed out
	FlowDone   bool   `json:"flow_done,omitempty"`
}

// PortalFlow is a deed that the session starts with.
type PortalFlow struct {
	AfterCompletion           PortalAfterCompletion   `json:"after_completion"`
	CustomerUpdate            *struct{}               `json:"customer_update"`
	SubscriptionCancel        *PortalFlowSubscription `json:"subscription_cancel"`
	SubscriptionUpdate        *PortalFlowUpdate       `json:"subscription_update"`
	SubscriptionUpdateConfirm *PortalFlowConfirm      `json:"subscription_update_confirm"`
	Type                      string                  `json:"type"`
}

// PortalAfterCompletion says what follows the deed.
type PortalAfterCompletion struct {
	HostedConfirmation *PortalHostedConfirmation `json:"hosted_confirmation"`
	Redirect           *PortalRedirect           `json:"redirect"`
	Type               string                    `json:"type"`
}

// PortalHostedConfirmation thanks the customer.
type PortalHostedConfirmation struct {
	CustomMessage *string `json:"custom_message"`
}

// PortalRedirect sends the customer back.
type PortalRedirect struct {
	ReturnURL string `json:"return_url"`
}

// PortalFlowSubscription names the subscription to cancel.
type PortalFlowSubscription struct {
	Retention    *PortalRetention `json:"retention"`
	Subscription string           `json:"subscription"`
}

// PortalRetention is what is offered to who is about to cancel.
type PortalRetention struct {
	CouponOffer *PortalCouponOffer `json:"coupon_offer"`
	Type        string             `json:"type"`
}

// PortalCouponOffer is a coupon for staying.
type PortalCouponOffer struct {
	Coupon string `json:"coupon"`
}

// PortalFlowUpdate names the subscription to change.
type PortalFlowUpdate struct {
	Subscription string `json:"subscription"`
}

// PortalFlowConfirm is a change that only waits for the customer's yes.
type PortalFlowConfirm struct {
	Discounts    []PortalFlowDiscount `json:"discounts"`
	Items        []PortalFlowItem     `json:"items"`
	Subscription string               `json:"subscription"`
}

// PortalFlowDiscount is a discount that comes with the change.
type PortalFlowDiscount struct {
	Coupon        *string `json:"coupon"`
	PromotionCode *string `json:"promotion_code"`
}

// PortalFlowItem is the item as it shall become.
type PortalFlowItem struct {
	ID       *string `json:"id"`
	Price    *string `json:"price"`
	Quantity int64   `json:"quantity,omitempty"`
}
