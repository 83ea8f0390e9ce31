package app

import "github.com/portico-billing/portico/internal/billing"

// guard refuses updates that the subscription's state does not allow.
func (u *updating) guard() error {
	if u.sub.Private.ChangeAttempt != "" {
		return billing.Invalid("", "A payment for another change of this subscription is in "+
			"progress. Wait until its outcome is known and try again.").
			WithCode("lock_timeout").WithStatus(429)
	}
	if u.sub.Status.Ended() && !u.onlyDetails() {
		return billing.Invalid("", "A canceled subscription can only update its "+
			"cancellation_details and metadata.").WithCode("invalid_canceled_subscription_fields")
	}
	if u.sub.Status == billing.SubscriptionIncomplete && u.changesBill() {
		return billing.Invalid("", "A subscription can only be updated in this way when it is "+
			"not incomplete. Pay its first invoice, or create a new subscription.")
	}
	if err := u.checkTimes(); err != nil {
		return err
	}
	if u.behavior() == billing.PendingIfIncomplete {
		return u.checkPendingCompanions()
	}
	return nil
}

func (u *updating) onlyDetails() bool {
	p := u.p
	p.Metadata, p.CancellationDetails = MetadataParams{}, nil
	return isZero(p)
}

// changesBill says that the update touches what is billed or when.
func (u *updating) changesBill() bool {
	p := u.p
	return len(p.Items) > 0 || p.TrialEnd != nil || p.BillingCycleAnchor != nil ||
		len(p.AddInvoiceItems) > 0 || p.CancelAt.Set
}

// checkTimes refuses times that contradict each other or the current period.
func (u *updating) checkTimes() error {
	p := u.p
	switch {
	case p.CancelAt.Given() && p.CancelAtPeriodEnd != nil && *p.CancelAtPeriodEnd:
		return twoEnds()
	case p.CancelAt.Given() && p.CancelAt.Value.Word == cancelAtBilled:
		return billing.Unsupported("cancel_at=" + cancelAtBilled)
	case p.CancelAt.Given() && p.CancelAt.Value.Word == "" && p.CancelAt.Value.Unix <= u.now:
		return cancelAtPassed()
	case p.TrialEnd != nil && p.TrialFromPlan != nil && *p.TrialFromPlan:
		return trialTwice()
	case p.PauseCollection.Given() && p.PauseCollection.Value.ResumesAt != nil &&
		*p.PauseCollection.Value.ResumesAt <= u.now:
		return billing.Invalid("pause_collection[resumes_at]",
			"`resumes_at` must be a timestamp in the future.")
	case p.ProrationDate == nil:
		return nil
	}
	start, end := u.sub.Period()
	if *p.ProrationDate < start || *p.ProrationDate > end {
		return billing.Invalid("proration_date", "Cannot specify `proration_date` outside "+
			"the current period (%d to %d).", start, end)
	}
	return nil
}

func twoEnds() error {
	return billing.Invalid("cancel_at", "You may only specify one of these parameters: "+
		"cancel_at, cancel_at_period_end.").WithCode("parameters_exclusive")
}

func trialTwice() error {
	return billing.Invalid("trial_from_plan", "`trial_end` cannot be set with "+
		"`trial_from_plan=true`.")
}

// checkPendingCompanions: only changes that can wait may come with pending_if_incomplete, and only
// where a payment decides about them.
func (u *updating) checkPendingCompanions() error {
	if u.sub.CollectionMethod != billing.ChargeAutomatically {
		return billing.Invalid("payment_behavior", "`payment_behavior=pending_if_incomplete` can "+
			"only be used with `collection_method=charge_automatically`.")
	}
	p := u.p
	for _, c := range []struct {
		param string
		sent  bool
	}{
		{"automatic_tax", p.AutomaticTax != nil},
		{"cancel_at", p.CancelAt.Set},
		{"cancellation_details", p.CancellationDetails != nil},
		{"collection_method", p.CollectionMethod != nil},
		{"days_until_due", p.DaysUntilDue != nil},
		{"default_payment_method", p.DefaultPaymentMethod != nil},
		{"default_tax_rates", p.DefaultTaxRates.Set},
		{"description", p.Description.Set},
		{"invoice_settings", p.InvoiceSettings != nil},
		{"pause_collection", p.PauseCollection.Set},
		{"payment_settings", p.PaymentSettings != nil},
		{"pending_invoice_item_interval", p.PendingInvoiceItemInterval.Set},
		{"trial_settings", p.TrialSettings != nil},
	} {
		if c.sent {
			return billing.Invalid(c.param, "You cannot update `%s` with "+
				"`payment_behavior=pending_if_incomplete`.", c.param)
		}
	}
	return nil
}
