package discounting

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
)

// Active says that a discount comes off an invoice that starts at the given instant. Its time is
// half-open: a repeating coupon of three months covers the invoices of three months. A discount
// that is used up or was removed is not active.
func Active(d *billing.Discount, c *billing.Coupon, at int64) bool {
	if d.Private.Deleted || at < d.Start {
		return false
	}
	end := d.End
	if end == nil {
		end = End(c, d.Start)
	}
	return end == nil || at < *end
}

// End is when a discount that starts at the given instant stops: after its months when the
// coupon is repeating, else nil.
func End(c *billing.Coupon, start int64) *int64 {
	if c.Duration != billing.DurationRepeating || c.DurationInMonths == nil {
		return nil
	}
	return new(calendar.AddMonths(start, int(*c.DurationInMonths)))
}

// Valid says that a coupon can be redeemed now: the coupon's own valid field.
func Valid(c *billing.Coupon, now int64) bool { return Redeemable(c, now) == nil }

// Redeemable refuses a coupon that was deleted, is past its redeem_by, or is used up. redeem_by is
// the last second at which it may be redeemed.
func Redeemable(c *billing.Coupon, now int64) error {
	switch {
	case c.Deleted:
		return billing.NoSuch("coupon", c.ID, "coupon")
	case c.RedeemBy != nil && now > *c.RedeemBy:
		return expired("Coupon %s is expired and cannot be applied.", c)
	case c.MaxRedemptions != nil && c.TimesRedeemed >= *c.MaxRedemptions:
		return expired("Coupon %s is used up and cannot be applied.", c)
	}
	return nil
}

func expired(format string, c *billing.Coupon) error {
	return billing.Invalid("coupon", format, c.ID).WithCode("coupon_expired")
}
