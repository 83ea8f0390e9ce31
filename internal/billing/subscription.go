package billing

// SubscriptionStatus is where a subscription stands.
type SubscriptionStatus string

// The states of a subscription. canceled and incomplete_expired are final.
const (
	SubscriptionIncomplete        SubscriptionStatus = "incomplete"
	SubscriptionIncompleteExpired SubscriptionStatus = "incomplete_expired"
	SubscriptionTrialing          SubscriptionStatus = "trialing"
	SubscriptionActive            SubscriptionStatus = "active"
	SubscriptionPastDue           SubscriptionStatus = "past_due"
	SubscriptionCanceled          SubscriptionStatus = "canceled"
	SubscriptionUnpaid            SubscriptionStatus = "unpaid"
	SubscriptionPaused            SubscriptionStatus = "paused"
)

// subscriptionMoves are the allowed moves (behaviour documented by Stripe's lifecycle pages).
var subscriptionMoves = map[SubscriptionStatus][]SubscriptionStatus{
	SubscriptionIncomplete: {SubscriptionActive, SubscriptionTrialing,
		SubscriptionIncompleteExpired, SubscriptionCanceled},
	SubscriptionTrialing: {SubscriptionActive, SubscriptionPastDue, SubscriptionPaused,
		SubscriptionCanceled, SubscriptionUnpaid},
	SubscriptionActive: {SubscriptionPastDue, SubscriptionTrialing, SubscriptionCanceled,
		SubscriptionUnpaid, SubscriptionPaused},
	SubscriptionPastDue: {SubscriptionActive, SubscriptionTrialing, SubscriptionCanceled,
		SubscriptionUnpaid, SubscriptionPaused},
	SubscriptionUnpaid: {SubscriptionActive, SubscriptionPastDue, SubscriptionTrialing,
		SubscriptionCanceled},
	SubscriptionPaused: {SubscriptionActive, SubscriptionTrialing, SubscriptionPastDue,
		SubscriptionCanceled},
}

// MayBecome says whether the status table allows the move.
func (s SubscriptionStatus) MayBecome(next SubscriptionStatus) bool {
	return may(subscriptionMoves, s, next)
}

// Ended says that nothing will ever be billed again.
func (s SubscriptionStatus) Ended() bool {
	return s == SubscriptionCanceled || s == SubscriptionIncompleteExpired
}

// Words of the subscription API.
const (
	ChargeAutomatically = "charge_automatically"
	SendInvoice         = "send_invoice"

	CreateProrations = "create_prorations"
	AlwaysInvoice    = "always_invoice"
	ProrationNone    = "none"

	AllowIncomplete     = "allow_incomplete"
	DefaultIncomplete   = "default_incomplete"
	ErrorIfIncomplete   = "error_if_incomplete"
	PendingIfIncomplete = "pending_if_incomplete"

	BillingClassic  = "classic"
	BillingFlexible = "flexible"

	DiscountsIncluded = "included"
	DiscountsItemized = "itemized"

	MissingCreateInvoice = "create_invoice"
	MissingPause         = "pause"
	MissingCancel        = "cancel"

	PauseKeepAsDraft       = "keep_as_draft"
	PauseMarkUncollectible = "mark_uncollectible"
	PauseVoid              = "void"

	ReasonCancellationRequested = "cancellation_requested"
	ReasonPaymentFailed         = "payment_failed"
)

// Subscription is an agreement to bill a customer, period after period.
type Subscription struct {
	ID                            string                      `json:"id"`
	Object                        string                      `json:"object"`
	Application                   Null                        `json:"application"`
	ApplicationFeePercent         Null                        `json:"application_fee_percent"`
	AutomaticTax                  SubscriptionAutomaticTax    `json:"automatic_tax"`
	BillingCycleAnchor            int64                       `json:"billing_cycle_anchor"`
	BillingCycleAnchorConfig      *AnchorConfig               `json:"billing_cycle_anchor_config"`
	BillingMode                   BillingMode                 `json:"billing_mode"`
	BillingSchedules              Arr[Null]                   `json:"billing_schedules"`
	BillingThresholds             Null                        `json:"billing_thresholds"`
	CancelAt                      *int64                      `json:"cancel_at"`
	CancelAtPeriodEnd             bool                        `json:"cancel_at_period_end"`
	CanceledAt                    *int64                      `json:"canceled_at"`
	CancellationDetails           *CancellationDetails        `json:"cancellation_details"`
	CollectionMethod              string                      `json:"collection_method"`
	Created                       int64                       `json:"created"`
	Currency                      string                      `json:"currency"`
	Customer                      Ref[Customer]               `json:"customer"`
	CustomerAccount               Null                        `json:"customer_account"`
	DaysUntilDue                  *int64                      `json:"days_until_due"`
	DefaultPaymentMethod          Ref[PaymentMethod]          `json:"default_payment_method"`
	DefaultSource                 Null                        `json:"default_source"`
	DefaultTaxRates               Arr[Embed[TaxRate]]         `json:"default_tax_rates"`
	Description                   *string                     `json:"description"`
	Discounts                     Arr[Ref[Discount]]          `json:"discounts"`
	EndedAt                       *int64                      `json:"ended_at"`
	InvoiceSettings               SubscriptionInvoiceSettings `json:"invoice_settings"`
	Items                         List[SubscriptionItem]      `json:"items"`
	LatestInvoice                 Ref[Invoice]                `json:"latest_invoice"`
	Livemode                      bool                        `json:"livemode"`
	Metadata                      Metadata                    `json:"metadata"`
	NextPendingInvoiceItemInvoice *int64                      `json:"next_pending_invoice_item_invoice"`
	OnBehalfOf                    Null                        `json:"on_behalf_of"`
	PauseCollection               *PauseCollection            `json:"pause_collection"`
	PaymentSettings               *PaymentSettings            `json:"payment_settings"`
	PendingInvoiceItemInterval    *PendingItemInterval        `json:"pending_invoice_item_interval"`
	PendingSetupIntent            Ref[SetupIntent]            `json:"pending_setup_intent"`
	PendingUpdate                 *PendingUpdate              `json:"pending_update"`
	Plan                          *Plan                       `json:"plan,omitempty"`     // legacy
	Quantity                      *int64                      `json:"quantity,omitempty"` // legacy
	Schedule                      Null                        `json:"schedule"`
	StartDate                     int64                       `json:"start_date"`
	Status                        SubscriptionStatus          `json:"status"`
	TestClock                     Ref[TestClock]              `json:"test_clock"`
	TransferData                  Null                        `json:"transfer_data"`
	TrialEnd                      *int64                      `json:"trial_end"`
	TrialSettings                 *TrialSettings              `json:"trial_settings"`
	TrialStart                    *int64                      `json:"trial_start"`

	Private SubscriptionPrivate `json:"-"`
}

// SubscriptionPrivate is what the API does not show of a subscription.
type SubscriptionPrivate struct {
	// NextAt is when the engine must look at the subscription next; nil when never.
	NextAt *int64 `json:"next_at,omitempty"`
	// Debits are what was billed for time that has not passed: the basis of flexible credits.
	Debits []Debit `json:"debits,omitempty"`
	// TrialNoticeAt is when customer.subscription.trial_will_end is due; nil once sent.
	TrialNoticeAt *int64 `json:"trial_notice_at,omitempty"`
	// UpcomingDays is how long before a renewal invoice.upcoming is due: the setting as it was when
	// the period began.
	UpcomingDays int64 `json:"upcoming_days,omitempty"`
	// UpcomingTold is the end of the period for which invoice.upcoming is done with.
	UpcomingTold int64 `json:"upcoming_told,omitempty"`
	// ExpiresAt is when an incomplete subscription gives up waiting for its first payment.
	ExpiresAt *int64 `json:"expires_at,omitempty"`
	// Change is the encoded update that a pending_update waits to apply.
	Change []byte `json:"change,omitempty"`
	// ChangeInvoice is the invoice whose payment applies Change.
	ChangeInvoice string `json:"change_invoice,omitempty"`
	// ChangeAt is when that update was asked for: its bill was computed with this time.
	ChangeAt int64 `json:"change_at,omitempty"`
	// ChangeDiscounts are the discounts that were made for that update.
	ChangeDiscounts []string `json:"change_discounts,omitempty"`
	// ChangeAttempt is the open payment attempt of an update that is not written yet.
	ChangeAttempt string `json:"change_attempt,omitempty"`
	// PastDueInvoice is the invoice that the subscription is past due for.
	PastDueInvoice string `json:"past_due_invoice,omitempty"`
	// FirstInvoice is the invoice that an incomplete subscription waits for.
	FirstInvoice string `json:"first_invoice,omitempty"`
	// EndsWithPeriod says that cancel_at was planned as the end of the period, not as a date.
	EndsWithPeriod bool `json:"ends_with_period,omitempty"`
	// FreeStub says that the time between the trial's end and a later anchor is not billed.
	FreeStub bool `json:"free_stub,omitempty"`
}

// Debit is one sum that was billed for one item and a stretch of time. Amount is net of
// discounts. InvoiceItem is set while it waits on a pending invoice item.
type Debit struct {
	Item        string   `json:"item"`
	Price       string   `json:"price"`
	Quantity    int64    `json:"quantity"`
	Amount      int64    `json:"amount"`
	Gross       int64    `json:"gross"` // before discounts
	Start       int64    `json:"start"`
	End         int64    `json:"end"`
	Invoice     string   `json:"invoice,omitempty"`
	Lines       []string `json:"lines,omitempty"` // of Invoice: several for a price in tiers
	InvoiceItem string   `json:"invoice_item,omitempty"`
	TaxRates    []string `json:"tax_rates,omitempty"`

	Off []DiscountAmount `json:"off,omitempty"` // what each discount took
}

// SubscriptionItem is one price and quantity of a subscription, with its own period.
type SubscriptionItem struct {
	ID                 string              `json:"id"`
	Object             string              `json:"object"`
	BillingThresholds  Null                `json:"billing_thresholds"`
	Created            int64               `json:"created"`
	CurrentPeriodEnd   int64               `json:"current_period_end"`
	CurrentPeriodStart int64               `json:"current_period_start"`
	Discounts          Arr[Ref[Discount]]  `json:"discounts"`
	Metadata           Metadata            `json:"metadata"`
	Plan               *Plan               `json:"plan,omitempty"` // legacy, shown
	Price              Embed[Price]        `json:"price"`
	Quantity           int64               `json:"quantity"`
	Subscription       string              `json:"subscription"`
	TaxRates           Arr[Embed[TaxRate]] `json:"tax_rates"`
}

// SubscriptionAutomaticTax is always off until a tax engine is connected.
type SubscriptionAutomaticTax struct {
	DisabledReason *string `json:"disabled_reason"`
	Enabled        bool    `json:"enabled"`
	Liability      Null    `json:"liability"`
}

// AnchorConfig fixes the parts of the billing cycle anchor.
type AnchorConfig struct {
	DayOfMonth int64  `json:"day_of_month"`
	Hour       *int64 `json:"hour"`
	Minute     *int64 `json:"minute"`
	Month      *int64 `json:"month"`
	Second     *int64 `json:"second"`
}

// BillingMode says by which generation of rules a subscription is billed.
type BillingMode struct {
	Flexible  *BillingModeFlexible `json:"flexible"`
	Type      string               `json:"type"`
	UpdatedAt *int64               `json:"updated_at,omitempty"`
}

// BillingModeFlexible says how discounts show on prorations.
type BillingModeFlexible struct {
	ProrationDiscounts string `json:"proration_discounts"`
}

// CancellationDetails say why a subscription ends.
type CancellationDetails struct {
	Comment        *string `json:"comment"`
	Feedback       *string `json:"feedback"`
	FeedbackOption Null    `json:"feedback_option"`
	Reason         *string `json:"reason"`
}

// SubscriptionInvoiceSettings are the defaults of a subscription's invoices.
type SubscriptionInvoiceSettings struct {
	AccountTaxIDs Null          `json:"account_tax_ids"`
	CustomFields  []CustomField `json:"custom_fields"`
	Description   *string       `json:"description"`
	Footer        *string       `json:"footer"`
	Issuer        Issuer        `json:"issuer"`
}

// Issuer is who issues an invoice: always the account itself.
type Issuer struct {
	Type string `json:"type"` // "self"
}

// PauseCollection says what becomes of invoices while their collection is paused.
type PauseCollection struct {
	Behavior  string `json:"behavior"`
	ResumesAt *int64 `json:"resumes_at"`
}

// PaymentSettings are how a subscription is paid.
type PaymentSettings struct {
	PaymentMethodOptions     *MethodOptions `json:"payment_method_options"`
	PaymentMethodTypes       []string       `json:"payment_method_types"`
	SaveDefaultPaymentMethod *string        `json:"save_default_payment_method"`
}

// PendingItemInterval bills pending invoice items more often than the cycle.
type PendingItemInterval struct {
	Interval      string `json:"interval"`
	IntervalCount int64  `json:"interval_count"`
}

// PendingUpdate is an update that waits for its invoice to be paid.
type PendingUpdate struct {
	BillingCycleAnchor *int64             `json:"billing_cycle_anchor"`
	Discount           Null               `json:"discount"`
	Discounts          []Ref[Discount]    `json:"discounts"`
	ExpiresAt          int64              `json:"expires_at"`
	Metadata           map[string]string  `json:"metadata"`
	SubscriptionItems  []SubscriptionItem `json:"subscription_items"`
	TrialEnd           *int64             `json:"trial_end"`
	TrialFromPlan      *bool              `json:"trial_from_plan"`
}

// TrialSettings say what happens when a trial ends.
type TrialSettings struct {
	EndBehavior TrialEndBehavior `json:"end_behavior"`
}

// TrialEndBehavior says what happens at a trial's end without a payment method.
type TrialEndBehavior struct {
	MissingPaymentMethod string `json:"missing_payment_method"`
}

// Period is the item periods' common range: the earliest start and the latest end.
func (s *Subscription) Period() (start, end int64) {
	for i, it := range s.Items.Data {
		if i == 0 || it.CurrentPeriodStart < start {
			start = it.CurrentPeriodStart
		}
		end = max(end, it.CurrentPeriodEnd)
	}
	return start, end
}

// NextPeriodEnd is when the first of the items reaches the end of its period; 0 without items.
func (s *Subscription) NextPeriodEnd() (end int64) {
	for i, it := range s.Items.Data {
		if i == 0 || it.CurrentPeriodEnd < end {
			end = it.CurrentPeriodEnd
		}
	}
	return end
}

// Item finds an item by id; nil when there is none.
func (s *Subscription) Item(id string) *SubscriptionItem {
	for i := range s.Items.Data {
		if s.Items.Data[i].ID == id {
			return &s.Items.Data[i]
		}
	}
	return nil
}

// Flexible says that the newer billing rules apply.
func (s *Subscription) Flexible() bool { return s.BillingMode.Type == BillingFlexible }
