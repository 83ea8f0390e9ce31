package portal

import (
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// forecasts says that a subscription runs on, so that there is a next charge to tell.
func forecasts(sub view.Subscription) bool {
	running := sub.State == view.StateActive || sub.State == view.StateTrialing
	return running && sub.CancelAt.IsZero()
}

// next is the next ordinary charge of a subscription, computed by the code that will charge it;
// nil when there is none, or when it cannot be told, as while a test clock advances.
func (s *snapshot) next(id string) *view.Charge {
	preview, err := s.App.PreviewInvoiceAt(s.q, s.c, app.InvoicePreviewParams{Subscription: &id})
	if err != nil {
		if refusal(err) == nil {
			s.Log.ErrorContext(s.r.Context(), "preview failed", "subscription", id, "error", err)
		}
		return nil
	}
	inv := preview.Invoice
	if inv.Total == 0 {
		return nil
	}
	at := inv.Created
	if inv.NextPaymentAttempt != nil {
		at = *inv.NextPaymentAttempt // an hour later, maybe past midnight: the paid invoice's date
	}
	return &view.Charge{At: time.Unix(at, 0).In(s.zone), Tax: taxOnTop(inv),
		Credit: preview.Due == 0 && (inv.Total < 0 || s.cus.Balance < 0),
		Money:  view.Money{Minor: preview.Due, Currency: inv.Currency}}
}

// taxOnTop says that an invoice asks for more than its prices, which are before tax.
func taxOnTop(inv *billing.Invoice) bool {
	return slices.ContainsFunc(inv.TotalTaxes, func(t billing.Tax) bool {
		return t.TaxBehavior == billing.TaxExclusive && t.Amount > 0
	})
}
