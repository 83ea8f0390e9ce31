package store

import (
	"maps"

	"github.com/portico-billing/portico/internal/billing"
)

// Prices are found by product, by lookup key and by interval.
var Prices = newCollection(spec[billing.Price]{
	object: "price", table: "prices", events: automatic("price"),
	id:      func(p *billing.Price) string { return p.ID },
	created: func(p *billing.Price) int64 { return p.Created },
	columns: []column[billing.Price]{
		reference("product", func(p *billing.Price) string { return p.Product.ID }),
		flag("active", func(p *billing.Price) bool { return p.Active }),
		text("currency", func(p *billing.Price) any { return p.Currency }),
		text("type", func(p *billing.Price) any { return p.Type }),
		text("lookup_key", func(p *billing.Price) any { return optional(p.LookupKey) }).taken(),
		text("interval", func(p *billing.Price) any {
			if p.Recurring == nil {
				return nil
			}
			return p.Recurring.Interval
		}),
	},
	cut: func(p *billing.Price, in includes) {
		if !in.has("tiers") {
			p.Tiers = nil
		}
		if !in.has("currency_options") {
			p.CurrencyOptions = nil
			return
		}
		p.CurrencyOptions = maps.Clone(p.CurrencyOptions)
		for currency, option := range p.CurrencyOptions {
			if !in.has("currency_options.tiers") {
				option.Tiers = nil
				p.CurrencyOptions[currency] = option
			}
		}
	},
})
