package billing

// Settings are what Stripe keeps in its dashboard: they belong to one mode of one account.
type Settings struct {
	Object          string          `json:"object"` // "portico.settings"
	Branding        Branding        `json:"branding"`
	BusinessProfile BusinessProfile `json:"business_profile"`
	Dunning         Dunning         `json:"dunning"`
	Events          EventSettings   `json:"events"`
	Invoices        InvoiceSettings `json:"invoices"`
	Livemode        bool            `json:"livemode"`
	Portal          PortalLifetimes `json:"portal"`
	Tax             TaxSettings     `json:"tax"`
	Timezone        string          `json:"timezone"` // IANA name, "UTC"
	Updated         int64           `json:"updated"`
	Webhooks        WebhookSettings `json:"webhooks"`
}

// Branding is how the company looks.
type Branding struct {
	IconURL        *string `json:"icon_url"`
	PrimaryColor   *string `json:"primary_color"`   // "#rrggbb"
	SecondaryColor *string `json:"secondary_color"` // the accent
}

// BusinessProfile is who the company is.
type BusinessProfile struct {
	Address      *Address `json:"address"`
	Name         *string  `json:"name"`
	SupportEmail *string  `json:"support_email"`
	SupportPhone *string  `json:"support_phone"`
	SupportURL   *string  `json:"support_url"`
	TaxID        *string  `json:"tax_id"` // printed on invoices
	URL          *string  `json:"url"`
}

// Ends of dunning: what becomes of the subscription when every retry failed.
const (
	DunningCancel       = "cancel"
	DunningUnpaid       = "mark_unpaid"
	DunningLeavePastDue = "leave_past_due"
)

// Dunning is how an unpaid invoice is retried: each entry is days after the last try.
type Dunning struct {
	RetryDays           Arr[int64] `json:"retry_days"`
	SubscriptionOutcome string     `json:"subscription_outcome"`
	InvoiceOutcome      string     `json:"invoice_outcome"` // leave_open, mark_uncollectible
}

// EventSettings say how long events are kept.
type EventSettings struct {
	RetentionDays int64 `json:"retention_days"`
}

// InvoiceSettings are defaults of invoices.
type InvoiceSettings struct {
	FinalizeAfterSeconds int64   `json:"finalize_after_seconds"`
	Footer               *string `json:"footer"`
	UpcomingDays         int64   `json:"upcoming_days"` // before a renewal; 0 tells nothing
	WaitForWebhooks      bool    `json:"wait_for_webhooks"`
}

// PortalLifetimes are how long a portal link and session live.
type PortalLifetimes struct {
	AbsoluteSeconds int64 `json:"absolute_seconds"`
	IdleSeconds     int64 `json:"idle_seconds"`
	LinkSeconds     int64 `json:"link_seconds"`
}

// Tax roundings.
const (
	TaxRoundingLine    = "line_item"
	TaxRoundingInvoice = "invoice"
)

// TaxSettings say where tax is rounded.
type TaxSettings struct {
	Rounding string `json:"rounding"`
}

// WebhookSettings let webhooks reach addresses that are refused otherwise.
type WebhookSettings struct {
	AllowedHosts Arr[string] `json:"allowed_hosts"` // host names or CIDR ranges
}

// Account is the company that bills. Its settings live apart, per mode.
type Account struct {
	ID              string `json:"id"`
	Country         string `json:"country"`
	Created         int64  `json:"created"`
	DefaultCurrency string `json:"default_currency"`
	Email           string `json:"email"`
	Name            string `json:"name"`
}

// DefaultSettings are those of a new account.
func DefaultSettings(livemode bool, name string) *Settings {
	return &Settings{
		Object: "portico.settings", Livemode: livemode, Timezone: "UTC",
		BusinessProfile: BusinessProfile{Name: &name},
		Dunning: Dunning{RetryDays: Arr[int64]{3, 5, 7}, SubscriptionOutcome: DunningCancel,
			InvoiceOutcome: "leave_open"},
		Events:   EventSettings{RetentionDays: 30},
		Invoices: InvoiceSettings{FinalizeAfterSeconds: 3600, UpcomingDays: 7},
		Portal:   PortalLifetimes{LinkSeconds: 300, IdleSeconds: 3600, AbsoluteSeconds: 86400},
		Tax:      TaxSettings{Rounding: TaxRoundingLine},
	}
}
