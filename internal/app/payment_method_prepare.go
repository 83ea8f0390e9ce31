package app

import (
	"context"
	"errors"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// prepared are the instruments that a command asked the gateway for before its transaction, by
// the name that the caller used: no gateway is ever called inside a transaction.
type prepared map[string]readyMethod

// readyMethod is an instrument, and what the request says about its holder.
type readyMethod struct {
	gateway.Instrument
	data *PaymentMethodCreateParams
}

type preparedKey struct{}

// prepare resolves published test names among ids, so that the transaction finds their
// instruments. Ids that are not test names are left to the transaction.
func (a *App) prepare(ctx context.Context, c Caller, param string,
	ids ...string) (context.Context, error) {
	found := prepared{}
	for _, id := range ids {
		if !isTestName(id) {
			continue
		}
		instrument, err := a.testInstrument(ctx, c, id, param)
		if err != nil {
			return ctx, err
		}
		found[id] = readyMethod{Instrument: instrument}
	}
	if len(found) == 0 {
		return ctx, nil
	}
	return context.WithValue(ctx, preparedKey{}, found), nil
}

// methodData is the name under which the method of payment_method_data is prepared.
const methodData = "payment_method_data"

// prepareMethod is prepare for a command that names a payment method or describes a new one. It
// says by what name the transaction will find it.
func (a *App) prepareMethod(ctx context.Context, c Caller, id *string,
	data *PaymentMethodCreateParams) (context.Context, *string, error) {
	if data == nil {
		ctx, err := a.prepareParam(ctx, c, id)
		return ctx, id, err
	}
	if id != nil {
		return ctx, id, exclusive("payment_method", methodData)
	}
	instrument, err := a.describedInstrument(ctx, c, data, methodData)
	if err != nil {
		return ctx, id, err
	}
	found := prepared{methodData: {instrument, data}}
	return context.WithValue(ctx, preparedKey{}, found), new(methodData), nil
}

// prepareAttach is prepare for methods that will belong to a customer: the issuer is asked
// whether the card is good, and refuses those that it would always decline.
func (a *App) prepareAttach(ctx context.Context, c Caller, param string,
	id string) (context.Context, error) {
	if id == "" || a.Gateway == nil {
		return ctx, nil
	}
	ctx, err := a.prepare(ctx, c, param, id)
	if err != nil {
		return ctx, err
	}
	ref, err := a.instrumentRef(ctx, c, id)
	if err != nil || ref == "" {
		return ctx, err
	}
	attempt := gateway.Attempt{ID: a.IDs.New("pat"), FirstTry: a.Clock.Now()}
	attempt.Key = attempt.ID + "/verify"
	result, err := a.Gateway.Setup(ctx, gateway.SetupRequest{Attempt: attempt,
		Types: []string{"card"}, Instrument: ref, Verify: true})
	if err != nil {
		return ctx, err
	}
	if d := result.Decline; d != nil {
		return ctx, &billing.Error{Status: 402, Type: billing.ErrorCard, Code: d.Code,
			DeclineCode: d.DeclineCode, Message: d.Message, AdviceCode: d.AdviceCode}
	}
	return ctx, nil
}

func (a *App) instrumentRef(ctx context.Context, c Caller, id string) (ref string, err error) {
	if found, ok := ctx.Value(preparedKey{}).(prepared); ok {
		if in, ok := found[id]; ok {
			return in.Ref, nil
		}
	}
	err = a.View(ctx, c.Scope, func(v *store.View) error {
		pm, err := store.PaymentMethods.Get(v, id)
		if err == nil && !pm.Private.Detached { // which the transaction refuses
			ref = pm.Private.Instrument
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil // the transaction says which parameter is wrong
		}
		return err
	})
	return ref, err
}

// CardForTests makes a card of a published name, as an example of what such a card looks like. It
// belongs to nobody yet, and can be attached.
func (a *App) CardForTests(ctx context.Context, c Caller,
	name string) (pm *billing.PaymentMethod, err error) {
	if ctx, err = a.prepare(ctx, c, "id", name); err != nil {
		return nil, err
	}
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		pm, err = a.resolveMethod(tx, name, "id")
		return pm, err
	})
	return pm, err
}

// isTestName tells Stripe's published names from ids that this house made.
func isTestName(id string) bool {
	return strings.HasPrefix(id, "pm_card_") || strings.HasPrefix(id, "tok_")
}

// resolveMethod finds the payment method that a parameter names. A published test name makes a
// new one, which belongs to nobody yet.
func (a *App) resolveMethod(tx *store.Tx, id, param string) (*billing.PaymentMethod, error) {
	if found, ok := tx.Context().Value(preparedKey{}).(prepared); ok {
		if in, ok := found[id]; ok {
			pm := a.newPaymentMethod(in.Instrument, tx.Scope().Livemode, tx.Now())
			in.data.describe(pm)
			store.PaymentMethods.Insert(tx, pm)
			return pm, nil
		}
	}
	return lockReferred(tx, store.PaymentMethods, id, param)
}
