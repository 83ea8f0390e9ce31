package store

import "github.com/portico-billing/portico/internal/billing"

// Coupons say what is taken off, and for how long.
var Coupons = newCollection(spec[billing.Coupon]{
	object: "coupon", table: "coupons", events: automatic("coupon"),
	id:      func(c *billing.Coupon) string { return c.ID },
	created: func(c *billing.Coupon) int64 { return c.Created },
	gone:    func(c *billing.Coupon) *bool { return &c.Deleted },
	cut: func(c *billing.Coupon, in includes) {
		if !in.has("applies_to") {
			c.AppliesTo = nil
		}
		if !in.has("currency_options") {
			c.CurrencyOptions = nil
		}
	},
	// Whether a coupon can still be redeemed depends on the second at which one looks: redeem_by is
	// the last one at which it can, as discounting.Redeemable has it.
	dress: func(q Querier, c *billing.Coupon, _ includes) error {
		c.Valid = !c.Deleted && (c.RedeemBy == nil || *c.RedeemBy >= q.Now()) &&
			(c.MaxRedemptions == nil || c.TimesRedeemed < *c.MaxRedemptions)
		return nil
	},
})

// Discounts are coupons applied to somebody or something. Their events are told explicitly,
// because those of invoices have none.
var Discounts = newCollection(spec[billing.Discount]{
	object: "discount", table: "discounts", events: explicit("customer.discount"),
	id:      func(d *billing.Discount) string { return d.ID },
	created: func(d *billing.Discount) int64 { return d.Private.Created },
	gone:    func(d *billing.Discount) *bool { return &d.Private.Deleted },
	state:   func(d *billing.Discount) any { return &d.Private },
	columns: []column[billing.Discount]{
		reference("customer", func(d *billing.Discount) string { return d.Customer.ID }),
		text("subscription", func(d *billing.Discount) any { return optional(d.Subscription) }),
		text("invoice", func(d *billing.Discount) any { return optional(d.Invoice) }),
		reference("coupon", countedBy),
	},
})

// countedBy is the coupon that counts a discount as redeemed.
func countedBy(d *billing.Discount) string {
	if d.Private.GivenBack {
		return ""
	}
	return d.Source.Coupon.ID
}

// Redemptions counts the discounts that were ever made from each coupon, removed ones, too, but
// not those that were given back.
func Redemptions(q Querier) (map[string]int64, error) {
	made := map[string]int64{}
	at := within(q)
	err := q.work().link.query("select coupon, count(*) from discounts"+at.String()+
		" and coupon is not null group by coupon", at.args, func(r row) error {
		var coupon string
		var n int64
		err := r.Scan(&coupon, &n)
		made[coupon] = n
		return err
	})
	return made, err
}
