package portal

import (
	"net/http"
	"slices"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// showDetails is the form of billing details.
func showDetails(v *visit) error { return v.details(http.StatusOK, nil) }

// details shows the form; what was typed and refused is shown again as it was typed.
func (v *visit) details(status int, typed *kit.Form) error {
	var page view.Details
	err := v.readPlace(func(s *snapshot) (err error) {
		if page.Frame, err = s.place(view.TabDetails); err != nil {
			return err
		}
		if !page.Offers.Details {
			return errForbidden
		}
		page.Edit = editable(s.cfg)
		page.Value = detailsOf(s.cus)
		page.Countries = countries(s.z.TextLocale())
		if typed != nil {
			page.Value, page.Errors = typedDetails(typed), typed.Errors
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(status, page.Page())
}

func editable(cfg *billing.PortalConfiguration) view.DetailsEdit {
	update := cfg.Features.CustomerUpdate
	may := func(name string) bool {
		return update.Enabled && slices.Contains(update.AllowedUpdates, name)
	}
	return view.DetailsEdit{Name: may("name"), Email: may("email"), Phone: may("phone"),
		Address: may("address")}
}

func detailsOf(cus *billing.Customer) view.DetailsValue {
	out := view.DetailsValue{Name: text(cus.Name), Email: text(cus.Email), Phone: text(cus.Phone)}
	if a := cus.Address; a != nil {
		out.Address = view.Address{Line1: text(a.Line1), Line2: text(a.Line2), City: text(a.City),
			State: text(a.State), PostalCode: text(a.PostalCode), Country: text(a.Country)}
	}
	return out
}

func typedDetails(f *kit.Form) view.DetailsValue {
	return view.DetailsValue{Name: f.Text("name"), Email: f.Text("email"), Phone: f.Text("phone"),
		Address: view.Address{Line1: f.Text("line1"), Line2: f.Text("line2"),
			City: f.Text("city"), State: f.Text("state"), PostalCode: f.Text("postal_code"),
			Country: f.Text("country")}}
}

// Limits of the form; Stripe's are no lower.
const (
	nameMax  = 256
	emailMax = 512
	phoneMax = 20
	lineMax  = 200
)

// detailsFields maps the command's parameters to the form's fields.
var detailsFields = map[string]string{"email": "email", "name": "name", "phone": "phone",
	"address[country]": "country", "address[line1]": "line1", "address[line2]": "line2",
	"address[postal_code]": "postal_code", "address[city]": "city", "address[state]": "state"}

// detailsOrder is that of the fields on the page.
var detailsOrder = []string{"name", "email", "phone", "country", "line1", "line2", "postal_code",
	"city", "state"}

// saveDetails changes what the form asked for. What the configuration does not let customers
// change is not read, and a forged field is refused by the command.
func saveDetails(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	p := app.CustomerUpdateParams{CustomerParams: v.detailsParams(form)}
	if err := v.keepNeeded(form); err != nil {
		return err
	}
	if !form.OK() {
		form.Arrange(detailsOrder...)
		return v.details(http.StatusUnprocessableEntity, form)
	}
	if _, err := v.App.UpdateCustomer(v.r.Context(), v.c, v.Session.Customer, p); err != nil {
		e := refusal(err)
		if e == nil || e.Status == http.StatusForbidden || e.Status == http.StatusNotFound {
			return err
		}
		if e.Param == "email" {
			form.Refuse("email", i18n.ErrorEmail)
		} else {
			form.RefuseWith(err, detailsFields)
		}
		return v.details(http.StatusUnprocessableEntity, form)
	}
	return v.done("customer_update", view.PathDetails, flash(i18n.DetailsSaved, nil))
}

// keepNeeded refuses to empty what is needed: the address to which receipts go, and the country of
// an address.
func (v *visit) keepNeeded(f *kit.Form) error {
	var had bool
	err := v.read(func(s *snapshot) error {
		had = s.cus.Email != nil
		return nil
	})
	if had && f.Values.Has("email") && f.Text("email") == "" {
		f.Refuse("email", i18n.ErrorEmail)
	}
	street := f.Text("line1") + f.Text("line2") + f.Text("city") + f.Text("postal_code")
	if f.Values.Has("country") && f.Text("country") == "" && street != "" {
		f.Refuse("country", i18n.ErrorCountry)
	}
	return err
}

// detailsParams reads the fields that were sent; one sent empty is unset.
func (v *visit) detailsParams(f *kit.Form) app.CustomerParams {
	var p app.CustomerParams
	given := func(field string, most int) billing.Optional[string] {
		if !f.Values.Has(field) {
			return billing.Optional[string]{}
		}
		value := f.TextMax(field, most)
		return billing.Optional[string]{Set: true, Null: value == "", Value: value}
	}
	p.Name, p.Phone = given("name", nameMax), given("phone", phoneMax)
	p.Email = given("email", emailMax)
	if !f.Refused("email") && !app.ValidEmail(p.Email.Value) {
		f.Refuse("email", i18n.ErrorEmail)
	}
	if !f.Values.Has("country") {
		return p
	}
	country := f.Text("country")
	if country != "" && !slices.ContainsFunc(countries(i18n.Default),
		func(o view.Option) bool { return o.Value == country }) {
		f.Refuse("country", i18n.ErrorCountry)
	}
	p.Address = billing.Some(app.AddressParams{City: given("city", lineMax),
		Country: given("country", lineMax), Line1: given("line1", lineMax),
		Line2: given("line2", lineMax), PostalCode: given("postal_code", lineMax),
		State: given("state", lineMax)})
	return p
}
