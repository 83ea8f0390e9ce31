package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// verifySubscriptions looks for a subscription that has ended and would still be worked on, and
// for a period without a length, which would renew for ever.
func (d *doctor) verifySubscriptions(v *store.View) error {
	c := &d.subscriptions
	id := func(s *billing.Subscription) string { return s.ID }
	return every(v, store.Subscriptions, id, func(s *billing.Subscription) error {
		c.Read++
		c.must(s.Status.Ended() == (s.EndedAt != nil), "%s is %s; that it has an end is %t", s.ID,
			s.Status, s.EndedAt != nil)
		c.must(!s.Status.Ended() || s.Private.NextAt == nil, "%s has ended and is due again", s.ID)
		for i := range s.Items.Data {
			it := &s.Items.Data[i]
			c.must(it.CurrentPeriodStart < it.CurrentPeriodEnd, "%s: the period of %s is %d to %d",
				s.ID, it.ID, it.CurrentPeriodStart, it.CurrentPeriodEnd)
		}
		return nil
	})
}

// verifyCoupons counts the discounts that were made from each coupon.
func (d *doctor) verifyCoupons(v *store.View) error {
	made, err := store.Redemptions(v)
	if err != nil {
		return err
	}
	id := func(c *billing.Coupon) string { return c.ID }
	return every(v, store.Coupons, id, func(c *billing.Coupon) error {
		d.coupons.Read++
		d.coupons.must(made[c.ID] == c.TimesRedeemed, "%s counts %d redemptions, there are %d",
			c.ID, c.TimesRedeemed, made[c.ID])
		d.coupons.must(c.MaxRedemptions == nil || c.TimesRedeemed <= *c.MaxRedemptions,
			"%s was redeemed %d times, more than it may", c.ID, c.TimesRedeemed)
		return nil
	})
}

// verifyRefunds sums up what each charge gave back.
func (d *doctor) verifyRefunds(v *store.View) error {
	back := map[string]int64{}
	err := every(v, store.Refunds, func(r *billing.Refund) string { return r.ID },
		func(r *billing.Refund) error {
			switch *r.Status {
			case billing.RefundSucceeded, billing.RefundPending:
				back[r.Charge.ID] += r.Amount
			}
			return nil
		})
	if err != nil {
		return err
	}
	id := func(c *billing.Charge) string { return c.ID }
	return every(v, store.Charges, id, func(c *billing.Charge) error {
		d.refunds.Read++
		given := c.GivenBack()
		d.refunds.must(back[c.ID] == given, "%s gave back %d, its refunds make %d", c.ID, given,
			back[c.ID])
		d.refunds.must(given <= c.AmountCaptured, "%s gave back %d of %d", c.ID, given,
			c.AmountCaptured)
		return nil
	})
}
