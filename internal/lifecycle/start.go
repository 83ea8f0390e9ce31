package lifecycle

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/proration"
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
	if in.TrialEnd > in.Now {
		return b.startTrial(sub, in), nil
	}
	if in.Anchor > in.Now {
		return b.startStub(sub, in)
	}
	return b.startFull(sub, in)
}

func (b *Book) checkStart(sub *billing.Subscription, in StartInput) error {
	if in.Anchor != 0 && in.Anchor <= in.Now && in.BackdateStart == 0 {
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
		if in.Anchor > iv.Boundary(from, 1) {
			return billing.Invalid("billing_cycle_anchor", "billing_cycle_anchor cannot be "+
				"later than next natural billing date (%d) for plan", iv.Boundary(from, 1))
		}
	}
	return nil
}

// startTrial is free until the trial's end, which is the anchor unless another was given.
func (b *Book) startTrial(sub *billing.Subscription, in StartInput) []Line {
	sub.Status = billing.SubscriptionTrialing
	sub.TrialStart, sub.TrialEnd = new(in.Now), new(in.TrialEnd)
	sub.BillingCycleAnchor = in.TrialEnd
	if in.Anchor > in.TrialEnd {
		sub.BillingCycleAnchor = in.Anchor
	}
	sub.Private.TrialNoticeAt = new(max(in.Now, in.TrialEnd-3*86400))
	var lines []Line
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		it.CurrentPeriodStart, it.CurrentPeriodEnd = in.Now, in.TrialEnd
		line := b.TrialLine(sub, it, linePeriod(in.Now, in.TrialEnd))
		lines = append(lines, Line{line, ratesOf(it)})
	}
	return lines
}

// startStub bills [now, anchor) as its share of the full interval that ends at the anchor:
// 30.00 a month from 20 January to 1 February is 3000 × 12/31 = 1161.
func (b *Book) startStub(sub *billing.Subscription, in StartInput) ([]Line, error) {
	sub.Status = billing.SubscriptionActive
	sub.BillingCycleAnchor = in.Anchor
	nets, err := b.netTotals(sub)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		it.CurrentPeriodStart, it.CurrentPeriodEnd = in.Now, in.Anchor
		if in.ProrationBehavior == billing.ProrationNone {
			continue
		}
		natural := b.IntervalOf(it).Boundary(in.Anchor, -1)
		part := proration.Span{NaturalStart: natural, NaturalEnd: in.Anchor,
			From: in.Now, To: in.Anchor}
		line, err := b.spanLine(sub, it, nets[i], part)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// startFull bills the period that contains now; a backdated flexible start has one line for
// every period since, a classic one a single line for the whole stretch.
func (b *Book) startFull(sub *billing.Subscription, in StartInput) ([]Line, error) {
	sub.Status = billing.SubscriptionActive
	sub.BillingCycleAnchor = in.Now
	if in.BackdateStart != 0 {
		sub.BillingCycleAnchor = in.BackdateStart
		if in.Anchor != 0 {
			sub.BillingCycleAnchor = in.Anchor
		}
	}
	var lines []Line
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		iv := b.IntervalOf(it)
		it.CurrentPeriodStart, it.CurrentPeriodEnd = iv.PeriodAt(sub.BillingCycleAnchor, in.Now)
		first := it.CurrentPeriodStart
		if in.BackdateStart != 0 && in.ProrationBehavior != billing.ProrationNone {
			first = in.BackdateStart
		}
		more, err := b.periodLines(sub, it, iv, first)
		if err != nil {
			return nil, err
		}
		if c := in.CancelAt; c > it.CurrentPeriodStart && c < it.CurrentPeriodEnd {
			if err := b.shorten(sub, it, &more[len(more)-1], in); err != nil {
				return nil, err
			}
		}
		if !sub.Flexible() && len(more) > 1 {
			more = combine(more)
		}
		lines = append(lines, more...)
	}
	return lines, nil
}

// shorten ends an item's first period where the subscription ends. The line bills its share, and
// under flexible billing without proration the whole price.
func (b *Book) shorten(sub *billing.Subscription, it *billing.SubscriptionItem, last *Line,
	in StartInput) error {
	natural := it.CurrentPeriodEnd
	it.CurrentPeriodEnd, last.Period.End = in.CancelAt, in.CancelAt
	if sub.Flexible() && in.ProrationBehavior == billing.ProrationNone {
		return nil
	}
	nets, err := b.netTotals(sub)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sub.Items.Data,
		func(x billing.SubscriptionItem) bool { return x.ID == it.ID })
	*last, err = b.spanLine(sub, it, nets[i], proration.Span{NaturalStart: last.Period.Start,
		NaturalEnd: natural, From: last.Period.Start, To: in.CancelAt})
	return err
}

func (b *Book) periodLines(sub *billing.Subscription, it *billing.SubscriptionItem,
	iv calendar.Interval, first int64) ([]Line, error) {
	var lines []Line
	for start := first; start < it.CurrentPeriodEnd; {
		end := iv.NextAfter(sub.BillingCycleAnchor, start)
		line, err := b.ItemLine(sub, it, linePeriod(start, end))
		if err != nil {
			return nil, err
		}
		lines = append(lines, Line{line, ratesOf(it)})
		if len(lines) > maxBackdatedLines {
			return nil, billing.Invalid("backdate_start_date",
				"A backdated subscription can have at most %d periods.", maxBackdatedLines)
		}
		start = end
	}
	return lines, nil
}

const maxBackdatedLines = 250

func combine(lines []Line) []Line {
	all := lines[0]
	for _, l := range lines[1:] {
		all.Amount += l.Amount
		all.Subtotal += l.Amount
		all.Period.End = l.Period.End
	}
	return []Line{all}
}

// spanLine bills part of an interval. It is a proration, and so never discounted again.
func (b *Book) spanLine(sub *billing.Subscription, it *billing.SubscriptionItem,
	total netTotal, s proration.Span) (Line, error) {
	amount, ok := proration.DebitSpan(total.net, s)
	if !ok {
		return Line{}, tooLarge()
	}
	line, err := b.ItemLine(sub, it, linePeriod(s.From, s.To))
	if err != nil {
		return Line{}, err
	}
	line.Amount, line.Subtotal = amount, amount
	line.Discountable, line.Discounts = false, nil
	line.Parent.SubscriptionItemDetails.Proration = true
	return Line{line, ratesOf(it)}, nil
}

func ratesOf(it *billing.SubscriptionItem) []string {
	var ids []string
	for _, r := range it.TaxRates {
		ids = append(ids, r.ID)
	}
	return ids
}

func tooLarge() error {
	return billing.Invalid("items", "The amount is too large to be billed.").
		WithCode("amount_too_large")
}

// lineTotal is an item's whole price for its quantity, rounded as a line is.
func (b *Book) lineTotal(sub *billing.Subscription, it *billing.SubscriptionItem) (int64, error) {
	total, err := pricing.Total(b.Prices[it.Price.ID], sub.Currency, it.Quantity)
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

// Resume starts a paused subscription again: with a new anchor a whole period is billed from now,
// else only what is left of the period.
func (b *Book) Resume(sub *billing.Subscription, now int64, anchorNow bool) ([]Line, error) {
	sub.Status = billing.SubscriptionActive
	if anchorNow {
		return b.startFull(sub, StartInput{Now: now})
	}
	nets, err := b.netTotals(sub)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		start, end := b.IntervalOf(it).PeriodAt(sub.BillingCycleAnchor, now)
		it.CurrentPeriodStart, it.CurrentPeriodEnd = start, end
		line, err := b.spanLine(sub, it, nets[i], proration.Span{NaturalStart: start,
			NaturalEnd: end, From: now, To: end})
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}
