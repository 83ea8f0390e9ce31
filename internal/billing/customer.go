package billing

// Tax exemptions of a customer.
const (
	TaxExemptNone    = "none"
	TaxExemptExempt  = "exempt"
	TaxExemptReverse = "reverse"
)

// Customer is who is billed. Balance is in minor units: negative is credit, positive is owed.
type Customer struct {
	ID                  string                  `json:"id"`
	Object              string                  `json:"object"`
	Address             *Address                `json:"address"`
	Balance             int64                   `json:"balance"`
	BusinessName        *string                 `json:"business_name,omitempty"`
	CashBalance         *Null                   `json:"cash_balance,omitempty"` // includable
	Created             int64                   `json:"created"`
	Currency            *string                 `json:"currency"`
	CustomerAccount     Null                    `json:"customer_account"`
	DefaultSource       Null                    `json:"default_source"`
	Delinquent          *bool                   `json:"delinquent"`
	Description         *string                 `json:"description"`
	Discount            Embed[Discount]         `json:"discount"`
	Email               *string                 `json:"email"`
	IndividualName      *string                 `json:"individual_name,omitempty"`
	InvoiceCredit       map[string]int64        `json:"invoice_credit_balance,omitzero"`
	InvoicePrefix       *string                 `json:"invoice_prefix"`
	InvoiceSettings     CustomerInvoiceSettings `json:"invoice_settings"`
	Livemode            bool                    `json:"livemode"`
	Metadata            Metadata                `json:"metadata"`
	Name                *string                 `json:"name"`
	NextInvoiceSequence int64                   `json:"next_invoice_sequence"`
	Phone               *string                 `json:"phone"`
	PreferredLocales    Arr[string]             `json:"preferred_locales"`
	Shipping            *Shipping               `json:"shipping"`
	Sources             *List[Null]             `json:"sources,omitempty"`       // includable
	Subscriptions       *List[Subscription]     `json:"subscriptions,omitempty"` // includable
	TaxExempt           *string                 `json:"tax_exempt"`
	TaxIDs              *List[Null]             `json:"tax_ids,omitempty"` // includable
	TestClock           Ref[TestClock]          `json:"test_clock"`

	Deleted bool            `json:"-"` // a tombstone: only id, object and deleted are shown
	Private CustomerPrivate `json:"-"`
}

// CustomerPrivate holds what is counted for a customer without being news about them.
type CustomerPrivate struct {
	// NextInvoiceSequence numbers the next invoice; it is shown as next_invoice_sequence.
	NextInvoiceSequence int64 `json:"next_invoice_sequence"`
	// NumbersTaken says that numbers with the customer's prefix may be in use that they did not
	// draw: the prefix, or such a number, was chosen by hand.
	NumbersTaken bool `json:"numbers_taken,omitempty"`
}

// CustomerInvoiceSettings are the defaults of a customer's invoices.
type CustomerInvoiceSettings struct {
	CustomFields         []CustomField      `json:"custom_fields"`
	DefaultPaymentMethod Ref[PaymentMethod] `json:"default_payment_method"`
	Footer               *string            `json:"footer"`
	RenderingOptions     *RenderingOptions  `json:"rendering_options"`
}

// RenderingOptions say how amounts are printed.
type RenderingOptions struct {
	AmountTaxDisplay *string `json:"amount_tax_display"`
	Template         *string `json:"template"`
}

// CustomField is a name and a value printed on an invoice.
type CustomField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Address is a postal address.
type Address struct {
	City       *string `json:"city"`
	Country    *string `json:"country"`
	Line1      *string `json:"line1"`
	Line2      *string `json:"line2"`
	PostalCode *string `json:"postal_code"`
	State      *string `json:"state"`
}

// Shipping is where goods go.
type Shipping struct {
	Address        *Address `json:"address,omitempty"`
	Carrier        *string  `json:"carrier,omitempty"`
	Name           string   `json:"name"`
	Phone          *string  `json:"phone"`
	TrackingNumber *string  `json:"tracking_number,omitempty"`
}

// Types of balance transaction that this house writes.
const (
	BalanceAdjustment           = "adjustment"
	BalanceAppliedToInvoice     = "applied_to_invoice"
	BalanceUnappliedFromInvoice = "unapplied_from_invoice"
	BalanceInvoiceTooSmall      = "invoice_too_small"
	BalanceInvoiceTooLarge      = "invoice_too_large"
	BalanceInvoiceOverpaid      = "invoice_overpaid"
	BalanceInitial              = "initial"
)

// CustomerBalanceTransaction is one immutable step of a customer's balance.
type CustomerBalanceTransaction struct {
	ID              string        `json:"id"`
	Object          string        `json:"object"`
	Amount          int64         `json:"amount"`
	CheckoutSession Null          `json:"checkout_session"`
	Created         int64         `json:"created"`
	CreditNote      Null          `json:"credit_note"`
	Currency        string        `json:"currency"`
	Customer        Ref[Customer] `json:"customer"`
	CustomerAccount Null          `json:"customer_account"`
	Description     *string       `json:"description"`
	EndingBalance   int64         `json:"ending_balance"`
	Invoice         Ref[Invoice]  `json:"invoice"`
	Livemode        bool          `json:"livemode"`
	Metadata        Metadata      `json:"metadata"`
	Type            string        `json:"type"`
}
