package expand

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// The nested lists that are absent unless asked for.
var (
	refunds = children[billing.Refund]{store.Refunds, "charge",
		func(r *billing.Refund) string { return r.Charge.ID }}
	payments = children[billing.InvoicePayment]{store.InvoicePayments, "invoice",
		func(p *billing.InvoicePayment) string { return p.Invoice.ID }}
	subscriptions = children[billing.Subscription]{store.Subscriptions, "customer",
		func(s *billing.Subscription) string { return s.Customer.ID }}
)

// The nouns that have fields which are absent unless asked for.
var (
	prices  = stored[billing.Price]{store.Prices, func(p *billing.Price) string { return p.ID }}
	coupons = stored[billing.Coupon]{store.Coupons,
		func(c *billing.Coupon) string { return c.ID }}
	configurations = stored[billing.PortalConfiguration]{store.PortalConfigurations,
		func(c *billing.PortalConfiguration) string { return c.ID }}
)

func includeRefunds(q store.Querier, charges []*billing.Charge) error {
	found, err := refunds.of(q, ids(charges, func(c *billing.Charge) string { return c.ID }))
	for _, c := range charges {
		c.Refunds = nested(found[c.ID], "/v1/refunds?charge="+c.ID)
	}
	return err
}

func includePayments(q store.Querier, invoices []*billing.Invoice) error {
	found, err := payments.of(q, ids(invoices, func(in *billing.Invoice) string { return in.ID }))
	for _, in := range invoices {
		in.Payments = nested(found[in.ID], "/v1/invoice_payments?invoice="+in.ID)
	}
	return err
}

// includeSubscriptions leaves out subscriptions that have ended, as Stripe does.
func includeSubscriptions(q store.Querier, customers []*billing.Customer) error {
	found, err := subscriptions.of(q,
		ids(customers, func(c *billing.Customer) string { return c.ID }))
	for id, all := range found {
		found[id] = slices.DeleteFunc(all, func(s *billing.Subscription) bool {
			return s.Status.Ended()
		})
	}
	for _, c := range customers { // among whom one may be several times
		c.Subscriptions = nested(found[c.ID], "/v1/subscriptions?customer="+c.ID)
	}
	return err
}

// includeInvoiceCredit shows the balance as credit: what is owed is negative here.
func includeInvoiceCredit(_ store.Querier, customers []*billing.Customer) error {
	for _, c := range customers {
		c.InvoiceCredit = map[string]int64{}
		if c.Currency != nil && c.Balance != 0 {
			c.InvoiceCredit[*c.Currency] = -c.Balance
		}
	}
	return nil
}

// includeCashBalance says that a customer has none: only bank transfers make one.
func includeCashBalance(_ store.Querier, customers []*billing.Customer) error {
	for _, c := range customers {
		c.CashBalance = &billing.Null{}
	}
	return nil
}

// includeSources shows that a customer has no sources, which payment methods have replaced.
func includeSources(_ store.Querier, customers []*billing.Customer) error {
	for _, c := range customers {
		c.Sources = nested[billing.Null](nil, "/v1/customers/"+c.ID+"/sources")
	}
	return nil
}

// includeTaxIDs shows that a customer has no tax ids, which cannot be made yet.
func includeTaxIDs(_ store.Querier, customers []*billing.Customer) error {
	for _, c := range customers {
		c.TaxIDs = nested[billing.Null](nil, "/v1/customers/"+c.ID+"/tax_ids")
	}
	return nil
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

func includeTiers(q store.Querier, shown []*billing.Price) error {
	return prices.restore(q, shown, func(shown, whole *billing.Price) {
		shown.Tiers = whole.Tiers
	})
}

// includeCurrencies shows the price's own currency beside the others.
func includeCurrencies(q store.Querier, shown []*billing.Price) error {
	return prices.restore(q, shown, func(shown, whole *billing.Price) {
		shown.CurrencyOptions = map[string]billing.CurrencyOption{
			whole.Currency: {CustomUnitAmount: whole.CustomUnitAmount,
				TaxBehavior: whole.TaxBehavior, UnitAmount: whole.UnitAmount,
				UnitAmountDecimal: whole.UnitAmountDecimal, Tiers: whole.Tiers},
		}
		for currency, option := range whole.CurrencyOptions {
			shown.CurrencyOptions[currency] = option
		}
	})
}

func includeAppliesTo(q store.Querier, shown []*billing.Coupon) error {
	return coupons.restore(q, shown, func(shown, whole *billing.Coupon) {
		shown.AppliesTo = whole.AppliesTo
	})
}

// includeCouponCurrencies shows the coupon's own currency beside the others.
func includeCouponCurrencies(q store.Querier, shown []*billing.Coupon) error {
	return coupons.restore(q, shown, func(shown, whole *billing.Coupon) {
		if whole.AmountOff == nil {
			return
		}
		shown.CurrencyOptions = map[string]billing.CouponCurrencyOption{
			*whole.Currency: {AmountOff: *whole.AmountOff},
		}
		for currency, option := range whole.CurrencyOptions {
			shown.CurrencyOptions[currency] = option
		}
	})
}

func includePortalProducts(q store.Querier, shown []*billing.PortalConfiguration) error {
	return configurations.restore(q, shown, func(shown, whole *billing.PortalConfiguration) {
		shown.Features.SubscriptionUpdate.Products = whole.Features.SubscriptionUpdate.Products
	})
}
