package app

import (
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
)

// AddInvoiceItemPeriodParams say how the time is found that an added item is for.
type AddInvoiceItemPeriodParams struct {
	End   PeriodEdgeParams `form:"end"`
	Start PeriodEdgeParams `form:"start"`
}

// PeriodEdgeParams are one end of it.
type PeriodEdgeParams struct {
	Timestamp *int64 `form:"timestamp"`
	Type      string `form:"type"`
}

// Ways to find an edge. The others look at the subscription's own items.
const (
	edgeNow       = "now"
	edgeTimestamp = "timestamp"
)

// setPeriods gives added items the time that they are for, once the periods of the subscription's
// own items are known: by default these (documented), or what the request says.
func (a addingItems) setPeriods(items []*billing.InvoiceItem, ps []AddInvoiceItemParams) error {
	start, end := innermostPeriod(a.Subscription)
	for i, it := range items {
		it.Period = billing.Period{Start: start, End: end}
		p := ps[i].Period
		if p == nil {
			it.Period.End = max(start, end)
			continue
		}
		param := fmt.Sprintf("add_invoice_items[%d][period]", i)
		if err := p.Start.set(&it.Period.Start, param+"[start]", a.Now); err != nil {
			return err
		}
		if err := p.End.set(&it.Period.End, param+"[end]", a.Now); err != nil {
			return err
		}
		if it.Period.End < it.Period.Start {
			return billing.Invalid(param+"[end]", "The end of the period must not be before its "+
				"start.")
		}
	}
	return nil
}

// innermostPeriod is from the latest start to the earliest end of a subscription's items.
func innermostPeriod(sub *billing.Subscription) (start, end int64) {
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		if i == 0 {
			start, end = it.CurrentPeriodStart, it.CurrentPeriodEnd
		}
		start, end = max(start, it.CurrentPeriodStart), min(end, it.CurrentPeriodEnd)
	}
	return start, end
}

// set changes an edge, unless it is to be that of the subscription's items.
func (p PeriodEdgeParams) set(edge *int64, param string, now int64) error {
	switch {
	case p.Type != edgeTimestamp && p.Timestamp != nil:
		return billing.Invalid(param+"[timestamp]", "You can only specify `timestamp` when `type` "+
			"is `timestamp`.")
	case p.Type == edgeTimestamp && p.Timestamp == nil:
		return billing.Missing(param + "[timestamp]")
	case p.Type == edgeTimestamp:
		*edge = *p.Timestamp
	case p.Type == edgeNow:
		*edge = now
	}
	return nil
}
