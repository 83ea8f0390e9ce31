package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
)

// Company is who a mail comes from.
type Company struct {
	Name    string
	Support string // where answers go; "" for nowhere
	Accent  string // "#rrggbb"
	From    string // the address that we send from, with or without a name
}

// Envelope is what all mails need.
type Envelope struct {
	ID      string // the same when the mail is written again
	Company Company
	To      string // the customer's address
	Name    string // the customer's name, or ""
	Words   *i18n.Localizer
	Portal  string // address of the customer's portal, or ""
	At      time.Time
}

// Money is a sum in minor units.
type Money struct {
	AmountMinor int64
	Currency    string
}

// Card is what a customer knows a card by. The zero Card is none.
type Card struct{ Brand, Last4 string }

// letter is what stands in a mail, in words.
type letter struct {
	envelope   Envelope
	subject    string
	title      string
	paragraphs []string
	rows       []row
	button     link // what the reader is to do; none without an address
	more       []link
}

type row struct{ Label, Value string }

type link struct{ Text, URL string }

//go:embed letter.html
var letterHTML string

var letterTemplate = template.Must(template.New("letter").Parse(letterHTML))

// page is what the template is filled with.
type page struct {
	Lang, Dir, Start string
	Accent           template.CSS
	Company          string
	Subject, Preview string
	Title, Greeting  string
	Paragraphs       []string
	Rows             []row
	Button           *link
	More             []link
	Small            []string
}

func (l *letter) page() page {
	z, e := l.envelope.Words, l.envelope
	p := page{
		Lang: string(z.TextLocale()), Dir: z.Dir(), Start: "left",
		// accentOf writes six digits of hexadecimal and nothing else.
		Accent:  template.CSS(accentOf(e.Company.Accent).String()), //nolint:gosec // as said above
		Company: oneLine(e.Company.Name), Subject: oneLine(l.subject), Title: l.title,
		Paragraphs: l.paragraphs, Rows: l.rows, Greeting: z.T(i18n.MailGreetingPlain),
	}
	if p.Dir == "rtl" {
		p.Start = "right"
	}
	if len(l.paragraphs) > 0 {
		p.Preview = l.paragraphs[0]
	}
	if name := oneLine(e.Name); name != "" {
		p.Greeting = z.T(i18n.MailGreeting, i18n.A("name", name))
	}
	if l.button.URL != "" {
		p.Button = &l.button
	}
	for _, m := range append(l.more, link{z.T(i18n.MailManage), e.Portal}) {
		if m.URL != "" {
			p.More = append(p.More, m)
		}
	}
	if e.Company.Support != "" {
		p.Small = append(p.Small, z.T(i18n.MailQuestions, i18n.A("email", e.Company.Support)))
	}
	p.Small = append(p.Small, z.T(i18n.MailWhy, i18n.A("business", p.Company)))
	return p
}

// message writes the letter in both forms.
func (l *letter) message() (Message, error) {
	p := l.page()
	var html bytes.Buffer
	if err := letterTemplate.Execute(&html, p); err != nil {
		return Message{}, fmt.Errorf("mail: %w", err)
	}
	from, err := sender(l.envelope.Company.Name, l.envelope.Company.From)
	if err != nil {
		return Message{}, err
	}
	m := Message{ID: l.envelope.ID, To: l.envelope.To, From: from,
		ReplyTo: l.envelope.Company.Support, Subject: p.Subject, HTML: html.String(),
		Text: p.text(), At: l.envelope.At}
	return m, m.Valid()
}

// text is the page for readers without HTML: the same words, in the same order.
func (p page) text() string {
	var b strings.Builder
	line := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
		}
		b.WriteByte('\n')
	}
	line(p.Title)
	line()
	line(p.Greeting)
	for _, paragraph := range p.Paragraphs {
		line()
		line(paragraph)
	}
	if len(p.Rows) > 0 {
		line()
	}
	for _, r := range p.Rows {
		line(r.Label, ": ", r.Value)
	}
	if p.Button != nil {
		line()
		line(p.Button.Text, ": ", p.Button.URL)
	}
	for _, m := range p.More {
		line(m.Text, ": ", m.URL)
	}
	line()
	line("-- ")
	line(p.Company)
	for _, small := range p.Small {
		line(small)
	}
	return b.String()
}

// money words a sum.
func (e Envelope) money(m Money) string { return e.Words.Money(m.AmountMinor, m.Currency) }

// brandNames are proper names, the same in every language.
var brandNames = map[string]string{
	"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express",
	"discover": "Discover", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
	"eftpos_au": "eftpos", "cartes_bancaires": "Cartes Bancaires", "interac": "Interac",
}

// card words a card: "Visa ending 4242"; "" for none.
func (e Envelope) card(c Card) string {
	if c == (Card{}) {
		return ""
	}
	brand := brandNames[c.Brand]
	if brand == "" {
		brand = e.Words.T(i18n.CardUnknown)
	}
	return e.Words.T(i18n.CardNamed, i18n.A("brand", brand), i18n.A("last4", c.Last4))
}

// business is the name of the company as an argument of a text.
func (e Envelope) business() i18n.Arg { return i18n.A("business", oneLine(e.Company.Name)) }
