package lifecycle

import (
	"math/big"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/proration"
)

// periodEnd is where an item's period that begins at start ends: at the next boundary of its grid,
// or where the subscription is to end if that is earlier. An end at the period's end follows the
// period, and so never shortens it.
func (b *Book) periodEnd(sub *billing.Subscription, it *billing.SubscriptionItem,
	start int64) int64 {
	natural := b.IntervalOf(it).NextAfter(sub.BillingCycleAnchor, start)
	if c := sub.CancelAt; c != nil && !sub.CancelAtPeriodEnd && *c > start && *c < natural {
		return *c
	}
	return natural
}

// linesOver bill an item for [from, to), which lies in one interval of its grid: the whole price,
// or the share of it when the anchor or the subscription's end cuts the interval short.
func (b *Book) linesOver(sub *billing.Subscription, it *billing.SubscriptionItem,
	from, to int64) ([]Line, error) {
	start, end := b.IntervalOf(it).PeriodAt(sub.BillingCycleAnchor, from)
	if from == start && to == end {
		return b.wholeLines(sub, it, linePeriod(from, to))
	}
	line, err := b.spanLine(sub, it,
		proration.Span{NaturalStart: start, NaturalEnd: end, From: from, To: to})
	return []Line{line}, err
}

// unproratedLines bill an item's current period without proration. One that the subscription's end
// cuts short costs the whole price under flexible billing, and its share under classic billing.
func (b *Book) unproratedLines(sub *billing.Subscription,
	it *billing.SubscriptionItem) ([]Line, error) {
	if sub.Flexible() {
		return b.wholeLines(sub, it, linePeriod(it.CurrentPeriodStart, it.CurrentPeriodEnd))
	}
	return b.linesOver(sub, it, it.CurrentPeriodStart, it.CurrentPeriodEnd)
}

// wholeLines bill a whole period, tier by tier.
func (b *Book) wholeLines(sub *billing.Subscription, it *billing.SubscriptionItem,
	period billing.Period) ([]Line, error) {
	items, err := b.ItemLines(sub, it, period)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(items))
	for i, item := range items {
		lines[i] = Line{LineItem: item, TaxRates: invoicing.RateIDs(it.TaxRates)}
	}
	return lines, nil
}

// wholeLine bills a whole period in one sum.
func (b *Book) wholeLine(sub *billing.Subscription, it *billing.SubscriptionItem,
	period billing.Period) (Line, error) {
	line, err := b.ItemLine(sub, it, period)
	return Line{LineItem: line, TaxRates: invoicing.RateIDs(it.TaxRates)}, err
}

// spanLine bills part of an interval. It is a proration: the discounts in force are in its amount,
// and it is never discounted again.
func (b *Book) spanLine(sub *billing.Subscription, it *billing.SubscriptionItem,
	s proration.Span) (Line, error) {
	total, err := b.netOf(sub, it.ID)
	if err != nil {
		return Line{}, err
	}
	amount, ok := proration.DebitSpan(total.net, s)
	if !ok {
		return Line{}, tooLarge()
	}
	line, err := b.wholeLine(sub, it, linePeriod(s.From, s.To))
	if err != nil {
		return Line{}, err
	}
	line.Amount, line.Subtotal = amount, amount
	line.Discountable, line.Discounts = false, nil
	line.Parent.SubscriptionItemDetails.Proration = true
	line.Included = shareOff(total.amounts(), big.NewRat(s.To-s.From, s.NaturalEnd-s.NaturalStart))
	return line, nil
}

// netOf is what one item costs for a whole period.
func (b *Book) netOf(sub *billing.Subscription, id string) (netTotal, error) {
	return b.netAfter(sub, b.DiscountsOf(sub), id)
}

// netAfter is netOf where other discounts apply to the whole subscription.
func (b *Book) netAfter(sub *billing.Subscription, whole billing.Arr[billing.Ref[billing.Discount]],
	id string) (netTotal, error) {
	nets, err := b.netTotals(sub, whole)
	if err != nil {
		return netTotal{}, err
	}
	i := slices.IndexFunc(sub.Items.Data,
		func(it billing.SubscriptionItem) bool { return it.ID == id })
	return nets[i], nil
}

// currentLines bill an item's current period, or its share.
func (b *Book) currentLines(sub *billing.Subscription,
	it *billing.SubscriptionItem) ([]Line, error) {
	return b.linesOver(sub, it, it.CurrentPeriodStart, it.CurrentPeriodEnd)
}
