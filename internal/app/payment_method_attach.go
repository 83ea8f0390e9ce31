package app

import (
	"context"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PaymentMethodAttachParams attach a payment method to a customer.
type PaymentMethodAttachParams struct {
	Customer string `form:"customer"`
}

// AttachPaymentMethod gives a payment method to a customer, after asking the issuer.
func (a *App) AttachPaymentMethod(ctx context.Context, c Caller, id string,
	p PaymentMethodAttachParams) (*billing.PaymentMethod, error) {
	if p.Customer == "" {
		return nil, billing.Missing("customer")
	}
	ctx, err := a.prepareAttach(ctx, c, "id", id)
	if err != nil {
		return nil, err
	}
	var pm *billing.PaymentMethod
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cus, err := lockReferred(tx, store.Customers, p.Customer, "customer")
		if err != nil {
			return nil, err
		}
		pm, err = a.attach(tx, cus, id, "id")
		return pm, err
	})
	return pm, err
}

// attach gives a method that was prepared to a customer, inside another command.
func (a *App) attach(tx *store.Tx, cus *billing.Customer, id,
	param string) (*billing.PaymentMethod, error) {
	pm, err := a.resolveMethod(tx, id, param)
	if err != nil {
		return nil, err
	}
	if pm.Private.Detached {
		return nil, billing.Invalid(param, "This PaymentMethod was previously used without being "+
			"attached to a Customer or was detached from a Customer, and may not be used again.")
	}
	switch pm.Customer.ID {
	case cus.ID:
		return pm, nil
	case "":
	default:
		return nil, billing.Invalid(param, "The payment method you provided has already been "+
			"attached to a customer.")
	}
	pm.Customer = billing.To[billing.Customer](cus.ID)
	return pm, store.PaymentMethods.Emit(tx, pm, "payment_method.attached")
}

// DetachPaymentMethod takes a payment method from its customer, for ever. Where it was a default
// it no longer is.
func (a *App) DetachPaymentMethod(ctx context.Context, c Caller,
	id string) (*billing.PaymentMethod, error) {
	var pm *billing.PaymentMethod
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		found, err := referred(tx, store.PaymentMethods, id, "id")
		if err != nil {
			return nil, err
		}
		if found.Customer.ID == "" || c.Portal() && found.Customer.ID != c.Customer {
			return nil, notAttached(c, id)
		}
		cus, err := store.Customers.Lock(tx, found.Customer.ID)
		if err != nil {
			return nil, err
		}
		if pm, err = store.PaymentMethods.Lock(tx, id); err != nil {
			return nil, err
		}
		if err := a.portalMayDetach(tx, c, cus, pm); err != nil {
			return nil, err
		}
		if err := a.passOnDefault(tx, c, cus, pm); err != nil {
			return nil, err
		}
		return pm, a.detach(tx, cus, pm)
	})
	if err == nil && a.Gateway != nil {
		if forget := a.Gateway.Forget(ctx, pm.Private.Instrument); forget != nil {
			a.Log.Warn("gateway could not forget an instrument", "payment_method", id,
				"error", forget)
		}
	}
	return pm, err
}

func notAttached(c Caller, id string) error {
	if c.Portal() {
		return billing.NoSuch("PaymentMethod", id, "id")
	}
	return billing.Invalid("", "The payment method you provided is not attached to a customer so "+
		"detachment is impossible.")
}

func (a *App) detach(tx *store.Tx, cus *billing.Customer, pm *billing.PaymentMethod) error {
	none := billing.Ref[billing.PaymentMethod]{}
	pm.Customer, pm.Private.Detached = billing.Ref[billing.Customer]{}, true
	if err := store.PaymentMethods.Emit(tx, pm, "payment_method.detached"); err != nil {
		return err
	}
	if cus.InvoiceSettings.DefaultPaymentMethod.ID == pm.ID {
		cus.InvoiceSettings.DefaultPaymentMethod = none
		if err := store.Customers.Updated(tx, cus); err != nil {
			return err
		}
	}
	subs, err := store.Subscriptions.LockAll(tx, store.Eq("customer", cus.ID))
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if sub.DefaultPaymentMethod.ID == pm.ID {
			sub.DefaultPaymentMethod = none
			if err := store.Subscriptions.Updated(tx, sub); err != nil {
				return err
			}
		}
	}
	return nil
}

// portalMayDetach: a customer with a running subscription keeps at least one payment method.
func (a *App) portalMayDetach(tx *store.Tx, c Caller, cus *billing.Customer,
	pm *billing.PaymentMethod) error {
	if !c.Portal() {
		return nil
	}
	methods, err := store.PaymentMethods.All(tx, store.Eq("customer", cus.ID))
	if err != nil || len(methods) > 1 {
		return err
	}
	subs, err := store.Subscriptions.All(tx, store.Eq("customer", cus.ID))
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if !sub.Status.Ended() && sub.CollectionMethod == billing.ChargeAutomatically {
			return billing.Invalid("payment_method", "%s is the only way to pay a running "+
				"subscription. Add another one first.", pm.ID).WithCode("last_payment_method")
		}
	}
	return nil
}

// passOnDefault lets another saved method take the place of a default that its customer removes, so
// that what they pay for goes on. An API key that detaches one is taken at its word.
func (a *App) passOnDefault(tx *store.Tx, c Caller, cus *billing.Customer,
	pm *billing.PaymentMethod) error {
	if !c.Portal() || cus.InvoiceSettings.DefaultPaymentMethod.ID != pm.ID {
		return nil
	}
	next, err := NextDefault(tx, cus.ID, pm.ID)
	if err != nil || next == nil {
		return err
	}
	cus.InvoiceSettings.DefaultPaymentMethod = billing.To[billing.PaymentMethod](next.ID)
	return store.Customers.Updated(tx, cus)
}

// NextDefault is the method that becomes the default when the default is removed: the newest of the
// others; nil when there is none.
func NextDefault(q store.Querier, customer, removed string) (*billing.PaymentMethod, error) {
	methods, err := store.PaymentMethods.All(q, store.Eq("customer", customer))
	for _, pm := range methods {
		if pm.ID != removed {
			return pm, err
		}
	}
	return nil, err
}

// PaymentMethodUpdateParams change the details of a payment method.
type PaymentMethodUpdateParams struct {
	AllowRedisplay *string               `form:"allow_redisplay"`
	BillingDetails *BillingDetailsParams `form:"billing_details"`
	Card           *CardUpdateParams     `form:"card"`
	Metadata       MetadataParams        `form:"metadata"`
}

// CardUpdateParams change when a card expires.
type CardUpdateParams struct {
	ExpMonth *int64 `form:"exp_month"`
	ExpYear  *int64 `form:"exp_year"`
}

// apply changes when a card expires. A month that is past is refused, as for a new card.
func (p *CardUpdateParams) apply(card *billing.Card, now time.Time) error {
	if p == nil || card == nil {
		return nil
	}
	assign(&card.ExpMonth, p.ExpMonth)
	assign(&card.ExpYear, p.ExpYear)
	if card.ExpYear < 100 {
		card.ExpYear += int64(now.Year() / 100 * 100)
	}
	switch ends := card.ExpYear*12 + card.ExpMonth; {
	case card.ExpMonth < 1 || card.ExpMonth > 12:
		return badExpiry("month")
	case ends < int64(now.Year()*12+int(now.Month())) || card.ExpYear > int64(now.Year()+50):
		return badExpiry("year")
	}
	return nil
}

func badExpiry(what string) error {
	return &billing.Error{Status: 402, Type: billing.ErrorCard, Param: "card[exp_" + what + "]",
		Code:    "invalid_expiry_" + what,
		Message: "Your card's expiration " + what + " is invalid."}
}

// UpdatePaymentMethod changes the details of a payment method.
func (a *App) UpdatePaymentMethod(ctx context.Context, c Caller, id string,
	p PaymentMethodUpdateParams) (*billing.PaymentMethod, error) {
	var pm *billing.PaymentMethod
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if pm, err = locked(tx, store.PaymentMethods, id); err != nil {
			return nil, err
		}
		applyBillingDetails(&pm.BillingDetails, p.BillingDetails)
		if pm.Metadata, err = changeMetadata(pm.Metadata, p.Metadata); err != nil {
			return nil, err
		}
		if p.AllowRedisplay != nil {
			pm.AllowRedisplay = *p.AllowRedisplay
		}
		return pm, p.Card.apply(pm.Card, time.Unix(tx.Now(), 0).UTC())
	})
	return pm, err
}

// MakeDefaultPaymentMethod makes a method the customer's default and lets subscriptions that
// named another one follow it. The portal does this.
func (a *App) MakeDefaultPaymentMethod(ctx context.Context, c Caller, id string) error {
	return a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cus, err := store.Customers.Lock(tx, c.Customer)
		if err != nil {
			return nil, err
		}
		if _, err := a.methodOf(tx, cus, id, "id"); err != nil {
			return nil, err
		}
		return nil, a.makeDefault(tx, cus, id)
	})
}

func (a *App) makeDefault(tx *store.Tx, cus *billing.Customer, id string) error {
	cus.InvoiceSettings.DefaultPaymentMethod = billing.To[billing.PaymentMethod](id)
	if err := store.Customers.Updated(tx, cus); err != nil {
		return err
	}
	subs, err := store.Subscriptions.LockAll(tx, store.Eq("customer", cus.ID))
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if sub.DefaultPaymentMethod.ID == "" || sub.DefaultPaymentMethod.ID == id {
			continue
		}
		if !sub.Status.Ended() {
			sub.DefaultPaymentMethod = billing.Ref[billing.PaymentMethod]{}
			if err := store.Subscriptions.Updated(tx, sub); err != nil {
				return err
			}
		}
	}
	return nil
}
