package api

import (
	"strings"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/store"
)

// getPaymentMethod makes a card where a published name such as pm_card_visa is read, as Stripe
// does: clients look a method up before they attach what they got.
var getPaymentMethod = handle(func(c *call, _ struct{}) error {
	id := c.object()
	if strings.HasPrefix(id, "pm_card_") {
		_, err := c.CardForTests(c.Context(), c.caller, id)
		return err
	}
	return c.view(func(q *store.View) (any, error) { return find(q, store.PaymentMethods, id) })
})

type setupIntentFilters struct {
	pageParams
	Created       timeRange `form:"created"`
	Customer      *string   `form:"customer"`
	PaymentMethod *string   `form:"payment_method"`
}

var listSetupIntents = list(store.SetupIntents,
	func(_ *call, q *store.View, p *setupIntentFilters) ([]store.Cond, error) {
		err := exists(q, store.Customers, p.Customer, "customer")
		if err == nil {
			err = exists(q, store.PaymentMethods, p.PaymentMethod, "payment_method")
		}
		return conds{}.is("customer", p.Customer).is("payment_method", p.PaymentMethod).
			within("created", p.Created), err
	})

type paymentIntentFilters struct {
	pageParams
	Created  timeRange `form:"created"`
	Customer *string   `form:"customer"`
}

var listPaymentIntents = list(store.PaymentIntents,
	func(_ *call, q *store.View, p *paymentIntentFilters) ([]store.Cond, error) {
		return conds{}.is("customer", p.Customer).within("created", p.Created),
			exists(q, store.Customers, p.Customer, "customer")
	})

type chargeFilters struct {
	pageParams
	Created       timeRange `form:"created"`
	Customer      *string   `form:"customer"`
	PaymentIntent *string   `form:"payment_intent"`
}

var listCharges = list(store.Charges,
	func(_ *call, q *store.View, p *chargeFilters) ([]store.Cond, error) {
		err := exists(q, store.PaymentIntents, p.PaymentIntent, "payment_intent")
		if err == nil {
			err = exists(q, store.Customers, p.Customer, "customer")
		}
		return conds{}.is("customer", p.Customer).is("payment_intent", p.PaymentIntent).
			within("created", p.Created), err
	})

type refundFilters struct {
	pageParams
	Charge        *string   `form:"charge"`
	Created       timeRange `form:"created"`
	PaymentIntent *string   `form:"payment_intent"`
}

var listRefunds = list(store.Refunds,
	func(_ *call, q *store.View, p *refundFilters) ([]store.Cond, error) {
		err := exists(q, store.Charges, p.Charge, "charge")
		if err == nil {
			err = exists(q, store.PaymentIntents, p.PaymentIntent, "payment_intent")
		}
		return conds{}.is("charge", p.Charge).is("payment_intent", p.PaymentIntent).
			within("created", p.Created), err
	})

// secretParams are those of reading an intent. A secret key needs no client secret, but one that
// is sent must be the intent's.
type secretParams struct {
	ClientSecret *string `form:"client_secret"`
}

var getPaymentIntent = query(func(c *call, q *store.View, p *secretParams) (any, error) {
	intent, err := find(q, store.PaymentIntents, c.object())
	if err != nil {
		return nil, err
	}
	return intent, app.CheckSecret(intent.ClientSecret, p.ClientSecret)
})

var getSetupIntent = query(func(c *call, q *store.View, p *secretParams) (any, error) {
	intent, err := find(q, store.SetupIntents, c.object())
	if err != nil {
		return nil, err
	}
	return intent, app.CheckSecret(intent.ClientSecret, p.ClientSecret)
})
