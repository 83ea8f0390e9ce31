package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalAddMethod begins to save a card: the answer's next action is the gateway's form. next is
// the page of ours that follows. The new card becomes the customer's default.
func (a *App) PortalAddMethod(ctx context.Context, c Caller,
	next string) (*billing.SetupIntent, error) {
	if err := a.mayDo(ctx, c, PortalDeedMethods); err != nil {
		return nil, err
	}
	return a.CreateSetupIntent(ctx, c, SetupIntentCreateParams{Customer: &c.Customer,
		CardForm: true, Confirm: true, MakeDefault: true, ReturnURL: str(next)})
}

// PortalMakeDefault makes a saved method pay for everything from now on.
func (a *App) PortalMakeDefault(ctx context.Context, c Caller, id string) error {
	if err := a.mayDo(ctx, c, PortalDeedMethods); err != nil {
		return err
	}
	if err := a.ownMethod(ctx, c, id); err != nil {
		return err
	}
	return a.MakeDefaultPaymentMethod(ctx, c, id)
}

// PortalRemoveMethod forgets a saved method.
func (a *App) PortalRemoveMethod(ctx context.Context, c Caller, id string) error {
	if err := a.mayDo(ctx, c, PortalDeedMethods); err != nil {
		return err
	}
	_, err := a.DetachPaymentMethod(ctx, c, id)
	return err
}

func (a *App) ownMethod(ctx context.Context, c Caller, id string) error {
	return a.View(ctx, c.Scope, func(v *store.View) error {
		pm, err := referred(v, store.PaymentMethods, id, "id")
		if err == nil && pm.Customer.ID != c.Customer {
			err = billing.NoSuch("PaymentMethod", id, "id")
		}
		return err
	})
}

// PortalPay pays an open invoice with one of the customer's saved methods. Paying is always
// allowed: who owes may pay. An invoice that is paid already is answered as it is.
func (a *App) PortalPay(ctx context.Context, c Caller, invoice,
	method string) (*billing.Invoice, error) {
	if err := a.ownMethod(ctx, c, method); err != nil {
		return nil, err
	}
	inv, err := a.PortalInvoice(ctx, c, invoice)
	if err != nil || inv.Status == billing.InvoicePaid {
		return inv, err
	}
	if inv.Status == billing.InvoiceDraft {
		return nil, billing.NoSuch("invoice", invoice, "id")
	}
	return a.PayInvoice(ctx, c, invoice, InvoicePayParams{PaymentMethod: &method,
		OffSession: new(false)})
}

// PortalInvoice reads an invoice of the caller's; drafts are nobody's business yet.
func (a *App) PortalInvoice(ctx context.Context, c Caller,
	id string) (inv *billing.Invoice, err error) {
	err = a.View(ctx, c.Scope, func(v *store.View) error {
		inv, err = referred(v, store.Invoices, id, "id")
		if err == nil && (inv.Customer.ID != c.Customer || inv.Status == billing.InvoiceDraft) {
			err = billing.NoSuch("invoice", id, "id")
		}
		return err
	})
	return inv, err
}
