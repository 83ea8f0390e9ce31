package lifecycle

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/money"
)

// StartInput is when and how a subscription starts. Zero times are not set.
type StartInput struct {
	Now               int64
	TrialEnd          int64
	Anchor            int64 // billing_cycle_anchor: a future time
	BackdateStart     int64
	CancelAt          int64 // shortens the first period when it falls inside
	ProrationBehavior string
}

// Start sets the times of a new subscription whose plain fields and items are filled in, and
// answers the lines of its first invoice. A free stub has no lines, and then no invoice is due.
func (b *Book) Start(sub *billing.Subscription, in StartInput) ([]Line, error) {
	sub.StartDate = in.Now
	if in.BackdateStart != 0 {
		sub.StartDate = in.BackdateStart
	}
	if err := b.checkStart(sub, in); err != nil {
		return nil, err
	}
	sub.Private.UpcomingDays = b.Settings.Invoices.UpcomingDays
	if in.TrialEnd > in.Now {
		return b.startTrial(sub, in), nil
	}
	if in.CancelAt != 0 {
		sub.CancelAt = &in.CancelAt
	}
	return b.startNow(sub, in)
}

func (b *Book) checkStart(sub *billing.Subscription, in StartInput) error {
	chosen := sub.BillingCycleAnchorConfig == nil // a configured one may be this very second
	if chosen && in.Anchor != 0 && in.Anchor <= in.Now {
		return billing.Invalid("billing_cycle_anchor",
			"billing_cycle_anchor must be a timestamp in the future")
	}
	if in.BackdateStart > in.Now {
		return billing.Invalid("backdate_start_date",
			"backdate_start_date must be a timestamp in the past")
	}
	from := max(in.Now, in.TrialEnd)
	for i := range sub.Items.Data {
		iv := b.IntervalOf(&sub.Items.Data[i])
		if chosen && in.Anchor > iv.Boundary(from, 1) {
			return billing.Invalid("billing_cycle_anchor", "billing_cycle_anchor cannot be "+
				"later than next natural billing date (%d) for plan", iv.Boundary(from, 1))
		}
	}
	return nil
}

// startTrial is free until the trial's end, which is the anchor unless another was given.
func (b *Book) startTrial(sub *billing.Subscription, in StartInput) []Line {
	if c := in.CancelAt; c != 0 && c < in.TrialEnd && !sub.Flexible() {
		in.TrialEnd = c // a classic trial does not outlast its subscription
	}
	sub.Status = billing.SubscriptionTrialing
	sub.TrialStart, sub.TrialEnd = new(in.Now), new(in.TrialEnd)
	sub.BillingCycleAnchor = in.TrialEnd
	if in.Anchor > in.TrialEnd {
		sub.BillingCycleAnchor = in.Anchor
		sub.Private.FreeStub = in.ProrationBehavior == billing.ProrationNone
	}
	sub.Private.TrialNoticeAt = new(max(in.Now, in.TrialEnd-3*86400))
	var lines []Line
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		it.CurrentPeriodStart, it.CurrentPeriodEnd = in.Now, in.TrialEnd
		line := b.TrialLine(sub, it, linePeriod(in.Now, in.TrialEnd))
		lines = append(lines, Line{LineItem: line, TaxRates: invoicing.RateIDs(it.TaxRates)})
	}
	return lines
}

// startNow bills the period that contains now. Up to a later anchor that is its share of the full
// interval which ends at the anchor: 30.00 a month from 20 January to 1 February is
// 3000 × 12/31 = 1161. A backdated flexible start has one line for every period since, a classic
// one a single line for the whole stretch.
func (b *Book) startNow(sub *billing.Subscription, in StartInput) ([]Line, error) {
	sub.Status = billing.SubscriptionActive
	sub.BillingCycleAnchor = sub.StartDate
	if in.Anchor != 0 {
		sub.BillingCycleAnchor = in.Anchor
	}
	var lines []Line
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		start, _ := b.IntervalOf(it).PeriodAt(sub.BillingCycleAnchor, in.Now)
		it.CurrentPeriodStart = max(start, sub.StartDate)
		it.CurrentPeriodEnd = b.periodEnd(sub, it, it.CurrentPeriodStart)
		if in.ProrationBehavior == billing.ProrationNone && it.CurrentPeriodStart != start {
			continue // the stub before the anchor is free
		}
		more, err := b.firstLines(sub, it, in)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	return lines, nil
}

// firstLines bills an item from its start, or without proration from its current period, to the
// end of that period.
func (b *Book) firstLines(sub *billing.Subscription, it *billing.SubscriptionItem,
	in StartInput) ([]Line, error) {
	if in.ProrationBehavior == billing.ProrationNone {
		return b.unproratedLines(sub, it)
	}
	var lines []Line
	periods := 0
	for start := sub.StartDate; start < it.CurrentPeriodEnd; periods++ {
		end := b.periodEnd(sub, it, start)
		more, err := b.linesOver(sub, it, start, end)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
		if len(lines) > maxBackdatedLines {
			return nil, billing.Invalid("backdate_start_date",
				"A backdated subscription can have at most %d periods.", maxBackdatedLines)
		}
		start = end
	}
	if periods > 1 && !sub.Flexible() {
		return b.combine(sub, it, lines)
	}
	return lines, nil
}

const maxBackdatedLines = 250

// combine bills several periods of an item by one line.
func (b *Book) combine(sub *billing.Subscription, it *billing.SubscriptionItem,
	lines []Line) ([]Line, error) {
	all := lines[0]
	if !all.Parent.SubscriptionItemDetails.Proration {
		whole, err := b.wholeLine(sub, it, all.Period)
		if err != nil {
			return nil, err
		}
		whole.ID, whole.Amount, whole.Subtotal = all.ID, all.Amount, all.Subtotal
		all = whole // not only its first tier
	}
	for _, l := range lines[1:] {
		all.Amount += l.Amount
		all.Subtotal += l.Amount
		all.Period.End = l.Period.End
		all.Included = addOff(all.Included, l.Included)
	}
	return []Line{all}, nil
}

func tooLarge() error {
	return billing.Invalid("items", "The amount is too large to be billed.").
		WithCode("amount_too_large")
}

// lineTotal is an item's whole price for its quantity, rounded as a line is.
func (b *Book) lineTotal(sub *billing.Subscription, it *billing.SubscriptionItem) (int64, error) {
	total, err := b.WholeTotal(b.Prices[it.Price.ID], sub.Currency, it.Quantity)
	if err != nil {
		return 0, err
	}
	amount, ok := money.RoundLineTotal(total)
	if !ok {
		return 0, tooLarge()
	}
	return amount, nil
}

// AnchorFromConfig is the first anchor at or after from with the parts that the subscription's
// billing_cycle_anchor_config fixes.
func (b *Book) AnchorFromConfig(sub *billing.Subscription, from int64) (int64, error) {
	cfg := calendar.AnchorConfig(*sub.BillingCycleAnchorConfig)
	at, err := calendar.ResolveAnchorConfig(cfg, from, b.IntervalOf(&sub.Items.Data[0]))
	if err != nil {
		return 0, billing.Invalid("billing_cycle_anchor_config", "%s", err)
	}
	return at, nil
}
