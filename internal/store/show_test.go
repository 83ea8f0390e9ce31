package store_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func render[T any](b bed, c *store.Collection[T], v *T, include ...string) (out map[string]any) {
	b.t.Helper()
	b.read(func(q *store.View) error {
		doc, err := c.Render(q, v, include...)
		if err != nil {
			return err
		}
		return json.Unmarshal(doc, &out)
	})
	return out
}

// at walks a decoded document: at(doc, "items", "data", 0, "plan", "id").
func at(doc any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := doc.(map[string]any)
			if !ok {
				return nil
			}
			doc = m[step]
		case int:
			a, ok := doc.([]any)
			if !ok || step >= len(a) {
				return nil
			}
			doc = a[step]
		}
	}
	return doc
}

func TestSubscriptionsAreShownWithTheirPrices(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		one := subscription("sub_1", "cus_1", "price_1")
		var many []string
		for i := range 12 {
			many = append(many, fmt.Sprint("price_", 1+i%2))
		}
		two := subscription("sub_2", "cus_1", many...)
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, one)
			store.Subscriptions.Insert(tx, two)
		})
		doc := render(b, store.Subscriptions, one)
		for _, c := range []struct {
			want any
			path []any
		}{
			{"price_1", []any{"items", "data", 0, "price", "id"}},
			{nil, []any{"items", "data", 0, "price", "tiers"}},
			{"prod_1", []any{"items", "data", 0, "price", "product"}},
			{"plan", []any{"items", "data", 0, "plan", "object"}},
			{"price_1", []any{"plan", "id"}},
			{1.0, []any{"quantity"}},
			{"list", []any{"items", "object"}},
			{false, []any{"items", "has_more"}},
			{"/v1/subscription_items?subscription=sub_1", []any{"items", "url"}},
		} {
			if got := at(doc, c.path...); got != c.want {
				b.t.Errorf("%v: got %v, want %v", c.path, got, c.want)
			}
		}
		doc = render(b, store.Subscriptions, two)
		n := len(at(doc, "items", "data").([]any))
		if n != 10 || at(doc, "items", "has_more") != true {
			b.t.Errorf("%d items, has_more %v", n, at(doc, "items", "has_more"))
		}
		if _, ok := doc["plan"]; ok {
			b.t.Error("several items, and yet one plan")
		}
		if one.Items.Data[0].Price.Obj != nil || one.Plan != nil || len(two.Items.Data) != 12 {
			b.t.Error("showing changed the original")
		}
	})
}

func TestAPageIsShownWithOneQueryPerType(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			for i := range 8 {
				store.Subscriptions.Insert(tx, subscription(fmt.Sprint("sub_", i), "cus_1",
					"price_1", "price_2"))
			}
		})
		b.read(func(v *store.View) error {
			vs, _, err := store.Subscriptions.List(v, store.Page{})
			if err != nil {
				return err
			}
			before := b.db.Stats().Queries.Load()
			if _, err := store.Subscriptions.ShowAll(v, vs); err != nil {
				return err
			}
			if n := b.db.Stats().Queries.Load() - before; n != 1 {
				b.t.Errorf("showing took %d queries", n)
			}
			for _, s := range vs { // the second time, from what the snapshot has read
				if _, err := store.Subscriptions.Render(v, s); err != nil {
					return err
				}
			}
			if n := b.db.Stats().Queries.Load() - before; n != 1 {
				b.t.Errorf("rendering took %d more queries", n-1)
			}
			return nil
		})
	})
}

func TestIncludes(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		c := coupon("co_1")
		c.AppliesTo = &billing.CouponAppliesTo{Products: billing.Arr[string]{"prod_1"}}
		c.CurrencyOptions = map[string]billing.CouponCurrencyOption{"eur": {AmountOff: 90}}
		in := invoice("in_1", "cus_1", "")
		in.Private.PaymentIntent = "pi_1"
		for range 11 {
			in.Lines.Data = append(in.Lines.Data, billing.LineItem{ID: "il", Object: "line_item"})
		}
		conf := &billing.PortalConfiguration{ID: "bpc_1", Object: "billing_portal.configuration"}
		conf.Features.SubscriptionUpdate.Products = []billing.PortalProduct{{Product: "prod_1"}}
		intent := billing.To[billing.PaymentIntent]("pi_1")
		b.write(func(tx *store.Tx) {
			store.Invoices.Insert(tx, in)
			store.PaymentIntents.Insert(tx, &billing.PaymentIntent{ID: "pi_1",
				Object: "payment_intent", Status: billing.PaymentIntentRequiresPaymentMethod,
				ClientSecret: ptr("pi_1_secret")})
			store.InvoicePayments.Insert(tx, &billing.InvoicePayment{ID: "inpay_1",
				Object: "invoice_payment", Status: billing.InvoicePaymentOpen,
				Invoice: billing.To[billing.Invoice]("in_1"),
				Payment: billing.InvoicePaymentPayment{Type: "payment_intent",
					PaymentIntent: &intent}})
			store.WebhookEndpoints.Insert(tx, endpoint("we_1", "*"))
		})
		we := endpoint("we_1", "*")
		p := price("price_1", "prod_1")
		for name, c := range map[string]struct {
			plain, included map[string]any
			path            []any
			want            any
		}{
			"tiers": {render(b, store.Prices, p), render(b, store.Prices, p, "tiers"),
				[]any{"tiers", 0, "unit_amount"}, 900.0},
			"applies_to": {render(b, store.Coupons, c), render(b, store.Coupons, c, "applies_to"),
				[]any{"applies_to", "products", 0}, "prod_1"},
			"currency_options": {render(b, store.Coupons, c),
				render(b, store.Coupons, c, "currency_options"),
				[]any{"currency_options", "eur", "amount_off"}, 90.0},
			"payments": {render(b, store.Invoices, in), render(b, store.Invoices, in, "payments"),
				[]any{"payments", "data", 0, "payment", "payment_intent"}, "pi_1"},
			"confirmation_secret": {render(b, store.Invoices, in),
				render(b, store.Invoices, in, "confirmation_secret"),
				[]any{"confirmation_secret", "client_secret"}, "pi_1_secret"},
			"products": {render(b, store.PortalConfigurations, conf),
				render(b, store.PortalConfigurations, conf,
					"features.subscription_update.products"),
				[]any{"features", "subscription_update", "products", 0, "product"}, "prod_1"},
			"secret": {render(b, store.WebhookEndpoints, we),
				render(b, store.WebhookEndpoints, we, "secret"), []any{"secret"}, "whsec_we_1"},
		} {
			if got := at(c.plain, c.path...); got != nil {
				b.t.Errorf("%s is shown without being asked for: %v", name, got)
			}
			if got := at(c.included, c.path...); got != c.want {
				b.t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
		doc := render(b, store.Invoices, in)
		n := len(at(doc, "lines", "data").([]any))
		if n != 10 || at(doc, "lines", "has_more") != true ||
			at(doc, "lines", "url") != "/v1/invoices/in_1/lines" {
			b.t.Errorf("lines: %d, %v", n, at(doc, "lines", "url"))
		}
	})
}

func TestCouponsAreValidUntilTheyAreNot(t *testing.T) {
	t.Parallel()
	b := bed{t, storetest.Open(t)}
	redeemed := func(n int64) func(c *billing.Coupon) {
		return func(c *billing.Coupon) { c.MaxRedemptions, c.TimesRedeemed = ptr(int64(2)), n }
	}
	redeemBy := func(at int64) func(c *billing.Coupon) {
		return func(c *billing.Coupon) { c.RedeemBy = &at }
	}
	for name, c := range map[string]struct {
		change func(c *billing.Coupon)
		want   bool
	}{
		"without limits":    {func(*billing.Coupon) {}, true},
		"a second before":   {redeemBy(storetest.Now + 1), true},
		"at the second":     {redeemBy(storetest.Now), true},
		"a second after":    {redeemBy(storetest.Now - 1), false},
		"one is left":       {redeemed(1), true},
		"all are redeemed":  {redeemed(2), false},
		"it is a tombstone": {func(c *billing.Coupon) { c.Deleted = true }, false},
	} {
		v := coupon("co_1")
		c.change(v)
		if got := render(b, store.Coupons, v)["valid"]; got != c.want {
			t.Errorf("%s: valid is %v", name, got)
		}
	}
}

func TestDiscountsOfDeletedCouponsLiveOn(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			store.Coupons.Insert(tx, coupon("co_1"))
			c := customer("cus_1")
			c.Discount.ID = "di_1"
			store.Customers.Insert(tx, c)
			store.Discounts.Insert(tx, &billing.Discount{ID: "di_1", Object: "discount",
				Customer: billing.To[billing.Customer]("cus_1"), Start: storetest.Now,
				Source: billing.DiscountSource{Type: "coupon",
					Coupon: billing.To[billing.Coupon]("co_1")}})
		})
		b.do(func(tx *store.Tx) error {
			c, err := store.Coupons.Lock(tx, "co_1")
			store.Coupons.Delete(tx, c)
			return err
		})
		b.read(func(v *store.View) error {
			c, err := store.Customers.Get(v, "cus_1")
			if err != nil {
				return err
			}
			shown, err := store.Customers.Show(v, c)
			d := shown.Discount.Obj
			if err != nil || d == nil || d.Source.Coupon.ID != "co_1" {
				b.t.Errorf("discount: %+v, %v", shown.Discount, err)
			}
			found, err := store.Resolve(v, "coupon", []string{"co_1", "co_nowhere"})
			gone := found["co_1"].(*billing.Coupon)
			if len(found) != 1 || !gone.Deleted || gone.Valid {
				b.t.Errorf("resolved: %v", found)
			}
			return err
		})
	})
}
