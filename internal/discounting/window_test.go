package discounting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
)

func at(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Unix()
}

func TestActive(t *testing.T) {
	t.Parallel()
	start := at(2024, time.January, 31)
	end := at(2024, time.April, 30) // three months from the 31st, in a short month
	once := &billing.Coupon{Duration: billing.DurationOnce}
	three := &billing.Coupon{Duration: billing.DurationRepeating, DurationInMonths: new(int64(3))}
	forever := &billing.Coupon{Duration: billing.DurationForever}
	used := &billing.Discount{Start: start, Private: billing.DiscountPrivate{Deleted: true}}
	running := &billing.Discount{Start: start}
	ended := &billing.Discount{Start: start, End: new(end - 100)}
	for _, tc := range []struct {
		name     string
		discount *billing.Discount
		coupon   *billing.Coupon
		at       int64
		want     bool
	}{
		{"once, before", running, once, start - 1, false},
		{"once, at the start", running, once, start, true},
		{"once, years later", running, once, start + 1e8, true},
		{"once, used up", used, once, start, false},
		{"repeating, before", running, three, start - 1, false},
		{"repeating, at the start", running, three, start, true},
		{"repeating, last second", running, three, end - 1, true},
		{"repeating, at the end", running, three, end, false},
		{"repeating, after", running, three, end + 1, false},
		{"the discount's own end, last second", ended, three, end - 101, true},
		{"the discount's own end", ended, three, end - 100, false},
		{"forever", running, forever, start + 1e9, true},
		{"forever, removed", used, forever, start, false},
	} {
		if got := discounting.Active(tc.discount, tc.coupon, tc.at); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	if got := discounting.End(three, start); got == nil || *got != end {
		t.Errorf("end %v, want %d", got, end)
	}
	if discounting.End(once, start) != nil || discounting.End(forever, start) != nil {
		t.Error("only repeating discounts have an end")
	}
}

func TestRedeemable(t *testing.T) {
	t.Parallel()
	const by = 1_700_000_000
	coupon := func(redeemed, most int64) *billing.Coupon {
		return &billing.Coupon{ID: "SAVE", RedeemBy: new(int64(by)), TimesRedeemed: redeemed,
			MaxRedemptions: &most}
	}
	deleted := coupon(0, 5)
	deleted.Deleted = true
	for _, tc := range []struct {
		name   string
		coupon *billing.Coupon
		now    int64
		code   string
	}{
		{"the second before", coupon(0, 5), by - 1, ""},
		{"the last second", coupon(0, 5), by, ""},
		{"the second after", coupon(0, 5), by + 1, "coupon_expired"},
		{"one left", coupon(4, 5), by, ""},
		{"none left", coupon(5, 5), by, "coupon_expired"},
		{"more than there were", coupon(6, 5), by, "coupon_expired"},
		{"deleted", deleted, by, "resource_missing"},
		{"without limits", &billing.Coupon{ID: "FREE", TimesRedeemed: 9}, by + 1e9, ""},
	} {
		err := discounting.Redeemable(tc.coupon, tc.now)
		code := ""
		if refused := (*billing.Error)(nil); errors.As(err, &refused) {
			code = refused.Code
		}
		if code != tc.code || discounting.Valid(tc.coupon, tc.now) != (tc.code == "") {
			t.Errorf("%s: %q %v", tc.name, code, err)
		}
	}
}
