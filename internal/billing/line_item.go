package billing

// LineItem is one line of an invoice. Amount is gross of the invoice's discounts.
type LineItem struct {
	ID                  string               `json:"id"`
	Object              string               `json:"object"`
	Amount              int64                `json:"amount"`
	Currency            string               `json:"currency"`
	Description         *string              `json:"description"`
	DiscountAmounts     []DiscountAmount     `json:"discount_amounts"`
	Discountable        bool                 `json:"discountable"`
	Discounts           Arr[Ref[Discount]]   `json:"discounts"`
	Invoice             *string              `json:"invoice"`
	Livemode            bool                 `json:"livemode"`
	Metadata            Metadata             `json:"metadata"`
	Parent              *LineParent          `json:"parent"`
	Period              Period               `json:"period"`
	PretaxCreditAmounts []PretaxCreditAmount `json:"pretax_credit_amounts"`
	Pricing             *Pricing             `json:"pricing"`
	Quantity            *int64               `json:"quantity"`
	QuantityDecimal     *string              `json:"quantity_decimal"`
	Subscription        Ref[Subscription]    `json:"subscription"`
	Subtotal            int64                `json:"subtotal"`
	Taxes               []Tax                `json:"taxes"`
}

// Period is a half-open stretch of time in unix seconds.
type Period struct {
	End   int64 `json:"end"`
	Start int64 `json:"start"`
}

// LineParent is what made the line.
type LineParent struct {
	InvoiceItemDetails      *LineInvoiceItem      `json:"invoice_item_details"`
	SubscriptionItemDetails *LineSubscriptionItem `json:"subscription_item_details"`
	Type                    string                `json:"type"`
}

// LineInvoiceItem says that a line came from an invoice item.
type LineInvoiceItem struct {
	InvoiceItem      string                `json:"invoice_item"`
	Proration        bool                  `json:"proration"`
	ProrationDetails *LineProrationDetails `json:"proration_details"`
	Subscription     *string               `json:"subscription"`
}

// LineSubscriptionItem says that a line came from a subscription item.
type LineSubscriptionItem struct {
	InvoiceItem      *string               `json:"invoice_item"`
	Proration        bool                  `json:"proration"`
	ProrationDetails *LineProrationDetails `json:"proration_details"`
	Subscription     *string               `json:"subscription"`
	SubscriptionItem string                `json:"subscription_item"`
}

// LineProrationDetails link a credit to what it credits.
type LineProrationDetails struct {
	CreditedItems *LineCreditedItems `json:"credited_items"`
}

// LineCreditedItems are the lines that a credit gives back from.
type LineCreditedItems struct {
	Invoice          string      `json:"invoice"`
	InvoiceLineItems Arr[string] `json:"invoice_line_items"`
}

// Pricing is the price that a line was computed with.
type Pricing struct {
	PriceDetails      *PriceDetails `json:"price_details,omitempty"`
	Type              string        `json:"type"` // "price_details"
	UnitAmountDecimal *string       `json:"unit_amount_decimal"`
}

// PriceDetails name the price and its product.
type PriceDetails struct {
	Price   Ref[Price] `json:"price"`
	Product string     `json:"product"`
}

// Proration says that the line charges or credits part of a period.
func (l *LineItem) Proration() bool {
	if l.Parent == nil {
		return false
	}
	if d := l.Parent.SubscriptionItemDetails; d != nil {
		return d.Proration
	}
	d := l.Parent.InvoiceItemDetails
	return d != nil && d.Proration
}

// Flat says that the line bills a tier as a whole: its amount is for no number of units.
func (l *LineItem) Flat() bool {
	return l.Amount != 0 && !l.Proration() && l.SubscriptionItemID() != "" &&
		l.Quantity != nil && *l.Quantity == 0 &&
		l.Pricing != nil && l.Pricing.UnitAmountDecimal == nil
}

// SubscriptionItemID is the item that the line bills, or "".
func (l *LineItem) SubscriptionItemID() string {
	if l.Parent == nil || l.Parent.SubscriptionItemDetails == nil {
		return ""
	}
	return l.Parent.SubscriptionItemDetails.SubscriptionItem
}
