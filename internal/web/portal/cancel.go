package portal

import (
	"errors"
	"net/http"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// askCancel asks whether a subscription shall end, and says what stays.
func askCancel(v *visit) error {
	var page view.Cancel
	var sub *billing.Subscription
	var credits bool
	err := v.read(func(s *snapshot) (err error) {
		if sub, page.Subscription, err = v.subscription(s, v.id()); err != nil {
			return err
		}
		if !app.PortalAllows(s.cfg, app.PortalDeedCancel) {
			return errForbidden
		}
		page.Frame = s.frame(view.TabPlan)
		f := s.cfg.Features.SubscriptionCancel
		if f.Mode == "immediately" {
			credits = f.ProrationBehavior == billing.CreateProrations
			return nil
		}
		_, end := sub.Period()
		page.EndsAt = s.at(end)
		return nil
	})
	switch {
	case err != nil:
		return err
	case sub.Status.Ended() || app.PortalCanceling(sub):
		return v.to(view.SubscriptionPath(sub.ID, "canceled"))
	}
	if v.r.URL.Query().Get("offer") != "no" {
		if shown, err := v.showOffer(page); shown || err != nil {
			return err
		}
	}
	if credits {
		page.Credit = v.creditOf(sub)
	}
	return v.show(http.StatusOK, page.Page())
}

// creditOf is what ending a subscription now gives back; zero when nothing.
func (v *visit) creditOf(sub *billing.Subscription) view.Money {
	preview, err := v.App.PreviewInvoice(v.r.Context(), v.c, app.InvoicePreviewParams{
		Subscription: &sub.ID, SubscriptionDetails: &app.PreviewSubscriptionParams{
			CancelNow: new(true), ProrationBehavior: new(billing.CreateProrations)}})
	if err != nil {
		return view.Money{Currency: sub.Currency}
	}
	return view.Money{Minor: max(-preview.Invoice.Total, 0), Currency: sub.Currency}
}

// cancel ends a subscription as the configuration says. Why is asked afterwards.
func cancel(v *visit) error {
	sub, err := v.App.PortalCancel(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	if err := v.finish("subscription_cancel"); err != nil {
		return err
	}
	asks := false
	err = v.read(func(s *snapshot) error {
		asks = app.PortalAllows(s.cfg, app.PortalDeedReason)
		return nil
	})
	switch {
	case err != nil:
		return err
	case asks:
		return v.to(view.SubscriptionPath(sub.ID, "reason"))
	}
	return v.to(view.SubscriptionPath(sub.ID, "canceled"))
}

// ending reads a subscription that is about to end or has ended.
func (v *visit) ending(fn func(s *snapshot, shown view.Subscription, endsAt time.Time)) error {
	going := false
	err := v.read(func(s *snapshot) error {
		sub, shown, err := v.subscription(s, v.id())
		if err != nil {
			return err
		}
		going = !sub.Status.Ended() && !app.PortalCanceling(sub)
		endsAt := s.when(sub.CancelAt)
		if sub.Status.Ended() {
			endsAt = time.Time{}
		}
		fn(s, shown, endsAt)
		return nil
	})
	if err == nil && going {
		return errGoing
	}
	return err
}

// errGoing says that a subscription is not ending after all.
var errGoing = billing.Invalid("", "The subscription is not canceled.").WithCode("going")

// askReason asks why, now that it is done. It can be skipped.
func askReason(v *visit) error { return v.reason(http.StatusOK, nil) }

func (v *visit) reason(status int, wrong []kit.FieldError) error {
	page := view.CancelReason{Errors: wrong}
	allowed := false
	err := v.ending(func(s *snapshot, shown view.Subscription, endsAt time.Time) {
		allowed = app.PortalAllows(s.cfg, app.PortalDeedReason)
		page.Frame, page.Subscription = s.frame(view.TabPlan), shown
		page.EndsAt = endsAt
		page.Options = s.cfg.Features.SubscriptionCancel.CancellationReason.Options
	})
	switch {
	case errors.Is(err, errGoing):
		return v.to(view.PathHome)
	case err != nil:
		return err
	case !allowed:
		return v.to(view.SubscriptionPath(v.id(), "canceled"))
	}
	return v.show(status, page.Page())
}

// commentMax is how much the form takes.
const commentMax = 1000

// keepReason keeps the reason and thanks for it.
func keepReason(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var p app.CancellationDetailsParams
	if feedback := form.Text("feedback"); feedback != "" {
		p.Feedback = billing.Some(feedback)
	}
	if comment := form.TextMax("comment", commentMax); comment != "" {
		p.Comment = billing.Some(comment)
	}
	if !form.OK() {
		return v.reason(http.StatusUnprocessableEntity, form.Errors)
	}
	done := view.SubscriptionPath(v.id(), "canceled")
	if !p.Feedback.Set && !p.Comment.Set {
		return v.to(done)
	}
	if _, err := v.App.PortalReason(v.r.Context(), v.c, v.id(), p); err != nil {
		if form.RefuseWith(err, nil) && refusal(err).Param == "feedback" {
			return v.reason(http.StatusUnprocessableEntity, form.Errors)
		}
		return err
	}
	return v.to(done + "?thanks=1")
}

// showCanceled says that it is done and how to take it back.
func showCanceled(v *visit) error {
	var page view.Canceled
	err := v.ending(func(s *snapshot, shown view.Subscription, endsAt time.Time) {
		page.Frame, page.Subscription = s.frame(view.TabPlan), shown
		page.EndsAt = endsAt
	})
	switch {
	case errors.Is(err, errGoing):
		return v.to(view.PathHome)
	case err != nil:
		return err
	}
	page.Thanks = v.r.URL.Query().Get("thanks") != ""
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// undoCancel takes a planned end back.
func undoCancel(v *visit) error {
	sub, err := v.App.PortalUndoCancel(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	var named string
	var news *kit.Flash
	err = v.read(func(s *snapshot) error {
		_, shown, err := v.subscription(s, sub.ID)
		if err != nil {
			return err
		}
		named = shown.Named(s.z)
		next := s.next(sub.ID)
		news = flash(i18n.UndoChangeDone, map[string]string{"plan": named})
		if next != nil {
			news = flash(i18n.UndoDone, map[string]string{"plan": named,
				"amount": next.Written(s.z), "date": s.z.Date(next.At)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	v.flashes.Set(v.w, *news)
	return v.to(view.PathHome)
}
