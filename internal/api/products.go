package api

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

type productFilters struct {
	pageParams
	Active    *bool     `form:"active"`
	Created   timeRange `form:"created"`
	IDs       []string  `form:"ids"`
	Shippable *bool     `form:"shippable"`
	URL       *string   `form:"url"`
}

var listProducts = list(store.Products,
	func(_ *call, _ *store.View, p *productFilters) ([]store.Cond, error) {
		w := conds{}.flag("active", p.Active).within("created", p.Created).
			flag("shippable", p.Shippable).is("url", p.URL)
		if len(p.IDs) > 0 {
			w = append(w, store.In("id", p.IDs...))
		}
		return w, nil
	})

// lookupKeysMax is Stripe's limit for one list.
const lookupKeysMax = 10

type priceFilters struct {
	pageParams
	Active     *bool                  `form:"active"`
	Created    timeRange              `form:"created"`
	Currency   *string                `form:"currency"`
	LookupKeys []string               `form:"lookup_keys"`
	Product    *string                `form:"product"`
	Recurring  *priceRecurringFilters `form:"recurring"`
	Type       *string                `form:"type"`
}

type priceRecurringFilters struct {
	Interval  *string `form:"interval"`
	UsageType *string `form:"usage_type"`
}

var listPrices = list(store.Prices,
	func(_ *call, q *store.View, p *priceFilters) ([]store.Cond, error) {
		w := conds{}.flag("active", p.Active).within("created", p.Created).
			is("currency", lowered(p.Currency)).is("product", p.Product).is("type", p.Type)
		if len(p.LookupKeys) > lookupKeysMax {
			return nil, billing.Invalid("lookup_keys", "You can filter by up to %d lookup keys.",
				lookupKeysMax)
		}
		if len(p.LookupKeys) > 0 {
			w = append(w, store.In("lookup_key", p.LookupKeys...))
		}
		if r := p.Recurring; r != nil {
			w = w.is("interval", r.Interval)
			switch {
			case r.UsageType == nil:
			case *r.UsageType == billing.UsageLicensed:
				w = append(w, store.Eq("type", billing.PriceRecurring))
			default:
				w = append(w, store.In("id")) // metered prices are not built
			}
		}
		return w, exists(q, store.Products, p.Product, "product")
	})
