package lifecycle

import "github.com/portico-billing/portico/internal/billing"

// Resume starts a paused subscription again. With a new anchor a whole period is billed from now,
// at once. With the old one the items go on in the period that their grid has reached, and what is
// left of it is a proration: of 3000 a month with 20 of 30 days left, 2000.
func (b *Book) Resume(sub *billing.Subscription, ch Changes) (Consequence, error) {
	u := update{Book: b, before: Clone(sub), after: sub, ch: ch}
	sub.Status = billing.SubscriptionActive
	if ch.AnchorNow {
		u.startPeriods()
		u.out.InvoiceNow = true
		return u.out, u.billPeriods()
	}
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		it.CurrentPeriodStart, _ = b.IntervalOf(it).PeriodAt(sub.BillingCycleAnchor, ch.Now)
		it.CurrentPeriodEnd = b.periodEnd(sub, it, it.CurrentPeriodStart)
		if ch.ProrationDate != 0 && (ch.ProrationDate < it.CurrentPeriodStart ||
			ch.ProrationDate > it.CurrentPeriodEnd) {
			return u.out, billing.Invalid("proration_date", "Cannot specify `proration_date` "+
				"outside the current period.")
		}
		if !ch.prorates() {
			continue
		}
		if err := u.debit(it.ID, ch.at()); err != nil {
			return u.out, err
		}
	}
	u.out.InvoiceNow = ch.ProrationBehavior == billing.AlwaysInvoice && len(u.out.Prorations) > 0
	return u.out, nil
}
