package portal

import (
	"net/http"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// askResume asks whether a paused subscription shall go on, and says what is paid today.
func askResume(v *visit) error {
	var page view.Resume
	var sub *billing.Subscription
	err := v.read(func(s *snapshot) (err error) {
		if sub, page.Subscription, err = v.subscription(s, v.id()); err != nil {
			return err
		}
		if !app.PortalAllows(s.cfg, app.PortalDeedResume) {
			return errForbidden
		}
		page.Frame = s.frame(view.TabPlan)
		return nil
	})
	switch {
	case err != nil:
		return err
	case sub.Status != billing.SubscriptionPaused:
		return v.to(view.PathHome)
	case page.Subscription.Method == nil:
		return v.to(view.OnTheWay(view.PathAddMethod, view.SubscriptionPath(sub.ID, "resume")))
	}
	preview, err := v.App.PreviewInvoice(v.r.Context(), v.c, app.InvoicePreviewParams{
		Subscription:        &sub.ID,
		SubscriptionDetails: &app.PreviewSubscriptionParams{ResumeAt: new("now")}})
	if err != nil {
		return err
	}
	page.Due = view.Money{Minor: preview.Due, Currency: sub.Currency}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// resume starts a paused subscription again and leads on to what its first payment asks for.
func resume(v *visit) error {
	sub, err := v.App.PortalResume(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	var inv *billing.Invoice
	var pi *billing.PaymentIntent
	news := flash(i18n.PauseResumeDone, nil)
	err = v.read(func(s *snapshot) error {
		_, shown, err := v.subscription(s, sub.ID)
		if err != nil || sub.LatestInvoice.ID == "" {
			return err
		}
		news.Args = map[string]string{"plan": shown.Named(s.z)}
		if inv, err = store.Invoices.Get(s.q, sub.LatestInvoice.ID); err != nil ||
			inv.Private.PaymentIntent == "" {
			return err
		}
		pi, err = store.PaymentIntents.Get(s.q, inv.Private.PaymentIntent)
		return err
	})
	switch {
	case err != nil:
		return err
	case inv == nil, inv.Status != billing.InvoiceOpen, pi == nil:
		v.flashes.Set(v.w, *news)
		return v.to(view.PathHome)
	case pi.Status == billing.PaymentIntentRequiresAction:
		return v.to(view.BankPath(pi.ID))
	case pi.Status == billing.PaymentIntentProcessing:
		return v.to(view.InvoicePath(inv.ID, "processing"))
	}
	return v.to(view.InvoicePath(inv.ID, "pay") + "?declined=" + pi.ID)
}
