package view

import (
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// OwedInvoice is an open invoice of no subscription that goes on: the overview leads with it.
type OwedInvoice struct {
	OpenInvoice
	State InvoiceState
	For   string    // the product; empty: none is named
	Ended time.Time // when the subscription ended that it is of; zero: it is of none, or goes on
}

// heading names what is owed for.
func (o OwedInvoice) heading(z *i18n.Localizer) string {
	if o.For != "" {
		return o.For
	}
	return z.T(i18n.InvoiceOne, i18n.A("number", o.Number))
}

// sentence says what is owed, and what happens next.
func (o OwedInvoice) sentence(z *i18n.Localizer) string {
	said := o.state(z)
	if o.For != "" && !o.Ended.IsZero() {
		return z.T(i18n.HomeCanceled, i18n.A("plan", o.For), on(z, o.Ended)) + " " + said
	}
	return said
}

func (o OwedInvoice) state(z *i18n.Localizer) string {
	amount, number := i18n.A("amount", o.Due.text(z)), i18n.A("number", o.Number)
	switch {
	case o.State == InvoiceProcessing:
		return z.T(i18n.HomeProcessing, amount)
	case o.BankURL != "":
		return z.T(i18n.HomeConfirmPayment, amount)
	case o.Overdue:
		return z.T(i18n.HomeSendInvoiceOverdue, amount, number, on(z, o.DueAt))
	case !o.DueAt.IsZero():
		return z.T(i18n.HomeSendInvoiceDue, amount, number, on(z, o.DueAt))
	case !o.NextAttempt.IsZero():
		return z.T(i18n.HomeOwed, amount, number) + " " +
			z.T(i18n.InvoiceNextAttempt, on(z, o.NextAttempt))
	default:
		return z.T(i18n.HomeOwed, amount, number)
	}
}

// tone is how much the sentence asks for.
func (o OwedInvoice) tone() kit.Tone {
	switch {
	case o.State == InvoiceProcessing:
		return kit.ToneAccent
	case o.Overdue:
		return kit.ToneCritical
	default:
		return kit.ToneWarning
	}
}
