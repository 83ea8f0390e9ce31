package view

import (
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// LineKind is what a line of a change is for, which decides how it is explained.
type LineKind string

// The kinds of lines.
const (
	LineUnused    LineKind = "unused"    // credit for what was paid and will not be used
	LineRemaining LineKind = "remaining" // the rest of the period on the new plan
	LineFull      LineKind = "full"      // a whole period
	LineOther     LineKind = "other"     // said in Text alone
)

// NetKind is how a line's sum follows from the price of the whole period.
type NetKind string

// The kinds of sums.
const (
	NetShare    NetKind = ""         // a share of it by time
	NetDiscount NetKind = "discount" // that, and a discount that can be named is taken off
	NetBilled   NetKind = "billed"   // a share of what was billed
	NetItemized NetKind = "itemized" // a share of it; its discounts are named below the lines
)

// Line is one line of what a change costs, with what is needed to show how it was computed.
type Line struct {
	Kind      LineKind
	Item      string // whose whole period it bills; its tiers are lines of their own
	Plan      string
	Quantity  int64
	Packages  int64 // that the quantity takes; 0: it is not sold in packages
	Days      int   // of TotalDays: what the line is for
	TotalDays int
	Start     time.Time
	End       time.Time
	From      time.Time // since when the part of a period counts that the line is for
	Whole     Money     // the price of the whole period
	Net       NetKind   // why Amount or what was paid is not simply that share of Whole
	Discount  string    // of NetDiscount: its name
	Amount    Money     // negative: credit
	Text      string
	Formula   string // how the price of the whole period is made up, where not by units alone
}

// Review is a change before it is made: every line, what is due, what comes then.
type Review struct {
	Frame
	Subscription Subscription
	From, To     string // in words: "Starter", "3 × Team"
	FromPrice    Price
	ToPrice      Price
	Count        string // set: the plan stays, and this is how many there will be: "2 × Team"
	Then         Price  // what the whole subscription costs each period from then on, before tax
	Lines        []Line
	Subtotal     Money
	Discounts    []NamedSum
	Taxes        []NamedSum
	Balance      Money // credit that is used, negative; or what is owed from earlier
	BalanceLeft  Money // credit that is left after it
	Due          Money
	ToBalance    Money     // positive: becomes credit, nothing is due
	ThenAt       time.Time // the next ordinary payment
	ThenTax      bool      // tax comes on top of Then
	NextInvoice  time.Time // set: the sum goes to the invoice of that day
	Held         bool      // payments are paused: the sum is not asked for now
	EndsTrial    bool
	KeepsTrial   time.Time
	NewAnchor    time.Time // set: it is billed on this day from now on, the next time then
	Method       *Method
	OtherCard    string // the way to another card and back; empty: this one pays
	Promo        *Promo // nil: codes are not taken here
	Changed      bool   // the amount is not what it was when the page was first shown
	Hidden       []kit.Value
	Errors       []kit.FieldError
}

// Promo is the field for a promotion code and what it gave.
type Promo struct {
	Code     string
	Discount *Discount // nil: not applied
}

// needsCard tells that the change cannot be paid for yet.
func (r Review) needsCard() bool { return r.Due.Minor > 0 && r.Method == nil && !r.deferred() }

// deferred tells that nothing is paid today.
func (r Review) deferred() bool {
	return r.Held || !r.NextInvoice.IsZero()
}

// button names the deed and the sum.
func (r Review) button() string {
	switch {
	case r.Due.Minor > 0 && !r.deferred():
		key := i18n.ReviewPayButton
		if r.Count != "" {
			key = i18n.ReviewPayChangeButton
		}
		return r.Z.T(key, i18n.A("amount", r.Due.text(r.Z)))
	case r.Count != "":
		return r.Z.T(i18n.ReviewChangeButton, i18n.A("plan", r.Count))
	case r.From == r.To:
		return r.Z.T(i18n.ReviewSwitchButton, i18n.A("plan", r.ToPrice.text(r.Z)))
	default:
		return r.Z.T(i18n.ReviewSwitchButton, i18n.A("plan", r.To))
	}
}

// then says what is paid after today.
func (r Review) then() string {
	key := i18n.ReviewThen
	if r.ThenTax {
		key = i18n.ReviewThenTax
	}
	return r.Z.T(key, i18n.A("price", r.Then.text(r.Z)), on(r.Z, r.ThenAt))
}

// outcome says what happens with a sum that is not paid today; empty when it is.
func (r Review) outcome() string {
	z := r.Z
	switch {
	case r.Held:
		return z.T(i18n.ReviewHeld)
	case !r.NextInvoice.IsZero() && r.Due.Minor < 0:
		return z.T(i18n.ReviewNextInvoiceCredit, i18n.A("amount", r.Due.positive().text(z)),
			on(z, r.NextInvoice))
	case !r.NextInvoice.IsZero():
		return z.T(i18n.ReviewNextInvoice, i18n.A("amount", r.Due.text(z)),
			on(z, r.NextInvoice))
	case r.ToBalance.Minor > 0:
		return z.T(i18n.ReviewToBalance, i18n.A("amount", r.ToBalance.text(z)))
	default:
		return ""
	}
}

// notes are the side effects worth saying before the button is pressed.
func (r Review) notes() []string {
	var notes []string
	if r.EndsTrial {
		notes = append(notes, r.Z.T(i18n.ReviewEndTrial))
	}
	if !r.KeepsTrial.IsZero() {
		notes = append(notes, r.Z.T(i18n.ReviewKeepTrial, on(r.Z, r.KeepsTrial)))
	}
	if !r.NewAnchor.IsZero() {
		notes = append(notes, r.Z.T(i18n.ReviewAnchorChange, on(r.Z, r.NewAnchor)))
	}
	if r.Due.Minor > 0 && !r.deferred() && r.Method != nil {
		notes = append(notes, r.Z.T(i18n.ReviewKeepsPlan, i18n.A("plan", r.From)))
	}
	return notes
}

// Tiers says that two lines are tiers of one sum.
func (l Line) Tiers(other Line) bool {
	return l.Item != "" && l.Item == other.Item && l.Start.Equal(other.Start) &&
		l.End.Equal(other.End)
}

// text names a line: "Unused time on Starter".
func (l Line) text(z *i18n.Localizer) string {
	plan, quantity := i18n.A("plan", l.Plan), i18n.A("quantity", z.Number(l.Quantity))
	several := l.Quantity > 1 && l.Packages == 0
	if l.Packages > 0 {
		plan = i18n.A("plan", l.item().text(z))
	}
	switch {
	case l.Kind == LineUnused && several:
		return z.T(i18n.ReviewUnusedTimeQuantity, plan, quantity)
	case l.Kind == LineUnused:
		return z.T(i18n.ReviewUnusedTime, plan)
	case l.Kind == LineRemaining && several:
		return z.T(i18n.ReviewRemainingTimeQuantity, plan, quantity)
	case l.Kind == LineRemaining:
		return z.T(i18n.ReviewRemainingTime, plan)
	case l.Kind == LineFull:
		return z.T(i18n.ReviewFullPeriod, i18n.A("plan", l.item().text(z)),
			i18n.A("start", whole(z.DateShort(l.Start))), i18n.A("end", whole(z.DateShort(l.End))))
	default:
		return l.Text
	}
}

// item is what a line is for.
func (l Line) item() Item {
	return Item{Name: l.Plan, Quantity: l.Quantity, Packages: l.Packages}
}

// short says the days of a line: "12 of 30 days".
func (l Line) short(z *i18n.Localizer) string {
	days := i18n.A("days", z.Number(int64(l.Days)))
	total := i18n.A("total", z.Number(int64(l.TotalDays)))
	switch l.Kind {
	case LineUnused:
		return z.T(i18n.ReviewUnusedDays, days, total)
	case LineRemaining:
		return z.T(i18n.ReviewRemainingDays, days, total)
	default:
		return ""
	}
}

// how explains a line's sum; empty when there is nothing to explain.
func (l Line) how(z *i18n.Localizer) string {
	switch l.Kind {
	case LineUnused, LineRemaining:
		return l.share(z)
	case LineFull:
		return strings.TrimSpace(z.T(i18n.ReviewFullPeriodHow) + " " + l.Formula)
	default:
		return ""
	}
}

// share explains the sum for a part of a period. What was paid is told where that is the price.
func (l Line) share(z *i18n.Localizer) string {
	key := i18n.ReviewRemainingHow
	switch {
	case l.Kind == LineUnused && l.Net == NetShare:
		key = i18n.ReviewUnusedHow
	case l.Kind == LineUnused:
		key = i18n.ReviewUnusedNetHow
	}
	said := []string{z.T(key,
		i18n.A("plan", l.item().text(z)),
		i18n.A("amount", l.Whole.text(z)), i18n.A("credit", l.Amount.positive().text(z)),
		i18n.A("start", whole(z.DateShort(l.Start))), i18n.A("end", whole(z.DateShort(l.End))),
		i18n.A("days", z.Number(int64(l.Days))), i18n.A("total", z.Number(int64(l.TotalDays))))}
	switch l.Net {
	case NetDiscount:
		said = append(said, z.T(i18n.ReviewDiscountHow, i18n.A("name", l.Discount)))
	case NetBilled:
		said = append(said, z.T(i18n.ReviewBilledHow))
	}
	if !l.From.IsZero() {
		said = append(said, z.T(i18n.ReviewHoursHow, i18n.A("time", z.DateTime(l.From))))
	}
	return strings.Join(said, " ")
}
