package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
)

// trialWithoutCard ends a trial by hand (trial_end=now) for a customer without a card. When its
// settings say that it then pauses or is canceled, that happens now as it would have at its end;
// otherwise there is an invoice to pay, and done is false.
func (u *updating) trialWithoutCard(after *billing.Subscription,
	ch lifecycle.Changes) (done bool, err error) {
	goesOn := after.TrialSettings == nil ||
		after.TrialSettings.EndBehavior.MissingPaymentMethod == billing.MissingCreateInvoice
	switch {
	case !ch.TrialEndNow || u.sub.Status != billing.SubscriptionTrialing,
		after.CollectionMethod != billing.ChargeAutomatically,
		len(ch.Items)+len(u.p.AddInvoiceItems) > 0, // these ask for an invoice
		goesOn:
		return false, nil
	}
	pm, err := u.paymentMethodFor(u.tx, &billing.Invoice{}, after, u.cus)
	if err != nil || pm != nil {
		return false, err
	}
	u.replace(after)
	u.sub.TrialEnd, u.sub.Private.TrialNoticeAt = new(u.now), nil
	done, err = u.endOfTrial()
	lifecycle.Schedule(u.sub)
	return done, err
}
