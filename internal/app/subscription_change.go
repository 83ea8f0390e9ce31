package app

import (
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// changes resolves the parameters that change what is billed.
func (u *updating) changes() (lifecycle.Changes, error) {
	ch := lifecycle.Changes{Now: u.now, ProrationBehavior: billing.CreateProrations}
	if u.p.ProrationBehavior != nil {
		ch.ProrationBehavior = *u.p.ProrationBehavior
	}
	if u.p.ProrationDate != nil {
		ch.ProrationDate = *u.p.ProrationDate
	}
	ch.AnchorNow = u.p.BillingCycleAnchor != nil && *u.p.BillingCycleAnchor == "now"
	ch.AnchorKept = u.p.BillingCycleAnchor != nil && *u.p.BillingCycleAnchor == "unchanged"
	if t := u.p.TrialEnd; t != nil {
		ch.TrialEnd = t.At(u.now)
		ch.TrialEndNow = ch.TrialEnd == u.now
		if err := checkTrialEnd(ch.TrialEnd, u.now); err != nil {
			return ch, err
		}
	}
	for i, p := range u.p.Items {
		c, err := u.itemChange(p, fmt.Sprintf("items[%d]", i))
		if err != nil {
			return ch, err
		}
		ch.Items = append(ch.Items, c)
	}
	if u.p.TrialFromPlan == nil || !*u.p.TrialFromPlan {
		return ch, nil
	}
	err := u.planTrial(&ch)
	return ch, err
}

// planTrial starts the trial that a new price brings with it.
func (u *updating) planTrial(ch *lifecycle.Changes) error {
	for _, it := range ch.Items {
		if it.Price == "" {
			continue
		}
		price, err := store.Prices.Get(u.tx, it.Price)
		if err != nil {
			return err
		}
		if r := price.Recurring; r != nil && r.TrialPeriodDays != nil && *r.TrialPeriodDays > 0 {
			ch.TrialEnd = u.now + *r.TrialPeriodDays*86400
			return nil
		}
	}
	return nil
}

func (u *updating) itemChange(p SubscriptionItemParams,
	param string) (lifecycle.ItemChange, error) {
	c := lifecycle.ItemChange{Quantity: p.Quantity}
	if p.Quantity != nil && *p.Quantity < 0 {
		return c, billing.Invalid(param+"[quantity]", "Quantity must not be negative.")
	}
	c.Deleted = p.Deleted != nil && *p.Deleted
	if c.New = p.ID == nil; c.New {
		if c.ID = p.Known.NewID; c.ID == "" {
			c.ID = u.IDs.New("si")
		}
	} else {
		c.ID = *p.ID
		if u.sub.Item(c.ID) == nil {
			return c, billing.NoSuch("subscription_item", c.ID, param+"[id]")
		}
	}
	if err := u.itemMetadata(p, &c); err != nil {
		return c, err
	}
	if c.Price = p.Known.Price; c.Price == "" && (c.New || p.Price != nil || p.PriceData != nil) {
		price, err := u.itemPrice(u.tx, chosenPrice{p.Price, p.PriceData, param}, u.now)
		if err != nil {
			return c, err
		}
		c.Price = price.ID
	}
	return c, u.itemExtras(p, param, &c)
}

func (u *updating) itemMetadata(p SubscriptionItemParams, c *lifecycle.ItemChange) (err error) {
	if c.New {
		c.Metadata = newMetadata(p.Metadata)
	} else if p.Metadata.Set {
		c.Metadata, err = changeMetadata(u.sub.Item(c.ID).Metadata, p.Metadata)
	}
	return err
}

func (u *updating) itemExtras(p SubscriptionItemParams, param string,
	c *lifecycle.ItemChange) error {
	if p.TaxRates.Set {
		rates, err := u.taxRates(u.tx, p.TaxRates.Value, param+"[tax_rates]")
		if err != nil {
			return err
		}
		c.TaxRates = (*[]billing.Embed[billing.TaxRate])(&rates)
	}
	if p.Discounts.Set {
		discounts, err := u.redeem(u.tx, redemption{Params: p.Discounts.Value, Now: u.now,
			Customer: u.cus.ID, Subscription: u.sub.ID, Item: c.ID, Currency: u.sub.Currency,
			Param: param + "[discounts]"})
		if err != nil {
			return err
		}
		c.Discounts = (*[]billing.Ref[billing.Discount])(&discounts)
	}
	return nil
}
