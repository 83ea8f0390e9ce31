package app

import (
	"strconv"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// PriceCreateParams create a price.
type PriceCreateParams struct {
	Active            *bool                           `form:"active"`
	BillingScheme     *string                         `form:"billing_scheme"`
	Currency          string                          `form:"currency"`
	CurrencyOptions   map[string]CurrencyOptionParams `form:"currency_options"`
	LookupKey         *string                         `form:"lookup_key"`
	Metadata          MetadataParams                  `form:"metadata"`
	Nickname          *string                         `form:"nickname"`
	Product           *string                         `form:"product"`
	ProductData       *PriceProductParams             `form:"product_data"`
	Recurring         *PriceRecurringParams           `form:"recurring"`
	TaxBehavior       *string                         `form:"tax_behavior"`
	Tiers             []TierParams                    `form:"tiers"`
	TiersMode         *string                         `form:"tiers_mode"`
	TransferLookupKey bool                            `form:"transfer_lookup_key"`
	TransformQuantity *TransformQuantityParams        `form:"transform_quantity"`
	UnitAmount        *int64                          `form:"unit_amount"`
	UnitAmountDecimal *string                         `form:"unit_amount_decimal"`
}

// PriceProductParams describe the product that is created with a price.
type PriceProductParams struct {
	Active              *bool                    `form:"active"`
	ID                  *string                  `form:"id"`
	Metadata            MetadataParams           `form:"metadata"`
	Name                string                   `form:"name"`
	StatementDescriptor billing.Optional[string] `form:"statement_descriptor"`
	UnitLabel           billing.Optional[string] `form:"unit_label"`
}

// PriceRecurringParams are how often a price is charged. Usage that is measured is not built.
type PriceRecurringParams struct {
	RecurringParams
	TrialPeriodDays *int64  `form:"trial_period_days"`
	UsageType       *string `form:"usage_type"`
}

// CurrencyOptionParams are a price's amount in another currency.
type CurrencyOptionParams struct {
	TaxBehavior       *string      `form:"tax_behavior"`
	Tiers             []TierParams `form:"tiers"`
	UnitAmount        *int64       `form:"unit_amount"`
	UnitAmountDecimal *string      `form:"unit_amount_decimal"`
}

// TierParams price the units up to a number, or up to "inf".
type TierParams struct {
	FlatAmount        *int64         `form:"flat_amount"`
	FlatAmountDecimal *string        `form:"flat_amount_decimal"`
	UnitAmount        *int64         `form:"unit_amount"`
	UnitAmountDecimal *string        `form:"unit_amount_decimal"`
	UpTo              billing.Moment `form:"up_to"`
}

// TransformQuantityParams divide a quantity before it is priced.
type TransformQuantityParams struct {
	DivideBy int64  `form:"divide_by"`
	Round    string `form:"round"`
}

// DefaultPriceParams describe the price that is created with a product.
type DefaultPriceParams struct {
	Currency          string                          `form:"currency"`
	CurrencyOptions   map[string]CurrencyOptionParams `form:"currency_options"`
	Metadata          MetadataParams                  `form:"metadata"`
	Recurring         *RecurringParams                `form:"recurring"`
	TaxBehavior       *string                         `form:"tax_behavior"`
	UnitAmount        *int64                          `form:"unit_amount"`
	UnitAmountDecimal *string                         `form:"unit_amount_decimal"`
}

func (p *DefaultPriceParams) createParams() PriceCreateParams {
	full := PriceCreateParams{Currency: p.Currency, CurrencyOptions: p.CurrencyOptions,
		Metadata: p.Metadata, TaxBehavior: p.TaxBehavior,
		UnitAmount: p.UnitAmount, UnitAmountDecimal: p.UnitAmountDecimal}
	if p.Recurring != nil {
		full.Recurring = &PriceRecurringParams{RecurringParams: *p.Recurring}
	}
	return full
}

// tiers reads tiers; each amount in both of its forms.
func tiers(params []TierParams) []billing.PriceTier {
	var list []billing.PriceTier
	for _, p := range params {
		var t billing.PriceTier
		t.UnitAmount, t.UnitAmountDecimal = bothForms(p.UnitAmount, p.UnitAmountDecimal)
		t.FlatAmount, t.FlatAmountDecimal = bothForms(p.FlatAmount, p.FlatAmountDecimal)
		if p.UpTo.Word == "" {
			t.UpTo = new(p.UpTo.Unix)
		}
		list = append(list, t)
	}
	return list
}

func (p CurrencyOptionParams) option() billing.CurrencyOption {
	o := billing.CurrencyOption{TaxBehavior: new(billing.TaxUnspecified), Tiers: tiers(p.Tiers)}
	if p.TaxBehavior != nil {
		o.TaxBehavior = p.TaxBehavior
	}
	o.UnitAmount, o.UnitAmountDecimal = bothForms(p.UnitAmount, p.UnitAmountDecimal)
	return o
}

// bothForms shows an amount as whole minor units, when it is whole, and as a decimal: 1000 and
// "1000", or null and "12.5".
func bothForms(minor *int64, decimal *string) (*int64, *string) {
	if decimal == nil {
		if minor == nil {
			return nil, nil
		}
		return minor, new(strconv.FormatInt(*minor, 10))
	}
	d, err := money.ParseDecimal(*decimal)
	if err != nil {
		return minor, decimal // pricing.Validate refuses it, naming the parameter
	}
	if r := d.Rat(); minor == nil && r.IsInt() && r.Num().IsInt64() {
		minor = new(r.Num().Int64())
	}
	return minor, new(d.String())
}
