package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// shelf collects the ids of what a decision will look up, and then loads it: one query a type.
type shelf struct {
	prices, discounts, taxRates map[string]bool
	customerDiscount            string
}

func newShelf() *shelf {
	return &shelf{prices: map[string]bool{}, discounts: map[string]bool{},
		taxRates: map[string]bool{}}
}

func (s *shelf) price(ids ...string) *shelf {
	return put(s, s.prices, ids)
}

func put(s *shelf, set map[string]bool, ids []string) *shelf {
	for _, id := range ids {
		if id != "" {
			set[id] = true
		}
	}
	return s
}

func (s *shelf) refs(discounts []billing.Ref[billing.Discount],
	rates []billing.Embed[billing.TaxRate]) *shelf {
	for _, d := range discounts {
		put(s, s.discounts, []string{d.ID})
	}
	for _, r := range rates {
		put(s, s.taxRates, []string{r.ID})
	}
	return s
}

func (s *shelf) customer(c *billing.Customer) *shelf {
	s.customerDiscount = c.Discount.ID
	return put(s, s.discounts, []string{c.Discount.ID})
}

func (s *shelf) subscription(sub *billing.Subscription) *shelf {
	s.refs(sub.Discounts, sub.DefaultTaxRates)
	for _, it := range sub.Items.Data {
		s.price(it.Price.ID).refs(it.Discounts, it.TaxRates)
	}
	for _, d := range sub.Private.Debits {
		s.price(d.Price)
		put(s, s.taxRates, d.TaxRates)
	}
	return s
}

func (s *shelf) invoice(inv *billing.Invoice) *shelf {
	s.refs(inv.Discounts, inv.DefaultTaxRates)
	for i := range inv.Lines.Data {
		s.refs(inv.Lines.Data[i].Discounts, nil)
	}
	for _, rates := range inv.Private.LineTaxRates {
		put(s, s.taxRates, rates)
	}
	return s
}

func (s *shelf) invoiceItems(items []*billing.InvoiceItem) *shelf {
	for _, it := range items {
		s.refs(it.Discounts, it.TaxRates)
	}
	return s
}

// needs are what load reads first and a library lacks.
func (s *shelf) needs(have *libraryRoom) []store.Need {
	return []store.Need{store.ToLoadSettings(),
		store.Prices.ToGet(lacking(have.prices, keys(s.prices))...),
		store.TaxRates.ToGet(keys(s.taxRates)...), store.Discounts.ToGet(keys(s.discounts)...)}
}

// load reads everything on the shelf. Discounts that are not in force at now are left out.
func (a *App) load(q store.Querier, s *shelf, now int64) (*lifecycle.Book, error) {
	b := &lifecycle.Book{CustomerDiscount: s.customerDiscount}
	b.NewID = a.IDs.New
	room := shared(q)
	err := store.Prefetch(q, s.needs(room)...)
	if err != nil {
		return nil, err
	}
	if b.Settings, err = room.loadSettings(q); err != nil {
		return nil, err
	}
	if b.Prices, err = fetch(q, store.Prices, room.prices, keys(s.prices)); err != nil {
		return nil, err
	}
	products := map[string]bool{}
	for _, p := range b.Prices {
		products[p.Product.ID] = true
	}
	b.Products, err = fetch(q, store.Products, room.products, keys(products))
	if err != nil {
		return nil, err
	}
	if b.TaxRates, err = store.TaxRates.Many(q, keys(s.taxRates)); err != nil {
		return nil, err
	}
	return b, a.loadDiscounts(q, b, s, now)
}

func (a *App) loadDiscounts(q store.Querier, b *lifecycle.Book, s *shelf, now int64) error {
	b.Discounts = map[string]*billing.Discount{}
	b.Coupons = map[string]*billing.Coupon{}
	if len(s.discounts) == 0 {
		return nil
	}
	found, err := store.Discounts.Many(q, keys(s.discounts))
	if err != nil {
		return err
	}
	coupons := map[string]bool{}
	for _, d := range found {
		coupons[d.Source.Coupon.ID] = true
	}
	if err := store.Prefetch(q, store.Coupons.ToGet(keys(coupons)...)); err != nil {
		return err
	}
	for id := range coupons {
		c, _, err := store.Coupons.Find(q, id) // a deleted coupon's discounts live on
		if err != nil {
			return err
		}
		b.Coupons[id] = c
	}
	for id, d := range found {
		// A draft may be older than a discount that was put on it by hand.
		if discounting.Active(d, b.Coupons[d.Source.Coupon.ID], max(now, d.Start)) {
			b.Discounts[id] = d
		}
	}
	return nil
}

func keys(set map[string]bool) []string {
	ids := make([]string, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	return ids
}
