package billing

import "github.com/portico-billing/portico/internal/money"

// TaxRate is a percentage that is added to a price, or contained in it.
type TaxRate struct {
	ID                  string         `json:"id"`
	Object              string         `json:"object"`
	Active              bool           `json:"active"`
	Country             *string        `json:"country"`
	Created             int64          `json:"created"`
	Description         *string        `json:"description"`
	DisplayName         string         `json:"display_name"`
	EffectivePercentage *money.Decimal `json:"effective_percentage"`
	FlatAmount          Null           `json:"flat_amount"`
	Inclusive           bool           `json:"inclusive"`
	Jurisdiction        *string        `json:"jurisdiction"`
	JurisdictionLevel   *string        `json:"jurisdiction_level"`
	Livemode            bool           `json:"livemode"`
	Metadata            Metadata       `json:"metadata"`
	Percentage          money.Decimal  `json:"percentage"`
	RateType            *string        `json:"rate_type"`
	State               *string        `json:"state"`
	TaxType             *string        `json:"tax_type"`
}
