package mail

import (
	"time"

	"github.com/portico-billing/portico/internal/i18n"
)

// Receipt is the mail for a payment that went through. Times come in the account's zone.
type Receipt struct {
	Amount  Money
	Plan    string // what was paid for, or ""
	Card    Card   // the zero Card when it was paid elsewhere
	Number  string // of the invoice
	PaidAt  time.Time
	Next    Money // and what comes next, or zero
	NextAt  time.Time
	Invoice string // address of its page
	PDF     string // address of its PDF
}

// Message writes the mail.
func (r Receipt) Message(e Envelope) (Message, error) {
	z := e.Words
	amount := i18n.A("amount", e.money(r.Amount))
	date, card := i18n.A("date", z.Date(r.PaidAt)), e.card(r.Card)
	l := letter{envelope: e, subject: z.T(i18n.MailReceiptSubject, e.business()),
		title: z.T(i18n.MailReceiptTitle, amount)}
	switch {
	case r.Plan != "" && card != "":
		l.say(z.T(i18n.MailReceiptBody, amount, i18n.A("plan", r.Plan), date, i18n.A("card", card)))
	case card != "":
		l.say(z.T(i18n.InvoicePaidOnWith, date, i18n.A("card", card)))
	default:
		l.say(z.T(i18n.InvoicePaidOn, date))
	}
	if !r.NextAt.IsZero() {
		l.say(z.T(i18n.MailReceiptNext, i18n.A("amount", e.money(r.Next)),
			i18n.A("date", z.Date(r.NextAt))))
	}
	l.fact(z.T(i18n.PDFInvoiceNumber), r.Number)
	l.fact(z.T(i18n.PDFDatePaid), z.Date(r.PaidAt))
	l.fact(z.T(i18n.PDFPaymentMethod), card)
	l.fact(z.T(i18n.PDFAmountPaid), e.money(r.Amount))
	l.button = link{z.T(i18n.MailReceiptButton), r.Invoice}
	l.more = []link{{z.T(i18n.InvoiceDownload), r.PDF}}
	return l.message()
}

// PaymentFailed is the mail for a payment that was declined.
type PaymentFailed struct {
	Amount   Money
	Plan     string
	Card     Card
	Number   string
	FailedAt time.Time
	// Code and DeclineCode are those of the card error; both empty say nothing of the reason.
	Code, DeclineCode string
	RetryAt           time.Time // the next automatic try; zero when this was the last
	Ended             bool      // the subscription ended because of it
	First             bool      // it waits for this payment to begin
	Pay               string    // address where it can be paid
	PDF               string
}

// Message writes the mail. It says what happened, what happens next, and what to do.
func (f PaymentFailed) Message(e Envelope) (Message, error) {
	z := e.Words
	amount := i18n.A("amount", e.money(f.Amount))
	plan, card := i18n.A("plan", f.Plan), e.card(f.Card)
	l := letter{envelope: e, subject: z.T(i18n.MailFailedSubject, e.business()),
		title: z.T(i18n.MailFailedTitle, amount)}
	if f.Plan != "" && card != "" {
		l.say(z.T(i18n.MailFailedBody, i18n.A("card", card), plan,
			i18n.A("date", z.Date(f.FailedAt))))
	}
	switch {
	case f.Ended && f.Plan != "":
		l.say(z.T(i18n.MailFailedEnded, plan))
	case !f.RetryAt.IsZero():
		l.say(z.T(i18n.MailFailedRetry, i18n.A("date", z.Date(f.RetryAt))))
	case f.First && f.Plan != "":
		l.say(z.T(i18n.MailFailedFirst, plan))
	case f.Plan != "":
		l.say(z.T(i18n.MailFailedLast, plan))
	}
	if reason := i18n.DeclineReasonKey(f.Code, f.DeclineCode); reason != i18n.DeclineReasonGeneric {
		l.fact(z.T(i18n.PDFReason), z.T(reason))
	}
	l.fact(z.T(i18n.PDFInvoiceNumber), f.Number)
	l.fact(z.T(i18n.PDFAmountDue), e.money(f.Amount))
	l.button = link{z.T(i18n.MailFailedButton, amount), f.Pay}
	l.more = []link{{z.T(i18n.InvoiceDownload), f.PDF}}
	return l.message()
}

// ActionRequired is the mail for a payment that waits until the customer confirms it at the bank.
type ActionRequired struct {
	Amount  Money
	Plan    string
	Number  string
	Until   time.Time // zero for no limit
	Confirm string    // address where it is confirmed
	PDF     string
}

// Message writes the mail.
func (a ActionRequired) Message(e Envelope) (Message, error) {
	z := e.Words
	amount := i18n.A("amount", e.money(a.Amount))
	l := letter{envelope: e, subject: z.T(i18n.MailConfirmSubject, e.business()),
		title: z.T(i18n.MailConfirmTitle, amount)}
	if a.Plan != "" {
		l.say(z.T(i18n.MailConfirmBody, i18n.A("plan", a.Plan)))
	}
	if !a.Until.IsZero() {
		l.say(z.T(i18n.MailConfirmUntil, i18n.A("date", z.Date(a.Until))))
	}
	l.fact(z.T(i18n.PDFInvoiceNumber), a.Number)
	l.fact(z.T(i18n.PDFAmountDue), e.money(a.Amount))
	l.button = link{z.T(i18n.MailConfirmButton), a.Confirm}
	l.more = []link{{z.T(i18n.InvoiceDownload), a.PDF}}
	return l.message()
}

// Canceled is the mail for a subscription that was canceled, at once or for later.
type Canceled struct {
	Plan   string
	EndsAt time.Time
	Ended  bool // it has ended already
	// Undo says that the portal takes it back until then. The mail says so and has no button: only
	// the company's own site, where its customer is known, opens the portal.
	Undo bool
	Owed []Owed // what is still to be paid, the oldest first
}

// Owed is an open invoice of a subscription that has ended or will.
type Owed struct {
	Number string
	Amount Money
	Pay    string // address where it can be paid
	PDF    string
}

// Message writes the mail.
func (c Canceled) Message(e Envelope) (Message, error) {
	z := e.Words
	plan, date := i18n.A("plan", c.Plan), i18n.A("date", z.Date(c.EndsAt))
	l := letter{envelope: e, subject: z.T(i18n.MailCanceledSubject, plan),
		title: z.T(i18n.MailCanceledTitle, plan)}
	ended, lasts := i18n.MailCanceledBodyNow, i18n.MailCanceledBody
	if len(c.Owed) > 0 {
		ended, lasts = i18n.MailCanceledBodyNowOwing, i18n.MailCanceledBodyOwing
	}
	if c.Ended {
		l.say(z.T(ended, date))
	} else {
		l.say(z.T(lasts, plan, date))
	}
	c.owed(&l)
	if c.Undo && !c.Ended {
		l.say(z.T(i18n.MailCanceledUndo, date, e.business(),
			i18n.A("action", z.Quote(z.T(i18n.ActionKeep)))))
	}
	return l.message()
}

// owed names each open invoice, and leads to the page of the oldest.
func (c Canceled) owed(l *letter) {
	z := l.envelope.Words
	for i, o := range c.Owed {
		amount := i18n.A("amount", l.envelope.money(o.Amount))
		l.say(z.T(i18n.HomeOwed, i18n.A("number", o.Number), amount))
		pay := link{z.T(i18n.MailInvoiceButton, amount), o.Pay}
		if i == 0 {
			l.button = pay
		} else {
			l.more = append(l.more, pay)
		}
		l.more = append(l.more, link{z.T(i18n.InvoiceDownload), o.PDF})
	}
}

// Login is the mail with a way into the portal, for somebody who asked for it on the login page.
type Login struct {
	Link    string
	Minutes int64 // that the link works
}

// Message writes the mail.
func (g Login) Message(e Envelope) (Message, error) {
	z := e.Words
	l := letter{envelope: e, subject: z.T(i18n.MailLoginSubject, e.business()),
		title: z.T(i18n.MailLoginTitle)}
	l.say(z.T(i18n.MailLinkExpires, i18n.A("minutes", z.Number(g.Minutes))))
	l.say(z.T(i18n.MailLoginBody))
	l.button = link{z.T(i18n.MailLoginButton), g.Link}
	return l.message()
}

func (l *letter) say(paragraph string) { l.paragraphs = append(l.paragraphs, paragraph) }

func (l *letter) fact(label, value string) {
	if value != "" {
		l.rows = append(l.rows, row{label, value})
	}
}
