package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// CouponUpdateParams change what may change of a coupon: never what it takes off in a currency
// that it already had.
type CouponUpdateParams struct {
	CurrencyOptions map[string]CouponOptionParams `form:"currency_options"`
	Metadata        MetadataParams                `form:"metadata"`
	Name            billing.Optional[string]      `form:"name"`
}

// UpdateCoupon changes a coupon.
func (a *App) UpdateCoupon(ctx context.Context, c Caller, id string,
	p CouponUpdateParams) (coupon *billing.Coupon, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if coupon, err = locked(tx, store.Coupons, id); err != nil {
			return nil, err
		}
		if coupon.AmountOff == nil && len(p.CurrencyOptions) > 0 {
			return nil, billing.Invalid("currency_options", "Only coupons with `amount_off` can "+
				"have currency options.")
		}
		set(&coupon.Name, p.Name)
		if err := addCouponCurrencies(coupon, p.CurrencyOptions); err != nil {
			return nil, err
		}
		coupon.Metadata, err = changeMetadata(coupon.Metadata, p.Metadata)
		return coupon, err
	})
	return coupon, err
}

// DeleteCoupon ends a coupon. Discounts that came from it live on.
func (a *App) DeleteCoupon(ctx context.Context, c Caller,
	id string) (coupon *billing.Coupon, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if coupon, err = locked(tx, store.Coupons, id); err != nil {
			return nil, err
		}
		store.Coupons.Delete(tx, coupon)
		return coupon, store.Coupons.Emit(tx, coupon, "coupon.deleted")
	})
	return coupon, err
}
