package store

import "github.com/portico-billing/portico/internal/billing"

// Products are what a company sells.
var Products = newCollection(spec[billing.Product]{
	object: "product", table: "products", events: automatic("product"),
	id:      func(p *billing.Product) string { return p.ID },
	created: func(p *billing.Product) int64 { return p.Created },
	columns: []column[billing.Product]{
		flag("active", func(p *billing.Product) bool { return p.Active }),
		flag("shippable", func(p *billing.Product) bool {
			return p.Shippable != nil && *p.Shippable
		}),
		text("url", func(p *billing.Product) any { return optional(p.URL) }),
	},
})
