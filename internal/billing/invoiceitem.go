package billing

// InvoiceItem is a sum that waits for the customer's next invoice.
type InvoiceItem struct {
	ID               string              `json:"id"`
	Object           string              `json:"object"` // "invoiceitem"
	Amount           int64               `json:"amount"`
	Currency         string              `json:"currency"`
	Customer         Ref[Customer]       `json:"customer"`
	CustomerAccount  Null                `json:"customer_account"`
	Date             int64               `json:"date"`
	Description      *string             `json:"description"`
	Discountable     bool                `json:"discountable"`
	Discounts        Arr[Ref[Discount]]  `json:"discounts"`
	FrozenFields     []string            `json:"frozen_fields,omitempty"` // of a proration
	Invoice          Ref[Invoice]        `json:"invoice"`
	Livemode         bool                `json:"livemode"`
	Metadata         Metadata            `json:"metadata"`
	NetAmount        int64               `json:"net_amount"`
	Parent           *InvoiceItemParent  `json:"parent"`
	Period           Period              `json:"period"`
	Pricing          *Pricing            `json:"pricing"`
	Proration        bool                `json:"proration"`
	ProrationDetails *ProrationDetails   `json:"proration_details,omitempty"`
	Quantity         int64               `json:"quantity"`
	QuantityDecimal  string              `json:"quantity_decimal"`
	TaxRates         Arr[Embed[TaxRate]] `json:"tax_rates"`
	TestClock        Ref[TestClock]      `json:"test_clock"`

	Private InvoiceItemPrivate `json:"-"`
}

// InvoiceItemPrivate is what the API does not show of an invoice item.
type InvoiceItemPrivate struct {
	Created int64 `json:"created"`
	Dead    bool  `json:"dead,omitempty"` // its draft was deleted: never to be billed
	Deleted bool  `json:"deleted,omitempty"`
	// Untaxed says that it gives back what was billed without tax, whatever rates there are now.
	Untaxed bool `json:"untaxed,omitempty"`
	// TaxBehavior is what the caller said of the amount, for a tax engine. Rates that are given by
	// hand say themselves whether they are inside.
	TaxBehavior string `json:"tax_behavior,omitempty"`
	// Included are discounts that a proration's amount includes already.
	Included []string `json:"included,omitempty"`
}

// InvoiceItemParent is what made the item; nil for one made by hand.
type InvoiceItemParent struct {
	SubscriptionDetails *InvoiceItemSubscription `json:"subscription_details"`
	Type                string                   `json:"type"` // "subscription_details"
}

// InvoiceItemSubscription names the subscription and the item that is prorated.
type InvoiceItemSubscription struct {
	Subscription     string  `json:"subscription"`
	SubscriptionItem *string `json:"subscription_item,omitempty"`
}

// ProrationDetails link a credit to what it credits.
type ProrationDetails struct {
	CreditedItems   *CreditedItems      `json:"credited_items"`
	DiscountAmounts Arr[DiscountAmount] `json:"discount_amounts"`
}

// CreditedItems are a pending invoice item, or lines of an invoice.
type CreditedItems struct {
	InvoiceItem            *string            `json:"invoice_item,omitempty"`
	InvoiceLineItemDetails *LineCreditedItems `json:"invoice_line_item_details,omitempty"`
	Type                   string             `json:"type"`
}

// SubscriptionID is the subscription that the item belongs to, or "".
func (it *InvoiceItem) SubscriptionID() string {
	if it.Parent == nil || it.Parent.SubscriptionDetails == nil {
		return ""
	}
	return it.Parent.SubscriptionDetails.Subscription
}

// SubscriptionItemID is the subscription item that it prorates, or "".
func (it *InvoiceItem) SubscriptionItemID() string {
	if it.SubscriptionID() == "" || it.Parent.SubscriptionDetails.SubscriptionItem == nil {
		return ""
	}
	return *it.Parent.SubscriptionDetails.SubscriptionItem
}

// States of an invoice payment.
const (
	InvoicePaymentOpen     = "open"
	InvoicePaymentPaid     = "paid"
	InvoicePaymentCanceled = "canceled"
)

// InvoicePayment allocates a payment to an invoice.
type InvoicePayment struct {
	ID                string                   `json:"id"`
	Object            string                   `json:"object"`
	AmountPaid        *int64                   `json:"amount_paid"`
	AmountRequested   int64                    `json:"amount_requested"`
	Created           int64                    `json:"created"`
	Currency          string                   `json:"currency"`
	Invoice           Ref[Invoice]             `json:"invoice"`
	IsDefault         bool                     `json:"is_default"`
	Livemode          bool                     `json:"livemode"`
	Payment           InvoicePaymentPayment    `json:"payment"`
	Status            string                   `json:"status"`
	StatusTransitions InvoicePaymentTransition `json:"status_transitions"`
}

// InvoicePaymentPayment is what moves the money.
type InvoicePaymentPayment struct {
	Charge        *Ref[Charge]        `json:"charge,omitempty"`
	PaymentIntent *Ref[PaymentIntent] `json:"payment_intent,omitempty"`
	Type          string              `json:"type"`
}

// InvoicePaymentTransition is when an invoice payment reached its states.
type InvoicePaymentTransition struct {
	CanceledAt *int64 `json:"canceled_at"`
	PaidAt     *int64 `json:"paid_at"`
}
