package lifecycle

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
)

// Changes is a change of a running subscription with everything looked up.
type Changes struct {
	Now               int64
	ProrationDate     int64 // 0: now
	ProrationBehavior string
	Items             []ItemChange
	AnchorNow         bool  // billing_cycle_anchor=now
	AnchorKept        bool  // billing_cycle_anchor=unchanged was said
	TrialEndNow       bool  // trial_end=now
	TrialEnd          int64 // 0: not sent
}

// ItemChange changes, adds (ID is new) or removes one item.
type ItemChange struct {
	ID       string
	New      bool
	Deleted  bool
	Price    string // "": keep
	Quantity *int64 // nil: keep, or 1 when the price changes
	Metadata map[string]string
	// Discounts and TaxRates replace what the item has, when they are set.
	Discounts *[]billing.Ref[billing.Discount]
	TaxRates  *[]billing.Embed[billing.TaxRate]
}

// at is the instant from which time is credited and charged.
func (c Changes) at() int64 {
	if c.ProrationDate != 0 {
		return c.ProrationDate
	}
	return c.Now
}

func (c Changes) prorates() bool { return c.ProrationBehavior != billing.ProrationNone }

// Consequence is what a change bills.
type Consequence struct {
	Prorations []*billing.InvoiceItem // credits before debits
	Lines      []Line                 // whole periods that start now
	InvoiceNow bool
}

// Update changes after, a copy of before whose plain fields are already new, and answers what the
// change bills. It is the one place where a plan, quantity, interval, anchor, trial or end of a
// running subscription changes, for previews and for deeds alike.
func (b *Book) Update(before, after *billing.Subscription, ch Changes) (Consequence, error) {
	changed, err := b.applyItems(before, after, ch)
	if err != nil {
		return Consequence{}, err
	}
	u := update{Book: b, before: before, after: after, ch: ch, changed: changed}
	switch {
	case ch.TrialEndNow && before.Status == billing.SubscriptionTrialing:
		err = u.endTrialNow()
	case ch.TrialEnd > ch.Now:
		err = u.setTrialEnd()
	case before.Status == billing.SubscriptionTrialing:
		u.duringTrial()
	case !billsTime(before.Status):
		// A paused subscription bills nothing before it is resumed.
	case ch.AnchorNow || u.resetsAnchor():
		err = u.restart()
	default:
		err = u.prorate()
	}
	u.followEnd()
	if ch.ProrationBehavior == billing.AlwaysInvoice && len(u.out.Prorations) > 0 {
		u.out.InvoiceNow = true
	}
	return u.out, err
}

// update carries one change through its steps.
type update struct {
	*Book
	before, after *billing.Subscription
	ch            Changes
	changed       []string // items whose price or quantity changed, came or went
	out           Consequence
}

// resetsAnchor: classic billing restarts the cycle when the interval changes or when a free
// subscription becomes a paid one; flexible never does unless told, but a single item whose
// interval changes has no other sensible period, so it restarts as if told, unless told otherwise.
func (u *update) resetsAnchor() bool {
	if len(u.before.Items.Data) == 0 || len(u.after.Items.Data) == 0 {
		return false
	}
	interval := u.IntervalOf(&u.before.Items.Data[0]) != u.IntervalOf(&u.after.Items.Data[0])
	if u.after.Flexible() {
		return interval && !u.ch.AnchorKept &&
			len(u.before.Items.Data) == 1 && len(u.after.Items.Data) == 1
	}
	return interval || len(u.changed) > 0 && u.free(u.before) && !u.free(u.after)
}

// free says that all prices are zero, whatever the quantities.
func (u *update) free(sub *billing.Subscription) bool {
	for i := range sub.Items.Data {
		it := sub.Items.Data[i]
		it.Quantity = max(it.Quantity, 1)
		if total, err := u.lineTotal(sub, &it); err != nil || total != 0 {
			return false
		}
	}
	return true
}

// duringTrial: nothing is billed for a change inside a trial; new items join its end.
func (u *update) duringTrial() {
	for i := range u.after.Items.Data {
		u.after.Items.Data[i].CurrentPeriodEnd = *u.after.TrialEnd
	}
}

// endTrialNow bills a whole period from now, at once and whatever the proration behaviour.
func (u *update) endTrialNow() error {
	EndTrial(u.after)
	u.after.TrialEnd = &u.ch.Now
	u.out.InvoiceNow = true
	u.startPeriods()
	return u.billPeriods()
}

// setTrialEnd makes or moves a trial: unused time is credited, the anchor moves to its end.
func (u *update) setTrialEnd() error {
	var err error
	wasTrial := u.before.Status == billing.SubscriptionTrialing
	if billsTime(u.before.Status) && u.ch.prorates() {
		err = u.creditAll()
	}
	u.after.Status = billing.SubscriptionTrialing
	u.after.TrialEnd, u.after.BillingCycleAnchor = &u.ch.TrialEnd, u.ch.TrialEnd
	u.after.Private.TrialNoticeAt = new(max(u.ch.Now, u.ch.TrialEnd-3*86400))
	if !wasTrial {
		u.after.TrialStart = &u.ch.Now
		u.out.InvoiceNow = true
	}
	for i := range u.after.Items.Data {
		it := &u.after.Items.Data[i]
		if !wasTrial {
			it.CurrentPeriodStart = u.ch.Now
			line := u.TrialLine(u.after, it, linePeriod(u.ch.Now, u.ch.TrialEnd))
			u.out.Lines = append(u.out.Lines,
				Line{LineItem: line, TaxRates: invoicing.RateIDs(it.TaxRates)})
		}
		it.CurrentPeriodEnd = u.ch.TrialEnd
	}
	return err
}

// restart begins a new period of every item now. Classic billing always invoices it; flexible
// only when told, when nothing else would bill it, or when items change with it. Otherwise the new
// period waits as a proration for the next invoice.
func (u *update) restart() error {
	if u.ch.prorates() {
		if err := u.creditAll(); err != nil {
			return err
		}
	}
	u.out.InvoiceNow = !u.after.Flexible() || len(u.changed) > 0 ||
		u.ch.ProrationBehavior != billing.CreateProrations
	u.startPeriods()
	if u.out.InvoiceNow {
		return u.billPeriods()
	}
	for i := range u.after.Items.Data {
		if err := u.debit(u.after.Items.Data[i].ID, u.ch.Now); err != nil {
			return err
		}
	}
	return nil
}

// startPeriods moves the anchor and every item's period to now.
func (u *update) startPeriods() {
	u.after.BillingCycleAnchor = u.ch.Now
	for i := range u.after.Items.Data {
		it := &u.after.Items.Data[i]
		it.CurrentPeriodStart = u.ch.Now
		it.CurrentPeriodEnd = u.periodEnd(u.after, it, u.ch.Now)
	}
}

// billPeriods bills the periods that have just begun.
func (u *update) billPeriods() error {
	for i := range u.after.Items.Data {
		it := &u.after.Items.Data[i]
		bill := u.unproratedLines
		if u.ch.prorates() {
			bill = u.currentLines
		}
		lines, err := bill(u.after, it)
		if err != nil {
			return err
		}
		u.out.Lines = append(u.out.Lines, lines...)
	}
	return nil
}

// prorate credits and charges the rest of the period for the items that changed, and the time by
// which a new end of the subscription makes the periods of the others shorter or longer: for
// 120.00 a year that runs to 1 July and is let run to 1 October 2024, 12000 × 92/366 = 3016.
func (u *update) prorate() error {
	u.movePeriods()
	if !u.ch.prorates() {
		return nil
	}
	for _, id := range u.changed {
		if err := u.credit(id, u.ch.at()); err != nil {
			return err
		}
		if err := u.debit(id, u.ch.at()); err != nil {
			return err
		}
	}
	for i := range u.after.Items.Data {
		it := &u.after.Items.Data[i]
		if slices.Contains(u.changed, it.ID) {
			continue
		}
		old := u.before.Item(it.ID).CurrentPeriodEnd
		if err := u.credit(it.ID, it.CurrentPeriodEnd); err != nil {
			return err
		}
		if err := u.debit(it.ID, old); err != nil {
			return err
		}
	}
	return nil
}

// movePeriods gives items with a new interval the period of that interval, and follows a
// cancel_at that was set, moved or removed inside the current period.
func (u *update) movePeriods() {
	ends := !same(u.before.CancelAt, u.after.CancelAt)
	for i := range u.after.Items.Data {
		it := &u.after.Items.Data[i]
		old := u.before.Item(it.ID)
		regrid := old != nil && u.IntervalOf(it) != u.IntervalOf(old)
		if regrid {
			it.CurrentPeriodStart = u.ch.Now
		}
		if ends || regrid || old == nil {
			it.CurrentPeriodEnd = u.periodEnd(u.after, it, it.CurrentPeriodStart)
		}
	}
}

// billsTime says that a subscription in this state pays for its time.
func billsTime(s billing.SubscriptionStatus) bool {
	return s == billing.SubscriptionActive || s == billing.SubscriptionPastDue ||
		s == billing.SubscriptionUnpaid
}
