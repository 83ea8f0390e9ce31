package app

import (
	"cmp"
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// SetupIntentCreateParams wish to store a payment method for later.
type SetupIntentCreateParams struct {
	AutomaticPaymentMethods *AutomaticMethodsParams             `form:"automatic_payment_methods"`
	Confirm                 bool                                `form:"confirm"`
	Customer                *string                             `form:"customer"`
	Description             *string                             `form:"description"`
	MandateData             billing.Optional[MandateDataParams] `form:"mandate_data"`
	Metadata                MetadataParams                      `form:"metadata"`
	PaymentMethod           *string                             `form:"payment_method"`
	PaymentMethodData       *PaymentMethodCreateParams          `form:"payment_method_data"`
	PaymentMethodOptions    *MethodOptionsParams                `form:"payment_method_options"`
	PaymentMethodTypes      []string                            `form:"payment_method_types"`
	ReturnURL               *string                             `form:"return_url"`
	Usage                   *string                             `form:"usage"`

	MakeDefault bool `form:"-"` // the portal: the new method becomes the customer's default
	// CardForm lets the gateway's own form ask for the card: what pages of ours do.
	CardForm bool `form:"-"`
}

// AutomaticMethodsParams let the gateway choose; cards are all there is so far.
type AutomaticMethodsParams struct {
	AllowRedirects *string `form:"allow_redirects"`
	Enabled        bool    `form:"enabled"`
}

// CreateSetupIntent makes a setup intent and, when asked, confirms it at once.
func (a *App) CreateSetupIntent(ctx context.Context, c Caller,
	p SetupIntentCreateParams) (*billing.SetupIntent, error) {
	ctx, method, err := a.prepareMethod(ctx, c, p.PaymentMethod, p.PaymentMethodData)
	if err != nil {
		return nil, err
	}
	p.PaymentMethod = method
	if !p.Confirm && p.ReturnURL != nil {
		return nil, onlyConfirming("SetupIntent", "return_url")
	}
	var si *billing.SetupIntent
	var att *store.Attempt
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		att = nil
		if si, err = a.newSetupIntent(tx, c, p); err != nil {
			return nil, err
		}
		store.SetupIntents.Insert(tx, si)
		if err := store.SetupIntents.Emit(tx, si, "setup_intent.created"); err != nil {
			return nil, err
		}
		if !p.Confirm {
			return si, nil
		}
		if si.PaymentMethod.ID == "" && !p.CardForm {
			return nil, setupWithoutMethod()
		}
		att, err = a.attemptSetup(tx, c, si)
		return nil, err
	})
	if err != nil || att == nil {
		return si, err
	}
	return a.sendSetup(ctx, c, si, att)
}

// sendSetup carries a setup to the gateway.
func (a *App) sendSetup(ctx context.Context, c Caller, si *billing.SetupIntent,
	att *store.Attempt) (*billing.SetupIntent, error) {
	out, err := a.send(ctx, c, att)
	return cmp.Or(out.si, si), err
}

func (a *App) prepareParam(ctx context.Context, c Caller,
	id *string) (context.Context, error) {
	if id == nil {
		return ctx, nil
	}
	return a.prepare(ctx, c, "payment_method", *id)
}

func (a *App) newSetupIntent(tx *store.Tx, c Caller,
	p SetupIntentCreateParams) (*billing.SetupIntent, error) {
	id := a.IDs.New("seti")
	si := &billing.SetupIntent{
		ID: id, Object: "setup_intent", Created: tx.Now(), Livemode: c.Livemode,
		ClientSecret: new(a.IDs.Secret(id+"_secret_", 24)), Description: filled(p.Description),
		Metadata: newMetadata(p.Metadata), Usage: "off_session",
		PaymentMethodOptions: optionsWith(defaultOptions(), p.PaymentMethodOptions),
		PaymentMethodTypes:   billing.Arr[string]{"card"},
		Status:               billing.SetupIntentRequiresPaymentMethod,
		Private:              billing.SetupIntentPrivate{MakeDefault: p.MakeDefault},
	}
	if err := cardsOnly(p.PaymentMethodTypes, "payment_method_types"); err != nil {
		return nil, err
	}
	if err := agree(&si.Private.Acceptance, p.MandateData, tx.Now()); err != nil {
		return nil, err
	}
	if m := p.AutomaticPaymentMethods; m != nil && m.Enabled {
		si.AutomaticPaymentMethods = &billing.AutomaticMethods{Enabled: true,
			AllowRedirects: m.AllowRedirects}
		if m.AllowRedirects == nil {
			si.AutomaticPaymentMethods.AllowRedirects = new("always")
		}
	}
	if p.Usage != nil {
		si.Usage = *p.Usage
	}
	if err := checkReturnURL(p.ReturnURL, "return_url"); err != nil {
		return nil, err
	}
	assign(&si.Private.ReturnURL, p.ReturnURL)
	if err := chooseCustomer(tx, &si.Customer, p.Customer); err != nil {
		return nil, err
	}
	return si, a.chooseSetupMethod(tx, si, p.PaymentMethod)
}

// chooseSetupMethod sets what a setup intent is to store, when the request says so.
func (a *App) chooseSetupMethod(tx *store.Tx, si *billing.SetupIntent, id *string) error {
	if id == nil || *id == "" {
		return nil
	}
	pm, err := a.resolveMethod(tx, *id, "payment_method")
	if err != nil {
		return err
	}
	si.PaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
	si.Status = billing.SetupIntentRequiresConfirmation
	return nil
}

// SetupIntentConfirmParams confirm a setup intent.
type SetupIntentConfirmParams struct {
	ClientSecret         *string                             `form:"client_secret"`
	MandateData          billing.Optional[MandateDataParams] `form:"mandate_data"`
	PaymentMethod        *string                             `form:"payment_method"`
	PaymentMethodData    *PaymentMethodCreateParams          `form:"payment_method_data"`
	PaymentMethodOptions *MethodOptionsParams                `form:"payment_method_options"`
	ReturnURL            *string                             `form:"return_url"`
}

// apply writes what a confirmation says besides the method.
func (p SetupIntentConfirmParams) apply(si *billing.SetupIntent, now int64) error {
	if err := checkReturnURL(p.ReturnURL, "return_url"); err != nil {
		return err
	}
	assign(&si.Private.ReturnURL, p.ReturnURL)
	si.PaymentMethodOptions = optionsWith(si.PaymentMethodOptions, p.PaymentMethodOptions)
	return agree(&si.Private.Acceptance, p.MandateData, now)
}

// ConfirmSetupIntent asks the gateway to store the method. Without one, the customer is sent to
// the gateway's form.
func (a *App) ConfirmSetupIntent(ctx context.Context, c Caller, id string,
	p SetupIntentConfirmParams) (*billing.SetupIntent, error) {
	ctx, method, err := a.prepareMethod(ctx, c, p.PaymentMethod, p.PaymentMethodData)
	if err != nil {
		return nil, err
	}
	p.PaymentMethod = method
	var si *billing.SetupIntent
	var att *store.Attempt
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if si, err = locked(tx, store.SetupIntents, id); err != nil {
			return nil, err
		}
		if err := CheckSecret(si.ClientSecret, p.ClientSecret); err != nil {
			return nil, err
		}
		if si.Status != billing.SetupIntentRequiresPaymentMethod &&
			si.Status != billing.SetupIntentRequiresConfirmation {
			return nil, wrongState("SetupIntent", "setup_intent", string(si.Status), "confirm")
		}
		if err := p.apply(si, tx.Now()); err != nil {
			return nil, err
		}
		if err := a.chooseSetupMethod(tx, si, p.PaymentMethod); err != nil {
			return nil, err
		}
		if si.PaymentMethod.ID == "" && !c.Portal() {
			return nil, setupWithoutMethod()
		}
		att, err = a.attemptSetup(tx, c, si)
		return nil, err
	})
	if err != nil || att == nil {
		return si, err
	}
	return a.sendSetup(ctx, c, si, att)
}

func setupWithoutMethod() error {
	return billing.Invalid("payment_method", "You cannot confirm this SetupIntent because it's "+
		"missing a payment method.").WithCode("setup_intent_unexpected_state")
}

func wrongState(noun, object, status, verb string) error {
	return billing.Invalid("", "You cannot %s this %s because it has a status of %s.", verb, noun,
		status).WithCode(object + "_unexpected_state")
}

// attemptSetup commits to asking the gateway to store a method.
func (a *App) attemptSetup(tx *store.Tx, c Caller,
	si *billing.SetupIntent) (*store.Attempt, error) {
	if err := a.needGateway(si.Livemode); err != nil {
		return nil, err
	}
	pm := &billing.PaymentMethod{}
	if si.PaymentMethod.ID != "" {
		var err error
		if pm, err = store.PaymentMethods.Get(tx, si.PaymentMethod.ID); err != nil {
			return nil, err
		}
	}
	ch := charging{Now: tx.Now(), Command: commandSetupConfirm, Actor: c.Actor, Reply: c.Reply}
	att := a.newAttempt(string(gateway.OpSetup), pm, ch)
	att.SetupIntent, att.Customer = si.ID, si.Customer.ID
	att.Gateway = a.Gateway.Describe().Name
	return a.commitAttempt(tx, att, ch, nil)
}

// applySetup does what a setup's outcome does to its intent, method and customer.
func (s *settling) applySetup() (*settled, error) {
	var err error
	if s.si, err = store.SetupIntents.Lock(s.tx, s.att.SetupIntent); err != nil {
		return nil, err
	}
	switch s.att.State {
	case store.AttemptSucceeded:
		return s.setUp()
	case store.AttemptDeclined, store.AttemptCanceled, store.AttemptNotExecuted:
		return s.setupFailed()
	case store.AttemptActionRequired:
		s.si.Status = billing.SetupIntentRequiresAction
		s.si.NextAction = redirect(s.result.Next, s.si.Private.ReturnURL)
		return s.out(nil), store.SetupIntents.Emit(s.tx, s.si, "setup_intent.requires_action")
	}
	s.si.Status = billing.SetupIntentProcessing
	return s.out(nil), nil
}

// setUp stores the method: it belongs to the customer from now on.
func (s *settling) setUp() (*settled, error) {
	pm, err := s.setupMethod()
	if err != nil {
		return nil, err
	}
	s.si.PaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
	s.si.Status, s.si.NextAction, s.si.LastSetupError = billing.SetupIntentSucceeded, nil, nil
	if err := store.SetupIntents.Emit(s.tx, s.si, "setup_intent.succeeded"); err != nil {
		return nil, err
	}
	if s.cus != nil && pm.Customer.ID == "" {
		pm.Customer = billing.To[billing.Customer](s.cus.ID)
		if err := store.PaymentMethods.Emit(s.tx, pm, "payment_method.attached"); err != nil {
			return nil, err
		}
	}
	return s.out(nil), s.afterSetup(pm)
}

func (s *settling) setupMethod() (*billing.PaymentMethod, error) {
	if id := s.si.PaymentMethod.ID; id != "" {
		return store.PaymentMethods.Lock(s.tx, id)
	}
	if s.result.Instrument == nil {
		return nil, errors.New("app: a setup succeeded without an instrument")
	}
	pm := s.newPaymentMethod(*s.result.Instrument, s.si.Livemode, s.tx.Now())
	store.PaymentMethods.Insert(s.tx, pm)
	return pm, nil
}

// afterSetup makes the method the default where that was the wish.
func (s *settling) afterSetup(pm *billing.PaymentMethod) error {
	if s.cus == nil {
		return nil
	}
	if s.si.Private.MakeDefault {
		return s.makeDefault(s.tx, s.cus, pm.ID)
	}
	if id := s.si.Private.Subscription; id != "" {
		sub, err := store.Subscriptions.Lock(s.tx, id)
		if err != nil {
			return err
		}
		sub.DefaultPaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
		sub.PendingSetupIntent = billing.Ref[billing.SetupIntent]{}
		return store.Subscriptions.Updated(s.tx, sub)
	}
	return nil
}

func (s *settling) setupFailed() (*settled, error) {
	s.si.Status, s.si.NextAction = billing.SetupIntentRequiresPaymentMethod, nil
	if s.result.Decline == nil {
		return s.out(nil), nil
	}
	s.si.LastSetupError = s.paymentError("")
	s.si.PaymentMethod = billing.Ref[billing.PaymentMethod]{}
	if err := store.SetupIntents.Emit(s.tx, s.si, "setup_intent.setup_failed"); err != nil {
		return nil, err
	}
	return s.out(s.setupRefusal()), nil
}

func (s *settling) setupRefusal() *billing.Error {
	d := s.result.Decline
	return &billing.Error{Status: 402, Type: billing.ErrorCard, Code: d.Code,
		DeclineCode: d.DeclineCode, Message: d.Message, AdviceCode: d.AdviceCode,
		SetupIntent: s.si}
}

// pendingSetup lets the client of a trial save a card for its end.
func (a *App) pendingSetup(tx *store.Tx, sub *billing.Subscription, cus *billing.Customer,
	now int64) error {
	si, err := a.newSetupIntent(tx, Engine(tx.Scope(), now), SetupIntentCreateParams{
		Customer: &cus.ID})
	if err != nil {
		return err
	}
	si.Private.Subscription = sub.ID
	store.SetupIntents.Insert(tx, si)
	sub.PendingSetupIntent = billing.To[billing.SetupIntent](si.ID)
	return store.SetupIntents.Emit(tx, si, "setup_intent.created")
}
