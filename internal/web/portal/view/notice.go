package view

import (
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// OpenLink shows the button that opens the portal. A GET does not consume the link, because those
// who scan mail for danger follow links too.
type OpenLink struct {
	Frame
	Action string // SessionPath
}

// LinkExpired says that a link or a session has ended and where a new one comes from.
type LinkExpired struct {
	Frame
	SignedOut bool // a session ended for lack of activity
}

// title tells a session that ended from a link that did.
func (l LinkExpired) title() i18n.Key {
	if l.SignedOut {
		return i18n.LinkSignedOutTitle
	}
	return i18n.LinkExpiredTitle
}

// body says where a new link comes from; when nobody can be named, nobody is.
func (l LinkExpired) body() string {
	if l.Company.Name == "" {
		return l.Z.T(i18n.LinkExpiredNobody)
	}
	return l.Z.T(i18n.LinkExpiredBody, l.business())
}

// FormKept is the answer to a form that came after its session had ended: what was entered stays
// on this page, and is sent again once the portal is open again in this browser.
type FormKept struct {
	Frame
	Action string
	Values []kit.Value
}

// SignedOut says that the door is closed.
type SignedOut struct{ Frame }

// Done says that a flow that runs once has run.
type Done struct {
	Frame
	Message string // the account's own words; empty: ours
	Leads   string // where the browser goes on to by itself; empty: nowhere
}

// donePage leads on by itself, without a script too.
func (d Done) donePage() kit.Page {
	page := d.page(d.Z.T(i18n.LinkDoneTitle))
	if d.Leads != "" {
		page.Refresh, page.RefreshTo = doneSeconds, d.Leads
	}
	return page
}

// doneSeconds is how long the news of a deed can be read before the browser goes on.
const doneSeconds = 2

// Login asks for the email a link is sent to. The answer never tells whether it is known.
type Login struct {
	Frame
	Action  string // where a POST asks for the link
	Email   string
	Sent    bool
	Minutes int64
	Errors  []kit.FieldError
}

// Trouble is a page that cannot be shown, and why.
type Trouble struct {
	Frame
	Kind      TroubleKind
	Inside    bool   // whoever sees it is in the portal, and may go on there
	Reference string // the id in our log
}

// TroubleKind is what went wrong.
type TroubleKind string

// The kinds of trouble.
const (
	TroubleOurs      TroubleKind = "ours"
	TroubleNotFound  TroubleKind = "not_found"
	TroubleForbidden TroubleKind = "forbidden"
	TroubleCrossSite TroubleKind = "cross_site"
	TroubleTooMany   TroubleKind = "too_many"
	TroubleNoInvoice TroubleKind = "no_invoice" // a public invoice address that leads nowhere
)

func (t Trouble) words() (title, body string) {
	z := t.Z
	switch t.Kind {
	case TroubleNotFound:
		return z.T(i18n.ErrorNotFound), z.T(i18n.ErrorNotFoundBody)
	case TroubleForbidden:
		return z.T(i18n.ErrorForbidden), z.T(i18n.ErrorForbiddenBody, t.business())
	case TroubleCrossSite:
		return z.T(i18n.ErrorForbidden), z.T(i18n.ErrorCrossSite)
	case TroubleTooMany:
		return z.T(i18n.ErrorTitle), z.T(i18n.ErrorTooMany)
	case TroubleNoInvoice:
		if t.Company.Name == "" {
			return z.T(i18n.HostedNotFound), z.T(i18n.HostedNotFoundNobody)
		}
		return z.T(i18n.HostedNotFound), z.T(i18n.HostedNotFoundBody, t.business())
	default:
		return z.T(i18n.ErrorTitle), z.T(i18n.ErrorBody)
	}
}

// Mailbox lists what test mode would have sent.
type Mailbox struct {
	Frame
	Mails []Mail
}

// Mail is one mail. Its HTML is shown in a page of its own, never inside ours.
type Mail struct {
	ID, To, Subject string
	Sent            time.Time
	Text            string
	Attachments     []Option // address and name
	HTML            string   // address; empty: there is none
}

// MailPage shows one mail.
type MailPage struct {
	Frame
	Mail Mail
}

// Demo lists customers in every state, each a click away.
type Demo struct {
	Frame
	Customers []DemoCustomer
}

// DemoCustomer is one of them.
type DemoCustomer struct {
	ID, Name string
	Story    string    // what is special about it
	Clock    time.Time // of a test clock; zero: real time
	Action   string    // where a POST opens the portal
}

// plainPage is a page without the script: its address must not be fetched twice.
func (f Frame) plainPage(title string) kit.Page {
	page := f.page(title)
	page.Plain = true
	return page
}

func (l Login) field() kit.TextInput {
	return kit.TextInput{
		FieldFrame: kit.FieldFrame{Name: "email", Label: l.Z.T(i18n.DetailsEmail), Errors: l.Errors},
		Value:      l.Email, Type: "email", Autocomplete: "email", Required: true,
	}
}

// mailPart is a piece of a mail's text, or a link in it.
type mailPart struct {
	text string
	link bool
}

// parts finds the links of a text, so a mail of test mode can be followed with a click.
func (m Mail) parts() []mailPart {
	var parts []mailPart
	rest := m.Text
	for {
		at := strings.Index(rest, "http")
		if at < 0 {
			return append(parts, mailPart{text: rest})
		}
		link, _, _ := strings.Cut(rest[at:], "\n")
		link, _, _ = strings.Cut(link, " ")
		isLink := strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://")
		parts = append(parts, mailPart{text: rest[:at]}, mailPart{text: link, link: isLink})
		rest = rest[at+len(link):]
	}
}
