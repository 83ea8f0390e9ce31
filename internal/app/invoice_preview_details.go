package app

import (
	"errors"
	"fmt"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/store"
)

// PreviewCustomerParams describe a customer who does not exist, or who would be otherwise.
type PreviewCustomerParams struct {
	Address   billing.Optional[AddressParams]  `form:"address"`
	Shipping  billing.Optional[ShippingParams] `form:"shipping"`
	TaxExempt billing.Optional[string]         `form:"tax_exempt"`
}

// PreviewItemParams are a sum that the previewed invoice holds besides.
type PreviewItemParams struct {
	Amount            *int64                             `form:"amount"`
	Currency          *string                            `form:"currency"`
	Description       *string                            `form:"description"`
	Discountable      *bool                              `form:"discountable"`
	Discounts         billing.Optional[[]DiscountParams] `form:"discounts"`
	Metadata          MetadataParams                     `form:"metadata"`
	Period            *PeriodParams                      `form:"period"`
	Price             *string                            `form:"price"`
	PriceData         *PriceDataParams                   `form:"price_data"`
	Quantity          *int64                             `form:"quantity"`
	TaxBehavior       *string                            `form:"tax_behavior"`
	TaxRates          billing.Optional[[]string]         `form:"tax_rates"`
	UnitAmount        *int64                             `form:"unit_amount"`
	UnitAmountDecimal *string                            `form:"unit_amount_decimal"`
}

// imagine makes what the preview only supposes: everything is undone with it.
func (v *previewing) imagine() error {
	if i := v.p.Issuer; i != nil && i.Type != "self" {
		return billing.Unsupported("issuer[type]=" + i.Type)
	}
	if err := refuseAutomaticTax(v.p.AutomaticTax); err != nil {
		return err
	}
	if v.p.CustomerDetails == nil && len(v.p.InvoiceItems) == 0 {
		return nil
	}
	cus, err := v.customer()
	if err != nil || cus == nil {
		return err
	}
	now, err := v.now(v.tx, v.c, cus)
	if err != nil {
		return err
	}
	for i, item := range v.p.InvoiceItems {
		if err := v.addItem(cus, item, now); err != nil {
			return below(err, fmt.Sprintf("invoice_items[%d]", i))
		}
	}
	return nil
}

// below names a parameter that is wrong inside a hash. What items of invoices call pricing[price]
// is price here.
func below(err error, hash string) error {
	e, ok := errors.AsType[*billing.Error](err)
	if !ok || e.Param == "" {
		return err
	}
	nested := *e
	name, rest, deep := strings.Cut(e.Param, "[")
	nested.Param = hash + "[" + name + "]"
	if deep {
		nested.Param += "[" + rest
	}
	if priced, found := strings.CutPrefix(e.Param, "pricing"); found {
		nested.Param = hash + priced
	}
	nested.Message = strings.Replace(e.Message, "param: "+e.Param+".",
		"param: "+nested.Param+".", 1)
	return &nested
}

// asAsked names a parameter of the rehearsed command as the preview calls it. Those of the preview
// itself keep their names.
func asAsked(err error) error {
	e, ok := errors.AsType[*billing.Error](err)
	if !ok || e.Param == "" {
		return err
	}
	switch name, _, _ := strings.Cut(e.Param, "["); name {
	case "billing_cycle_anchor", "billing_mode", "cancel_at", "cancel_at_period_end",
		"default_tax_rates", "items", "proration_behavior", "proration_date", "resume_at",
		"trial_end":
		return below(err, "subscription_details")
	case "backdate_start_date":
		renamed := *e
		renamed.Param = "subscription_details[start_date]"
		return &renamed
	default:
		return err
	}
}

// checkOwner: a subscription that is named is there, and is the customer's who is named with it.
func (v *previewing) checkOwner(id string) error {
	sub, err := referred(v.tx, store.Subscriptions, id, "subscription")
	if err != nil || v.p.Customer == nil {
		return err
	}
	if _, err := referred(v.tx, store.Customers, *v.p.Customer, "customer"); err != nil {
		return err
	}
	if sub.Customer.ID != *v.p.Customer {
		return billing.Invalid("customer", "The subscription `%s` does not belong to the customer "+
			"`%s`.", id, *v.p.Customer)
	}
	return nil
}

// customer is whom the preview is for, with the details that it supposes.
func (v *previewing) customer() (cus *billing.Customer, err error) {
	var details CustomerParams
	if d := v.p.CustomerDetails; d != nil {
		details.Address, details.Shipping, details.TaxExempt = d.Address, d.Shipping, d.TaxExempt
	}
	id := v.p.Customer
	if v.p.Subscription != nil {
		sub, err := referred(v.tx, store.Subscriptions, *v.p.Subscription, "subscription")
		if err != nil {
			return nil, err
		}
		id = &sub.Customer.ID
	}
	switch {
	case id != nil:
		if cus, err = lockReferred(v.tx, store.Customers, *id, "customer"); err != nil {
			return nil, err
		}
		return cus, details.apply(cus)
	case v.p.CustomerDetails == nil:
		return nil, nil
	}
	cus, err = v.newCustomer(v.tx, v.c, CustomerCreateParams{CustomerParams: details})
	if err != nil {
		return nil, err
	}
	store.Customers.Insert(v.tx, cus)
	v.p.Customer = &cus.ID
	return cus, nil
}

func (v *previewing) addItem(cus *billing.Customer, p PreviewItemParams, now int64) error {
	made := InvoiceItemCreateParams{Amount: p.Amount, Currency: p.Currency, Customer: cus.ID,
		Description: p.Description, Discountable: p.Discountable, Discounts: p.Discounts,
		Metadata: p.Metadata, Period: p.Period, PriceData: p.PriceData, Quantity: p.Quantity,
		Subscription: v.p.Subscription, TaxBehavior: p.TaxBehavior, TaxRates: p.TaxRates.Value,
		UnitAmountDecimal: p.UnitAmountDecimal}
	if p.Price != nil {
		made.Pricing = &PricingParams{Price: p.Price}
	}
	if p.UnitAmount != nil && p.UnitAmountDecimal != nil {
		return exclusive("unit_amount", "unit_amount_decimal")
	}
	if p.UnitAmount != nil {
		made.UnitAmountDecimal = new(fmt.Sprint(*p.UnitAmount))
	}
	it, err := v.makeItem(v.tx, cus, made, now)
	if err != nil {
		return err
	}
	if err := fixCurrency(cus, it.Currency); err != nil {
		return err
	}
	store.InvoiceItems.Insert(v.tx, it)
	return nil
}

// byHand is the invoice of what waits for the customer, where there is no subscription.
func (v *previewing) byHand() (*Preview, error) {
	m := &manual{App: v.App, tx: v.tx, c: v.c, p: InvoiceCreateParams{Customer: *v.p.Customer,
		Currency: v.p.Currency, Discounts: v.p.Discounts,
		PendingInvoiceItemsBehavior: new("include")}}
	inv, err := m.draft()
	if err != nil {
		return nil, err
	}
	due := invoicing.Preview(inv, m.cus.Balance)
	return &Preview{Invoice: asPreview(inv), Due: due, Now: true}, nil
}

// resumed is the invoice that resuming a paused subscription now would make: at once, or with its
// next period.
func (v *previewing) resumed(u *updating) (*Preview, error) {
	d := v.p.SubscriptionDetails
	p := SubscriptionResumeParams{ProrationBehavior: d.ProrationBehavior,
		ProrationDate: d.ProrationDate}
	if d.BillingCycleAnchor != nil {
		p.BillingCycleAnchor = &d.BillingCycleAnchor.Word
	}
	out, err := u.restart(p)
	if err != nil {
		return nil, err
	}
	if !out.InvoiceNow {
		return v.next(u, u.sub, out.Prorations)
	}
	inv, _, err := u.draftResumed(out, billing.BillingReasonUpcoming)
	if err != nil {
		return nil, err
	}
	return v.shown(inv, u, true), nil
}
