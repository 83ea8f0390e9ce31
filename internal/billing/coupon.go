package billing

import "github.com/portico-billing/portico/internal/money"

// Durations of a coupon.
const (
	DurationOnce      = "once"
	DurationRepeating = "repeating"
	DurationForever   = "forever"
)

// Coupon is an amount or a percentage off, for a time. What may be empty is shown only when it is
// included.
type Coupon struct {
	ID               string                          `json:"id"`
	Object           string                          `json:"object"`
	AmountOff        *int64                          `json:"amount_off"`
	AppliesTo        *CouponAppliesTo                `json:"applies_to,omitempty"`
	Created          int64                           `json:"created"`
	Currency         *string                         `json:"currency"`
	CurrencyOptions  map[string]CouponCurrencyOption `json:"currency_options,omitempty"`
	Duration         string                          `json:"duration"`
	DurationInMonths *int64                          `json:"duration_in_months"`
	Livemode         bool                            `json:"livemode"`
	MaxRedemptions   *int64                          `json:"max_redemptions"`
	Metadata         Metadata                        `json:"metadata"`
	Name             *string                         `json:"name"`
	PercentOff       *money.Decimal                  `json:"percent_off"`
	RedeemBy         *int64                          `json:"redeem_by"`
	TimesRedeemed    int64                           `json:"times_redeemed"`
	Valid            bool                            `json:"valid"`

	Deleted bool `json:"-"`
}

// CouponAppliesTo limits a coupon to products.
type CouponAppliesTo struct {
	Products Arr[string] `json:"products"`
}

// CouponCurrencyOption is an amount off in another currency.
type CouponCurrencyOption struct {
	AmountOff int64 `json:"amount_off"`
}

// Discount is a coupon applied to a customer, a subscription, an item or an invoice.
type Discount struct {
	ID               string         `json:"id"`
	Object           string         `json:"object"`
	CheckoutSession  *string        `json:"checkout_session"`
	Customer         Ref[Customer]  `json:"customer"`
	CustomerAccount  Null           `json:"customer_account"`
	End              *int64         `json:"end"`
	Invoice          *string        `json:"invoice"`
	InvoiceItem      *string        `json:"invoice_item"`
	PromotionCode    Null           `json:"promotion_code"`
	Source           DiscountSource `json:"source"`
	Start            int64          `json:"start"`
	Subscription     *string        `json:"subscription"`
	SubscriptionItem *string        `json:"subscription_item"`

	Private DiscountPrivate `json:"-"`
}

// DiscountSource is what the discount came from.
type DiscountSource struct {
	Coupon Ref[Coupon] `json:"coupon"`
	Type   string      `json:"type"` // "coupon"
}

// DiscountPrivate is what the API does not show of a discount.
type DiscountPrivate struct {
	Created int64 `json:"created"`
	Deleted bool  `json:"deleted,omitempty"` // removed, or consumed by its one invoice
	// GivenBack says that it never came into force, and that its coupon does not count it.
	GivenBack bool `json:"given_back,omitempty"`
}

// DiscountAmount is what one discount took off.
type DiscountAmount struct {
	Amount   int64         `json:"amount"`
	Discount Ref[Discount] `json:"discount"`
}
