package app

import (
	"encoding/json"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// Kinds of jobs: work without a noun of its own.
const (
	jobMail = "mail"
	jobVoid = "void" // release at the gateway what nobody will complete
)

// Kinds of mail.
const (
	mailInvoice        = "invoice"
	mailReceipt        = "receipt"
	mailPaymentFailed  = "payment_failed"
	mailActionRequired = "action_required"
	mailCanceled       = "canceled"
	mailLogin          = "login"
)

// job is what a job is about.
type job struct {
	Kind         string `json:"-"`
	Mail         string `json:"mail,omitempty"`
	Subject      string `json:"subject,omitempty"` // of a void: the attempt
	Login        *login `json:"login,omitempty"`
	UniqueKey    string `json:"-"`
	Invoice      string `json:"invoice,omitempty"`
	Subscription string `json:"subscription,omitempty"`
}

func (a *App) enqueue(tx *store.Tx, j job) error {
	args, err := json.Marshal(j)
	if err != nil {
		return err
	}
	_, err = store.Enqueue(tx, store.Job{Kind: j.Kind, Args: args, RunAtMs: a.wallMs(),
		UniqueKey: j.UniqueKey})
	return err
}

// mail asks for a mail about an invoice.
func (a *App) mail(tx *store.Tx, kind string, inv *billing.Invoice) error {
	if inv.CustomerEmail == nil {
		return nil
	}
	return a.enqueue(tx, job{Kind: jobMail, Mail: kind, Invoice: inv.ID})
}

// mailSubscription asks for a mail about a subscription.
func (a *App) mailSubscription(tx *store.Tx, kind string, sub *billing.Subscription) error {
	return a.enqueue(tx, job{Kind: jobMail, Mail: kind, Subscription: sub.ID})
}
