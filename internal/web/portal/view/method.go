package view

import (
	"time"

	"github.com/portico-billing/portico/internal/i18n"
)

// Method is a payment method as a customer knows it.
type Method struct {
	ID       string
	Kind     string // card, link, us_bank_account, sepa_debit, …
	Brand    string // visa, mastercard, …
	Last4    string
	ExpMonth int
	ExpYear  int
	Funding  string // credit, debit, prepaid
	Default  bool
	UsedFor  []string // names of the plans that override the default with it
	// Needed: the only one of a customer with a running subscription, so it cannot be removed.
	Needed bool
}

// brandNames are proper names, the same in every language.
var brandNames = map[string]string{
	"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express",
	"discover": "Discover", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
	"eftpos_au": "eftpos", "cartes_bancaires": "Cartes Bancaires", "interac": "Interac",
}

// text names a method inside a sentence: "Visa ending 4242".
func (m Method) text(z *i18n.Localizer) string {
	if m.Kind == "link" {
		return z.T(i18n.CardLink)
	}
	if m.Kind != "card" && m.Kind != "" {
		return z.T(i18n.CardBankAccount, i18n.A("last4", m.Last4))
	}
	brand := brandNames[m.Brand]
	if brand == "" {
		brand = z.T(i18n.CardUnknown)
	}
	return z.T(i18n.CardNamed, i18n.A("brand", brand), i18n.A("last4", m.Last4))
}

// expiry is the month a card ends, and whether that has passed or is near.
func (m Method) expiry(now time.Time) (month time.Time, expired, soon bool) {
	if m.ExpYear == 0 {
		return time.Time{}, false, false
	}
	month = time.Date(m.ExpYear, time.Month(m.ExpMonth), 1, 0, 0, 0, 0, now.Location())
	end := month.AddDate(0, 1, 0)
	return month, !now.Before(end), now.Before(end) && now.AddDate(0, 1, 0).After(end)
}

// expiryText says when a card ends; empty for what does not expire.
func (m Method) expiryText(z *i18n.Localizer, now time.Time) string {
	month, expired, _ := m.expiry(now)
	switch {
	case month.IsZero():
		return ""
	case expired:
		return z.T(i18n.CardExpired, i18n.A("date", z.Month(month)))
	default:
		return z.T(i18n.CardExpires, i18n.A("date", z.Month(month)))
	}
}
