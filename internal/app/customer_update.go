package app

import (
	"context"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/store"
)

// CustomerUpdateParams change a customer.
type CustomerUpdateParams struct{ CustomerParams }

// UpdateCustomer changes a customer. A customer in the portal may change what the portal's
// configuration allows of themselves.
func (a *App) UpdateCustomer(ctx context.Context, c Caller, id string,
	p CustomerUpdateParams) (cus *billing.Customer, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if err := mayUpdateCustomer(tx, c, id, p.CustomerParams); err != nil {
			return nil, err
		}
		if cus, err = locked(tx, store.Customers, id); err != nil {
			return nil, err
		}
		if _, err := a.now(tx, c, cus); err != nil {
			return nil, err // their test clock is advancing
		}
		if err := p.apply(cus); err != nil {
			return nil, err
		}
		if err := a.chooseDefaultMethod(tx, cus, p.InvoiceSettings); err != nil {
			return nil, err
		}
		if err := a.changeCoupon(tx, c, cus, p.Coupon); err != nil {
			return nil, err
		}
		if p.Balance != nil {
			if err := a.setBalance(tx, c, cus, *p.Balance); err != nil {
				return nil, err
			}
		}
		if !p.mirrored() {
			return cus, nil
		}
		return cus, a.mirrorDrafts(tx, cus)
	})
	if store.Unique(err, "customers.invoice_prefix") {
		err = prefixTaken()
	}
	return cus, err
}

// mirrored says that the request changes what drafts show of their customer.
func (p CustomerParams) mirrored() bool {
	return p.Address.Set || p.Balance != nil || p.Email.Set || p.Name.Set || p.Phone.Set ||
		p.Shipping.Set || p.TaxExempt.Set
}

// mirrorDrafts lets the customer's drafts show them as they are now. Finalization freezes it.
func (a *App) mirrorDrafts(tx *store.Tx, cus *billing.Customer) error {
	drafts, err := store.Invoices.LockAll(tx, store.Eq("customer", cus.ID),
		store.Eq("status", string(billing.InvoiceDraft)))
	if err != nil {
		return err
	}
	for _, inv := range drafts {
		invoicing.Mirror(inv, cus)
		if _, err := a.recompute(tx, inv, cus, inv.Created); err != nil {
			return err
		}
	}
	return nil
}

func mayUpdateCustomer(tx *store.Tx, c Caller, id string, p CustomerParams) error {
	if !c.Portal() {
		return nil
	}
	if id != c.Customer {
		return billing.NoSuch("customer", id, "id")
	}
	cfg, err := referred(tx, store.PortalConfigurations, c.Configuration, "configuration")
	if err != nil {
		return err
	}
	update := cfg.Features.CustomerUpdate
	for _, name := range p.changed() {
		if !update.Enabled || !slices.Contains(update.AllowedUpdates, name) {
			return notAllowed("change their " + name)
		}
	}
	return nil
}

// DeleteCustomer cancels the customer's subscriptions and leaves a tombstone. What was billed
// stays; the balance is dropped.
func (a *App) DeleteCustomer(ctx context.Context, c Caller,
	id string) (cus *billing.Customer, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if cus, err = locked(tx, store.Customers, id); err != nil {
			return nil, err
		}
		return cus, a.deleteCustomer(tx, c, cus)
	})
	return cus, err
}

func (a *App) deleteCustomer(tx *store.Tx, c Caller, cus *billing.Customer) error {
	if err := a.cancelAllSubscriptions(tx, c, cus); err != nil {
		return err
	}
	store.Customers.Delete(tx, cus)
	return store.Customers.Emit(tx, cus, "customer.deleted")
}
