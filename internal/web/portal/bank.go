package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// goToBank offers the link to the customer's bank, or to the gateway's card form: a POST may not
// lead to another origin by itself.
func goToBank(v *visit) error {
	id := v.r.PathValue("intent")
	var page view.Onward
	err := v.read(func(s *snapshot) error {
		found, err := s.onward(id, s.cus.ID)
		if err == nil {
			page = found
			page.Frame = s.frame(view.TabPayment)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case page.URL == "":
		return v.to(view.PathHome) // it is decided already
	}
	return v.show(http.StatusOK, page.Page())
}

// onward is where an intent of this customer's is completed; without a URL it is not waiting.
func (s *snapshot) onward(id, customer string) (view.Onward, error) {
	pi, err := store.PaymentIntents.Get(s.q, id)
	switch {
	case err == nil && pi.Customer.ID != customer:
		return view.Onward{}, store.ErrNotFound
	case err == nil:
		return view.Onward{Purpose: view.PurposeConfirmPay, URL: s.nextURL(pi.NextAction),
			Amount: view.Money{Minor: pi.Amount, Currency: pi.Currency}}, nil
	case !errors.Is(err, store.ErrNotFound):
		return view.Onward{}, err
	}
	si, err := store.SetupIntents.Get(s.q, id)
	if err == nil && si.Customer.ID != customer {
		err = store.ErrNotFound
	}
	if err != nil {
		return view.Onward{}, err
	}
	return view.Onward{Purpose: view.PurposeAddCard, URL: s.nextURL(si.NextAction)}, nil
}

// nextURL is the gateway's page, in the language of ours.
func (s *snapshot) nextURL(next *billing.NextAction) string {
	if next == nil || next.RedirectToURL == nil {
		return ""
	}
	return s.App.GatewayPage(text(next.RedirectToURL.URL), string(s.z.Locale()))
}

// comeBack is where the gateway sends the browser after the card form or the bank. It asks the
// gateway how it went and leads to the page that says so.
func (p *portal) comeBack(w http.ResponseWriter, r *http.Request) {
	found, err := p.session(r)
	if err != nil {
		p.fail(w, r, found, err)
		return
	}
	id := r.PathValue("attempt")
	if found == nil || !found.Open || !p.ownsAttempt(r, found.Scope, id, found.Session.Customer) {
		p.comeBackHosted(w, r, id, found)
		return
	}
	v := &visit{portal: p, PortalVisit: found, w: w, r: r, c: found.Caller()}
	if err := v.comeBack(id); err != nil {
		p.fail(w, r, found, err)
	}
}

func (p *portal) ownsAttempt(r *http.Request, scope billing.Scope, id, customer string) bool {
	owns := false
	_ = p.App.View(r.Context(), scope, func(q *store.View) error {
		att, err := store.Attempts.Get(q, id)
		owns = err == nil && att.Customer == customer
		return nil
	})
	return owns
}

func (v *visit) comeBack(id string) error {
	att, err := v.App.SettleReturn(v.r.Context(), v.Scope, id)
	if errors.Is(err, app.ErrNoAnswer) {
		return v.waitHere()
	}
	if err != nil {
		return err
	}
	if att.SetupIntent != "" {
		return v.afterSetup(att)
	}
	var inv *billing.Invoice
	var pi *billing.PaymentIntent
	err = v.App.View(v.r.Context(), v.Scope, func(q *store.View) error {
		if pi, err = store.PaymentIntents.Get(q, att.PaymentIntent); err == nil &&
			pi.Private.Invoice != "" {
			inv, err = store.Invoices.Get(q, pi.Private.Invoice)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case inv == nil:
		return v.to(view.PathHome)
	}
	return v.afterPayment(inv, pi)
}

// afterPayment leads on from a payment of an invoice, however it went.
func (v *visit) afterPayment(inv *billing.Invoice, pi *billing.PaymentIntent) error {
	sub, err := v.subscriptionOf(inv)
	if err != nil {
		return err
	}
	waiting := sub != nil && sub.Private.ChangeInvoice == inv.ID
	switch {
	case inv.Status == billing.InvoicePaid && sub != nil && text(inv.BillingReason) ==
		billing.BillingReasonSubscriptionUpdate:
		return v.changed(sub)
	case inv.Status == billing.InvoicePaid:
		return v.paid(inv)
	case pi.Status == billing.PaymentIntentRequiresAction:
		return v.to(view.BankPath(pi.ID))
	case pi.Status == billing.PaymentIntentProcessing:
		return v.to(view.InvoicePath(inv.ID, "processing"))
	case waiting:
		return v.changeRefused(sub, pi)
	case !payable(inv):
		return v.to(view.InvoicePath(inv.ID, ""))
	}
	return v.to(view.InvoicePath(inv.ID, "pay") + "?" + url.Values{"declined": {pi.ID}}.Encode())
}

func (v *visit) subscriptionOf(inv *billing.Invoice) (sub *billing.Subscription, err error) {
	id := inv.SubscriptionID()
	if id == "" {
		return nil, nil
	}
	err = v.App.View(v.r.Context(), v.Scope, func(q *store.View) error {
		sub, err = store.Subscriptions.Get(q, id)
		return err
	})
	return sub, err
}

// changeRefused gives up a change whose payment was refused, and shows its review again with the
// reason.
func (v *visit) changeRefused(sub *billing.Subscription, pi *billing.PaymentIntent) error {
	p := app.PortalChangeParams{}
	for _, it := range sub.PendingUpdate.SubscriptionItems {
		old := sub.Item(it.ID)
		if old == nil || old.Price.ID != it.Price.ID || old.Quantity != it.Quantity {
			p.Price, p.Quantity = it.Price.ID, it.Quantity
		}
	}
	if err := v.App.PortalDropChange(v.r.Context(), v.c, sub.ID); err != nil {
		return err
	}
	return v.toReview(sub.ID, changeQuery(p), pi.ID)
}

func (v *visit) toReview(id string, q url.Values, declined string) error {
	q.Set("declined", declined)
	return v.to(view.SubscriptionPath(id, "review") + "?" + q.Encode())
}

// afterSetup leads on from the card form.
func (v *visit) afterSetup(att *store.Attempt) error {
	var si *billing.SetupIntent
	var pm *billing.PaymentMethod
	z := i18n.For(i18n.Default)
	err := v.read(func(s *snapshot) (err error) {
		z = s.z
		if si, err = store.SetupIntents.Get(s.q, att.SetupIntent); err == nil &&
			si.Status == billing.SetupIntentSucceeded {
			pm, err = store.PaymentMethods.Get(s.q, si.PaymentMethod.ID)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case pm != nil:
		news := flash(i18n.CardAddedDefault, map[string]string{"card": methodOf(pm).Named(z)})
		path := view.PathPaymentMethods
		if next := localPath(si.Private.ReturnURL); next != "" {
			path = next
		}
		return v.done("payment_method_update", path, news)
	case si.Status == billing.SetupIntentRequiresAction:
		return v.to(view.BankPath(si.ID))
	case att.State.Open():
		return v.waitHere()
	}
	q := url.Values{"declined": {si.ID}}
	if next := localPath(si.Private.ReturnURL); next != "" {
		q.Set("next", next)
	}
	return v.to(view.PathAddMethod + "?" + q.Encode())
}

// waitHere asks this very address again.
func (v *visit) waitHere() error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var page view.Processing
	err = v.read(func(s *snapshot) error {
		page = patienceOf(form).waiting(s.frame(view.TabPayment), v.r)
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.Page())
}
