package app

import (
	"cmp"
	"context"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// invoiceFields sets the fields of a draft that a caller may choose.
type invoiceFields struct {
	*App
	tx  *store.Tx
	cus *billing.Customer
	now int64
}

func (f invoiceFields) fromCreate(inv *billing.Invoice, p InvoiceCreateParams) error {
	if p.CollectionMethod != nil {
		inv.CollectionMethod = *p.CollectionMethod
	}
	given(&inv.Description, p.Description)
	given(&inv.Footer, p.Footer)
	inv.Rendering = p.Rendering.over(inv.Rendering)
	if err := cmp.Or(checkDescriptors(p.StatementDescriptor, nil),
		f.number(inv, p.Number)); err != nil {
		return err
	}
	inv.EffectiveAt, inv.StatementDescriptor = p.EffectiveAt, filled(p.StatementDescriptor)
	inv.Metadata = newMetadata(p.Metadata)
	if err := changeCustomFields(&inv.CustomFields, p.CustomFields, "custom_fields"); err != nil {
		return err
	}
	if err := f.due(inv, p.DueDate, p.DaysUntilDue); err != nil {
		return err
	}
	if err := f.method(inv, p.DefaultPaymentMethod); err != nil {
		return err
	}
	if err := f.finalizesAt(inv, p.FinalizesAt, p.AutoAdvance); err != nil {
		return err
	}
	if err := f.settings(inv, p.PaymentSettings, p.Issuer); err != nil {
		return err
	}
	if p.ShippingDetails.Set {
		inv.ShippingDetails = mergeShipping(nil, p.ShippingDetails)
	}
	return f.discounts(inv, p.Discounts)
}

// due sets when an invoice that is sent must be paid.
func (f invoiceFields) due(inv *billing.Invoice, date, days *int64) error {
	send := inv.CollectionMethod == billing.SendInvoice
	switch {
	case !send && (date != nil || days != nil):
		param := "due_date"
		if days != nil {
			param = "days_until_due"
		}
		return billing.Invalid(param, "You cannot specify `%s` when the `collection_method` is "+
			"`charge_automatically`.", param)
	case date != nil && days != nil:
		return billing.Invalid("due_date", "You may only specify one of these parameters: "+
			"days_until_due, due_date.")
	case days != nil && (*days < 0 || *days > daysUntilDueMax):
		return daysOutOfRange()
	case date != nil && *date <= f.now:
		return billing.Invalid("due_date", "Invalid timestamp: must be an integer Unix timestamp "+
			"in the future.")
	case date != nil:
		inv.DueDate = date
	case days != nil:
		inv.DueDate = new(inv.Created + *days*86400)
	case send && inv.DueDate == nil:
		return billing.Invalid("days_until_due", "If the `collection_method` is `send_invoice`, "+
			"you must specify `due_date` or `days_until_due`.")
	}
	return nil
}

// finalizeYearsMax is how far ahead a draft may be scheduled.
const finalizeYearsMax = 5

// finalizesAt schedules a draft, which then advances by itself.
func (f invoiceFields) finalizesAt(inv *billing.Invoice, at *int64, advance *bool) error {
	const param = "automatically_finalizes_at"
	switch {
	case at == nil:
		return nil
	case advance != nil && !*advance:
		return billing.Invalid(param, "You cannot set `automatically_finalizes_at` when "+
			"`auto_advance` is false.")
	case *at <= f.now:
		return billing.Invalid(param, "Invalid timestamp: must be in the future.")
	case *at > time.Unix(f.now, 0).UTC().AddDate(finalizeYearsMax, 0, 0).Unix():
		return billing.Invalid(param, "Invalid timestamp: can be no more than five years in the "+
			"future.")
	}
	inv.AutoAdvance, inv.Private.FinalizeChosen = true, at
	return nil
}

func (f invoiceFields) method(inv *billing.Invoice, id *string) error {
	if id == nil {
		return nil
	}
	inv.DefaultPaymentMethod = billing.Ref[billing.PaymentMethod]{}
	if *id == "" {
		return nil
	}
	pm, err := f.methodOf(f.tx, f.cus, *id, "default_payment_method")
	if err == nil {
		inv.DefaultPaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
	}
	return err
}

// InvoicePaymentSettingsParams are how an invoice is paid.
type InvoicePaymentSettingsParams struct {
	PaymentMethodOptions *MethodOptionsParams       `form:"payment_method_options"`
	PaymentMethodTypes   billing.Optional[[]string] `form:"payment_method_types"`
}

// settings sets how an invoice is paid, and who issues it: always the account itself.
func (f invoiceFields) settings(inv *billing.Invoice, p *InvoicePaymentSettingsParams,
	issuer *IssuerParams) error {
	if issuer != nil && issuer.Type != "self" {
		return billing.Unsupported("issuer[type]=" + issuer.Type)
	}
	if p == nil {
		return nil
	}
	if p.PaymentMethodTypes.Set {
		types := p.PaymentMethodTypes.Value
		if err := cardsOnly(types, "payment_settings[payment_method_types]"); err != nil {
			return err
		}
		inv.PaymentSettings.PaymentMethodTypes = types
	}
	inv.PaymentSettings.PaymentMethodOptions = invoiceOptionsWith(
		inv.PaymentSettings.PaymentMethodOptions, p.PaymentMethodOptions)
	return nil
}

func (f invoiceFields) discounts(inv *billing.Invoice,
	p billing.Optional[[]DiscountParams]) (err error) {
	if !p.Set {
		return nil
	}
	inv.Discounts, err = f.redeem(f.tx, redemption{Params: p.Value, Now: f.now,
		Customer: f.cus.ID, Invoice: inv.ID, Currency: inv.Currency, Param: "discounts"})
	return err
}

// InvoiceUpdateParams change an invoice.
type InvoiceUpdateParams struct {
	AutoAdvance          *bool                                 `form:"auto_advance"`
	AutomaticTax         *AutomaticTaxParams                   `form:"automatic_tax"`
	FinalizesAt          *int64                                `form:"automatically_finalizes_at"`
	CollectionMethod     *string                               `form:"collection_method"`
	CustomFields         billing.Optional[[]CustomFieldParams] `form:"custom_fields"`
	DaysUntilDue         *int64                                `form:"days_until_due"`
	DefaultPaymentMethod *string                               `form:"default_payment_method"`
	DefaultTaxRates      billing.Optional[[]string]            `form:"default_tax_rates"`
	Description          billing.Optional[string]              `form:"description"`
	Discounts            billing.Optional[[]DiscountParams]    `form:"discounts"`
	DueDate              *int64                                `form:"due_date"`
	EffectiveAt          billing.Optional[int64]               `form:"effective_at"`
	Footer               billing.Optional[string]              `form:"footer"`
	Issuer               *IssuerParams                         `form:"issuer"`
	Metadata             MetadataParams                        `form:"metadata"`
	Number               *string                               `form:"number"`
	PaymentSettings      *InvoicePaymentSettingsParams         `form:"payment_settings"`
	Rendering            *InvoiceRenderingParams               `form:"rendering"`
	ShippingDetails      billing.Optional[ShippingParams]      `form:"shipping_details"`
	StatementDescriptor  *string                               `form:"statement_descriptor"`
}

// UpdateInvoice changes a draft. Of a final invoice only metadata, the payment method and
// auto_advance may change.
func (a *App) UpdateInvoice(ctx context.Context, c Caller, id string,
	p InvoiceUpdateParams) (*billing.Invoice, error) {
	inv, err := a.onInvoice(ctx, c, id, func(w *lockedInvoice) error {
		fields := invoiceFields{App: a, tx: w.tx, cus: w.cus, now: w.now}
		var err error
		if w.inv.Metadata, err = changeMetadata(w.inv.Metadata, p.Metadata); err != nil {
			return err
		}
		if err := fields.method(w.inv, p.DefaultPaymentMethod); err != nil {
			return err
		}
		if w.inv.Status != billing.InvoiceDraft {
			return w.updateFinal(p)
		}
		if p.AutoAdvance != nil {
			w.inv.AutoAdvance = *p.AutoAdvance
		}
		return w.updateDraft(fields, p)
	})
	if store.Unique(err, "invoices.number") {
		err = numberInUse(*p.Number)
	}
	return inv, err
}

// updateFinal refuses changes of what finalization froze; an open invoice may still be collected
// by itself, or not.
func (w *lockedInvoice) updateFinal(p InvoiceUpdateParams) error {
	advance := p.AutoAdvance
	p.Metadata = MetadataParams{}
	p.DefaultPaymentMethod, p.AutoAdvance = nil, nil
	if param := firstGiven(p); param != "" {
		return billing.Invalid(param, "Finalized invoices can't be updated in this way")
	}
	if advance != nil && w.inv.Status == billing.InvoiceOpen && *advance != w.inv.AutoAdvance {
		w.advances(*advance)
	}
	return nil
}

// advances stops the collection of an open invoice, or takes it up again: one that is charged is
// tried in an hour, one that was sent is watched until its date.
func (w *lockedInvoice) advances(on bool) {
	if !on {
		stopAdvancing(w.inv)
		return
	}
	w.inv.AutoAdvance = true
	if w.inv.CollectionMethod == billing.SendInvoice {
		w.inv.Private.RetryAt = w.inv.DueDate
		return
	}
	collectLater(w.inv, w.now)
}

// collectLater plans the first try of an open invoice in an hour, as that of a draft is.
func collectLater(inv *billing.Invoice, now int64) {
	at := now + 3600
	inv.NextPaymentAttempt, inv.Private.RetryAt = &at, &at
}

func (w *lockedInvoice) updateDraft(f invoiceFields, p InvoiceUpdateParams) error {
	if err := refuseAutomaticTax(p.AutomaticTax); err != nil {
		return err
	}
	inv := w.inv
	set(&inv.Description, p.Description)
	set(&inv.Footer, p.Footer)
	set(&inv.EffectiveAt, p.EffectiveAt)
	if err := checkDescriptors(p.StatementDescriptor, nil); err != nil {
		return err
	}
	given(&inv.StatementDescriptor, p.StatementDescriptor)
	inv.Rendering = p.Rendering.over(inv.Rendering)
	if err := f.number(inv, p.Number); err != nil {
		return err
	}
	if p.CollectionMethod != nil {
		inv.CollectionMethod = *p.CollectionMethod
		if *p.CollectionMethod == billing.ChargeAutomatically {
			inv.DueDate = nil
		}
	}
	if err := changeCustomFields(&inv.CustomFields, p.CustomFields, "custom_fields"); err != nil {
		return err
	}
	if err := f.due(inv, p.DueDate, p.DaysUntilDue); err != nil {
		return err
	}
	if err := f.settings(inv, p.PaymentSettings, p.Issuer); err != nil {
		return err
	}
	if p.ShippingDetails.Set {
		inv.ShippingDetails = mergeShipping(inv.ShippingDetails, p.ShippingDetails)
	}
	if err := f.discounts(inv, p.Discounts); err != nil {
		return err
	}
	if p.DefaultTaxRates.Set {
		rates, err := w.taxRates(w.tx, p.DefaultTaxRates.Value, "default_tax_rates")
		if err != nil {
			return err
		}
		inv.DefaultTaxRates = rates
	}
	if err := f.finalizesAt(inv, p.FinalizesAt, p.AutoAdvance); err != nil {
		return err
	}
	settings, err := store.LoadSettings(w.tx)
	if err != nil {
		return err
	}
	w.scheduleDraft(inv, settings)
	_, err = w.recompute(w.tx, inv, w.cus, w.now)
	return err
}
