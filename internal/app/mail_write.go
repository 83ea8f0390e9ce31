package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/mail"
	"github.com/portico-billing/portico/internal/store"
)

// WriteMail words the mail that a job asks for, in the customer's language and the account's time
// zone. It is nil when there is nobody to write to, or nothing to say any more.
func (a *App) WriteMail(ctx context.Context, j MailJob, from string) (m *mail.Message, err error) {
	err = a.View(ctx, j.Scope, func(v *store.View) error {
		w := &writing{app: a, v: v, job: j}
		if err := w.load(); err != nil || w.cus == nil || w.to() == "" {
			return err
		}
		message, err := w.message(from)
		if errors.Is(err, mail.ErrAddress) {
			a.Log.Warn("mail has no address that works", "job", j.JobID, "customer", w.cus.ID)
			return nil
		}
		m = &message
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // deleted meanwhile
	}
	if err != nil {
		return nil, fmt.Errorf("write mail %s: %w", j.JobID, err)
	}
	return m, nil
}

// KeepMail puts a mail into the mailbox of test mode, where it is shown and not sent.
func (a *App) KeepMail(ctx context.Context, j MailJob, m *mail.Message) error {
	return a.DB.Write(ctx, store.Origin{Scope: j.Scope, Now: a.wall()}, func(tx *store.Tx) error {
		if _, err := store.MailByID(tx, j.JobID); !errors.Is(err, store.ErrNotFound) {
			return err // kept already, or the database failed
		}
		store.InsertMail(tx, store.Mail{ID: j.JobID, To: m.To, Subject: m.Subject, Text: m.Text,
			HTML: m.HTML, Created: tx.Now()})
		return nil
	})
}

// writing is what one mail is about.
type writing struct {
	app *App
	v   *store.View
	job MailJob

	inv      *billing.Invoice      // nil for a mail about a subscription alone
	sub      *billing.Subscription // nil for an invoice without one
	cus      *billing.Customer
	charge   *billing.Charge // the last try; nil when there was none
	plan     string
	settings *billing.Settings
	zone     *time.Location
}

// load reads what the mail is about, and then what it takes to word it.
func (w *writing) load() (err error) {
	id, customer := w.job.Subscription, w.job.Customer
	if w.job.Invoice != "" {
		if w.inv, err = store.Invoices.Get(w.v, w.job.Invoice); err != nil {
			return err
		}
		id, customer = w.inv.SubscriptionID(), w.inv.Customer.ID
		if err := w.loadCharge(); err != nil {
			return err
		}
	}
	if id != "" {
		if w.sub, err = store.Subscriptions.Get(w.v, id); err != nil {
			return err
		}
		customer = w.sub.Customer.ID
		if err := w.loadPlan(); err != nil {
			return err
		}
	}
	if w.cus, err = store.Customers.Get(w.v, customer); err != nil {
		return err
	}
	if w.settings, err = store.LoadSettings(w.v); err != nil {
		return err
	}
	w.zone, err = time.LoadLocation(w.settings.Timezone)
	return err
}

func (w *writing) loadCharge() error {
	tries, _, err := store.Charges.List(w.v, store.Page{Limit: 1,
		Where: []store.Cond{store.Eq("invoice", w.inv.ID)}})
	if len(tries) > 0 {
		w.charge = tries[0]
	}
	return err
}

// loadPlan names the product of the first item, which is what customers call their plan.
func (w *writing) loadPlan() error {
	if len(w.sub.Items.Data) == 0 {
		return nil
	}
	price, err := store.Prices.Get(w.v, w.sub.Items.Data[0].Price.ID)
	if err != nil {
		return err
	}
	product, _, err := store.Products.Find(w.v, price.Product.ID)
	if err == nil {
		w.plan = product.Name
	}
	return err
}

// to is where the mail goes: where the invoice says, or else the customer.
func (w *writing) to() string {
	if w.inv != nil && w.inv.CustomerEmail != nil {
		return *w.inv.CustomerEmail
	}
	return text(w.cus.Email)
}

func (w *writing) message(from string) (mail.Message, error) {
	profile := w.settings.BusinessProfile
	e := mail.Envelope{ID: w.job.JobID, To: w.to(), Name: text(w.cus.Name),
		Words: i18n.For(i18n.Match(append(slices.Clone([]string(w.cus.PreferredLocales)),
			w.job.Locale)...)), At: w.app.Clock.Now(),
		Company: mail.Company{Name: text(profile.Name), Support: text(profile.SupportEmail),
			Accent: text(w.settings.Branding.PrimaryColor), From: from}}
	switch w.job.Kind {
	case mailInvoice:
		return mail.Invoice{Amount: w.money(w.inv.AmountRemaining), Plan: w.plan,
			Number: text(w.inv.Number), DueAt: w.time(w.inv.DueDate),
			Pay: text(w.inv.HostedInvoiceURL), PDF: text(w.inv.InvoicePDF)}.Message(e)
	case mailReceipt:
		return w.receipt().Message(e)
	case mailPaymentFailed:
		return w.failed().Message(e)
	case mailActionRequired:
		return mail.ActionRequired{Amount: w.money(w.inv.AmountRemaining), Plan: w.plan,
			Number: text(w.inv.Number), Confirm: text(w.inv.HostedInvoiceURL),
			PDF: text(w.inv.InvoicePDF)}.Message(e)
	case mailLogin:
		return mail.Login{Link: w.job.Link, Minutes: loginMinutes}.Message(e)
	case mailCanceled:
		c, err := w.canceled()
		if err != nil {
			return mail.Message{}, err
		}
		return c.Message(e)
	}
	return mail.Message{}, fmt.Errorf("no mail of kind %q", w.job.Kind)
}

func (w *writing) receipt() mail.Receipt {
	return mail.Receipt{Amount: w.money(w.inv.AmountPaid), Plan: w.plan, Card: w.card(),
		Number: text(w.inv.Number), PaidAt: w.time(w.inv.StatusTransitions.PaidAt),
		Invoice: text(w.inv.HostedInvoiceURL), PDF: text(w.inv.InvoicePDF)}
}

func (w *writing) failed() mail.PaymentFailed {
	f := mail.PaymentFailed{Amount: w.money(w.inv.AmountRemaining), Plan: w.plan, Card: w.card(),
		Number: text(w.inv.Number), RetryAt: w.time(w.inv.NextPaymentAttempt),
		Ended: w.sub != nil && w.sub.Status.Ended(),
		First: w.sub != nil && w.sub.Status == billing.SubscriptionIncomplete,
		Pay:   text(w.inv.HostedInvoiceURL),
		PDF:   text(w.inv.InvoicePDF)}
	if w.charge != nil {
		f.FailedAt, f.Code = w.time(&w.charge.Created), text(w.charge.FailureCode)
		if w.charge.Outcome != nil {
			f.DeclineCode = text(w.charge.Outcome.Reason)
		}
	}
	return f
}

func (w *writing) canceled() (mail.Canceled, error) {
	c := mail.Canceled{Plan: w.plan, Ended: w.sub.Status.Ended(), EndsAt: w.time(w.sub.CancelAt)}
	if c.Ended {
		c.EndsAt = w.time(w.sub.EndedAt)
	}
	var err error
	if c.Owed, err = w.owed(); err != nil {
		return c, err
	}
	if !PortalMayUndo(w.sub) {
		return c, nil
	}
	cfg, err := store.PortalConfigurations.First(w.v, store.Eq("is_default", true))
	if errors.Is(err, store.ErrNotFound) {
		return c, nil // the company has no portal
	}
	c.Undo = err == nil && PortalAllows(cfg, PortalDeedCancel)
	return c, err
}

// owed are the open invoices of the subscription, the oldest first.
func (w *writing) owed() ([]mail.Owed, error) {
	open, err := store.Invoices.All(w.v, store.Eq("subscription", w.sub.ID),
		store.Eq("status", string(billing.InvoiceOpen)))
	var owed []mail.Owed
	for _, inv := range slices.Backward(open) {
		if inv.AmountRemaining > 0 {
			owed = append(owed, mail.Owed{Number: text(inv.Number),
				Amount: mail.Money{AmountMinor: inv.AmountRemaining, Currency: inv.Currency},
				Pay:    text(inv.HostedInvoiceURL), PDF: text(inv.InvoicePDF)})
		}
	}
	return owed, err
}

// card is what the last try was made with.
func (w *writing) card() mail.Card {
	if w.charge == nil || w.charge.PaymentMethodDetails == nil ||
		w.charge.PaymentMethodDetails.Card == nil {
		return mail.Card{}
	}
	card := w.charge.PaymentMethodDetails.Card
	return mail.Card{Brand: text(card.Brand), Last4: text(card.Last4)}
}

func (w *writing) money(amountMinor int64) mail.Money {
	return mail.Money{AmountMinor: amountMinor, Currency: w.inv.Currency}
}

// time is a moment in the account's zone; zero for none.
func (w *writing) time(at *int64) time.Time {
	if at == nil {
		return time.Time{}
	}
	return time.Unix(*at, 0).In(w.zone)
}

// text is a string that may be missing.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
