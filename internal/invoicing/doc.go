// Package invoicing says what an invoice contains: its lines, its totals, what finalization
// freezes and what a customer's balance does to the amount due.
//
// It owns the order in which an invoice is computed: lines, discounts of items, discounts of the
// invoice, tax, balance, minimum charge. It owns no decision when an invoice is made (lifecycle)
// and no storage; everything it looks up stands in a Book.
//
// It promises that a draft computed twice is the same draft, that every figure is recomputed
// from the lines, and that totals which do not fit are the caller's error.
package invoicing

import (
	"github.com/portico-billing/portico/internal/billing"
)

// Book holds what a computation may look up, loaded beforehand.
type Book struct {
	Prices    map[string]*billing.Price
	Products  map[string]*billing.Product
	Coupons   map[string]*billing.Coupon
	Discounts map[string]*billing.Discount
	TaxRates  map[string]*billing.TaxRate
	Settings  *billing.Settings
	// NewID makes ids of lines.
	NewID func(prefix string) string
}

// ProductOf is the product of a price; never nil.
func (b *Book) ProductOf(p *billing.Price) *billing.Product {
	if pr := b.Products[p.Product.ID]; pr != nil {
		return pr
	}
	return &billing.Product{ID: p.Product.ID, Name: p.Product.ID}
}

// tooLarge refuses sums beyond what an invoice can hold.
func tooLarge(param string) error {
	return billing.Invalid(param, "The amount is too large to be billed.").
		WithCode("amount_too_large")
}
