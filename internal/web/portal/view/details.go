package view

import (
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// Details is the form of billing details. What may not be edited is shown and not asked.
type Details struct {
	Frame
	Value  DetailsValue
	Edit   DetailsEdit
	TaxIDs []TaxID
	Types  []Option // of tax ids, for the form that adds one
	// Countries are values and names in the customer's language, in its order.
	Countries []Option
	Errors    []kit.FieldError
}

// DetailsValue is what is known about the customer, as typed.
type DetailsValue struct {
	Name, Email, Phone string
	Address            Address
	TaxIDType, TaxID   string // being added
}

// Address is an address as typed.
type Address struct{ Line1, Line2, City, State, PostalCode, Country string }

// DetailsEdit says what may be edited.
type DetailsEdit struct{ Name, Email, Phone, Address, TaxIDs bool }

// any tells that there is a form at all.
func (e DetailsEdit) any() bool { return e.Name || e.Email || e.Phone || e.Address }

// Option is one value of a list to choose from.
type Option struct{ Value, Text string }

// TaxID is a number of the customer, and what a check said about it.
type TaxID struct {
	ID, Type, Number string
	Verification     string // Stripe's: pending, verified, unverified, unavailable; empty: none
}

func (t TaxID) badge(z *i18n.Localizer) badge {
	switch t.Verification {
	case "pending":
		return badge{kit.ToneNeutral, "clock", z.T(i18n.DetailsTaxIDPending)}
	case "verified":
		return badge{kit.TonePositive, "positive", z.T(i18n.DetailsTaxIDVerified)}
	case "unverified":
		return badge{kit.ToneWarning, "warning", z.T(i18n.DetailsTaxIDUnverified)}
	default:
		return badge{}
	}
}

// frame is what stands around a field of this form.
func (d Details) frame(name string, label i18n.Key) kit.FieldFrame {
	return kit.FieldFrame{Name: name, Label: d.Z.T(label), Errors: d.Errors}
}

// field makes a text field of this form.
func (d Details) field(name string, label i18n.Key, value, autocomplete string) kit.TextInput {
	return kit.TextInput{FieldFrame: d.frame(name, label), Value: value,
		Autocomplete: autocomplete}
}

func (d Details) nameField() kit.TextInput {
	f := d.field("name", i18n.DetailsName, d.Value.Name, "name")
	f.Hint = d.Z.T(i18n.DetailsNameHint)
	return f
}

func (d Details) emailField() kit.TextInput {
	f := d.field("email", i18n.DetailsEmail, d.Value.Email, "email")
	f.Type, f.Hint = "email", d.Z.T(i18n.DetailsEmailHint)
	return f
}

func (d Details) phoneField() kit.TextInput {
	f := d.field("phone", i18n.DetailsPhone, d.Value.Phone, "tel")
	f.Type, f.Optional = "tel", true
	return f
}

func (d Details) line2Field() kit.TextInput {
	f := d.field("line2", i18n.DetailsLine2, d.Value.Address.Line2, "address-line2")
	f.Optional = true
	return f
}

func (d Details) stateField() kit.TextInput {
	f := d.field("state", i18n.DetailsState, d.Value.Address.State, "address-level1")
	f.Optional = true
	return f
}

// lines is an address to read, its country by name.
func (a Address) lines(countries []Option) []string {
	country := a.Country
	for _, o := range countries {
		if o.Value == a.Country {
			country = o.Text
		}
	}
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, join(a.PostalCode, a.City), a.State, country} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
