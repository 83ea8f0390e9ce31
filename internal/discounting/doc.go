// Package discounting says what coupons take off the lines of an invoice.
//
// It owns the order of discounts, how an amount off is spread over lines, which discounts are in
// force at an instant and which coupons may still be redeemed. It owns no tax, no invoice and no
// counting of redemptions.
//
// It promises that no line falls below 0, that the amounts of a discount over all lines sum to
// what the discount took, and that a coupon which matches nothing takes nothing.
package discounting
