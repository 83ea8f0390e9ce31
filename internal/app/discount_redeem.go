package app

import (
	"errors"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/store"
)

// redemption applies coupons to something.
type redemption struct {
	Params                       []DiscountParams
	Now                          int64
	Customer, Subscription, Item string
	Invoice, InvoiceItem         string
	Currency, Param              string
	Start                        int64 // when it begins to count; 0: now
}

const discountsMax = 20

// redeem turns a list of coupons and kept discounts into discounts. A coupon's redemptions are
// counted under its lock, so that a limit holds whoever redeems at once.
func (a *App) redeem(tx *store.Tx,
	r redemption) (billing.Arr[billing.Ref[billing.Discount]], error) {
	if len(r.Params) > discountsMax {
		return nil, billing.Invalid(r.Param, "At most %d discounts can be applied.", discountsMax)
	}
	var out billing.Arr[billing.Ref[billing.Discount]]
	seen := map[string]bool{}
	for i, p := range r.Params {
		one := r
		one.Param = fmt.Sprintf("%s[%d][coupon]", r.Param, i)
		if p.Discount != nil {
			one.Param = fmt.Sprintf("%s[%d][discount]", r.Param, i)
		}
		d, err := a.redeemOne(tx, one, p)
		if err != nil {
			return nil, err
		}
		if seen[d.Source.Coupon.ID] {
			return nil, billing.Invalid(r.Param, "The same coupon cannot be applied twice.")
		}
		seen[d.Source.Coupon.ID] = true
		out = append(out, billing.To[billing.Discount](d.ID))
	}
	return out, nil
}

// redeemOne applies one coupon, or keeps one discount; r.Param is the parameter that names it.
func (a *App) redeemOne(tx *store.Tx, r redemption, p DiscountParams) (*billing.Discount, error) {
	if p.Discount != nil {
		d, err := referred(tx, store.Discounts, *p.Discount, r.Param)
		if err == nil && (d.Private.Deleted || d.Customer.ID != r.Customer) {
			err = billing.NoSuch("discount", *p.Discount, r.Param)
		}
		return d, err
	}
	if p.Coupon == nil {
		return nil, billing.Missing(r.Param)
	}
	coupon, err := lockReferred(tx, store.Coupons, *p.Coupon, r.Param)
	if err != nil {
		return nil, err
	}
	if err := discounting.Redeemable(coupon, r.Now); err != nil {
		return nil, named(err, r.Param)
	}
	if err := currencyFits(coupon, r); err != nil {
		return nil, err
	}
	coupon.TimesRedeemed++
	start := r.Now
	if r.Start != 0 {
		start = r.Start
	}
	d := &billing.Discount{
		ID: a.IDs.New("di"), Object: "discount", Start: start,
		Customer: billing.To[billing.Customer](r.Customer), Subscription: str(r.Subscription),
		SubscriptionItem: str(r.Item), Invoice: str(r.Invoice), InvoiceItem: str(r.InvoiceItem),
		Source: billing.DiscountSource{Type: "coupon",
			Coupon: billing.To[billing.Coupon](coupon.ID)},
		End:     discounting.End(coupon, start),
		Private: billing.DiscountPrivate{Created: r.Now},
	}
	if r.Item != "" {
		d.Subscription = nil
	}
	store.Discounts.Insert(tx, d)
	return d, nil
}

// named says which parameter a mistake is in.
func named(err error, param string) error {
	e, ok := errors.AsType[*billing.Error](err)
	if !ok {
		return err
	}
	renamed := *e
	renamed.Param = param
	return &renamed
}

func currencyFits(c *billing.Coupon, r redemption) error {
	if c.AmountOff == nil || r.Currency == "" || *c.Currency == r.Currency {
		return nil
	}
	if _, ok := c.CurrencyOptions[r.Currency]; ok {
		return nil
	}
	return billing.Invalid(r.Param, "The coupon's currency (%s) does not match the currency of "+
		"what it is applied to (%s).", *c.Currency, r.Currency)
}

// discountCreated tells that a discount was attached to a customer or a subscription.
func (a *App) discountCreated(tx *store.Tx, id string) error {
	d, err := store.Discounts.Lock(tx, id)
	if err != nil {
		return err
	}
	return store.Discounts.Emit(tx, d, "customer.discount.created")
}

// endDiscount removes a discount: it was used up, or taken away.
func (a *App) endDiscount(tx *store.Tx, id string, now int64) error {
	d, err := store.Discounts.Lock(tx, id)
	if err == nil {
		err = rememberDiscount(tx, d)
	}
	if err != nil {
		return err
	}
	d.End = &now
	d.Private.Deleted = true
	if d.Subscription == nil && d.Invoice != nil || d.InvoiceItem != nil ||
		d.SubscriptionItem != nil {
		return nil
	}
	return store.Discounts.Emit(tx, d, "customer.discount.deleted")
}

// rememberDiscount keeps what a customer's discount was before it ends: the customer shows it
// whole, and what they were is told with the change.
func rememberDiscount(tx *store.Tx, d *billing.Discount) error {
	if d.Subscription != nil || d.SubscriptionItem != nil || d.Invoice != nil ||
		d.InvoiceItem != nil {
		return nil
	}
	cus, err := store.Customers.Lock(tx, d.Customer.ID)
	if err != nil {
		return err
	}
	return store.Customers.Remember(tx, cus)
}

// unredeem gives back the redemption of a discount that never came into force. A coupon that was
// deleted meanwhile counts no more.
func (a *App) unredeem(tx *store.Tx, id string, now int64) error {
	d, err := store.Discounts.Lock(tx, id)
	if err != nil {
		return err
	}
	d.End, d.Private.Deleted, d.Private.GivenBack = &now, true, true
	coupon, err := store.Coupons.Lock(tx, d.Source.Coupon.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		coupon.TimesRedeemed--
	}
	return err
}

const taxRatesMax = 5

// taxRates resolves ids of tax rates.
func (a *App) taxRates(tx *store.Tx, ids []string,
	param string) (billing.Arr[billing.Embed[billing.TaxRate]], error) {
	var out billing.Arr[billing.Embed[billing.TaxRate]]
	if len(ids) > taxRatesMax {
		return nil, billing.Invalid(param, "At most %d tax rates can be applied.", taxRatesMax)
	}
	for _, id := range ids {
		r, err := referred(tx, store.TaxRates, id, param)
		if err != nil {
			return nil, err
		}
		if !r.Active {
			return nil, billing.Invalid(param, "The tax rate %s is archived.", id)
		}
		out = append(out, billing.Embed[billing.TaxRate]{ID: id})
	}
	return out, nil
}
