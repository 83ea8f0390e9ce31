package mail

import (
	"time"

	"github.com/portico-billing/portico/internal/i18n"
)

// Invoice is the mail with an invoice that the customer is to pay by themselves.
type Invoice struct {
	Amount Money
	Plan   string // what it is for, or ""
	Number string
	DueAt  time.Time
	Pay    string // address where it can be paid
	PDF    string
}

// Message writes the mail.
func (in Invoice) Message(e Envelope) (Message, error) {
	z := e.Words
	amount, number := i18n.A("amount", e.money(in.Amount)), i18n.A("number", in.Number)
	date := i18n.A("date", z.Date(in.DueAt))
	l := letter{envelope: e, subject: z.T(i18n.MailInvoiceSubject, number, e.business()),
		title: z.T(i18n.MailInvoiceTitle, amount, date)}
	if in.Plan != "" {
		l.say(z.T(i18n.MailInvoiceBody, number, i18n.A("plan", in.Plan)))
	}
	l.fact(z.T(i18n.PDFInvoiceNumber), in.Number)
	l.fact(z.T(i18n.PDFDateDue), z.Date(in.DueAt))
	l.fact(z.T(i18n.PDFAmountDue), e.money(in.Amount))
	l.button = link{z.T(i18n.MailInvoiceButton, amount), in.Pay}
	l.more = []link{{z.T(i18n.InvoiceDownload), in.PDF}}
	return l.message()
}
