package billing

import "github.com/portico-billing/portico/internal/money"

// Product is what a company sells; its prices say for how much.
type Product struct {
	ID                  string                `json:"id"`
	Object              string                `json:"object"`
	Active              bool                  `json:"active"`
	Created             int64                 `json:"created"`
	DefaultPrice        Ref[Price]            `json:"default_price"`
	Description         *string               `json:"description"`
	Images              Arr[string]           `json:"images"`
	Livemode            bool                  `json:"livemode"`
	MarketingFeatures   Arr[MarketingFeature] `json:"marketing_features"`
	Metadata            Metadata              `json:"metadata"`
	Name                string                `json:"name"`
	PackageDimensions   *PackageDimensions    `json:"package_dimensions"`
	Shippable           *bool                 `json:"shippable"`
	StatementDescriptor *string               `json:"statement_descriptor"`
	TaxCode             Null                  `json:"tax_code"`
	Type                string                `json:"type"` // legacy: always "service"
	UnitLabel           *string               `json:"unit_label"`
	Updated             int64                 `json:"updated"`
	URL                 *string               `json:"url"`
}

// PackageDimensions are a package's inches and ounces.
type PackageDimensions struct {
	Height money.Decimal `json:"height"`
	Length money.Decimal `json:"length"`
	Weight money.Decimal `json:"weight"`
	Width  money.Decimal `json:"width"`
}

// MarketingFeature is one line of what is in a plan.
type MarketingFeature struct {
	Name string `json:"name"`
}
