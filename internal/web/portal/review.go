package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// change is what the review's form holds.
func (v *visit) change(form *kit.Form) app.PortalChangeParams {
	p := app.PortalChangeParams{Price: form.Text("price"),
		Quantity: quantityIn(form, 0, 1, quantityMax), Coupon: v.flowCoupon(v.id())}
	if v.r.Method == http.MethodPost {
		p.At = form.Number("at", 0, 1, 1<<40)
		expect := form.Number("expect", 0, 0, quantityMax)
		p.Expect = &expect
	}
	return p
}

func changeQuery(p app.PortalChangeParams) url.Values {
	q := url.Values{}
	if p.Price != "" {
		q.Set("price", p.Price)
	}
	if p.Quantity != 0 {
		q.Set("quantity", strconv.FormatInt(p.Quantity, 10))
	}
	return q
}

// showReview shows a change before it is made: what it costs, and how that was computed.
func showReview(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if form.Values.Has("counts") {
		if err := v.recount(form); err != nil {
			return err
		}
	}
	p := v.change(form)
	if !form.OK() {
		return v.backToPlans(p)
	}
	return v.review(p, reviewing{declined: form.Text("declined")})
}

// recount is for a browser without scripts, whose form comes straight from the plans.
func (v *visit) recount(form *kit.Form) error {
	return v.read(func(s *snapshot) error {
		sub, _, err := v.subscription(s, v.id())
		if err != nil {
			return err
		}
		offer, err := v.App.PortalOffer(s.q, s.cfg, sub)
		if err == nil {
			recount(offer, form)
		}
		return err
	})
}

// reviewing is why a review is shown again.
type reviewing struct {
	changed  bool   // the sum is not what the customer agreed to
	declined string // the payment that was refused
	err      error  // what the command said
	status   int
}

// review computes a change, from now on, and shows it.
func (v *visit) review(p app.PortalChangeParams, again reviewing) error {
	p.At, p.Expect = 0, nil
	plan, err := v.App.ReviewPortalChange(v.r.Context(), v.c, v.id(), p)
	if err != nil {
		return v.cannotChange(p, err)
	}
	if plan.Same {
		q := changeQuery(p)
		q.Set("same", "1")
		return v.to(view.SubscriptionPath(v.id(), "plan") + "?" + q.Encode())
	}
	var page view.Review
	err = v.read(func(s *snapshot) error {
		_, shown, err := v.subscription(s, v.id())
		if err != nil {
			return err
		}
		w := &reviewWriter{snapshot: s, review: plan, page: &page}
		page.Frame, page.Subscription = s.frame(view.TabPlan), shown
		if err := w.write(); err != nil {
			return err
		}
		page.Changed = again.changed
		page.OtherCard = s.otherCard(view.SubscriptionPath(v.id(), "review") + "?" +
			changeQuery(p).Encode())
		page.Back = view.SubscriptionPath(v.id(), "plan") + "?" + changeQuery(p).Encode()
		page.Errors, err = s.declines(again)
		return err
	})
	if err != nil {
		return err
	}
	if again.status == 0 {
		again.status = http.StatusOK
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(again.status, page.Page())
}

// declines says why a payment was refused, in the customer's language.
func (s *snapshot) declines(again reviewing) ([]kit.FieldError, error) {
	if e := refusal(again.err); e != nil && e.Type == billing.ErrorCard {
		return s.declined(e.Code, e.DeclineCode), nil
	}
	if again.declined == "" {
		return nil, nil
	}
	pi, err := store.PaymentIntents.Get(s.q, again.declined)
	if errors.Is(err, store.ErrNotFound) || err == nil && pi.Customer.ID != s.cus.ID {
		return nil, nil
	}
	if err != nil || pi.LastPaymentError == nil {
		return nil, err
	}
	return s.declined(text(pi.LastPaymentError.Code), text(pi.LastPaymentError.DeclineCode)), nil
}

func (s *snapshot) declined(code, declineCode string) []kit.FieldError {
	return []kit.FieldError{{Key: i18n.DeclineKey(code, declineCode)}}
}

// changePlan makes the change that was reviewed.
func changePlan(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	p := v.change(form)
	if !form.OK() {
		return v.backToPlans(p)
	}
	sub, err := v.App.PortalChangePlan(v.r.Context(), v.c, v.id(), p)
	if err != nil {
		return v.notChanged(p, err)
	}
	return v.afterChange(p, sub)
}

// notChanged shows the review again with what went wrong, where that helps.
func (v *visit) notChanged(p app.PortalChangeParams, err error) error {
	e := refusal(err)
	switch {
	case e == nil:
		return err
	case e.Code == "amount_changed":
		return v.review(p, reviewing{changed: true, status: http.StatusConflict})
	case e.Type == billing.ErrorCard:
		return v.review(p, reviewing{err: err, status: http.StatusPaymentRequired})
	case e.Code == "lock_timeout":
		return v.to(view.SubscriptionPath(v.id(), "processing") + "?" + changeQuery(p).Encode())
	case e.Code == "resource_missing" && e.Param == "":
		return v.review(p, reviewing{status: http.StatusPaymentRequired}) // there is no card
	}
	return v.cannotChange(p, err)
}

// cannotChange leads from a refused choice to the page that explains it.
func (v *visit) cannotChange(p app.PortalChangeParams, err error) error {
	e := refusal(err)
	if e == nil {
		return err
	}
	switch e.Code {
	case string(app.PortalPayFirst), string(app.PortalKeepFirst):
		return v.to(view.PathPlan)
	case "price_not_offered":
		return v.to(view.SubscriptionPath(v.id(), "plan") + "?gone=1")
	case "quantity_not_offered":
		return v.backToPlans(p)
	}
	return err
}

func (v *visit) backToPlans(p app.PortalChangeParams) error {
	return v.to(view.SubscriptionPath(v.id(), "plan") + "?" + changeQuery(p).Encode())
}

// afterChange leads on from a change: to the bank, to the page that waits, or to the news.
func (v *visit) afterChange(p app.PortalChangeParams, sub *billing.Subscription) error {
	if sub.Private.ChangeAttempt != "" {
		return v.to(view.SubscriptionPath(sub.ID, "processing") + "?" + changeQuery(p).Encode())
	}
	if sub.PendingUpdate == nil {
		return v.changed(sub)
	}
	pi, err := v.changeIntent(sub)
	switch {
	case err != nil:
		return err
	case pi.Status == billing.PaymentIntentRequiresAction:
		return v.to(view.BankPath(pi.ID))
	}
	return v.to(view.SubscriptionPath(sub.ID, "processing") + "?" + changeQuery(p).Encode())
}

// changeIntent is the payment that a change waits for.
func (v *visit) changeIntent(sub *billing.Subscription) (pi *billing.PaymentIntent, err error) {
	err = v.App.View(v.r.Context(), v.Scope, func(q *store.View) error {
		id := sub.Private.ChangeInvoice
		if id == "" {
			id = sub.LatestInvoice.ID
		}
		inv, err := store.Invoices.Get(q, id)
		if err != nil {
			return err
		}
		pi, err = store.PaymentIntents.Get(q, inv.Private.PaymentIntent)
		return err
	})
	return pi, err
}

// changed tells the news of a change that is made.
func (v *visit) changed(sub *billing.Subscription) error {
	var news *kit.Flash
	err := v.read(func(s *snapshot) error {
		_, shown, err := v.subscription(s, sub.ID)
		if err != nil {
			return err
		}
		news = flash(i18n.ReviewDone, map[string]string{"plan": shown.Named(s.z)})
		return nil
	})
	if err != nil {
		return err
	}
	return v.done("subscription_update", view.PathHome, news)
}
