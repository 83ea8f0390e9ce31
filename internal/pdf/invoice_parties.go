package pdf

import (
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
)

// seller is who sends the invoice. The name is the one that the invoice froze.
func (p *paper) seller() Party {
	profile := p.Settings.BusinessProfile
	party := Party{Name: first(text(p.Invoice.AccountName), text(profile.Name), p.Account.Name)}
	party.add(p.addressLines(profile.Address)...)
	party.add(text(profile.SupportEmail), text(profile.SupportPhone), text(profile.URL))
	if id := text(profile.TaxID); id != "" {
		party.add(p.z.T(i18n.PDFTaxID) + " " + id)
	}
	return party
}

// buyer is who pays.
func (p *paper) buyer() Party {
	inv := p.Invoice
	name, email, address := text(inv.CustomerName), text(inv.CustomerEmail), inv.CustomerAddress
	phone := text(inv.CustomerPhone)
	if cus := p.Customer; cus != nil && inv.Status == billing.InvoiceDraft {
		name, email = first(name, text(cus.Name)), first(email, text(cus.Email))
		phone = first(phone, text(cus.Phone))
		if address == nil {
			address = cus.Address
		}
	}
	party := Party{Label: p.z.T(i18n.PDFBillTo), Name: name}
	party.add(p.addressLines(address)...)
	if name == "" {
		party.Name, email = email, ""
	}
	party.add(email, phone)
	for _, id := range inv.CustomerTaxIDs {
		if number := text(id.Value); number != "" {
			party.add(p.z.T(i18n.PDFTaxIDLine, i18n.A("type", taxIDName(id.Type)),
				i18n.A("number", number)))
		}
	}
	return party
}

// shipTo is where goods go, when the invoice says so.
func (p *paper) shipTo() Party {
	to := p.Invoice.ShippingDetails
	if to == nil {
		to = p.Invoice.CustomerShipping
	}
	if to == nil || to.Address == nil {
		return Party{}
	}
	party := Party{Label: p.z.T(i18n.PDFShipTo), Name: to.Name}
	party.add(p.addressLines(to.Address)...)
	return party
}

// taxIDName is a type of tax id as people call it: "eu_vat" is EU VAT.
func taxIDName(kind string) string {
	return strings.ToUpper(strings.ReplaceAll(kind, "_", " "))
}

// add appends the lines that say something.
func (party *Party) add(lines ...string) {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			party.Lines = append(party.Lines, l)
		}
	}
}

// cityFirst are countries whose postal code follows the city.
var cityFirst = map[string]bool{"US": true, "CA": true, "AU": true, "NZ": true, "GB": true,
	"IE": true, "IN": true, "SG": true, "HK": true, "TH": true, "ID": true, "ZA": true, "": true}

// addressLines are an address as it is written on an envelope of its country.
func (p *paper) addressLines(a *billing.Address) []string {
	if a == nil {
		return nil
	}
	city, state, code := text(a.City), text(a.State), text(a.PostalCode)
	place := join(" ", code, join(", ", city, state))
	if cityFirst[text(a.Country)] {
		place = join(" ", join(", ", city, state), code)
	}
	country := text(a.Country)
	if p.Country != nil && country != "" {
		country = p.Country(country)
	}
	return []string{text(a.Line1), text(a.Line2), place, country}
}

// join puts a separator between the parts that say something.
func join(separator string, parts ...string) string {
	var out []string
	for _, part := range parts {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, separator)
}

// first is the first text that says something.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
