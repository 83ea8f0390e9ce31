package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// CouponCreateParams create a coupon.
type CouponCreateParams struct {
	AmountOff        *int64                        `form:"amount_off"`
	AppliesTo        *CouponAppliesToParams        `form:"applies_to"`
	Currency         *string                       `form:"currency"`
	CurrencyOptions  map[string]CouponOptionParams `form:"currency_options"`
	Duration         *string                       `form:"duration"`
	DurationInMonths *int64                        `form:"duration_in_months"`
	ID               *string                       `form:"id"`
	MaxRedemptions   *int64                        `form:"max_redemptions"`
	Metadata         MetadataParams                `form:"metadata"`
	Name             *string                       `form:"name"`
	PercentOff       *string                       `form:"percent_off"`
	RedeemBy         *int64                        `form:"redeem_by"`
}

// CouponAppliesToParams limit a coupon to products.
type CouponAppliesToParams struct {
	Products []string `form:"products"`
}

// CouponOptionParams are an amount off in another currency.
type CouponOptionParams struct {
	AmountOff int64 `form:"amount_off"`
}

// durationMonthsMax is a hundred years.
const durationMonthsMax = 1200

// redeemYearsMax is how far ahead redeem_by may lie.
const redeemYearsMax = 5

// CreateCoupon makes a coupon.
func (a *App) CreateCoupon(ctx context.Context, c Caller,
	p CouponCreateParams) (coupon *billing.Coupon, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		coupon = &billing.Coupon{Object: "coupon", Created: tx.Now(), Livemode: c.Livemode,
			Duration: billing.DurationOnce, Name: p.Name, Valid: true}
		if coupon.ID, err = a.couponID(tx, p.ID); err != nil {
			return nil, err
		}
		if err := p.applyValue(coupon); err != nil {
			return nil, err
		}
		if err := p.applyLimits(coupon, tx.Now()); err != nil {
			return nil, err
		}
		if p.AppliesTo != nil {
			if err := productsExist(tx, p.AppliesTo.Products); err != nil {
				return nil, err
			}
			coupon.AppliesTo = &billing.CouponAppliesTo{Products: p.AppliesTo.Products}
		}
		if coupon.Metadata, err = changeMetadata(nil, p.Metadata); err != nil {
			return nil, err
		}
		store.Coupons.Insert(tx, coupon)
		return coupon, nil
	})
	return coupon, err
}

// couponIDLength is the length of the ids that coupons get here, as in "Z4OV52SU".
const couponIDLength = 8

func (a *App) couponID(tx *store.Tx, given *string) (string, error) {
	if given == nil {
		return a.IDs.Secret("", couponIDLength), nil
	}
	id, err := a.chosenID(given, "")
	if err != nil {
		return "", err
	}
	return id, unused(tx, store.Coupons, id, "Coupon")
}

// applyValue sets what the coupon takes off: a percentage, or an amount in a currency.
func (p CouponCreateParams) applyValue(coupon *billing.Coupon) error {
	switch {
	case p.AmountOff != nil && p.PercentOff != nil:
		return exclusive("amount_off", "percent_off")
	case p.AmountOff == nil && p.PercentOff == nil:
		return billing.Missing("percent_off")
	case p.PercentOff != nil:
		if len(p.CurrencyOptions) > 0 {
			return exclusive("currency_options", "percent_off")
		}
		return p.applyPercent(coupon)
	case p.Currency == nil:
		return billing.Missing("currency")
	case *p.AmountOff < 1:
		return billing.Invalid("amount_off", "Invalid positive integer")
	}
	currency := lower(*p.Currency)
	if !money.ValidCurrency(currency) {
		return billing.Invalid("currency", "Invalid currency: %s.", currency)
	}
	coupon.AmountOff, coupon.Currency = p.AmountOff, &currency
	return addCouponCurrencies(coupon, p.CurrencyOptions)
}

const percentPlacesMax = 2

func (p CouponCreateParams) applyPercent(coupon *billing.Coupon) error {
	percent, err := money.ParseDecimal(*p.PercentOff)
	if err != nil || percent.Sign() <= 0 || percent.Rat().Cmp(money.MustDecimal("100").Rat()) > 0 {
		return billing.Invalid("percent_off", "Invalid percent_off: must be greater than 0 and at "+
			"most 100.")
	}
	if percent.Places() > percentPlacesMax {
		return billing.Invalid("percent_off", "Invalid percent_off: at most %d decimal places are "+
			"allowed.", percentPlacesMax)
	}
	coupon.PercentOff = &percent
	return nil
}

// applyLimits sets for how long and how often the coupon may be used.
func (p CouponCreateParams) applyLimits(coupon *billing.Coupon, now int64) error {
	assign(&coupon.Duration, p.Duration)
	repeating := coupon.Duration == billing.DurationRepeating
	switch {
	case repeating && p.DurationInMonths == nil:
		return billing.Missing("duration_in_months")
	case !repeating && p.DurationInMonths != nil:
		return billing.Invalid("duration_in_months", "`duration_in_months` can only be used with "+
			"`duration=repeating`.")
	case repeating && *p.DurationInMonths < 1:
		return billing.Invalid("duration_in_months", "Invalid positive integer")
	case repeating && *p.DurationInMonths > durationMonthsMax:
		return billing.Invalid("duration_in_months", "Invalid duration_in_months: must be at most "+
			"%d.", durationMonthsMax)
	case p.MaxRedemptions != nil && *p.MaxRedemptions < 1:
		return billing.Invalid("max_redemptions", "Invalid positive integer")
	case p.RedeemBy != nil && *p.RedeemBy <= now:
		return billing.Invalid("redeem_by", "Invalid redeem_by: must be in the future.")
	case p.RedeemBy != nil && *p.RedeemBy > now+redeemYearsMax*366*86400:
		return billing.Invalid("redeem_by", "Invalid redeem_by: must be at most %d years from "+
			"now.", redeemYearsMax)
	}
	coupon.DurationInMonths = p.DurationInMonths
	coupon.MaxRedemptions, coupon.RedeemBy = p.MaxRedemptions, p.RedeemBy
	return nil
}

func addCouponCurrencies(coupon *billing.Coupon, options map[string]CouponOptionParams) error {
	if len(options) == 0 {
		return nil
	}
	all := map[string]billing.CouponCurrencyOption{}
	for currency, option := range coupon.CurrencyOptions {
		all[currency] = option
	}
	for currency, option := range options {
		path := "currency_options[" + currency + "]"
		switch currency = lower(currency); {
		case !money.ValidCurrency(currency):
			return billing.Invalid(path, "Invalid currency: %s.", currency)
		case option.AmountOff < 1:
			return billing.Invalid(path+"[amount_off]", "Invalid positive integer")
		}
		all[currency] = billing.CouponCurrencyOption(option)
	}
	coupon.CurrencyOptions = all
	return nil
}

func productsExist(tx *store.Tx, ids []string) error {
	known, err := store.Products.Many(tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if known[id] == nil {
			return billing.NoSuch("product", id, "applies_to[products]")
		}
	}
	return nil
}
