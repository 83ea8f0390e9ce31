package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// SetupIntentUpdateParams change a setup intent that is not confirmed yet.
type SetupIntentUpdateParams struct {
	Customer      *string        `form:"customer"`
	Description   *string        `form:"description"`
	Metadata      MetadataParams `form:"metadata"`
	PaymentMethod *string        `form:"payment_method"`

	PaymentMethodData    *PaymentMethodCreateParams `form:"payment_method_data"`
	PaymentMethodOptions *MethodOptionsParams       `form:"payment_method_options"`
	PaymentMethodTypes   []string                   `form:"payment_method_types"`
}

// UpdateSetupIntent changes a setup intent.
func (a *App) UpdateSetupIntent(ctx context.Context, c Caller, id string,
	p SetupIntentUpdateParams) (*billing.SetupIntent, error) {
	if err := cardsOnly(p.PaymentMethodTypes, "payment_method_types"); err != nil {
		return nil, err
	}
	ctx, method, err := a.prepareMethod(ctx, c, p.PaymentMethod, p.PaymentMethodData)
	if err != nil {
		return nil, err
	}
	p.PaymentMethod = method
	var si *billing.SetupIntent
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if si, err = locked(tx, store.SetupIntents, id); err != nil {
			return nil, err
		}
		given(&si.Description, p.Description)
		si.PaymentMethodOptions = optionsWith(si.PaymentMethodOptions, p.PaymentMethodOptions)
		if si.Metadata, err = changeMetadata(si.Metadata, p.Metadata); err != nil {
			return nil, err
		}
		if err := chooseCustomer(tx, &si.Customer, p.Customer); err != nil {
			return nil, err
		}
		return si, a.chooseSetupMethod(tx, si, p.PaymentMethod)
	})
	return si, err
}

// SetupIntentCancelParams say why a setup intent is canceled.
type SetupIntentCancelParams struct {
	CancellationReason *string `form:"cancellation_reason"`
}

// CancelSetupIntent gives up a setup intent that has not succeeded.
func (a *App) CancelSetupIntent(ctx context.Context, c Caller, id string,
	p SetupIntentCancelParams) (*billing.SetupIntent, error) {
	var si *billing.SetupIntent
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if si, err = locked(tx, store.SetupIntents, id); err != nil {
			return nil, err
		}
		switch si.Status {
		case billing.SetupIntentSucceeded, billing.SetupIntentCanceled,
			billing.SetupIntentProcessing:
			return nil, wrongState("SetupIntent", "setup_intent", string(si.Status), "cancel")
		}
		if err := a.abandon(tx, store.Eq("setup_intent", si.ID)); err != nil {
			return nil, err
		}
		si.Status, si.NextAction = billing.SetupIntentCanceled, nil
		si.CancellationReason = p.CancellationReason
		return si, store.SetupIntents.Emit(tx, si, "setup_intent.canceled")
	})
	return si, err
}

// abandon ends the open attempts of an intent that only wait for the customer, and lets the
// gateway know. Attempts whose outcome is unknown are not touched: they may have moved money.
func (a *App) abandon(tx *store.Tx, subject store.Cond) error {
	open, err := store.Attempts.LockAll(tx, subject, openAttempt())
	if err != nil {
		return err
	}
	for _, att := range open {
		if att.State != store.AttemptActionRequired {
			return paymentInProgress()
		}
		if err := a.drop(tx, att); err != nil {
			return err
		}
	}
	return nil
}

// drop gives up one attempt that waits for the customer.
func (a *App) drop(tx *store.Tx, att *store.Attempt) error {
	att.State, att.InquireAt = store.AttemptCanceled, nil
	return a.enqueue(tx, job{Kind: jobVoid, Subject: att.ID})
}
