package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// dropEnded takes off the discounts whose time is over when a period begins: a repeating coupon
// ends by itself, and with no discount of its own left a subscription has its customer's again.
// Drafts that were made before the end keep them.
func (u *updating) dropEnded(book *lifecycle.Book) error {
	over := map[string]bool{}
	for _, d := range u.sub.Discounts {
		if book.Discounts[d.ID] != nil {
			continue
		}
		over[d.ID] = true
		if err := u.tellEnded(d.ID); err != nil {
			return err
		}
	}
	if id := u.cus.Discount.ID; id != "" && book.Discounts[id] == nil {
		if err := u.tellEnded(id); err != nil {
			return err
		}
		u.cus.Discount = billing.Embed[billing.Discount]{}
	}
	for i := range u.sub.Items.Data {
		it := &u.sub.Items.Data[i]
		for _, d := range it.Discounts {
			over[d.ID] = book.Discounts[d.ID] == nil
		}
		it.Discounts = without(it.Discounts, over)
	}
	u.sub.Discounts = without(u.sub.Discounts, over)
	return nil
}

func (u *updating) tellEnded(id string) error {
	d, err := store.Discounts.Lock(u.tx, id)
	if err != nil {
		return err
	}
	return store.Discounts.Emit(u.tx, d, "customer.discount.deleted")
}
