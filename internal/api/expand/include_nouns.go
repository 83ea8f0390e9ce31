package expand

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

func includeRefunds(q store.Querier, charges []*billing.Charge) error {
	byCharge, err := children(q, store.Refunds, "charge",
		ids(charges, func(c *billing.Charge) string { return c.ID }),
		func(r *billing.Refund) string { return r.Charge.ID })
	for _, c := range charges {
		c.Refunds = nested(byCharge[c.ID], "/v1/refunds?charge="+c.ID)
	}
	return err
}

func includePayments(q store.Querier, invoices []*billing.Invoice) error {
	byInvoice, err := children(q, store.InvoicePayments, "invoice",
		ids(invoices, func(in *billing.Invoice) string { return in.ID }),
		func(p *billing.InvoicePayment) string { return p.Invoice.ID })
	for _, in := range invoices {
		in.Payments = nested(byInvoice[in.ID], "/v1/invoice_payments?invoice="+in.ID)
	}
	return err
}

// includeSubscriptions leaves out subscriptions that have ended, as Stripe does.
func includeSubscriptions(q store.Querier, customers []*billing.Customer) error {
	byCustomer, err := children(q, store.Subscriptions, "customer",
		ids(customers, func(c *billing.Customer) string { return c.ID }),
		func(s *billing.Subscription) string {
			if s.Status == billing.SubscriptionCanceled ||
				s.Status == billing.SubscriptionIncompleteExpired {
				return ""
			}
			return s.Customer.ID
		})
	for _, c := range customers {
		c.Subscriptions = nested(byCustomer[c.ID], "/v1/subscriptions?customer="+c.ID)
	}
	return err
}

// includeConfirmationSecret lets a browser confirm the payment of an invoice that has one.
func includeConfirmationSecret(q store.Querier, invoices []*billing.Invoice) error {
	intents, err := store.PaymentIntents.Many(q, ids(invoices, func(in *billing.Invoice) string {
		return in.Private.PaymentIntent
	}))
	if err != nil {
		return err
	}
	for _, in := range invoices {
		intent := intents[in.Private.PaymentIntent]
		if intent != nil && intent.ClientSecret != nil {
			in.ConfirmationSecret = &billing.ConfirmationSecret{
				ClientSecret: *intent.ClientSecret, Type: "payment_intent"}
		}
	}
	return nil
}

// again reads nouns as they are stored, with what Show cuts off.
func again[T any](q store.Querier, c *store.Collection[T], objects []*T,
	id func(*T) string, put func(shown, stored *T)) error {
	stored, err := c.Many(q, ids(objects, id))
	if err != nil {
		return err
	}
	for _, object := range objects {
		if v := stored[id(object)]; v != nil {
			put(object, v)
		}
	}
	return nil
}

func priceID(p *billing.Price) string   { return p.ID }
func couponID(c *billing.Coupon) string { return c.ID }

func includeTiers(q store.Querier, prices []*billing.Price) error {
	return again(q, store.Prices, prices, priceID, func(shown, stored *billing.Price) {
		shown.Tiers = stored.Tiers
	})
}

// includeCurrencies shows the price's own currency beside the others.
func includeCurrencies(q store.Querier, prices []*billing.Price) error {
	return again(q, store.Prices, prices, priceID, func(shown, stored *billing.Price) {
		shown.CurrencyOptions = map[string]billing.CurrencyOption{
			stored.Currency: {CustomUnitAmount: stored.CustomUnitAmount,
				TaxBehavior: stored.TaxBehavior, UnitAmount: stored.UnitAmount,
				UnitAmountDecimal: stored.UnitAmountDecimal, Tiers: stored.Tiers},
		}
		for currency, option := range stored.CurrencyOptions {
			shown.CurrencyOptions[currency] = option
		}
	})
}

func includeAppliesTo(q store.Querier, coupons []*billing.Coupon) error {
	return again(q, store.Coupons, coupons, couponID, func(shown, stored *billing.Coupon) {
		shown.AppliesTo = stored.AppliesTo
	})
}

// includeCouponCurrencies shows the coupon's own currency beside the others.
func includeCouponCurrencies(q store.Querier, coupons []*billing.Coupon) error {
	return again(q, store.Coupons, coupons, couponID, func(shown, stored *billing.Coupon) {
		if stored.AmountOff == nil {
			return
		}
		shown.CurrencyOptions = map[string]billing.CouponCurrencyOption{
			*stored.Currency: {AmountOff: *stored.AmountOff},
		}
		for currency, option := range stored.CurrencyOptions {
			shown.CurrencyOptions[currency] = option
		}
	})
}

func includePortalProducts(q store.Querier, configurations []*billing.PortalConfiguration) error {
	return again(q, store.PortalConfigurations, configurations,
		func(c *billing.PortalConfiguration) string { return c.ID },
		func(shown, stored *billing.PortalConfiguration) {
			shown.Features.SubscriptionUpdate.Products =
				stored.Features.SubscriptionUpdate.Products
		})
}
