package app

import (
	"reflect"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// subscriptionFields sets the fields of a subscription that bill nothing by themselves.
type subscriptionFields struct {
	*App
	tx  *store.Tx
	sub *billing.Subscription
	now int64

	start *int64 // a backdated start, from which coupons count
	waits bool   // the change waits for its invoice: what it replaces stays in force
}

func (f subscriptionFields) fromCreate(cus *billing.Customer, p SubscriptionCreateParams) error {
	if err := refuseAutomaticTax(p.AutomaticTax); err != nil {
		return err
	}
	if err := f.describe(p.Description, p.Metadata, p.InvoiceSettings); err != nil {
		return err
	}
	if err := f.collection(p.CollectionMethod, p.DaysUntilDue); err != nil {
		return err
	}
	if err := f.payment(cus, p.DefaultPaymentMethod, p.PaymentSettings); err != nil {
		return err
	}
	if p.TrialSettings != nil && p.TrialSettings.EndBehavior != nil {
		f.sub.TrialSettings.EndBehavior.MissingPaymentMethod =
			p.TrialSettings.EndBehavior.MissingPaymentMethod
	}
	if err := f.pendingInterval(p.PendingInvoiceItemInterval); err != nil {
		return err
	}
	return f.taxesAndDiscounts(cus, p.DefaultTaxRates, p.Discounts)
}

func (f subscriptionFields) fromUpdate(cus *billing.Customer, p SubscriptionUpdateParams) error {
	if err := refuseAutomaticTax(p.AutomaticTax); err != nil {
		return err
	}
	if err := f.describe(p.Description, p.Metadata, p.InvoiceSettings); err != nil {
		return err
	}
	if err := f.collection(p.CollectionMethod, p.DaysUntilDue); err != nil {
		return err
	}
	if err := f.payment(cus, p.DefaultPaymentMethod, p.PaymentSettings); err != nil {
		return err
	}
	if p.TrialSettings != nil && p.TrialSettings.EndBehavior != nil {
		f.sub.TrialSettings = &billing.TrialSettings{EndBehavior: billing.TrialEndBehavior{
			MissingPaymentMethod: p.TrialSettings.EndBehavior.MissingPaymentMethod}}
	}
	if p.PauseCollection.Set {
		f.pause(p.PauseCollection)
	}
	if err := f.pendingInterval(p.PendingInvoiceItemInterval); err != nil {
		return err
	}
	f.end(p)
	return f.taxesAndDiscounts(cus, p.DefaultTaxRates, p.Discounts)
}

func refuseAutomaticTax(p *AutomaticTaxParams) error {
	if p != nil && p.Enabled {
		return billing.Invalid("automatic_tax[enabled]", "Automatic tax needs a tax engine, and "+
			"none is connected. Use tax rates.")
	}
	return nil
}

func (f subscriptionFields) describe(description billing.Optional[string],
	metadata MetadataParams, s *SubscriptionInvoiceSettingsParams) (err error) {
	set(&f.sub.Description, description)
	f.sub.Metadata, err = changeMetadata(f.sub.Metadata, metadata)
	if s == nil || err != nil {
		return err
	}
	if s.Issuer != nil && s.Issuer.Type != "self" {
		return billing.Unsupported("invoice_settings[issuer][type]=" + s.Issuer.Type)
	}
	set(&f.sub.InvoiceSettings.Description, s.Description)
	set(&f.sub.InvoiceSettings.Footer, s.Footer)
	return changeCustomFields(&f.sub.InvoiceSettings.CustomFields, s.CustomFields,
		"invoice_settings[custom_fields]")
}

// daysUntilDueMax is ten years.
const daysUntilDueMax = 3650

func daysOutOfRange() error {
	return billing.Invalid("days_until_due", "days_until_due must be between 0 and %d.",
		daysUntilDueMax)
}

func (f subscriptionFields) collection(method *string, days *int64) error {
	if method != nil {
		f.sub.CollectionMethod = *method
		if *method == billing.ChargeAutomatically {
			f.sub.DaysUntilDue = nil
		}
	}
	send := f.sub.CollectionMethod == billing.SendInvoice
	switch {
	case days != nil && !send:
		return billing.Invalid("days_until_due", "If the `collection_method` is "+
			"`charge_automatically`, you cannot specify `days_until_due`.")
	case days != nil && (*days < 0 || *days > daysUntilDueMax):
		return daysOutOfRange()
	case days != nil:
		f.sub.DaysUntilDue = days
	case send && f.sub.DaysUntilDue == nil:
		return billing.Invalid("days_until_due", "If the `collection_method` is `send_invoice`, "+
			"you must specify `days_until_due`.")
	}
	return nil
}

func (f subscriptionFields) payment(cus *billing.Customer, method *string,
	settings *PaymentSettingsParams) error {
	if method != nil {
		f.sub.DefaultPaymentMethod = billing.Ref[billing.PaymentMethod]{}
		if *method != "" {
			pm, err := f.methodOf(f.tx, cus, *method, "default_payment_method")
			if err != nil {
				return err
			}
			f.sub.DefaultPaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
		}
	}
	if settings == nil {
		return nil
	}
	ps := *f.sub.PaymentSettings
	if settings.PaymentMethodTypes.Set {
		types := settings.PaymentMethodTypes.Value
		if err := cardsOnly(types, "payment_settings[payment_method_types]"); err != nil {
			return err
		}
		ps.PaymentMethodTypes = types
	}
	ps.PaymentMethodOptions = optionsWith(ps.PaymentMethodOptions, settings.PaymentMethodOptions)
	given(&ps.SaveDefaultPaymentMethod, settings.SaveDefaultPaymentMethod)
	f.sub.PaymentSettings = &ps
	return nil
}

func (f subscriptionFields) pause(p billing.Optional[PauseCollectionParams]) {
	f.sub.PauseCollection = nil
	if p.Given() {
		f.sub.PauseCollection = &billing.PauseCollection{Behavior: p.Value.Behavior,
			ResumesAt: p.Value.ResumesAt}
	}
	lifecycle.Schedule(f.sub)
}

func (f subscriptionFields) pendingInterval(p billing.Optional[IntervalParams]) error {
	if !p.Set {
		return nil
	}
	f.sub.PendingInvoiceItemInterval, f.sub.NextPendingInvoiceItemInvoice = nil, nil
	if p.Null {
		return nil
	}
	count := int64(1)
	if p.Value.IntervalCount != nil {
		count = *p.Value.IntervalCount
	}
	f.sub.PendingInvoiceItemInterval = &billing.PendingItemInterval{
		Interval: p.Value.Interval, IntervalCount: count}
	f.sub.NextPendingInvoiceItemInvoice = new(nextPending(f.sub, f.now))
	return nil
}

// nextPending is when pending items are billed next between cycles.
func nextPending(sub *billing.Subscription, now int64) int64 {
	p := sub.PendingInvoiceItemInterval
	iv := calendar.Interval{Unit: p.Interval, Count: p.IntervalCount}
	return iv.NextAfter(now, now)
}

// end plans, moves or takes back the end of the subscription.
func (f subscriptionFields) end(p SubscriptionUpdateParams) {
	switch {
	case p.CancelAtPeriodEnd != nil && *p.CancelAtPeriodEnd:
		at := lifecycle.CancelAtEnd(f.sub)
		lifecycle.SetCancelAt(f.sub, &at, true, f.now)
	case p.CancelAtPeriodEnd != nil && f.sub.CancelAtPeriodEnd:
		lifecycle.SetCancelAt(f.sub, nil, false, f.now)
	}
	if p.CancelAt.Given() {
		planEnd(f.sub, p.CancelAt.Value, f.now)
	} else if p.CancelAt.Null {
		lifecycle.SetCancelAt(f.sub, nil, false, f.now)
	}
	applyCancellationDetails(f.sub, p.CancellationDetails)
}

func applyCancellationDetails(sub *billing.Subscription, p *CancellationDetailsParams) {
	if p == nil {
		return
	}
	d := billing.CancellationDetails{}
	if sub.CancellationDetails != nil {
		d = *sub.CancellationDetails
	}
	set(&d.Comment, p.Comment)
	set(&d.Feedback, p.Feedback)
	sub.CancellationDetails = &d
}

func (f subscriptionFields) taxesAndDiscounts(cus *billing.Customer,
	rates billing.Optional[[]string], discounts billing.Optional[[]DiscountParams]) (err error) {
	if rates.Set {
		f.sub.DefaultTaxRates, err = f.taxRates(f.tx, rates.Value, "default_tax_rates")
		if err != nil {
			return err
		}
	}
	if !discounts.Set {
		return nil
	}
	old := f.sub.Discounts
	r := redemption{Params: discounts.Value, Now: f.now, Customer: cus.ID,
		Subscription: f.sub.ID, Currency: f.sub.Currency, Param: "discounts"}
	if f.start != nil {
		r.Start = *f.start
	}
	f.sub.Discounts, err = f.redeem(f.tx, r)
	if err != nil {
		return err
	}
	if f.waits {
		return nil
	}
	return f.dropReplaced(old)
}

// dropReplaced ends the discounts that the new list does not keep, and tells the new ones.
func (f subscriptionFields) dropReplaced(old billing.Arr[billing.Ref[billing.Discount]]) error {
	kept := map[string]bool{}
	for _, d := range f.sub.Discounts {
		kept[d.ID] = true
	}
	had := map[string]bool{}
	for _, d := range old {
		had[d.ID] = true
		if !kept[d.ID] {
			if err := f.endDiscount(f.tx, d.ID, f.now); err != nil {
				return err
			}
		}
	}
	if f.sub.StartDate == 0 {
		return nil // told with the subscription, once it exists
	}
	for _, d := range f.sub.Discounts {
		if !had[d.ID] {
			if err := f.discountCreated(f.tx, d.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func isZero(v any) bool { return reflect.ValueOf(v).IsZero() }

// firstGiven is the name of the first parameter of a flat params struct that was sent, or "".
func firstGiven(p any) string {
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			return v.Type().Field(i).Tag.Get("form")
		}
	}
	return ""
}
