package app

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// number sets the number that the caller chose for a draft. An empty one leaves it to
// finalization again.
func (f invoiceFields) number(inv *billing.Invoice, p *string) error {
	if p == nil {
		return nil
	}
	number := strings.TrimSpace(*p)
	switch {
	case number == "" && *p != "", strings.ContainsFunc(number, unicode.IsControl):
		return billing.Invalid("number", "Invalid number: it must be printable.")
	case inv.Number != nil && *inv.Number == number:
		return nil
	}
	if number != "" {
		taken, err := numberTaken(f.tx, number)
		if err != nil {
			return err
		}
		if taken {
			return numberInUse(number)
		}
		if err := f.warnSequence(number); err != nil {
			return err
		}
	}
	inv.Number = filled(&number)
	return nil
}

// warnSequence tells the customer whose sequence might draw a number that it may be in use.
func (f invoiceFields) warnSequence(number string) error {
	prefix, _, found := strings.Cut(number, "-")
	if !found {
		return nil
	}
	cus := f.cus
	if *cus.InvoicePrefix != prefix {
		found, err := store.Customers.LockAll(f.tx, store.Eq("invoice_prefix", prefix))
		if err != nil || len(found) == 0 {
			return err
		}
		cus = found[0]
	}
	cus.Private.NumbersTaken = true
	return nil
}

func numberInUse(number string) error {
	return billing.Invalid("number", "The invoice number %s is already in use.", number)
}

func numberTaken(tx *store.Tx, number string) (bool, error) {
	found, err := store.Invoices.All(tx, store.Eq("number", number))
	return len(found) > 0, err
}

// number draws the next number of the customer's own sequence, unless the invoice has one, and the
// secret of the hosted page. Numbers that were chosen by hand, or drawn by a customer who had the
// prefix before, are left out.
func (a *App) number(tx *store.Tx, inv *billing.Invoice, f finalizing) error {
	for inv.Number == nil {
		seq := max(f.Customer.Private.NextInvoiceSequence, 1)
		f.Customer.Private.NextInvoiceSequence = seq + 1
		number, taken := fmt.Sprintf("%s-%04d", *f.Customer.InvoicePrefix, seq), false
		if f.Customer.Private.NumbersTaken {
			var err error
			if taken, err = numberTaken(tx, number); err != nil {
				return err
			}
		}
		if !taken {
			inv.Number = &number
		}
	}
	inv.Private.Token = a.IDs.Secret("", 40)
	inv.HostedInvoiceURL = new(a.PublicURL + "/i/" + inv.Private.Token)
	inv.InvoicePDF = new(*inv.HostedInvoiceURL + "/pdf")
	return nil
}
