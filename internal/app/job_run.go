package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// MailJob says which mail is to be written, and about what.
type MailJob struct {
	Scope        billing.Scope
	JobID        string
	Kind         string // invoice, receipt, payment_failed, action_required, canceled, login
	Invoice      string
	Subscription string
	Customer     string // of a login
	Link         string // of a login: what opens the portal
	Locale       string // of a login: how its page was read
}

// RunJob does a piece of work that has no noun of its own. Running it twice is running it once:
// a mail has its job's id, a void its attempt's key.
func (a *App) RunJob(ctx context.Context, j store.Job) error {
	var about job
	if err := json.Unmarshal(j.Args, &about); err != nil {
		return fmt.Errorf("job %s: %w", j.ID, err)
	}
	switch j.Kind {
	case jobMail:
		if a.Mail == nil {
			return nil
		}
		m := MailJob{Scope: j.Scope, JobID: j.ID, Kind: about.Mail, Invoice: about.Invoice,
			Subscription: about.Subscription}
		if about.Login != nil {
			if err := a.answerLogin(ctx, j.Scope, *about.Login, &m); err != nil {
				return err
			}
			if m.Customer == "" {
				return nil // nobody has that address
			}
		}
		return a.Mail(ctx, m)
	case jobVoid:
		return a.voidAttempt(ctx, j.Scope, about.Subject)
	}
	return fmt.Errorf("job %s: no work of kind %q", j.ID, j.Kind)
}

// voidAttempt lets the gateway drop what nobody will complete. If it turns out to have moved
// money, that is booked: money wins.
func (a *App) voidAttempt(ctx context.Context, s billing.Scope, id string) error {
	var att *store.Attempt
	err := a.View(ctx, s, func(v *store.View) (err error) {
		att, err = store.Attempts.Get(v, id)
		return err
	})
	if err != nil {
		return err
	}
	if _, err = a.voidAtGateway(ctx, att); err != nil && !errors.Is(err, gateway.ErrInvalid) {
		return err
	}
	found, result, err := a.askGateway(ctx, att)
	if err != nil || found != gateway.Yes || result.Outcome != gateway.Succeeded {
		return err
	}
	_, err = a.settle(ctx, Engine(s, 0), att, result)
	return err
}

// voidAtGateway asks the gateway to drop an attempt. Voiding twice is harmless, so each day has a
// key of its own, which keeps the key from growing old.
func (a *App) voidAtGateway(ctx context.Context, att *store.Attempt) (gateway.Result, error) {
	day := a.Clock.Now().UTC().Format(time.DateOnly)
	ref := gateway.Attempt{ID: att.ID + "_void_" + day, Key: att.ID + "/void/" + day,
		FirstTry: a.Clock.Now()}
	return a.Gateway.Void(ctx, gateway.ModifyRequest{Attempt: ref, Charge: att.GatewayRef,
		Amount: money.Amount{Currency: att.Currency}})
}
