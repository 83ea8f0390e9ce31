package lifecycle

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
)

// Step is what is due for a subscription.
type Step string

// The steps, in the order in which they come when several are due at the same second.
const (
	StepNone           Step = ""
	StepExpire         Step = "expire"          // incomplete for 23 hours
	StepPendingExpired Step = "pending_expired" // a pending update was not paid in time
	StepTrialNotice    Step = "trial_notice"    // trial_will_end
	StepUpcoming       Step = "upcoming"        // invoice.upcoming
	StepResume         Step = "resume"          // paused collection resumes
	StepCancel         Step = "cancel"          // cancel_at
	StepRenew          Step = "renew"           // a period, or the trial, ends
	StepPendingItems   Step = "pending_items"   // pending items are billed between cycles
)

// NextStep is what is due first, and when. Equal times come in the order of the steps, so that a
// subscription that ends with its period is canceled and not renewed.
func NextStep(sub *billing.Subscription) (Step, int64) {
	step, at := StepNone, int64(0)
	consider := func(s Step, t *int64) {
		if t != nil && (step == StepNone || *t < at) {
			step, at = s, *t
		}
	}
	switch {
	case sub.Status.Ended():
		return StepNone, 0
	case sub.Status == billing.SubscriptionIncomplete:
		consider(StepExpire, sub.Private.ExpiresAt)
		return step, at
	}
	if sub.PendingUpdate != nil {
		consider(StepPendingExpired, &sub.PendingUpdate.ExpiresAt)
	}
	if sub.Status == billing.SubscriptionTrialing {
		consider(StepTrialNotice, sub.Private.TrialNoticeAt)
	}
	consider(StepUpcoming, upcoming(sub))
	if sub.PauseCollection != nil {
		consider(StepResume, sub.PauseCollection.ResumesAt)
	}
	consider(StepCancel, sub.CancelAt)
	if sub.Status != billing.SubscriptionPaused {
		if end := sub.NextPeriodEnd(); end != 0 {
			consider(StepRenew, &end)
		}
		consider(StepPendingItems, sub.NextPendingInvoiceItemInvoice)
	}
	return step, at
}

// upcoming is when the customer's next invoice is announced; nil when it is not, or was. Nothing
// is announced of what is sent, of what ends with its period, or while collection is paused, nor
// when the period is shorter than the notice.
func upcoming(sub *billing.Subscription) *int64 {
	const daySeconds = 86400
	end := sub.NextPeriodEnd()
	at := end - sub.Private.UpcomingDays*daySeconds
	start, _ := sub.Period()
	switch {
	case sub.Private.UpcomingDays == 0, sub.Private.UpcomingTold == end, at <= start,
		sub.CollectionMethod == billing.SendInvoice, sub.PauseCollection != nil,
		sub.CancelAt != nil && *sub.CancelAt <= end,
		sub.Status == billing.SubscriptionPaused, sub.Status == billing.SubscriptionUnpaid:
		return nil
	}
	return &at
}

// UpcomingDone notes that nothing more is to be announced of the period.
func UpcomingDone(sub *billing.Subscription) {
	sub.Private.UpcomingTold = sub.NextPeriodEnd()
}

// Schedule notes when the subscription must be looked at next.
func Schedule(sub *billing.Subscription) {
	sub.Private.NextAt = nil
	if step, at := NextStep(sub); step != StepNone {
		sub.Private.NextAt = &at
	}
}

// Renewal is what a new period bills.
type Renewal struct {
	Lines                  []Line
	PeriodStart, PeriodEnd int64 // the period that has ended
}

// Renew moves every item whose period has ended by now into its next one and answers what the
// cycle invoice bills. Periods are counted from the original anchor, so the 31st comes back after
// a short month. A period that cancel_at falls into is shortened and billed in proportion.
func (b *Book) Renew(sub *billing.Subscription, now int64) (Renewal, error) {
	var r Renewal
	r.PeriodStart, r.PeriodEnd = sub.Period()
	sub.Private.UpcomingDays = b.Settings.Invoices.UpcomingDays
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		if it.CurrentPeriodEnd > now {
			continue
		}
		r.PeriodStart, r.PeriodEnd = it.CurrentPeriodStart, it.CurrentPeriodEnd
		it.CurrentPeriodStart = it.CurrentPeriodEnd
		it.CurrentPeriodEnd = b.periodEnd(sub, it, it.CurrentPeriodStart)
		if start, _ := b.IntervalOf(it).PeriodAt(sub.BillingCycleAnchor,
			it.CurrentPeriodStart); sub.Private.FreeStub && start != it.CurrentPeriodStart {
			continue
		}
		lines, err := b.linesOver(sub, it, it.CurrentPeriodStart, it.CurrentPeriodEnd)
		if err != nil {
			return r, err
		}
		r.Lines = append(r.Lines, lines...)
	}
	return r, nil
}

// EndTrial moves a trialing subscription to active, which happens before anything is paid.
func EndTrial(sub *billing.Subscription) {
	sub.Status = billing.SubscriptionActive
	sub.Private.TrialNoticeAt = nil
}

// RecordDebits remembers what the lines of an invoice bill for time to come, and forgets what was
// before the items' current periods: the basis of flexible credits. Net is what a line costs after
// its discounts.
func RecordDebits(sub *billing.Subscription, inv *billing.Invoice, now int64) {
	kept := sub.Private.Debits[:0:0]
	for _, d := range sub.Private.Debits {
		if it := sub.Item(d.Item); it != nil && d.End > it.CurrentPeriodStart {
			kept = append(kept, d) // a proration_date may lie anywhere in the period
		}
	}
	sub.Private.Debits = kept
	var billed []billing.Debit
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		if l.Subscription.ID != sub.ID || l.SubscriptionItemID() == "" {
			continue
		}
		if ii := l.Parent.SubscriptionItemDetails.InvoiceItem; ii != nil {
			invoiced(sub, *ii, inv.ID, l)
			continue
		}
		if l.Period.End > now {
			billed = addDebit(billed, debitOf(l, inv.Private.LineIncluded[l.ID], inv.ID))
		}
	}
	for _, d := range billed {
		if d.Amount > 0 {
			sub.Private.Debits = append(sub.Private.Debits, d)
		}
	}
}

// addDebit adds what a line billed. The tiers of a price are several lines, and one debit.
func addDebit(billed []billing.Debit, d billing.Debit) []billing.Debit {
	for i := range billed {
		of := &billed[i]
		if of.Item != d.Item || of.Price != d.Price || of.Start != d.Start || of.End != d.End {
			continue
		}
		of.Amount, of.Gross = of.Amount+d.Amount, of.Gross+d.Gross
		of.Quantity += d.Quantity
		of.Off = addOff(of.Off, d.Off)
		of.Lines = append(of.Lines, d.Lines...)
		return billed
	}
	return append(billed, d)
}

func addOff(off, more []billing.DiscountAmount) []billing.DiscountAmount {
	sum := slices.Clone(off)
	for _, d := range more {
		same := func(of billing.DiscountAmount) bool { return of.Discount.ID == d.Discount.ID }
		if i := slices.IndexFunc(sum, same); i >= 0 {
			sum[i].Amount += d.Amount
		} else {
			sum = append(sum, d)
		}
	}
	return sum
}

// debitOf is what a line billed. Its amount may include discounts already: gross is without them.
func debitOf(l *billing.LineItem, included []billing.DiscountAmount,
	invoice string) billing.Debit {
	d := billing.Debit{Item: l.SubscriptionItemID(), Amount: lineNet(l), Gross: l.Amount,
		Start: l.Period.Start, End: l.Period.End, Invoice: invoice,
		Lines: []string{l.ID}, Off: addOff(l.DiscountAmounts, included)}
	for _, off := range included {
		d.Gross += off.Amount
	}
	if l.Quantity != nil {
		d.Quantity = *l.Quantity
	}
	if l.Pricing != nil && l.Pricing.PriceDetails != nil {
		d.Price = l.Pricing.PriceDetails.Price.ID
	}
	d.TaxRates = invoicing.RatesTaken(l)
	return d
}

// invoiced notes on which line a pending debit was billed, and for how much: a customer who owes
// no tax is asked for less than a price with the tax inside.
func invoiced(sub *billing.Subscription, invoiceItem, invoice string,
	line *billing.LineItem) {
	for i := range sub.Private.Debits {
		if d := &sub.Private.Debits[i]; d.InvoiceItem == invoiceItem {
			d.Invoice, d.Lines, d.TaxRates = invoice, []string{line.ID}, invoicing.RatesTaken(line)
			d.Amount, d.Gross = lineNet(line), line.Amount
		}
	}
}

// AdoptDebits is for a change that is decided a second time, once the invoice of the first time
// is paid: the debits that are new in after were billed by that invoice's lines.
func AdoptDebits(before, after *billing.Subscription, inv *billing.Invoice) {
	old := map[string]bool{}
	for _, d := range before.Private.Debits {
		old[d.InvoiceItem] = true
	}
	for i := range after.Private.Debits {
		if d := &after.Private.Debits[i]; d.InvoiceItem != "" && !old[d.InvoiceItem] {
			adopt(d, inv)
		}
	}
	RecordDebits(after, inv, inv.Created)
}

func adopt(d *billing.Debit, inv *billing.Invoice) {
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		p := l.Parent.SubscriptionItemDetails
		if p == nil || p.InvoiceItem == nil || p.SubscriptionItem != d.Item || l.Amount < 0 ||
			l.Period != linePeriod(d.Start, d.End) {
			continue
		}
		d.InvoiceItem, d.Invoice, d.Lines = *p.InvoiceItem, inv.ID, []string{l.ID}
	}
}

func lineNet(l *billing.LineItem) int64 {
	net := l.Amount
	for _, d := range l.DiscountAmounts {
		net -= d.Amount
	}
	return net
}
