package view

import (
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// Cancel asks whether a subscription shall end, and says what stays.
type Cancel struct {
	Frame
	Subscription Subscription
	EndsAt       time.Time // zero: right away
	Credit       Money     // given back when it ends right away; zero: nothing
	Usage        bool      // what was used is invoiced once more
	Hidden       []kit.Value
	Errors       []kit.FieldError
}

// CancelOffer is the one screen that may come before Cancel, refused with one click.
type CancelOffer struct {
	Frame
	Subscription Subscription
	Discount     Discount
	Months       int64 // 0 with Once false: for as long as they stay
	Once         bool
	NewPrice     Price
	Hidden       []kit.Value
}

// CancelReason asks why, after it is done. It can be skipped.
type CancelReason struct {
	Frame
	Subscription Subscription
	EndsAt       time.Time // zero: it has ended
	Options      []string  // Stripe's feedback values; empty: all of them
	Errors       []kit.FieldError
}

// Canceled says that it is done and how to take it back.
type Canceled struct {
	Frame
	Subscription Subscription
	EndsAt       time.Time // zero: it has ended
	Email        string    // where the confirmation went; empty: nowhere
	Thanks       bool      // a reason was sent
}

// Resume asks whether a paused subscription shall go on.
type Resume struct {
	Frame
	Subscription Subscription
	Due          Money // paid at once; zero: from Next on
}

// feedback lists Stripe's values, in the order they are shown.
var feedback = []struct {
	value string
	key   i18n.Key
}{
	{"too_expensive", i18n.ReasonTooExpensive}, {"missing_features", i18n.ReasonMissingFeatures},
	{"switched_service", i18n.ReasonSwitchedService}, {"unused", i18n.ReasonUnused},
	{"customer_service", i18n.ReasonCustomerService}, {"too_complex", i18n.ReasonTooComplex},
	{"low_quality", i18n.ReasonLowQuality}, {"other", i18n.ReasonOther},
}

// option is a value and its words.
type option struct{ value, text string }

func (c CancelReason) options() []option {
	var options []option
	for _, f := range feedback {
		if len(c.Options) == 0 || slices.Contains(c.Options, f.value) {
			options = append(options, option{f.value, c.Z.T(f.key)})
		}
	}
	return options
}

// consequences says what happens and what stays, one sentence each.
func (c Cancel) consequences() []string {
	z, plan := c.Z, i18n.A("plan", c.Subscription.plan(c.Z))
	date := on(z, c.EndsAt)
	var said []string
	switch {
	case c.EndsAt.IsZero() && c.Credit.Minor > 0:
		said = append(said, z.T(i18n.CancelNowCredit, plan, i18n.A("amount", c.Credit.text(z))))
	case c.EndsAt.IsZero():
		said = append(said, z.T(i18n.CancelNowNoRefund, plan))
	case c.Subscription.State == StateTrialing:
		said = append(said, z.T(i18n.CancelTrial, plan, date))
	case c.Subscription.Open != nil:
		said = append(said, z.T(i18n.CancelAtPeriodEndOwing, plan, date))
	default:
		said = append(said, z.T(i18n.CancelAtPeriodEnd, plan, date))
	}
	if c.Usage {
		said = append(said, z.T(i18n.CancelUsage))
	}
	if open := c.Subscription.Open; open != nil {
		said = append(said, open.stays(z))
	}
	if !c.EndsAt.IsZero() {
		said = append(said, z.T(i18n.CancelUndoHint, date))
	}
	return append(said, z.T(i18n.CancelDataHint))
}

// stays says that a cancellation does not settle what is owed.
func (o OpenInvoice) stays(z *i18n.Localizer) string {
	amount := i18n.A("amount", o.Due.text(z))
	if o.NextAttempt.IsZero() {
		return z.T(i18n.CancelOpenInvoice, amount)
	}
	return z.T(i18n.CancelOpenInvoiceRetry, amount, on(z, o.NextAttempt))
}

func (c Cancel) button() string {
	if c.EndsAt.IsZero() {
		return c.Z.T(i18n.CancelButtonNow)
	}
	return c.Z.T(i18n.CancelButton)
}

func (o CancelOffer) terms() string {
	switch {
	case o.Once:
		return o.Z.T(i18n.OfferOnce)
	case o.Months > 0:
		return o.Z.N(i18n.OfferMonths, o.Months)
	default:
		return o.Z.T(i18n.OfferForever)
	}
}

func (o CancelOffer) sentence() string {
	plan := i18n.A("plan", o.Subscription.plan(o.Z))
	if o.Discount.PercentOff != "" {
		return o.Z.T(i18n.OfferPercent, plan, i18n.A("percent", o.Z.Percent(o.Discount.PercentOff)))
	}
	return o.Z.T(i18n.OfferAmount, plan, i18n.A("amount", o.Discount.AmountOff.text(o.Z)))
}

// canceledText says that it is done, and what is still owed.
func (s Subscription) canceledText(z *i18n.Localizer, endsAt time.Time) string {
	if s.Open == nil && endsAt.IsZero() {
		return z.T(i18n.CancelDoneNowBody)
	}
	if s.Open == nil {
		return z.T(i18n.CancelDoneBody, on(z, endsAt))
	}
	amount := i18n.A("amount", s.Open.Due.text(z))
	if endsAt.IsZero() {
		return z.T(i18n.CancelDoneNowBodyOwing, amount)
	}
	return z.T(i18n.CancelDoneBodyOwing, amount, on(z, endsAt))
}

func (r Resume) consequence() string {
	price := i18n.A("price", r.Subscription.Price.text(r.Z))
	if r.Due.Minor > 0 {
		return r.Z.T(i18n.PauseResumeNow, i18n.A("amount", r.Due.text(r.Z)), price)
	}
	from := r.Now
	if r.Subscription.Next != nil {
		from = r.Subscription.Next.At
	}
	return r.Z.T(i18n.PauseResumeBody, price, on(r.Z, from))
}
