package store

import "github.com/portico-billing/portico/internal/billing"

// TaxRates are percentages that are added to prices.
var TaxRates = newCollection(spec[billing.TaxRate]{
	object: "tax_rate", table: "tax_rates", events: automatic("tax_rate"),
	id:      func(r *billing.TaxRate) string { return r.ID },
	created: func(r *billing.TaxRate) int64 { return r.Created },
	columns: []column[billing.TaxRate]{
		flag("active", func(r *billing.TaxRate) bool { return r.Active }),
		flag("inclusive", func(r *billing.TaxRate) bool { return r.Inclusive }),
	},
})
