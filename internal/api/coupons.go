package api

import "github.com/portico-billing/portico/internal/store"

type couponFilters struct {
	pageParams
	Created timeRange `form:"created"`
}

var listCoupons = list(store.Coupons,
	func(_ *call, _ *store.View, p *couponFilters) ([]store.Cond, error) {
		return conds{}.within("created", p.Created), nil
	})

type taxRateFilters struct {
	pageParams
	Active    *bool     `form:"active"`
	Created   timeRange `form:"created"`
	Inclusive *bool     `form:"inclusive"`
}

var listTaxRates = list(store.TaxRates,
	func(_ *call, _ *store.View, p *taxRateFilters) ([]store.Cond, error) {
		return conds{}.flag("active", p.Active).flag("inclusive", p.Inclusive).
			within("created", p.Created), nil
	})

// plainFilters are those of lists that can only be paged.
type plainFilters struct{ pageParams }

func all(*call, *store.View, *plainFilters) ([]store.Cond, error) { return nil, nil }

var (
	listWebhookEndpoints = list(store.WebhookEndpoints, all)
	listTestClocks       = list(store.TestClocks, all)
)

type configurationFilters struct {
	pageParams
	Active    *bool `form:"active"`
	IsDefault *bool `form:"is_default"`
}

var listPortalConfigurations = list(store.PortalConfigurations,
	func(_ *call, _ *store.View, p *configurationFilters) ([]store.Cond, error) {
		return conds{}.flag("active", p.Active).flag("is_default", p.IsDefault), nil
	})
