package app

import (
	"regexp"

	"github.com/portico-billing/portico/internal/billing"
)

// CustomerCreateParams create a customer.
type CustomerCreateParams struct {
	CustomerParams
	PaymentMethod *string `form:"payment_method"`
	TestClock     *string `form:"test_clock"`
}

// CustomerParams are the fields that a customer is created with and that may change.
type CustomerParams struct {
	Address             billing.Optional[AddressParams]  `form:"address"`
	Balance             *int64                           `form:"balance"`
	Coupon              billing.Optional[string]         `form:"coupon"`
	BusinessName        billing.Optional[string]         `form:"business_name"`
	Description         billing.Optional[string]         `form:"description"`
	Email               billing.Optional[string]         `form:"email"`
	IndividualName      billing.Optional[string]         `form:"individual_name"`
	InvoicePrefix       *string                          `form:"invoice_prefix"`
	InvoiceSettings     *CustomerInvoiceSettingsParams   `form:"invoice_settings"`
	Metadata            MetadataParams                   `form:"metadata"`
	Name                billing.Optional[string]         `form:"name"`
	NextInvoiceSequence *int64                           `form:"next_invoice_sequence"`
	Phone               billing.Optional[string]         `form:"phone"`
	PreferredLocales    billing.Optional[[]string]       `form:"preferred_locales"`
	Shipping            billing.Optional[ShippingParams] `form:"shipping"`
	TaxExempt           billing.Optional[string]         `form:"tax_exempt"`
}

// AddressParams are the parts of a postal address; what is not sent stays.
type AddressParams struct {
	City       billing.Optional[string] `form:"city"`
	Country    billing.Optional[string] `form:"country"`
	Line1      billing.Optional[string] `form:"line1"`
	Line2      billing.Optional[string] `form:"line2"`
	PostalCode billing.Optional[string] `form:"postal_code"`
	State      billing.Optional[string] `form:"state"`
}

// ShippingParams are where goods go.
type ShippingParams struct {
	Address AddressParams            `form:"address"`
	Name    string                   `form:"name"`
	Phone   billing.Optional[string] `form:"phone"`
}

// CustomerInvoiceSettingsParams are the defaults of a customer's invoices.
type CustomerInvoiceSettingsParams struct {
	CustomFields         billing.Optional[[]CustomFieldParams]    `form:"custom_fields"`
	DefaultPaymentMethod billing.Optional[string]                 `form:"default_payment_method"`
	Footer               billing.Optional[string]                 `form:"footer"`
	RenderingOptions     billing.Optional[RenderingOptionsParams] `form:"rendering_options"`
}

// RenderingOptionsParams say how amounts are printed.
type RenderingOptionsParams struct {
	AmountTaxDisplay billing.Optional[string] `form:"amount_tax_display"`
}

// Stripe's limits.
const (
	customFieldsMax     = 4
	preferredLocalesMax = 50
	invoiceSequenceMax  = 1_000_000_000
)

var invoicePrefix = regexp.MustCompile(`^[A-Z0-9]{3,12}$`)

// apply writes the plain fields into the customer. The default payment method and the balance
// are not plain: they concern other nouns.
func (p CustomerParams) apply(cus *billing.Customer) (err error) {
	if p.Address.Set {
		cus.Address = mergeAddress(cus.Address, p.Address)
	}
	set(&cus.BusinessName, p.BusinessName)
	set(&cus.Description, p.Description)
	set(&cus.Email, p.Email)
	set(&cus.IndividualName, p.IndividualName)
	set(&cus.Name, p.Name)
	set(&cus.Phone, p.Phone)
	if p.PreferredLocales.Set {
		cus.PreferredLocales = p.PreferredLocales.Value
	}
	if p.TaxExempt.Set {
		cus.TaxExempt = new(billing.TaxExemptNone)
		assign(cus.TaxExempt, p.TaxExempt.Pointer())
	}
	if p.Shipping.Set {
		cus.Shipping = mergeShipping(cus.Shipping, p.Shipping)
	}
	if err := p.checkContact(cus); err != nil {
		return err
	}
	if err := p.applyInvoicing(cus); err != nil {
		return err
	}
	cus.Metadata, err = changeMetadata(cus.Metadata, p.Metadata)
	return err
}

func (p CustomerParams) checkContact(cus *billing.Customer) error {
	if err := checkEmail(p.Email.Pointer(), "email"); err != nil {
		return err
	}
	if len(cus.PreferredLocales) > preferredLocalesMax {
		return billing.Invalid("preferred_locales", "A customer can have up to %d preferred "+
			"locales.", preferredLocalesMax)
	}
	return nil
}

// applyInvoicing writes what shapes the customer's invoices.
func (p CustomerParams) applyInvoicing(cus *billing.Customer) error {
	if p.InvoicePrefix != nil {
		if !invoicePrefix.MatchString(*p.InvoicePrefix) {
			return billing.Invalid("invoice_prefix", "Invalid invoice_prefix: must be 3 to 12 "+
				"uppercase letters or numbers.")
		}
		cus.InvoicePrefix, cus.Private.NumbersTaken = p.InvoicePrefix, true
	}
	if n := p.NextInvoiceSequence; n != nil {
		if *n < 1 || *n < cus.Private.NextInvoiceSequence {
			return billing.Invalid("next_invoice_sequence", "The next invoice sequence must not "+
				"be lower than %d.", max(1, cus.Private.NextInvoiceSequence))
		}
		if *n > invoiceSequenceMax {
			return billing.Invalid("next_invoice_sequence", "The next invoice sequence must not "+
				"be higher than %d.", int64(invoiceSequenceMax))
		}
		cus.Private.NextInvoiceSequence, cus.NextInvoiceSequence = *n, *n
	}
	s := p.InvoiceSettings
	if s == nil {
		return nil
	}
	set(&cus.InvoiceSettings.Footer, s.Footer)
	if s.RenderingOptions.Null {
		cus.InvoiceSettings.RenderingOptions = nil
	} else if s.RenderingOptions.Set {
		options := billing.RenderingOptions{}
		set(&options.AmountTaxDisplay, s.RenderingOptions.Value.AmountTaxDisplay)
		cus.InvoiceSettings.RenderingOptions = &options
	}
	return changeCustomFields(&cus.InvoiceSettings.CustomFields, s.CustomFields,
		"invoice_settings[custom_fields]")
}

// changeCustomFields replaces what is printed on invoices besides; there is place for four.
func changeCustomFields[S ~[]billing.CustomField](fields *S,
	p billing.Optional[[]CustomFieldParams], param string) error {
	if !p.Set {
		return nil
	}
	if len(p.Value) > customFieldsMax {
		return billing.Invalid(param, "An invoice can have up to %d custom fields.",
			customFieldsMax)
	}
	*fields = nil
	for _, field := range p.Value {
		*fields = append(*fields, billing.CustomField(field))
	}
	return nil
}

// mergeAddress changes the parts that were sent; an address emptied as a whole is gone.
func mergeAddress(old *billing.Address, p billing.Optional[AddressParams]) *billing.Address {
	if p.Null {
		return nil
	}
	address := billing.Address{}
	if old != nil {
		address = *old
	}
	set(&address.City, p.Value.City)
	set(&address.Country, p.Value.Country)
	set(&address.Line1, p.Value.Line1)
	set(&address.Line2, p.Value.Line2)
	set(&address.PostalCode, p.Value.PostalCode)
	set(&address.State, p.Value.State)
	return &address
}

func mergeShipping(old *billing.Shipping, p billing.Optional[ShippingParams]) *billing.Shipping {
	if p.Null {
		return nil
	}
	shipping := billing.Shipping{}
	if old != nil {
		shipping = *old
	}
	shipping.Name = p.Value.Name
	shipping.Address = mergeAddress(shipping.Address, billing.Some(p.Value.Address))
	set(&shipping.Phone, p.Value.Phone)
	return &shipping
}

// changed names what the request would change, in the words of the portal's allowed_updates. What
// no configuration can allow has names of its own.
func (p CustomerParams) changed() []string {
	var names []string
	for _, asks := range []struct {
		name  string
		asked bool
	}{
		{"address", p.Address.Set}, {"email", p.Email.Set}, {"name", p.Name.Set},
		{"phone", p.Phone.Set}, {"shipping", p.Shipping.Set},
		{"balance", p.Balance != nil}, {"business_name", p.BusinessName.Set},
		{"coupon", p.Coupon.Set},
		{"description", p.Description.Set}, {"individual_name", p.IndividualName.Set},
		{"invoice_prefix", p.InvoicePrefix != nil},
		{"invoice_settings", p.InvoiceSettings != nil}, {"metadata", p.Metadata.Set},
		{"next_invoice_sequence", p.NextInvoiceSequence != nil},
		{"preferred_locales", p.PreferredLocales.Set}, {"tax_exempt", p.TaxExempt.Set},
	} {
		if asks.asked {
			names = append(names, asks.name)
		}
	}
	return names
}

// notAllowed is the answer to a customer who asks the portal for more than it offers.
func notAllowed(what string) error {
	return billing.Invalid("", "The portal does not allow customers to %s.", what).
		WithStatus(403)
}
