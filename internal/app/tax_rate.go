package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// TaxRateCreateParams create a tax rate.
type TaxRateCreateParams struct {
	TaxRateParams
	Inclusive  bool   `form:"inclusive"`
	Percentage string `form:"percentage"`
}

// TaxRateParams are the fields that a tax rate is created with and that may change.
type TaxRateParams struct {
	Active       *bool          `form:"active"`
	Country      *string        `form:"country"`
	Description  *string        `form:"description"`
	DisplayName  *string        `form:"display_name"`
	Jurisdiction *string        `form:"jurisdiction"`
	Metadata     MetadataParams `form:"metadata"`
	State        *string        `form:"state"`
	TaxType      *string        `form:"tax_type"`
}

const taxPlacesMax = 4

// CreateTaxRate makes a tax rate.
func (a *App) CreateTaxRate(ctx context.Context, c Caller,
	p TaxRateCreateParams) (rate *billing.TaxRate, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		percentage, err := money.ParseDecimal(p.Percentage)
		hundred := money.MustDecimal("100").Rat()
		if err != nil || percentage.Sign() < 0 || percentage.Rat().Cmp(hundred) > 0 {
			return nil, billing.Invalid("percentage", "Invalid percentage: must be from 0 to 100.")
		}
		if percentage.Places() > taxPlacesMax {
			return nil, billing.Invalid("percentage", "Invalid percentage: at most %d decimal "+
				"places are allowed.", taxPlacesMax)
		}
		rate = &billing.TaxRate{ID: a.IDs.New("txr"), Object: "tax_rate", Active: true,
			Created: tx.Now(), EffectivePercentage: &percentage, Inclusive: p.Inclusive,
			Livemode: c.Livemode, Percentage: percentage, RateType: new("percentage")}
		if err := p.apply(rate); err != nil {
			return nil, err
		}
		store.TaxRates.Insert(tx, rate)
		return rate, nil
	})
	return rate, err
}

// TaxRateUpdateParams change a tax rate; its percentage never changes.
type TaxRateUpdateParams struct{ TaxRateParams }

// UpdateTaxRate changes how a tax rate is described, and whether it may be used anew.
func (a *App) UpdateTaxRate(ctx context.Context, c Caller, id string,
	p TaxRateUpdateParams) (rate *billing.TaxRate, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if rate, err = locked(tx, store.TaxRates, id); err != nil {
			return nil, err
		}
		return rate, p.apply(rate)
	})
	return rate, err
}

func (p TaxRateParams) apply(rate *billing.TaxRate) (err error) {
	assign(&rate.Active, p.Active)
	assign(&rate.DisplayName, p.DisplayName)
	given(&rate.Country, p.Country)
	given(&rate.Description, p.Description)
	given(&rate.Jurisdiction, p.Jurisdiction)
	given(&rate.State, p.State)
	given(&rate.TaxType, p.TaxType)
	rate.Metadata, err = changeMetadata(rate.Metadata, p.Metadata)
	return err
}
