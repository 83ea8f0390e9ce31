package view

import (
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// whole keeps the parts of a date together where the lines of a sentence break.
func whole(text string) string { return strings.ReplaceAll(text, " ", "\u00a0") }

// on is the day of a sentence.
func on(z *i18n.Localizer, day time.Time) i18n.Arg { return i18n.A("date", whole(z.Date(day))) }

// badge is the state of a subscription in one word.
type badge struct {
	tone kit.Tone
	icon string
	text string
}

func (s Subscription) badge(z *i18n.Localizer) badge {
	if s.canceling() {
		return badge{kit.ToneNeutral, "clock",
			z.T(i18n.StateCanceling, i18n.A("date", whole(z.DateShort(s.CancelAt))))}
	}
	switch s.State {
	case StateTrialing:
		return badge{kit.ToneAccent, "clock", z.T(i18n.StateTrialing)}
	case StatePastDue:
		return badge{kit.ToneWarning, "warning", z.T(i18n.StatePastDue)}
	case StateUnpaid:
		return badge{kit.ToneCritical, "critical", z.T(i18n.StateUnpaid)}
	case StateIncomplete:
		return badge{kit.ToneWarning, "warning", z.T(i18n.StateIncomplete)}
	case StatePaused:
		return badge{kit.ToneNeutral, "pause", z.T(i18n.StatePaused)}
	case StateCollectionPaused:
		return badge{kit.ToneNeutral, "pause", z.T(i18n.StateCollectionPaused)}
	case StateProcessing:
		return badge{kit.ToneNeutral, "clock", z.T(i18n.StateProcessing)}
	default:
		return badge{kit.TonePositive, "positive", z.T(i18n.StateActive)}
	}
}

// sentence says what is paid for, what happens next, and when. It is the answer most customers
// came for, so every state has exactly one.
func (s Subscription) sentence(z *i18n.Localizer) string {
	plan, price := i18n.A("plan", s.plan(z)), i18n.A("price", s.Price.text(z))
	if s.canceling() && (s.Open == nil || s.ByInvoice) {
		key := i18n.HomeCanceling
		if s.Open != nil {
			key = i18n.CancelAtPeriodEndOwing
		}
		return z.T(key, plan, on(z, s.CancelAt))
	}
	if s.Open != nil {
		return s.owed(z, plan)
	}
	switch s.State {
	case StateTrialing:
		return s.trial(z, plan, price)
	case StatePaused:
		return s.paused(z, plan)
	case StateCollectionPaused:
		if s.ResumesAt.IsZero() {
			return z.T(i18n.HomeCollectionPaused, plan)
		}
		return z.T(i18n.HomeCollectionPausedUntil, plan, on(z, s.ResumesAt))
	}
	return s.running(z, plan, price)
}

// owed is the sentence while an invoice is open.
func (s Subscription) owed(z *i18n.Localizer, plan i18n.Arg) string {
	amount := i18n.A("amount", s.Open.Due.text(z))
	number := i18n.A("number", s.Open.Number)
	switch {
	case s.State == StateProcessing:
		return z.T(i18n.HomeProcessing, amount)
	case s.State == StateIncomplete && s.Open.BankURL != "":
		return z.T(i18n.HomeIncompleteConfirm, amount, plan)
	case s.State == StateIncomplete:
		return z.T(i18n.HomeIncomplete, amount, plan)
	case s.Open.BankURL != "":
		return z.T(i18n.HomeConfirmPayment, amount)
	case s.State == StateUnpaid:
		return z.T(i18n.HomeUnpaid, amount, plan)
	case s.ByInvoice && s.Open.Overdue:
		return z.T(i18n.HomeSendInvoiceOverdue, amount, number,
			on(z, s.Open.DueAt))
	case s.ByInvoice:
		return z.T(i18n.HomeSendInvoiceDue, amount, number,
			on(z, s.Open.DueAt))
	case !s.Open.NextAttempt.IsZero():
		return z.T(i18n.HomePastDueRetry, amount, plan,
			on(z, s.Open.NextAttempt))
	default:
		return z.T(i18n.HomePastDue, amount, plan)
	}
}

// openText is how an open invoice stands, in short: one that is sent has a day until which it is
// to be paid.
func (s Subscription) openText(z *i18n.Localizer) string {
	switch {
	case !s.ByInvoice || s.Open.DueAt.IsZero():
		return s.badge(z).text
	case s.Open.Overdue:
		return z.T(i18n.InvoiceOverdue)
	default:
		return z.T(i18n.InvoiceDue, on(z, s.Open.DueAt))
	}
}

func (s Subscription) trial(z *i18n.Localizer, plan, price i18n.Arg) string {
	date := on(z, s.TrialEnd)
	if s.Method == nil {
		return z.T(i18n.HomeTrialNoCard, plan, date)
	}
	return z.T(i18n.HomeTrialCard, date, price, i18n.A("card", s.Method.text(z)))
}

func (s Subscription) paused(z *i18n.Localizer, plan i18n.Arg) string {
	switch {
	case !s.ResumesAt.IsZero():
		return z.T(i18n.HomePausedUntil, plan, on(z, s.ResumesAt))
	case s.Method == nil:
		return z.T(i18n.HomePausedAddCard, plan)
	default:
		return z.T(i18n.HomePaused, plan)
	}
}

func (s Subscription) running(z *i18n.Localizer, plan, price i18n.Arg) string {
	switch {
	case s.Next == nil:
		return z.T(i18n.HomeFree, plan)
	case s.ByInvoice:
		return z.T(i18n.HomeSendInvoice, price, on(z, s.Next.At))
	case s.Price.Usage:
		return z.T(i18n.HomeActiveUsage, on(z, s.Next.At))
	default:
		return z.T(s.Next.key(), price,
			i18n.A("amount", s.Next.text(z)), on(z, s.Next.At))
	}
}

// key is the sentence that tells a charge.
func (c Charge) key() i18n.Key {
	switch {
	case c.Credit && c.Tax:
		return i18n.HomeActiveTaxCredit
	case c.Credit:
		return i18n.HomeActiveCredit
	case c.Tax:
		return i18n.HomeActiveTax
	default:
		return i18n.HomeActive
	}
}

// trouble tells that the sentence asks for something to be done.
func (s Subscription) trouble() (kit.Tone, bool) {
	switch {
	case s.State == StateProcessing:
		return kit.ToneAccent, true
	case s.State == StateUnpaid || s.Open != nil && s.Open.Overdue:
		return kit.ToneCritical, true
	case s.Open != nil && !s.ByInvoice,
		s.State == StatePaused && s.Method == nil,
		s.State == StateTrialing && s.Method == nil && !s.canceling():
		return kit.ToneWarning, true
	default:
		return "", false
	}
}

// addMethodHref leads to the form for a card, and where that is what a pause waits for, on to its
// end.
func (s Subscription) addMethodHref() string {
	if s.State == StatePaused {
		return OnTheWay(PathAddMethod, SubscriptionPath(s.ID, "resume"))
	}
	return PathAddMethod
}

// text is a discount in words: "20% off until 3 March 2027".
func (d Discount) text(z *i18n.Localizer) string {
	amount, percent := i18n.A("amount", d.AmountOff.text(z)), i18n.A("percent", "")
	if d.PercentOff != "" {
		percent = i18n.A("percent", z.Percent(d.PercentOff))
	}
	date := on(z, d.Ends)
	switch {
	case d.PercentOff != "" && d.Ends.IsZero():
		return z.T(i18n.HomeDiscount, percent)
	case d.PercentOff != "":
		return z.T(i18n.HomeDiscountUntil, percent, date)
	case d.Ends.IsZero():
		return z.T(i18n.HomeDiscountAmount, amount)
	default:
		return z.T(i18n.HomeDiscountAmountUntil, amount, date)
	}
}

// daysUntil counts calendar days between two times, in the zone of now.
func daysUntil(now, t time.Time) int {
	midnight := func(t time.Time) time.Time {
		t = t.In(now.Location())
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(t).Sub(midnight(now)) / (24 * time.Hour))
}

// cardWarning says that the card will have ended when it is needed; empty when all is well.
func (s Subscription) cardWarning(z *i18n.Localizer, now time.Time) string {
	if s.Method == nil || s.Next == nil || s.Open != nil || s.canceling() {
		return ""
	}
	card := i18n.A("card", s.Method.text(z))
	month, expired, _ := s.Method.expiry(now)
	if _, gone, _ := s.Method.expiry(s.Next.At); !gone {
		return ""
	}
	if expired {
		return z.T(i18n.HomeCardExpired, card, on(z, s.Next.At))
	}
	lastDay := month.AddDate(0, 1, -1)
	return z.T(i18n.HomeCardExpires, card, on(z, lastDay))
}
