package api_test

import "testing"

// TestPlanIsAnotherNameOfPrice: Stripe's libraries still send plans.
func TestPlanIsAnotherNameOfPrice(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, sub, price := d.subscriber()
	product := d.post("/v1/products", "name=Silver").id()
	other := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=900",
		"recurring[interval]=month").id()
	made := d.post("/v1/subscriptions", "customer="+cus, "items[0][plan]="+other)
	item := made.want("items.data.0.price.id", `"`+other+`"`).text("items.data.0.id")
	d.post("/v1/invoices/create_preview", "subscription="+made.id(),
		"subscription_details[items][0][id]="+item,
		"subscription_details[items][0][plan]="+price).want("lines.data.0.amount", "-900")
	d.post("/v1/subscriptions/"+made.id(), "items[0][id]="+item, "items[0][plan]="+price).
		want("items.data.0.price.id", `"`+price+`"`)
	added := d.post("/v1/subscription_items", "subscription="+made.id(), "plan="+other).
		want("price.id", `"`+other+`"`).id()
	d.post("/v1/subscription_items/"+added, "plan="+other, "price="+other, "quantity=2").
		want("quantity", "2")

	if got := d.get("/v1/subscriptions", "plan="+other).ids(); len(got) != 1 || got[0] == sub {
		t.Errorf("subscriptions of the plan: %v", got)
	}
	d.do("GET", "/v1/subscriptions", "plan=nope").refused(400, "", "resource_missing", "", "")
	d.do("POST", "/v1/subscriptions", "customer="+cus, "items[0][plan]="+other,
		"items[0][price]="+price).refused(400, "invalid_request_error", "parameters_exclusive",
		"items[0][plan]", "You may only specify one of these parameters: plan, price.")
	d.do("POST", "/v1/subscription_items", "subscription="+sub, "plan="+other, "price="+price).
		refused(400, "invalid_request_error", "parameters_exclusive", "plan", "")
}

// TestExpandTakesLegacyNames: the price of an invoice's line is gone, and still asked for.
func TestExpandTakesLegacyNames(t *testing.T) {
	t.Parallel()
	d := paid(t)
	_, sub, _ := d.subscriber()
	path := "/v1/subscriptions/" + sub
	in := d.get(path, "expand[]=plan.product", "expand[]=items.data.plan.product").
		want("plan.product.name", `"Gold"`).want("items.data.0.plan.product.name", `"Gold"`).
		text("latest_invoice")
	d.get("/v1/subscriptions", "expand[]=data.plan.product").
		want("data.0.plan.product.name", `"Gold"`)
	d.get(path).text("plan.product")
	d.get("/v1/invoices/"+in+"/lines", "expand[]=data.price", "expand[]=data.plan").
		want("data.0.amount", "2000").want("data.0.price", "null")
	d.get("/v1/invoices/"+in, "expand[]=lines.data.price").want("total", "2000")
}

// TestTrialFromPlan: a price may bring a trial of its own, for those who ask for it.
func TestTrialFromPlan(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus := d.post("/v1/customers").id()
	fields := []string{"currency=usd", "unit_amount=900", "recurring[interval]=month",
		"product=" + d.post("/v1/products", "name=Silver").id()}
	for _, days := range []string{"-1", "731"} {
		d.do("POST", "/v1/prices", append(fields, "recurring[trial_period_days]="+days)...).
			refused(400, "invalid_request_error", "", "recurring[trial_period_days]", "")
	}
	price := d.post("/v1/prices", append(fields, "recurring[trial_period_days]=14")...)
	price.want("recurring.trial_period_days", "14")
	sub := d.post("/v1/subscriptions", "customer="+cus, "items[0][price]="+price.id(),
		"trial_from_plan=true")
	length := sub.at("trial_end").(float64) - sub.at("trial_start").(float64)
	if sub.want("status", `"trialing"`); length != 14*86400 {
		t.Errorf("the trial lasts %v seconds", length)
	}
	sub.want("plan.trial_period_days", "14")
	plain := d.post("/v1/prices", fields...).id()
	payer, _, _ := d.subscriber()
	paying := d.post("/v1/subscriptions", "customer="+payer, "items[0][price]="+plain)
	d.post("/v1/subscriptions/"+paying.id(), "items[0][id]="+paying.text("items.data.0.id"),
		"items[0][price]="+price.id(), "trial_from_plan=true").want("status", `"trialing"`)
	d.do("POST", "/v1/subscriptions", "customer="+cus, "items[0][price]="+price.id()).
		refused(400, "", "resource_missing", "", "") // no trial without asking, and no card
}
