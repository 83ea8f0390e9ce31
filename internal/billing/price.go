package billing

// Price types, billing schemes, tiers modes, roundings and tax behaviours.
const (
	PriceOneTime   = "one_time"
	PriceRecurring = "recurring"

	SchemePerUnit = "per_unit"
	SchemeTiered  = "tiered"

	TiersGraduated = "graduated"
	TiersVolume    = "volume"

	RoundUp   = "up"
	RoundDown = "down"

	UsageLicensed = "licensed"
	UsageMetered  = "metered"

	TaxInclusive   = "inclusive"
	TaxExclusive   = "exclusive"
	TaxUnspecified = "unspecified"
)

// Price is how much of a product costs how much, once or per interval.
type Price struct {
	ID                string                    `json:"id"`
	Object            string                    `json:"object"`
	Active            bool                      `json:"active"`
	BillingScheme     string                    `json:"billing_scheme"`
	Created           int64                     `json:"created"`
	Currency          string                    `json:"currency"`
	CurrencyOptions   map[string]CurrencyOption `json:"currency_options,omitempty"` // includable
	CustomUnitAmount  *CustomUnitAmount         `json:"custom_unit_amount"`
	Livemode          bool                      `json:"livemode"`
	LookupKey         *string                   `json:"lookup_key"`
	Metadata          Metadata                  `json:"metadata"`
	Nickname          *string                   `json:"nickname"`
	Product           Ref[Product]              `json:"product"`
	Recurring         *Recurring                `json:"recurring"`
	TaxBehavior       *string                   `json:"tax_behavior"`
	Tiers             []PriceTier               `json:"tiers,omitempty"` // includable
	TiersMode         *string                   `json:"tiers_mode"`
	TransformQuantity *TransformQuantity        `json:"transform_quantity"`
	Type              string                    `json:"type"`
	UnitAmount        *int64                    `json:"unit_amount"`
	UnitAmountDecimal *string                   `json:"unit_amount_decimal"`
}

// Recurring is how often a price is charged.
type Recurring struct {
	Interval        string `json:"interval"` // day, week, month, year
	IntervalCount   int64  `json:"interval_count"`
	Meter           Null   `json:"meter"`
	TrialPeriodDays *int64 `json:"trial_period_days"` // legacy: used only with trial_from_plan
	UsageType       string `json:"usage_type"`
}

// CurrencyOption is a price's amount in another currency.
type CurrencyOption struct {
	CustomUnitAmount  *CustomUnitAmount `json:"custom_unit_amount"`
	TaxBehavior       *string           `json:"tax_behavior"`
	Tiers             []PriceTier       `json:"tiers,omitempty"`
	UnitAmount        *int64            `json:"unit_amount"`
	UnitAmountDecimal *string           `json:"unit_amount_decimal"`
}

// CustomUnitAmount bounds an amount that the buyer names.
type CustomUnitAmount struct {
	Maximum *int64 `json:"maximum"`
	Minimum *int64 `json:"minimum"`
	Preset  *int64 `json:"preset"`
}

// PriceTier prices the units up to and including UpTo; nil means without end.
type PriceTier struct {
	FlatAmount        *int64  `json:"flat_amount"`
	FlatAmountDecimal *string `json:"flat_amount_decimal"`
	UnitAmount        *int64  `json:"unit_amount"`
	UnitAmountDecimal *string `json:"unit_amount_decimal"`
	UpTo              *int64  `json:"up_to"`
}

// TransformQuantity divides a quantity before it is priced.
type TransformQuantity struct {
	DivideBy int64  `json:"divide_by"`
	Round    string `json:"round"`
}

// Plan is the legacy view of a recurring price, which many integrations still read.
type Plan struct {
	ID              string             `json:"id"`
	Object          string             `json:"object"`
	Active          bool               `json:"active"`
	Amount          *int64             `json:"amount"`
	AmountDecimal   *string            `json:"amount_decimal"`
	BillingScheme   string             `json:"billing_scheme"`
	Created         int64              `json:"created"`
	Currency        string             `json:"currency"`
	Interval        string             `json:"interval"`
	IntervalCount   int64              `json:"interval_count"`
	Livemode        bool               `json:"livemode"`
	Metadata        Metadata           `json:"metadata"`
	Meter           Null               `json:"meter"`
	Nickname        *string            `json:"nickname"`
	Product         Ref[Product]       `json:"product"`
	TiersMode       *string            `json:"tiers_mode"`
	TransformUsage  *TransformQuantity `json:"transform_usage"`
	TrialPeriodDays *int64             `json:"trial_period_days"`
	UsageType       string             `json:"usage_type"`
}

// Plan is the price in the legacy shape; nil for a one-time price.
func (p *Price) Plan() *Plan {
	if p.Recurring == nil {
		return nil
	}
	return &Plan{
		ID: p.ID, Object: "plan", Active: p.Active, Amount: p.UnitAmount,
		AmountDecimal: p.UnitAmountDecimal, BillingScheme: p.BillingScheme, Created: p.Created,
		Currency: p.Currency, Interval: p.Recurring.Interval,
		IntervalCount: p.Recurring.IntervalCount, Livemode: p.Livemode, Metadata: p.Metadata,
		Nickname: p.Nickname, Product: To[Product](p.Product.ID), TiersMode: p.TiersMode,
		TransformUsage: p.TransformQuantity, TrialPeriodDays: p.Recurring.TrialPeriodDays,
		UsageType: p.Recurring.UsageType,
	}
}
