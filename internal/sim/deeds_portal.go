package sim

import (
	"errors"
	"strconv"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// visitor is a customer in the portal; false when there is none who could do anything there.
func (l *Life) visitor() (c app.Caller, sub string, ok bool) {
	l.Helper()
	sub, _ = l.running()
	if sub == "" {
		return c, "", false
	}
	c.Actor = billing.Actor{Scope: l.Scope, Customer: l.audit.field(sub, "customer")}
	l.view(func(v *store.View) error {
		cfg, err := store.PortalConfigurations.First(v, store.Eq("is_default", true))
		if err == nil {
			c.Configuration = cfg.ID
		}
		return err
	})
	return c, sub, true
}

// portalChange lets a customer review a change and confirm it: what they pay today is what they
// agreed to (I49).
func (l *Life) portalChange() {
	l.Helper()
	c, sub, ok := l.visitor()
	if !ok {
		return
	}
	l.check()
	want := app.PortalChangeParams{Price: l.priceOf(l.audit.field(sub, "currency")),
		Quantity: int64(1 + l.dice.IntN(4))}
	var review *app.PortalReview
	var err error
	if !l.live(func() { review, err = l.App.ReviewPortalChange(l.Context(), c, sub, want) }) {
		return
	}
	l.refused(err)
	if err != nil || review.Same {
		return
	}
	want.At = review.At
	if review.Today != nil {
		want.Expect = &review.Today.Due
	}
	before := l.audit.field(sub, "latest_invoice")
	var after *billing.Subscription
	if !l.live(func() { after, err = l.App.PortalChangePlan(l.Context(), c, sub, want) }) {
		return
	}
	l.refused(err)
	l.audit.said("portal change "+sub, Answer{Raw: plain(after)})
	l.audit.Look()
	if err != nil || want.Expect == nil {
		return
	}
	if made := l.audit.field(sub, "latest_invoice"); made != before {
		l.agrees(review.Today, l.audit.objects[made])
	}
	l.Seen.note("a change in the portal that was confirmed")
}

// agrees holds an invoice against the review that led to it. A draft, as it is kept while
// collection is paused, has not taken the customer's balance yet.
func (l *Life) agrees(review *app.Preview, made object) {
	l.Helper()
	field, said := "amount_due", review.Due
	if made["status"] == "draft" {
		field, said = "total", review.Invoice.Total
	}
	if unix(made[field]) != said {
		l.Errorf("I49: the review says %s %d, %v says %v", field, said, made["id"], made[field])
	}
}

func (l *Life) portalCancel() {
	l.Helper()
	c, sub, ok := l.visitor()
	if !ok {
		return
	}
	var err error
	finished := l.live(func() {
		if l.chance(2) {
			_, err = l.App.PortalUndoCancel(l.Context(), c, sub)
		} else {
			_, err = l.App.PortalCancel(l.Context(), c, sub)
		}
	})
	if finished {
		l.refused(err)
	}
	l.audit.said("portal cancel "+sub, Answer{Raw: strconv.FormatBool(err == nil)})
}

// refused accepts an error that is the caller's, or the gateway's.
func (l *Life) refused(err error) {
	l.Helper()
	var e *billing.Error
	if err != nil && !errors.As(err, &e) {
		l.tolerate(err)
	}
}
