package app

import (
	"cmp"
	"context"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// PaymentIntentCreateParams wish to collect one sum once.
type PaymentIntentCreateParams struct {
	Amount                  int64                               `form:"amount"`
	AutomaticPaymentMethods *AutomaticMethodsParams             `form:"automatic_payment_methods"`
	CaptureMethod           *string                             `form:"capture_method"`
	Confirm                 bool                                `form:"confirm"`
	ConfirmationMethod      *string                             `form:"confirmation_method"`
	Currency                string                              `form:"currency"`
	Customer                *string                             `form:"customer"`
	Description             *string                             `form:"description"`
	ErrorOnRequiresAction   bool                                `form:"error_on_requires_action"`
	MandateData             billing.Optional[MandateDataParams] `form:"mandate_data"`
	Metadata                MetadataParams                      `form:"metadata"`
	OffSession              *billing.Moment                     `form:"off_session"`
	PaymentMethod           *string                             `form:"payment_method"`
	PaymentMethodData       *PaymentMethodCreateParams          `form:"payment_method_data"`
	PaymentMethodOptions    *IntentMethodOptionsParams          `form:"payment_method_options"`
	PaymentMethodTypes      []string                            `form:"payment_method_types"`
	ReceiptEmail            *string                             `form:"receipt_email"`
	ReturnURL               *string                             `form:"return_url"`
	SetupFutureUsage        *string                             `form:"setup_future_usage"`
	Shipping                PaymentShippingParams               `form:"shipping"`
	StatementDescriptor     *string                             `form:"statement_descriptor"`

	StatementDescriptorSuffix *string `form:"statement_descriptor_suffix"`
}

// CreatePaymentIntent makes a payment intent and, when asked, confirms it at once.
func (a *App) CreatePaymentIntent(ctx context.Context, c Caller,
	p PaymentIntentCreateParams) (*billing.PaymentIntent, error) {
	ctx, method, err := a.prepareMethod(ctx, c, p.PaymentMethod, p.PaymentMethodData)
	if err != nil {
		return nil, err
	}
	p.PaymentMethod = method
	if err := p.checkConfirm(); err != nil {
		return nil, err
	}
	var pi *billing.PaymentIntent
	var att *store.Attempt
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		att = nil
		var err error
		if pi, err = a.newPaymentIntent(tx, c, p); err != nil {
			return nil, err
		}
		store.PaymentIntents.Insert(tx, pi)
		if err := store.PaymentIntents.Emit(tx, pi, "payment_intent.created"); err != nil {
			return nil, err
		}
		if !p.Confirm {
			return pi, nil
		}
		off := offSession(p.OffSession) || p.ErrorOnRequiresAction
		att, err = a.confirmIntent(tx, confirming{Caller: c, Intent: pi, OffSession: off})
		return nil, err
	})
	if err != nil || att == nil {
		return pi, err
	}
	return a.sendIntent(ctx, c, pi, att)
}

// checkConfirm refuses what only a confirmation could heed.
func (p *PaymentIntentCreateParams) checkConfirm() error {
	switch {
	case p.Confirm:
		return nil
	case p.ErrorOnRequiresAction:
		return onlyConfirming("PaymentIntent", "error_on_requires_action")
	case p.OffSession != nil:
		return onlyConfirming("PaymentIntent", "off_session")
	case p.ReturnURL != nil:
		return onlyConfirming("PaymentIntent", "return_url")
	}
	return nil
}

func onlyConfirming(noun, param string) error {
	return billing.Invalid(param, "The parameter `%s` cannot be passed when creating a %s unless "+
		"`confirm` is set to true.", param, noun)
}

// sendIntent carries an intent to the gateway.
func (a *App) sendIntent(ctx context.Context, c Caller, pi *billing.PaymentIntent,
	att *store.Attempt) (*billing.PaymentIntent, error) {
	a.at("payment_intent.begun")
	out, err := a.send(ctx, c, att)
	return cmp.Or(out.pi, pi), err
}

func (a *App) newPaymentIntent(tx *store.Tx, c Caller,
	p PaymentIntentCreateParams) (*billing.PaymentIntent, error) {
	if err := cardsOnly(p.PaymentMethodTypes, "payment_method_types"); err != nil {
		return nil, err
	}
	currency := lower(p.Currency)
	if !money.ValidCurrency(currency) {
		return nil, billing.Invalid("currency", "Invalid currency: %s.", p.Currency)
	}
	if err := checkIntentAmount(p.Amount, currency); err != nil {
		return nil, err
	}
	id := a.IDs.New("pi")
	pi := &billing.PaymentIntent{
		ID: id, Object: "payment_intent", Amount: p.Amount, Created: tx.Now(),
		CaptureMethod: "automatic_async", ConfirmationMethod: "automatic", Currency: currency,
		ClientSecret: new(a.IDs.Secret(id+"_secret_", 24)), Description: filled(p.Description),
		Livemode: c.Livemode, Metadata: newMetadata(p.Metadata),
		PaymentMethodOptions: p.PaymentMethodOptions.over(defaultOptions()),
		PaymentMethodTypes:   billing.Arr[string]{"card"}, ReceiptEmail: filled(p.ReceiptEmail),
		SetupFutureUsage:          filled(p.SetupFutureUsage),
		StatementDescriptor:       filled(p.StatementDescriptor),
		StatementDescriptorSuffix: filled(p.StatementDescriptorSuffix),
		Status:                    billing.PaymentIntentRequiresPaymentMethod,
	}
	shipTo(pi, p.Shipping)
	assign(&pi.CaptureMethod, p.CaptureMethod)
	assign(&pi.ConfirmationMethod, p.ConfirmationMethod)
	if m := p.AutomaticPaymentMethods; m != nil && m.Enabled {
		pi.AutomaticPaymentMethods = &billing.AutomaticMethods{Enabled: true,
			AllowRedirects: new("always")}
		if m.AllowRedirects != nil {
			pi.AutomaticPaymentMethods.AllowRedirects = m.AllowRedirects
		}
	}
	if err := cmp.Or(checkIntentContact(p.ReturnURL, p.ReceiptEmail),
		checkDescriptors(p.StatementDescriptor, p.StatementDescriptorSuffix)); err != nil {
		return nil, err
	}
	assign(&pi.Private.ReturnURL, p.ReturnURL)
	if err := agree(&pi.Private.Acceptance, p.MandateData, tx.Now()); err != nil {
		return nil, err
	}
	if err := chooseCustomer(tx, &pi.Customer, p.Customer); err != nil {
		return nil, err
	}
	if err := a.chooseMethod(tx, pi, p.PaymentMethod); err != nil {
		return nil, err
	}
	var err error
	pi.Created, err = a.customerNow(tx, c, pi.Customer.ID)
	return pi, err
}

// chooseCustomer sets whose an intent is, when the request says so.
func chooseCustomer(tx *store.Tx, field *billing.Ref[billing.Customer], id *string) error {
	if id == nil || *id == "" {
		return nil
	}
	if _, err := referred(tx, store.Customers, *id, "customer"); err != nil {
		return err
	}
	*field = billing.To[billing.Customer](*id)
	return nil
}

// chooseMethod sets what an intent is paid with, when the request says so.
func (a *App) chooseMethod(tx *store.Tx, pi *billing.PaymentIntent, id *string) error {
	if id == nil || *id == "" {
		return nil
	}
	pm, err := a.resolveMethod(tx, *id, "payment_method")
	if err != nil {
		return err
	}
	if pm.Customer.ID != "" && pm.Customer.ID != pi.Customer.ID {
		return billing.Invalid("payment_method", "The provided PaymentMethod belongs to another "+
			"customer.")
	}
	pi.PaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
	if pi.Status == billing.PaymentIntentRequiresPaymentMethod {
		pi.Status = billing.PaymentIntentRequiresConfirmation
	}
	return nil
}

// offSession says that the customer is not there to authenticate. A caller who wants an error
// where an action is required gets what an absent customer gets: a decline that says so.
func offSession(m *billing.Moment) bool {
	return m != nil && m.Word != "" && !strings.EqualFold(m.Word, "false")
}

// confirming is an intent that is to be charged, with the invoice that it pays, if any.
type confirming struct {
	Caller
	Intent     *billing.PaymentIntent
	Invoice    *lockedInvoice
	OffSession bool
}

// confirmIntent commits to charging an intent.
func (a *App) confirmIntent(tx *store.Tx, c confirming) (*store.Attempt, error) {
	pi := c.Intent
	if pi.PaymentMethod.ID == "" {
		return nil, billing.Invalid("payment_method", "You cannot confirm this PaymentIntent "+
			"because it's missing a payment method.").
			WithCode("payment_intent_unexpected_state")
	}
	pm, err := store.PaymentMethods.Get(tx, pi.PaymentMethod.ID)
	if err != nil {
		return nil, err
	}
	ch := charging{Command: commandIntentConfirm, OffSession: c.OffSession,
		Actor: c.Actor, Reply: c.Reply}
	if w := c.Invoice; w != nil {
		ch.Now = w.now
		return a.attemptInvoice(tx, w.inv, pm, ch)
	}
	if ch.Now, err = a.customerNow(tx, c.Caller, pi.Customer.ID); err != nil {
		return nil, err
	}
	att, err := a.attemptIntent(tx, pi, pm, ch)
	if err == nil {
		att.Hold = pi.CaptureMethod == "manual"
		att.SetupFuture = pi.FutureUsage() == "off_session"
	}
	return att, err
}

// PaymentIntentConfirmParams confirm a payment intent.
type PaymentIntentConfirmParams struct {
	CaptureMethod         *string                             `form:"capture_method"`
	ClientSecret          *string                             `form:"client_secret"`
	ErrorOnRequiresAction bool                                `form:"error_on_requires_action"`
	MandateData           billing.Optional[MandateDataParams] `form:"mandate_data"`
	OffSession            *billing.Moment                     `form:"off_session"`
	PaymentMethod         *string                             `form:"payment_method"`
	PaymentMethodData     *PaymentMethodCreateParams          `form:"payment_method_data"`
	PaymentMethodOptions  *IntentMethodOptionsParams          `form:"payment_method_options"`
	PaymentMethodTypes    []string                            `form:"payment_method_types"`
	ReceiptEmail          *string                             `form:"receipt_email"`
	ReturnURL             *string                             `form:"return_url"`
	SetupFutureUsage      *string                             `form:"setup_future_usage"`
	Shipping              PaymentShippingParams               `form:"shipping"`
}

// apply writes what a confirmation says besides the method.
func (p PaymentIntentConfirmParams) apply(pi *billing.PaymentIntent, now int64) error {
	if err := checkIntentContact(p.ReturnURL, p.ReceiptEmail); err != nil {
		return err
	}
	assign(&pi.Private.ReturnURL, p.ReturnURL)
	if p.CaptureMethod != nil && pi.Private.Invoice == "" {
		pi.CaptureMethod = *p.CaptureMethod
	}
	given(&pi.SetupFutureUsage, p.SetupFutureUsage)
	given(&pi.ReceiptEmail, p.ReceiptEmail)
	pi.PaymentMethodOptions = p.PaymentMethodOptions.over(pi.PaymentMethodOptions)
	shipTo(pi, p.Shipping)
	return agree(&pi.Private.Acceptance, p.MandateData, now)
}

// ConfirmPaymentIntent charges an intent. Confirming the intent of an open invoice pays it. An
// intent that is confirmed by hand goes on by itself after the customer has authenticated, so
// the second confirmation that its server then sends finds it done, and is answered so.
func (a *App) ConfirmPaymentIntent(ctx context.Context, c Caller, id string,
	p PaymentIntentConfirmParams) (*billing.PaymentIntent, error) {
	if err := cardsOnly(p.PaymentMethodTypes, "payment_method_types"); err != nil {
		return nil, err
	}
	ctx, method, err := a.prepareMethod(ctx, c, p.PaymentMethod, p.PaymentMethodData)
	if err == nil {
		p.PaymentMethod = method
		err = a.releaseBankPages(ctx, c, store.Eq("payment_intent", id))
	}
	if err != nil {
		return nil, err
	}
	var pi *billing.PaymentIntent
	var att *store.Attempt
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		payable, err := a.lockPayable(tx, c, id)
		if err != nil {
			return nil, err
		}
		pi = payable.Intent
		if err := CheckSecret(pi.ClientSecret, p.ClientSecret); err != nil {
			return nil, err
		}
		if pi.ConfirmationMethod == "manual" && pi.Status.Paid() {
			return pi, nil
		}
		switch pi.Status {
		case billing.PaymentIntentRequiresAction:
			if err := a.abandon(tx, store.Eq("payment_intent", pi.ID)); err != nil {
				return nil, err
			}
			pi.NextAction = nil
		case billing.PaymentIntentRequiresPaymentMethod, billing.PaymentIntentRequiresConfirmation:
		default:
			return nil, wrongState("PaymentIntent", "payment_intent", string(pi.Status), "confirm")
		}
		if err := p.apply(pi, tx.Now()); err != nil {
			return nil, err
		}
		if err := a.chooseMethod(tx, pi, p.PaymentMethod); err != nil {
			return nil, err
		}
		payable.OffSession = offSession(p.OffSession) || p.ErrorOnRequiresAction
		att, err = a.confirmIntent(tx, payable)
		return nil, err
	})
	if err != nil || att == nil {
		return pi, err
	}
	return a.sendIntent(ctx, c, pi, att)
}

// lockPayable locks an intent to be confirmed. That of an invoice comes after the customer and
// the invoice, as when the invoice is paid: in another order the two would wait for each other.
func (a *App) lockPayable(tx *store.Tx, c Caller, id string) (confirming, error) {
	found, err := referred(tx, store.PaymentIntents, id, "id")
	if err != nil {
		return confirming{}, err
	}
	payable := confirming{Caller: c}
	if found.Private.Invoice != "" {
		if payable.Invoice, err = a.lockInvoice(tx, c, found.Private.Invoice); err != nil {
			return confirming{}, err
		}
	}
	payable.Intent, err = a.lockIntent(tx, id)
	return payable, err
}

func (a *App) lockIntent(tx *store.Tx, id string) (*billing.PaymentIntent, error) {
	return locked(tx, store.PaymentIntents, id)
}

// PaymentIntentUpdateParams change a payment intent that is not confirmed.
type PaymentIntentUpdateParams struct {
	Amount               *int64                     `form:"amount"`
	CaptureMethod        *string                    `form:"capture_method"`
	Currency             *string                    `form:"currency"`
	Customer             *string                    `form:"customer"`
	Description          *string                    `form:"description"`
	Metadata             MetadataParams             `form:"metadata"`
	PaymentMethod        *string                    `form:"payment_method"`
	PaymentMethodData    *PaymentMethodCreateParams `form:"payment_method_data"`
	PaymentMethodOptions *IntentMethodOptionsParams `form:"payment_method_options"`
	PaymentMethodTypes   []string                   `form:"payment_method_types"`
	ReceiptEmail         billing.Optional[string]   `form:"receipt_email"`
	SetupFutureUsage     billing.Optional[string]   `form:"setup_future_usage"`
	Shipping             PaymentShippingParams      `form:"shipping"`
	StatementDescriptor  *string                    `form:"statement_descriptor"`

	StatementDescriptorSuffix *string `form:"statement_descriptor_suffix"`
}

// UpdatePaymentIntent changes an intent. That of an invoice is the invoice's to change.
func (a *App) UpdatePaymentIntent(ctx context.Context, c Caller, id string,
	p PaymentIntentUpdateParams) (*billing.PaymentIntent, error) {
	if err := cmp.Or(cardsOnly(p.PaymentMethodTypes, "payment_method_types"),
		checkEmail(p.ReceiptEmail.Pointer(), "receipt_email"),
		checkDescriptors(p.StatementDescriptor, p.StatementDescriptorSuffix)); err != nil {
		return nil, err
	}
	ctx, method, err := a.prepareMethod(ctx, c, p.PaymentMethod, p.PaymentMethodData)
	if err != nil {
		return nil, err
	}
	p.PaymentMethod = method
	var pi *billing.PaymentIntent
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if pi, err = a.lockIntent(tx, id); err != nil {
			return nil, err
		}
		if err := p.applyAmount(pi); err != nil {
			return nil, err
		}
		if p.Customer != nil && pi.Private.Invoice != "" {
			return nil, billing.Invalid("customer", "The customer of an invoice's PaymentIntent "+
				"cannot be changed.")
		}
		if p.Customer != nil || p.PaymentMethod != nil || p.SetupFutureUsage.Set ||
			p.CaptureMethod != nil || p.PaymentMethodOptions != nil {
			if err := undecided(pi, "payment details"); err != nil {
				return nil, err
			}
		}
		given(&pi.Description, p.Description)
		given(&pi.StatementDescriptor, p.StatementDescriptor)
		given(&pi.StatementDescriptorSuffix, p.StatementDescriptorSuffix)
		assign(&pi.CaptureMethod, p.CaptureMethod)
		pi.PaymentMethodOptions = p.PaymentMethodOptions.over(pi.PaymentMethodOptions)
		shipTo(pi, p.Shipping)
		set(&pi.ReceiptEmail, p.ReceiptEmail)
		set(&pi.SetupFutureUsage, p.SetupFutureUsage)
		if pi.Metadata, err = changeMetadata(pi.Metadata, p.Metadata); err != nil {
			return nil, err
		}
		if err := chooseCustomer(tx, &pi.Customer, p.Customer); err != nil {
			return nil, err
		}
		return pi, a.chooseMethod(tx, pi, p.PaymentMethod)
	})
	return pi, err
}

// PaymentIntentCancelParams say why a payment intent is canceled.
type PaymentIntentCancelParams struct {
	CancellationReason *string `form:"cancellation_reason"`
}

// CancelPaymentIntent gives up an intent. Held funds are released by the worker.
func (a *App) CancelPaymentIntent(ctx context.Context, c Caller, id string,
	p PaymentIntentCancelParams) (*billing.PaymentIntent, error) {
	var pi *billing.PaymentIntent
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if pi, err = a.lockIntent(tx, id); err != nil {
			return nil, err
		}
		if pi.Private.Invoice != "" {
			return nil, billing.Invalid("", "You cannot cancel this PaymentIntent because it "+
				"belongs to an invoice. Void the invoice instead.").
				WithCode("payment_intent_unexpected_state")
		}
		now, err := a.customerNow(tx, c, pi.Customer.ID)
		if err != nil {
			return nil, err
		}
		return pi, a.cancelIntent(tx, pi, p.CancellationReason, now)
	})
	return pi, err
}

func (a *App) cancelIntent(tx *store.Tx, pi *billing.PaymentIntent, reason *string,
	now int64) error {
	switch pi.Status {
	case billing.PaymentIntentSucceeded, billing.PaymentIntentCanceled,
		billing.PaymentIntentProcessing:
		return wrongState("PaymentIntent", "payment_intent", string(pi.Status), "cancel")
	}
	if err := a.abandon(tx, store.Eq("payment_intent", pi.ID)); err != nil {
		return err
	}
	if pi.Status == billing.PaymentIntentRequiresCapture {
		if err := a.releaseHold(tx, pi); err != nil {
			return err
		}
	}
	pi.Status, pi.NextAction, pi.AmountCapturable = billing.PaymentIntentCanceled, nil, 0
	pi.CanceledAt, pi.CancellationReason = &now, reason
	return store.PaymentIntents.Emit(tx, pi, "payment_intent.canceled")
}
