package lifecycle

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
)

// applyItems puts the item changes into after and says which items' bills they change.
func (b *Book) applyItems(before, after *billing.Subscription, ch Changes) ([]string, error) {
	var changed []string
	seen := map[string]bool{}
	for _, c := range ch.Items {
		if seen[c.ID] {
			return nil, billing.Invalid("items", "Cannot change the subscription item %s twice in "+
				"one request.", c.ID)
		}
		seen[c.ID] = true
		if err := b.checkPrice(c.Price, after.Currency); c.Price != "" && err != nil {
			return nil, err
		}
		if c.New {
			after.Items.Data = append(after.Items.Data, b.newItem(after, c, ch.Now))
			changed = append(changed, c.ID)
			continue
		}
		it := after.Item(c.ID)
		if it == nil {
			return nil, billing.NoSuch("subscription_item", c.ID, "items")
		}
		if c.Deleted {
			after.Items.Data = slices.DeleteFunc(after.Items.Data,
				func(x billing.SubscriptionItem) bool { return x.ID == c.ID })
			changed = append(changed, c.ID)
			continue
		}
		changeItem(it, c)
		if old := before.Item(c.ID); old.Price.ID != it.Price.ID || old.Quantity != it.Quantity {
			changed = append(changed, c.ID)
		}
	}
	if len(after.Items.Data) == 0 {
		return nil, billing.Invalid("items", "A subscription must have at least one active plan. "+
			"To end it, cancel the subscription.")
	}
	return changed, b.CheckItems(after)
}

func changeItem(it *billing.SubscriptionItem, c ItemChange) {
	if c.Price != "" && c.Price != it.Price.ID {
		it.Price = billing.Embed[billing.Price]{ID: c.Price}
		it.Quantity = 1 // Stripe: a new price without a quantity starts at 1
	}
	if c.Quantity != nil {
		it.Quantity = *c.Quantity
	}
	if c.Discounts != nil {
		it.Discounts = *c.Discounts
	}
	if c.TaxRates != nil {
		it.TaxRates = *c.TaxRates
	}
	if c.Metadata != nil {
		it.Metadata = c.Metadata
	}
}

func (b *Book) newItem(sub *billing.Subscription, c ItemChange,
	now int64) billing.SubscriptionItem {
	it := billing.SubscriptionItem{
		ID: c.ID, Object: "subscription_item", Created: now, Quantity: 1,
		Subscription: sub.ID, Metadata: c.Metadata, CurrentPeriodStart: now,
		Price: billing.Embed[billing.Price]{ID: c.Price},
	}
	changeItem(&it, c)
	it.CurrentPeriodEnd = b.IntervalOf(&it).NextAfter(sub.BillingCycleAnchor, now)
	if sub.Status == billing.SubscriptionTrialing && sub.TrialEnd != nil {
		it.CurrentPeriodEnd = *sub.TrialEnd
	}
	return it
}

// itemsMax is Stripe's limit.
const itemsMax = 20

// CheckItems refuses items that cannot be billed together. They share one currency, no price comes
// twice, and in classic billing they have one interval.
func (b *Book) CheckItems(sub *billing.Subscription) error {
	if len(sub.Items.Data) > itemsMax {
		return billing.Invalid("items", "A subscription can have at most %d items.", itemsMax)
	}
	seen := map[string]bool{}
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		if seen[it.Price.ID] {
			// Stripe names it so, whatever the request called it.
			return billing.Invalid("plan", "Cannot add multiple subscription items with the "+
				"same plan: %s", it.Price.ID)
		}
		seen[it.Price.ID] = true
		if err := b.checkPrice(it.Price.ID, sub.Currency); err != nil {
			return err
		}
		if !sub.Flexible() && b.IntervalOf(it) != b.IntervalOf(&sub.Items.Data[0]) {
			return billing.Invalid("items", "All prices on a classic subscription must have the "+
				"same `recurring.interval` and `recurring.interval_count`.")
		}
	}
	return nil
}

// checkPrice refuses a price that cannot be billed again and again in a currency.
func (b *Book) checkPrice(id, currency string) error {
	p := b.Prices[id]
	if p == nil {
		return billing.NoSuch("price", id, "items")
	}
	if p.Recurring == nil {
		return billing.Invalid("items", "The price specified is set to `type=one_time` but "+
			"this field only accepts prices with `type=recurring`.")
	}
	if _, ok := p.CurrencyOptions[currency]; !ok && p.Currency != currency {
		return billing.Invalid("items", "The price specified only supports `%s`. This doesn't "+
			"match the expected currency: `%s`.", p.Currency, currency)
	}
	return nil
}
