package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// changeCoupon puts a coupon on a customer, in place of the one they have: it takes its part off
// every invoice of theirs. An empty coupon takes the discount away.
func (a *App) changeCoupon(tx *store.Tx, c Caller, cus *billing.Customer,
	coupon billing.Optional[string]) error {
	if !coupon.Set {
		return nil
	}
	now, err := a.now(tx, c, cus)
	if err != nil {
		return err
	}
	was := cus.Discount.ID
	cus.Discount = billing.Embed[billing.Discount]{}
	if coupon.Null {
		if was == "" {
			return nil
		}
		return a.endDiscount(tx, was, now)
	}
	redeemed := redemption{Now: now, Customer: cus.ID, Param: "coupon"}
	assign(&redeemed.Currency, cus.Currency)
	made, err := a.redeemOne(tx, redeemed, DiscountParams{Coupon: &coupon.Value})
	if err != nil {
		return err
	}
	if err := a.tellCoupon(tx, made.ID, was, now); err != nil {
		return err
	}
	cus.Discount = billing.Embed[billing.Discount]{ID: made.ID}
	return nil
}

// tellCoupon tells of a customer's new discount. One that it replaces ends without an event of its
// own: switching coupons is an update.
func (a *App) tellCoupon(tx *store.Tx, id, replaced string, now int64) error {
	if replaced == "" {
		return a.discountCreated(tx, id)
	}
	old, err := store.Discounts.Lock(tx, replaced)
	if err == nil {
		err = rememberDiscount(tx, old)
	}
	if err != nil {
		return err
	}
	old.End, old.Private.Deleted = &now, true
	made, err := store.Discounts.Lock(tx, id)
	if err != nil {
		return err
	}
	return store.Discounts.Emit(tx, made, "customer.discount.updated")
}

// DeleteCustomerDiscount takes the customer's discount away. Invoices that are final keep it.
func (a *App) DeleteCustomerDiscount(ctx context.Context, c Caller,
	id string) (gone *billing.Discount, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cus, err := locked(tx, store.Customers, id)
		if err != nil {
			return nil, err
		}
		if cus.Discount.ID == "" {
			return nil, billing.Invalid("id", "No active discount for customer: %s", id).
				WithCode("resource_missing").WithStatus(404)
		}
		if gone, err = store.Discounts.Lock(tx, cus.Discount.ID); err != nil {
			return nil, err
		}
		now, err := a.now(tx, c, cus)
		if err != nil {
			return nil, err
		}
		cus.Discount = billing.Embed[billing.Discount]{}
		return gone, a.endDiscount(tx, gone.ID, now)
	})
	return gone, err
}
