package main

import (
	"context"
	"fmt"
	"strconv"
)

// companyName is who bills in the demonstration: a service that finds the people behind
// companies, with plans by the seat and credits on top.
const companyName = "Rolodeck"

// offer is a product of the company and what it costs. Plans are charged by the seat, credits by
// the piece; a year costs ten months.
type offer struct {
	key, name, about, unit string
	monthly                string // in cents, decimals allowed
	yearly                 string
	features               []string
	addOn                  bool
}

var catalogue = []offer{
	{key: "free", name: "Free", about: "To try it out.", unit: "seat", monthly: "0", yearly: "0",
		features: []string{"15 direct email credits a month", "5 phone credits a month",
			"Browser extension"}},
	{key: "starter", name: "Starter", about: "For one person who looks for customers.",
		unit: "seat", monthly: "4900", yearly: "49000",
		features: []string{"Unlimited business email credits", "100 phone credits a month",
			"1,000 export credits a month"}},
	{key: "business", name: "Business", about: "For teams that share their lists.",
		unit: "seat", monthly: "7900", yearly: "79000",
		features: []string{"Everything in Starter", "200 phone credits a month",
			"200 direct email credits a month", "Shared lists and roles"}},
	{key: "organization", name: "Organization", about: "For companies with rules of their own.",
		unit: "seat", monthly: "12900", yearly: "129000",
		features: []string{"Everything in Business", "Single sign-on", "Usage reports by team",
			"A contact person of yours"}},

	{key: "phone", name: "Phone credits", about: "More phone numbers.", unit: "credit",
		monthly: "30", yearly: "300", addOn: true},
	{key: "direct_email", name: "Direct email credits", about: "More direct addresses.",
		unit: "credit", monthly: "8", yearly: "80", addOn: true},
	{key: "export", name: "Export credits", about: "More rows in your exports.", unit: "credit",
		monthly: "2.5", yearly: "25", addOn: true},
	{key: "sms", name: "SMS credits", about: "Text messages to your contacts.", unit: "message",
		monthly: "4.5", yearly: "45", addOn: true},
}

// company is what the story needs to know of what was made: ids by key, such as
// "starter_monthly".
type company struct {
	prices, products map[string]string
	taxRate          string
}

// found makes the company: settings, catalogue, coupons, tax, and what the portal offers.
func (c client) found(ctx context.Context) (*company, error) {
	co := &company{prices: map[string]string{}, products: map[string]string{}}
	_, err := c.post(ctx, "/v1/portico/settings", "business_profile[name]="+companyName,
		"business_profile[support_email]=help@rolodeck.example",
		"business_profile[url]=https://rolodeck.example",
		"business_profile[tax_id]=IE3628145PH",
		"business_profile[address][line1]=14 Wellington Quay",
		"business_profile[address][city]=Dublin", "business_profile[address][country]=IE",
		"business_profile[address][postal_code]=D02 YP03",
		"branding[primary_color]=#0f766e", "timezone=Europe/Dublin",
		// An app on this machine may be sent webhooks.
		"webhooks[allowed_hosts][0]=localhost", "webhooks[allowed_hosts][1]=127.0.0.1")
	if err != nil {
		return nil, err
	}
	for _, o := range catalogue {
		if err := c.sell(ctx, co, o); err != nil {
			return nil, err
		}
	}
	rate, err := c.post(ctx, "/v1/tax_rates", "display_name=VAT", "percentage=23",
		"inclusive=false", "country=IE", "jurisdiction=IE")
	if err != nil {
		return nil, err
	}
	co.taxRate = rate.id()
	return co, c.discountAndOffer(ctx, co)
}

// sell adds a product with a monthly and a yearly price.
func (c client) sell(ctx context.Context, co *company, o offer) error {
	params := []string{"name=" + o.name, "description=" + o.about, "unit_label=" + o.unit}
	for i, feature := range o.features {
		params = append(params, fmt.Sprintf("marketing_features[%d][name]=%s", i, feature))
	}
	product, err := c.post(ctx, "/v1/products", params...)
	if err != nil {
		return err
	}
	co.products[o.key] = product.id()
	for interval, amount := range map[string]string{"month": o.monthly, "year": o.yearly} {
		key := o.key + "_" + interval + "ly"
		price, err := c.post(ctx, "/v1/prices", "product="+product.id(), "currency=eur",
			"unit_amount_decimal="+amount, "recurring[interval]="+interval, "lookup_key="+key,
			"tax_behavior=exclusive")
		if err != nil {
			return err
		}
		co.prices[key] = price.id()
	}
	return nil
}

// seatsMax is how many seats a customer may take without asking.
const seatsMax = 50

// discountAndOffer makes the coupons and lets customers choose among the plans.
func (c client) discountAndOffer(ctx context.Context, co *company) error {
	if _, err := c.post(ctx, "/v1/coupons", "id=WELCOME20", "name=Welcome", "percent_off=20",
		"duration=repeating", "duration_in_months=3"); err != nil {
		return err
	}
	if _, err := c.post(ctx, "/v1/coupons", "id=PARTNER10", "name=Partner", "percent_off=10",
		"duration=forever"); err != nil {
		return err
	}
	found, err := c.get(ctx, "/v1/billing_portal/configurations", "is_default=true")
	if err != nil {
		return err
	}
	if len(found.list()) == 0 {
		return fmt.Errorf("%s has no default portal configuration", companyName)
	}
	params := []string{"business_profile[headline]=" + companyName + " finds who to talk to.",
		"business_profile[privacy_policy_url]=https://rolodeck.example/privacy",
		"business_profile[terms_of_service_url]=https://rolodeck.example/terms"}
	n := 0
	for _, o := range catalogue {
		if o.addOn {
			continue
		}
		at := "features[subscription_update][products][" + strconv.Itoa(n) + "]"
		params = append(params, at+"[product]="+co.products[o.key],
			at+"[prices][0]="+co.prices[o.key+"_monthly"],
			at+"[prices][1]="+co.prices[o.key+"_yearly"],
			at+"[adjustable_quantity][enabled]=true",
			at+"[adjustable_quantity][minimum]=1",
			at+"[adjustable_quantity][maximum]="+strconv.Itoa(seatsMax))
		n++
	}
	_, err = c.post(ctx, "/v1/billing_portal/configurations/"+found.list()[0].id(), params...)
	return err
}
