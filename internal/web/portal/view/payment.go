package view

import (
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// PaymentMethods is the place of payment: what is saved, which is the default.
type PaymentMethods struct {
	Frame
	Methods []Method
}

// RemoveMethod asks before a method is forgotten.
type RemoveMethod struct {
	Frame
	Method Method
	Next   string // the method that takes its place as the default; "": none does
}

// body says what removing it means.
func (r RemoveMethod) body() string {
	if r.Next != "" {
		return r.Z.T(i18n.CardRemoveNext, i18n.A("next", r.Next))
	}
	return r.Z.T(i18n.CardRemoveBody)
}

// AddMethod says what adding a card means, before anything starts.
type AddMethod struct {
	Frame
	Hidden []kit.Value
	Errors []kit.FieldError
}

// ChooseMethod asks which card shall pay from now on, on the way to something else.
type ChooseMethod struct {
	Frame
	Methods []Method
	Chosen  string // id of the one that is most likely meant
	Hidden  []kit.Value
}

// Onward hands over to a page of another origin: the card form, the customer's bank. A POST may
// not lead there by itself, so this page does: to the card form at once, for the page before has
// told the customer; to the bank when the customer follows the link.
type Onward struct {
	Frame
	URL     string
	Purpose Purpose
	Amount  Money // of a payment
}

// Purpose is what the customer goes onward for.
type Purpose string

// The purposes.
const (
	PurposeAddCard     Purpose = "add_card"
	PurposeConfirmPay  Purpose = "confirm_payment"
	PurposeConfirmCard Purpose = "confirm_card"
)

// Processing waits for an answer that is not known yet. It asks again by itself, also without
// JavaScript, and each time costs the customer nothing.
type Processing struct {
	Frame
	Again   string // the address that is asked again
	Seconds int    // until then
	Long    bool   // it has taken long: say that a mail will come
	OldPlan string // what stays until it is known; empty: nothing was changed
	Amount  Money
}

type onwardWords struct{ title, body, button string }

func (o Onward) words() onwardWords {
	z := o.Z
	switch o.Purpose {
	case PurposeAddCard:
		return onwardWords{z.T(i18n.CardAddTitle), z.T(i18n.CardAddBody),
			z.T(i18n.CardAddContinue)}
	case PurposeConfirmCard:
		return onwardWords{z.T(i18n.ThreedsTitle),
			z.T(i18n.ThreedsBody) + " " + z.T(i18n.ThreedsSaveCard), z.T(i18n.ThreedsButton)}
	default:
		return onwardWords{z.T(i18n.ThreedsTitle), z.T(i18n.ThreedsBody),
			z.T(i18n.ThreedsButton)}
	}
}

// leads says that the page goes on by itself.
func (o Onward) leads() bool { return o.Purpose == PurposeAddCard }

// leadSeconds is how long the way to the card form takes: the link is for browsers that go nowhere
// by themselves.
const leadSeconds = 0

func (o Onward) leadingPage(title string) kit.Page {
	page := o.page(title)
	if o.leads() {
		page.Refresh, page.RefreshTo = leadSeconds, o.URL
	}
	return page
}

func (m Method) arg(z *i18n.Localizer) i18n.Arg { return i18n.A("card", m.text(z)) }

// secondsMin keeps an impatient page from asking all the time.
const secondsMin = 2

func (p Processing) seconds() int { return max(p.Seconds, secondsMin) }

// waitingPage refreshes by itself.
func (p Processing) waitingPage() kit.Page {
	page := p.page(p.Z.T(i18n.ProcessingTitle))
	page.Refresh = p.seconds()
	return page
}
