package view

import (
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
)

// Money is a sum in minor units of a currency.
type Money struct {
	Minor    int64
	Currency string
}

// text writes a sum as the language does.
func (m Money) text(z *i18n.Localizer) string { return z.Sum(m.Minor, m.Currency) }

// Price is a sum that comes back: €29.00 every 1 "month".
type Price struct {
	Money
	Interval string // day, week, month, year; empty: once
	Count    int64  // every so many intervals; 0 means 1
	Usage    bool   // the sum depends on what is used
	Unit     string // what is counted, in the company's word: "seat"; empty: "unit"
	Decimal  string // the sum to the last decimal of the minor unit; empty: Minor is exact
	Formula  string // how a sum for several is made up that have no single price; empty: they do
}

// text says a price in words: "€29.00 per month".
func (p Price) text(z *i18n.Localizer) string { return p.around(z, p.Money.text(z)) }

// parts is text in three: what stands before the sum, the sum, and what stands after it, so that
// a page can write the sum large in any language.
func (p Price) parts(z *i18n.Localizer) (before, sum, after string) {
	before, after, found := strings.Cut(p.around(z, cutMark), cutMark)
	if !found {
		return "", before, ""
	}
	return strings.TrimSpace(before), p.Money.text(z), strings.TrimSpace(after)
}

func (p Price) around(z *i18n.Localizer, amount string) string {
	if p.Usage {
		return z.T(i18n.PriceUsage)
	}
	key := map[string]i18n.Key{
		"day": i18n.PriceDay, "week": i18n.PriceWeek, "month": i18n.PriceMonth, "year": i18n.PriceYear,
	}[p.Interval]
	if key == "" {
		return z.T(i18n.PriceOnce, i18n.A("amount", amount))
	}
	return z.N(key, max(p.Count, 1), i18n.A("amount", amount))
}

// eachText is text for one of several: "€10.00 per seat per month".
func (p Price) eachText(z *i18n.Localizer) string {
	key := map[string]i18n.Key{
		"day": i18n.PricePerSeatDay, "week": i18n.PricePerSeatWeek,
		"month": i18n.PricePerSeatMonth, "year": i18n.PricePerSeatYear,
	}[p.Interval]
	if key == "" || p.Usage || p.Formula != "" {
		return p.text(z)
	}
	amount := p.Money.text(z)
	if p.Decimal != "" {
		amount = z.Decimal(p.Decimal, p.Currency)
	}
	unit := p.Unit
	if unit == "" {
		unit = z.T(i18n.PriceUnit)
	}
	return z.N(key, max(p.Count, 1), i18n.A("amount", amount), i18n.A("unit", unit))
}

// Item is one thing a subscription is for.
type Item struct {
	Name     string // of the product
	Quantity int64  // 0 for what has none, as usage
	Packages int64  // that the quantity takes; 0: it is not sold in packages
	Each     Price  // for one; for all of them where Each.Formula says how
}

// State is what a customer needs to know about a subscription: Stripe's status, with the two
// that a status does not tell apart.
type State string

// The states a subscription can be shown in. Ended ones are not shown.
const (
	StateActive           State = "active"
	StateTrialing         State = "trialing"
	StatePastDue          State = "past_due"
	StateUnpaid           State = "unpaid"
	StateIncomplete       State = "incomplete"
	StatePaused           State = "paused"
	StateCollectionPaused State = "pause_collection"
	StateProcessing       State = "processing" // a payment's outcome is not known yet
)

// Subscription is what the portal shows of one. Times that do not apply are zero.
type Subscription struct {
	ID        string
	State     State
	Items     []Item
	Price     Price   // all items together, each period, as charged
	Next      *Charge // nil: nothing more is charged
	TrialEnd  time.Time
	CancelAt  time.Time // set: it ends then
	ResumesAt time.Time // of a pause
	Open      *OpenInvoice
	Discount  *Discount
	Method    *Method // what will be charged; nil: nothing saved
	Override  bool    // Method belongs to this subscription, not to the customer
	ByInvoice bool    // invoices are sent and paid by hand
	Can       Can
}

// Charge is a sum that will be asked for.
type Charge struct {
	Money
	At     time.Time
	Tax    bool // tax is in it that comes on top of the price
	Credit bool // the customer's credit covers all of it
}

// OpenInvoice is what is owed.
type OpenInvoice struct {
	ID, Number  string
	Due         Money
	DueAt       time.Time // zero: at once
	Overdue     bool
	NextAttempt time.Time // zero: we do not try again by ourselves
	BankURL     string    // a page of ours, when the bank wants to confirm
}

// Discount is what is taken off, until when.
type Discount struct {
	Name       string
	PercentOff string // "20"; empty: AmountOff
	AmountOff  Money
	Ends       time.Time // zero: it does not end
}

// Can says which deeds the page offers for a subscription.
type Can struct {
	Change, Cancel, Undo, Pay, AddMethod, Resume bool
	Why                                          ChangeBlock // if not Change
}

// ChangeBlock is the reason for not offering a change of plan, where saying it helps.
type ChangeBlock string

// The reasons the plan page explains.
const (
	BlockPayFirst    ChangeBlock = "pay_first"
	BlockKeepFirst   ChangeBlock = "keep_first"
	BlockInvoiceOnly ChangeBlock = "invoice_only"
	BlockOther       ChangeBlock = "other"
)

// plan names what the subscription is for, all items in one phrase.
func (s Subscription) plan(z *i18n.Localizer) string {
	names := make([]string, len(s.Items))
	for i, item := range s.Items {
		names[i] = item.text(z)
	}
	if len(names) == 1 {
		return names[0]
	}
	return z.List(names)
}

// text is the product, with its number when there are several: "3 × Seat". Of what is sold in
// packages, those are counted: "3 × Message pack (for 250)".
func (i Item) text(z *i18n.Localizer) string {
	if i.Packages > 0 {
		return z.T(i18n.LinePackages, i18n.A("packages", z.Number(i.Packages)),
			i18n.A("plan", i.Name), i18n.A("quantity", z.Number(i.Quantity)))
	}
	if i.Quantity <= 1 {
		return i.Name
	}
	return z.T(i18n.LineQuantityPlan,
		i18n.A("quantity", z.Number(i.Quantity)), i18n.A("plan", i.Name))
}

func (s Subscription) canceling() bool { return !s.CancelAt.IsZero() }
