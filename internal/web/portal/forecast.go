package portal

import (
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// next is the next ordinary charge of a subscription; nil when there is none, or when it cannot
// be told, as while a test clock advances.
func (v *visit) next(id string) *view.Charge {
	preview, err := v.App.PreviewInvoice(v.r.Context(), v.c, app.InvoicePreviewParams{
		Subscription: &id})
	if err != nil {
		if refusal(err) == nil {
			v.Log.ErrorContext(v.r.Context(), "preview failed", "subscription", id, "error", err)
		}
		return nil
	}
	inv := preview.Invoice
	if inv.Total == 0 {
		return nil
	}
	return &view.Charge{At: time.Unix(inv.Created, 0).In(v.zone()),
		Money: view.Money{Minor: preview.Due, Currency: inv.Currency}}
}

// zone is the account's; what cannot be read is UTC.
func (v *visit) zone() *time.Location {
	zone := time.UTC
	_ = v.App.View(v.r.Context(), v.Scope, func(q *store.View) error {
		settings, err := store.LoadSettings(q)
		if err != nil {
			return err
		}
		if found, err := time.LoadLocation(settings.Timezone); err == nil {
			zone = found
		}
		return nil
	})
	return zone
}
