package invoicing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/portico-billing/portico/internal/billing"
)

// DraftInput is what a new draft is made from.
type DraftInput struct {
	ID           string
	Customer     *billing.Customer
	Subscription *billing.Subscription // nil for an invoice made by hand
	Account      *billing.Account
	Reason       string
	Currency     string
	Now          int64
	PeriodStart  int64
	PeriodEnd    int64
	AutoAdvance  bool
	Livemode     bool
}

// Draft is an empty draft with everything but lines. Compute fills in the figures.
func (b *Book) Draft(in DraftInput) *billing.Invoice {
	inv := &billing.Invoice{
		ID: in.ID, Object: "invoice", Livemode: in.Livemode, Created: in.Now,
		AccountCountry: &in.Account.Country, AccountName: b.accountName(in.Account),
		AutoAdvance: in.AutoAdvance, BillingReason: &in.Reason, Currency: in.Currency,
		CollectionMethod: billing.ChargeAutomatically, Status: billing.InvoiceDraft,
		Customer:    billing.To[billing.Customer](in.Customer.ID),
		PeriodStart: in.PeriodStart, PeriodEnd: in.PeriodEnd,
		Issuer: billing.Issuer{Type: "self"}, TestClock: in.Customer.TestClock,
		Footer:       in.Customer.InvoiceSettings.Footer,
		CustomFields: in.Customer.InvoiceSettings.CustomFields,
		Lines: billing.List[billing.LineItem]{Object: "list",
			URL: "/v1/invoices/" + in.ID + "/lines"},
		StartingBalance:      in.Customer.Balance,
		TotalDiscountAmounts: []billing.DiscountAmount{}, TotalTaxes: []billing.Tax{},
		TotalPretaxCreditAmounts: []billing.PretaxCreditAmount{},
		Rendering:                renderingOf(in.Customer),
	}
	Mirror(inv, in.Customer)
	if in.Subscription != nil {
		b.fromSubscription(inv, in.Subscription)
	} else if d := in.Customer.Discount.ID; d != "" {
		inv.Discounts = billing.Arr[billing.Ref[billing.Discount]]{billing.To[billing.Discount](d)}
	}
	return inv
}

func (b *Book) accountName(a *billing.Account) *string {
	if n := b.Settings.BusinessProfile.Name; n != nil {
		return n
	}
	return &a.Name
}

func (b *Book) fromSubscription(inv *billing.Invoice, sub *billing.Subscription) {
	inv.CollectionMethod = sub.CollectionMethod
	inv.DefaultTaxRates = sub.DefaultTaxRates
	inv.Description = sub.InvoiceSettings.Description
	if sub.InvoiceSettings.Footer != nil {
		inv.Footer = sub.InvoiceSettings.Footer
	}
	if sub.InvoiceSettings.CustomFields != nil {
		inv.CustomFields = sub.InvoiceSettings.CustomFields
	}
	inv.Parent = &billing.InvoiceParent{
		Type: "subscription_details",
		SubscriptionDetails: &billing.SubscriptionDetails{
			Metadata:     sub.Metadata,
			Subscription: billing.To[billing.Subscription](sub.ID),
		},
	}
	if sub.PaymentSettings != nil {
		inv.PaymentSettings.PaymentMethodTypes = sub.PaymentSettings.PaymentMethodTypes
		if o := sub.PaymentSettings.PaymentMethodOptions; o != nil && o.Card != nil {
			inv.PaymentSettings.PaymentMethodOptions = &billing.InvoiceMethodOptions{
				Card: billing.InvoiceCardOptions{RequestThreeDSecure: o.Card.RequestThreeDSecure}}
		}
	}
	if sub.CollectionMethod == billing.SendInvoice && sub.DaysUntilDue != nil {
		inv.DueDate = new(inv.Created + *sub.DaysUntilDue*86400)
	}
}

// renderingOf is how a customer's invoices are printed.
func renderingOf(c *billing.Customer) *billing.InvoiceRendering {
	o := c.InvoiceSettings.RenderingOptions
	if o == nil || o.AmountTaxDisplay == nil {
		return nil
	}
	return &billing.InvoiceRendering{AmountTaxDisplay: o.AmountTaxDisplay}
}

// Mirror copies the customer's details, as an invoice does until it is finalized.
func Mirror(inv *billing.Invoice, c *billing.Customer) {
	inv.CustomerAddress, inv.CustomerEmail, inv.CustomerName = c.Address, c.Email, c.Name
	inv.CustomerPhone, inv.CustomerShipping = c.Phone, c.Shipping
	inv.CustomerTaxExempt = c.TaxExempt
	inv.StartingBalance = c.Balance
}

// AddLine puts a line on a draft. rates are its own tax rates: nil takes the invoice's, an empty
// list none.
func AddLine(inv *billing.Invoice, line billing.LineItem, rates []string) {
	line.Invoice = &inv.ID
	if rates != nil {
		if inv.Private.LineTaxRates == nil {
			inv.Private.LineTaxRates = map[string][]string{}
		}
		inv.Private.LineTaxRates[line.ID] = rates
	}
	inv.Lines.Data = append(inv.Lines.Data, line)
}

// RateIDs are the ids of tax rates shown whole; nil when there are none.
func RateIDs(rates []billing.Embed[billing.TaxRate]) []string {
	var ids []string
	for _, r := range rates {
		ids = append(ids, r.ID)
	}
	return ids
}

// frozen is what finalization freezes for ever.
type frozen struct {
	Number, Currency, Customer        string
	Subtotal, Total                   int64
	Lines                             billing.Arr[billing.LineItem]
	Taxes                             []billing.Tax
	Discounts                         []billing.DiscountAmount
	Address                           *billing.Address
	Email, Name, Phone, TaxExempt     *string
	StartingBalance, PeriodS, PeriodE int64
}

// FrozenHash is a fingerprint of everything that may never change after finalization.
func FrozenHash(inv *billing.Invoice) string {
	f := frozen{
		Currency: inv.Currency, Customer: inv.Customer.ID, Subtotal: inv.Subtotal,
		Total: inv.Total, Lines: inv.Lines.Data, Taxes: inv.TotalTaxes,
		Discounts: inv.TotalDiscountAmounts, Address: inv.CustomerAddress,
		Email: inv.CustomerEmail, Name: inv.CustomerName, Phone: inv.CustomerPhone,
		TaxExempt: inv.CustomerTaxExempt, StartingBalance: inv.StartingBalance,
		PeriodS: inv.PeriodStart, PeriodE: inv.PeriodEnd,
	}
	if inv.Number != nil {
		f.Number = *inv.Number
	}
	doc, err := json.Marshal(f)
	if err != nil {
		panic(err) // plain data always encodes
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:])
}
