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
	}
	inv.Number = filled(&number)
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
		number := nextNumber(f.Customer)
		f.Customer.Private.NextInvoiceSequence = max(f.Customer.Private.NextInvoiceSequence, 1) + 1
		taken, err := numberTaken(tx, number)
		if err != nil {
			return err
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

// nextNumber is the number that a customer's next invoice draws.
func nextNumber(cus *billing.Customer) string {
	return fmt.Sprintf("%s-%04d", *cus.InvoicePrefix, max(cus.Private.NextInvoiceSequence, 1))
}
