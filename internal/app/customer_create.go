package app

import (
	"context"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// CreateCustomer makes a customer, attaches their first payment method if one is given, and
// starts their balance.
func (a *App) CreateCustomer(ctx context.Context, c Caller,
	p CustomerCreateParams) (cus *billing.Customer, err error) {
	if p.PaymentMethod != nil {
		if ctx, err = a.prepareAttach(ctx, c, "payment_method", *p.PaymentMethod); err != nil {
			return nil, err
		}
	}
	for range invoicePrefixTries {
		cus, err = a.createCustomer(ctx, c, p)
		if p.InvoicePrefix != nil || !store.Unique(err, "customers.invoice_prefix") {
			break
		}
	}
	if store.Unique(err, "customers.invoice_prefix") {
		err = prefixTaken()
	}
	return cus, err
}

func prefixTaken() error {
	return billing.Invalid("invoice_prefix", "Another customer already uses this invoice prefix.")
}

func (a *App) createCustomer(ctx context.Context, c Caller,
	p CustomerCreateParams) (cus *billing.Customer, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if cus, err = a.newCustomer(tx, c, p); err != nil {
			return nil, err
		}
		store.Customers.Insert(tx, cus)
		if p.PaymentMethod != nil || p.Coupon.Given() { // what they are given is told after them
			if err := store.Customers.Emit(tx, cus, "customer.created"); err != nil {
				return nil, err
			}
		}
		if err := a.firstMethod(tx, cus, p); err != nil {
			return nil, err
		}
		if err := a.changeCoupon(tx, c, cus, p.Coupon); err != nil {
			return nil, err
		}
		if p.Balance == nil || *p.Balance == 0 {
			return cus, nil
		}
		return cus, a.setBalance(tx, c, cus, *p.Balance)
	})
	return cus, err
}

// A made-up prefix that is taken is made up again.
const (
	invoicePrefixLength = 8
	invoicePrefixTries  = 3
)

func (a *App) newCustomer(tx *store.Tx, c Caller,
	p CustomerCreateParams) (*billing.Customer, error) {
	cus := &billing.Customer{ID: a.IDs.New("cus"), Object: "customer", Created: tx.Now(),
		Delinquent: new(false), Livemode: c.Livemode, NextInvoiceSequence: 1,
		TaxExempt:     new(billing.TaxExemptNone),
		InvoicePrefix: new(strings.ToUpper(a.IDs.Secret("", invoicePrefixLength))),
	}
	if p.TestClock != nil {
		clk, err := referred(tx, store.TestClocks, *p.TestClock, "test_clock")
		if err != nil {
			return nil, err
		}
		if clk.Status == billing.TestClockAdvancing {
			return nil, busyClock(clk.ID)
		}
		cus.TestClock = billing.To[billing.TestClock](clk.ID)
		cus.Created = clk.FrozenTime
	}
	if err := p.apply(cus); err != nil {
		return nil, err
	}
	cus.Private.NextInvoiceSequence = cus.NextInvoiceSequence
	return cus, nil
}

// firstMethod attaches the payment method that a customer starts with. It may be named again as
// the default, by the name of a test card too, although its id is another.
func (a *App) firstMethod(tx *store.Tx, cus *billing.Customer,
	p CustomerCreateParams) error {
	if p.PaymentMethod == nil {
		return a.chooseDefaultMethod(tx, cus, p.InvoiceSettings)
	}
	pm, err := a.attach(tx, cus, *p.PaymentMethod, "payment_method")
	if err != nil {
		return err
	}
	if s := p.InvoiceSettings; s != nil && s.DefaultPaymentMethod.Value == *p.PaymentMethod {
		cus.InvoiceSettings.DefaultPaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
		return nil
	}
	return a.chooseDefaultMethod(tx, cus, p.InvoiceSettings)
}

// chooseDefaultMethod sets the method that pays the customer's invoices; it must be theirs.
func (a *App) chooseDefaultMethod(tx *store.Tx, cus *billing.Customer,
	p *CustomerInvoiceSettingsParams) error {
	if p == nil || !p.DefaultPaymentMethod.Set {
		return nil
	}
	if p.DefaultPaymentMethod.Null {
		cus.InvoiceSettings.DefaultPaymentMethod = billing.Ref[billing.PaymentMethod]{}
		return nil
	}
	pm, err := a.methodOf(tx, cus, p.DefaultPaymentMethod.Value,
		"invoice_settings[default_payment_method]")
	if err != nil {
		return err
	}
	cus.InvoiceSettings.DefaultPaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
	return nil
}

// setBalance moves the balance to a sum that the caller names, by an adjustment.
func (a *App) setBalance(tx *store.Tx, c Caller, cus *billing.Customer, balance int64) error {
	if balance == cus.Balance {
		return nil
	}
	currency, err := balanceCurrency(tx, cus)
	if err != nil {
		return err
	}
	now, err := a.now(tx, c, cus)
	if err != nil {
		return err
	}
	_, err = a.moveBalance(tx, cus, balanceMove{Type: billing.BalanceAdjustment,
		Amount: balance - cus.Balance, Currency: currency, Now: now})
	return err
}

// balanceCurrency is the customer's currency; without one, the account's becomes theirs.
func balanceCurrency(tx *store.Tx, cus *billing.Customer) (string, error) {
	currency, err := currencyFor(tx, cus)
	if err != nil {
		return "", err
	}
	return currency, fixCurrency(cus, currency)
}

// currencyFor is what a customer is billed in when nothing says otherwise: their own currency, or
// else the account's.
func currencyFor(tx *store.Tx, cus *billing.Customer) (string, error) {
	if cus.Currency != nil {
		return *cus.Currency, nil
	}
	account, err := store.Account(tx, tx.Scope().Account)
	if err != nil {
		return "", err
	}
	return account.DefaultCurrency, nil
}

// fixCurrency holds a customer to one currency: the first that they are billed in.
func fixCurrency(cus *billing.Customer, currency string) error {
	switch {
	case !money.ValidCurrency(currency):
		return billing.Invalid("currency", "Invalid currency: %s.", currency)
	case cus.Currency == nil:
		cus.Currency = &currency
	case *cus.Currency != currency:
		return billing.Invalid("currency", "You cannot combine currencies on a single customer. "+
			"This customer has had a subscription, coupon, or invoice item with currency %s",
			*cus.Currency)
	}
	return nil
}
