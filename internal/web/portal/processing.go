package portal

import (
	"net/http"
	"strconv"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// patience is how a page that waits asks again: more and more slowly, and from some time on it
// says that it takes long.
type patience struct{ tries int64 }

const (
	triesLong      = 8
	secondsLongest = 30
)

func patienceOf(form *kit.Form) patience { return patience{form.Number("n", 0, 0, 1000)} }

func (p patience) seconds() int { return int(min(2+2*p.tries, secondsLongest)) }
func (p patience) long() bool   { return p.tries > triesLong }

// again is the same address, one try later.
func (p patience) again(r *http.Request) string {
	q := r.URL.Query()
	q.Set("n", strconv.FormatInt(p.tries+1, 10))
	return r.URL.Path + "?" + q.Encode()
}

// waiting is the page that waits.
func (p patience) waiting(f view.Frame, r *http.Request) view.Processing {
	return view.Processing{Frame: f, Again: p.again(r), Seconds: p.seconds(), Long: p.long()}
}

// waitForChange waits until a change's payment is known, and then leads to the news.
func waitForChange(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	p := v.change(form)
	var sub *billing.Subscription
	var page view.Processing
	err = v.read(func(s *snapshot) error {
		var shown view.Subscription
		if sub, shown, err = v.subscription(s, v.id()); err != nil {
			return err
		}
		page = patienceOf(form).waiting(s.frame(view.TabPlan), v.r)
		page.OldPlan = shown.Named(s.z)
		if shown.Open != nil {
			page.Amount = shown.Open.Due
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case sub.Private.ChangeAttempt != "":
		return v.show(http.StatusOK, page.Page())
	case sub.PendingUpdate != nil:
		return v.waitForIntent(sub, page)
	}
	for _, it := range sub.Items.Data {
		if it.Price.ID == p.Price && (p.Quantity == 0 || it.Quantity == p.Quantity) {
			return v.changed(sub)
		}
	}
	if pi, err := v.changeIntent(sub); err == nil {
		return v.toReview(sub.ID, changeQuery(p), pi.ID)
	}
	return v.to(view.PathHome)
}

// waitForIntent looks how the payment of a pending change stands.
func (v *visit) waitForIntent(sub *billing.Subscription, page view.Processing) error {
	pi, err := v.changeIntent(sub)
	if err != nil {
		return err
	}
	switch pi.Status {
	case billing.PaymentIntentRequiresAction:
		return v.to(view.BankPath(pi.ID))
	case billing.PaymentIntentRequiresPaymentMethod:
		return v.changeRefused(sub, pi)
	}
	return v.show(http.StatusOK, page.Page())
}

// waitForPayment waits until the payment of an invoice is known.
func waitForPayment(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	inv, err := v.App.PortalInvoice(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	var pi *billing.PaymentIntent
	var page view.Processing
	err = v.read(func(s *snapshot) error {
		page = patienceOf(form).waiting(s.frame(view.TabInvoices), v.r)
		page.Amount = view.Money{Minor: inv.AmountRemaining, Currency: inv.Currency}
		pi, err = store.PaymentIntents.Get(s.q, inv.Private.PaymentIntent)
		return err
	})
	if err != nil {
		return err
	}
	if payable(inv) && pi.Status == billing.PaymentIntentProcessing {
		return v.show(http.StatusOK, page.Page())
	}
	return v.afterPayment(inv, pi)
}
