package portal

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// owed are the open invoices that no card of a subscription tells of: those of one that has ended,
// and those that are for none.
func (s *snapshot) owed(shown []view.Subscription) ([]view.OwedInvoice, error) {
	told := map[string]bool{}
	for _, sub := range shown {
		if sub.Open != nil {
			told[sub.Open.ID] = true
		}
	}
	var open []*billing.Invoice
	for _, inv := range s.open {
		if inv.Status == billing.InvoiceOpen && payable(inv) && !told[inv.ID] {
			open = append(open, inv)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	names, err := s.soldOn(open)
	var out []view.OwedInvoice
	for _, inv := range open {
		out = append(out, view.OwedInvoice{OpenInvoice: *s.opened(inv), For: names[inv.ID],
			State: s.invoiceState(inv, 0), Ended: s.when(s.ended[inv.SubscriptionID()])})
	}
	return out, err
}
