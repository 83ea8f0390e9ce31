// Package lifecycle decides what happens to a subscription: how it starts, what a change of it
// costs, what is due next, what renewal bills, and what a payment or its failure does to it.
//
// It owns every rule of time and status of subscriptions. It computes on nouns that are handed
// in and hands back what to save, bill and collect; it reads no clock, no store, and moves no
// money. Where Stripe documents a rule, the comment says so.
//
// It promises that the same decision made twice is the same, so that a preview and the deed
// agree to the cent, and that anything that is not due is an answer, not an error.
package lifecycle

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/invoicing"
)

// Book is what decisions look up: prices, products, discounts and tax rates.
type Book struct {
	invoicing.Book
	// CustomerDiscount is the discount of the customer, if any: it counts where a subscription has
	// none of its own.
	CustomerDiscount string
}

// DiscountsOf are the subscription's own discounts, or else the customer's.
func (b *Book) DiscountsOf(sub *billing.Subscription) billing.Arr[billing.Ref[billing.Discount]] {
	if len(sub.Discounts) > 0 || b.CustomerDiscount == "" {
		return sub.Discounts
	}
	return billing.Arr[billing.Ref[billing.Discount]]{
		billing.To[billing.Discount](b.CustomerDiscount)}
}

// Line is a line of an invoice to come, with its own tax rates (nil: the invoice's).
type Line struct {
	billing.LineItem
	TaxRates []string
	Included []billing.DiscountAmount // what discounts took that its amount includes already
}

// IntervalOf is how often an item's price is charged.
func (b *Book) IntervalOf(it *billing.SubscriptionItem) calendar.Interval {
	r := b.Prices[it.Price.ID].Recurring
	return calendar.Interval{Unit: r.Interval, Count: r.IntervalCount}
}

// linePeriod is a half-open period of the dictionary.
func linePeriod(start, end int64) billing.Period {
	return billing.Period{Start: start, End: end}
}
