package api_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

func TestPortalConfigurations(t *testing.T) {
	t.Parallel()
	d := open(t)
	def := d.get("/v1/billing_portal/configurations", "is_default=true")
	def.want("data.0.features.subscription_update.proration_behavior", `"always_invoice"`).
		want("data.0.features.customer_update.enabled", "true")
	d.do("POST", "/v1/billing_portal/configurations/"+def.ids()[0], "active=false").
		refused(400, "", "", "active", "")

	product := d.post("/v1/products", "name=Gold").id()
	price := func(interval string) string {
		return d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=1",
			"recurring[interval]="+interval).id()
	}
	monthly, yearly, again := price("month"), price("year"), price("month")
	const update = "features[subscription_update]"
	cfg := d.post("/v1/billing_portal/configurations", update+"[enabled]=true",
		update+"[default_allowed_updates][]=price", update+"[products][0][product]="+product,
		update+"[products][0][prices][]="+monthly, update+"[products][0][prices][]="+yearly,
		"features[invoice_history][enabled]=true", "business_profile[headline]=Hello",
		"expand[]=features.subscription_update.products")
	cfg.want("features.subscription_update.products.0.prices.1", `"`+yearly+`"`).
		want("features.subscription_update.products.0.adjustable_quantity.minimum", "1").
		want("is_default", "false").want("features.customer_update.enabled", "false").
		want("login_page.enabled", "false")
	path := "/v1/billing_portal/configurations/" + cfg.id()
	d.get(path).want("features.subscription_update.products", "null")
	d.post(path, update+"[schedule_at_period_end][conditions]=", "name=Other", "active=false").
		want("name", `"Other"`).want("features.subscription_update.enabled", "true")

	for param, fields := range map[string][]string{
		update + "[default_allowed_updates]": {
			update + "[default_allowed_updates][]=promotion_code"},
		update + "[schedule_at_period_end]": {
			update + "[schedule_at_period_end][conditions][0][type]=shortening_interval"},
		update + "[products][0][prices]": {update + "[products][0][product]=" + product,
			update + "[products][0][prices][0]=" + monthly,
			update + "[products][0][prices][1]=" + again},
		"features[customer_update][allowed_updates]": {
			"features[customer_update][allowed_updates][]=tax_id"},
		"features[subscription_cancel][proration_behavior]": {
			"features[subscription_cancel][proration_behavior]=create_prorations"},
		"default_return_url": {"default_return_url=javascript:alert(1)"},
	} {
		d.do("POST", path, fields...).refused(400, "invalid_request_error", "", param, "")
	}
}

func TestPortalSessions(t *testing.T) {
	t.Parallel()
	d := open(t)
	cus := "customer=" + d.post("/v1/customers").id()
	s := d.post("/v1/billing_portal/sessions", cus, "return_url=https://x.test/back", "locale=it")
	address := s.text("url")
	token, found := strings.CutPrefix(address, "http://portico.test/p/session/")
	if !found || len(token) != 32 {
		t.Fatalf("url: %s", address)
	}
	err := d.app.View(t.Context(), billing.Scope{}, func(q *store.View) error {
		session, scope, err := store.SessionByLink(q, app.TokenHash(token))
		if err == nil && (session.ID != s.id() || scope.Account != d.account.ID) {
			t.Errorf("the link leads to %s of %v", session.ID, scope)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if events := d.get("/v1/events"); strings.Contains(events.raw, token) {
		t.Error("the link's secret is in an event")
	}
	for param, fields := range map[string][]string{
		"customer":      {},
		"configuration": {cus, "configuration=bpc_no"},
		"return_url":    {cus, "return_url=ftp://x.test"},
	} {
		d.do("POST", "/v1/billing_portal/sessions", fields...).refused(400, "", "", param, "")
	}
}

func TestPortalFlows(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, sub, price := d.subscriber()
	item := d.get("/v1/subscriptions/" + sub).text("items.data.0.id")
	stranger := d.post("/v1/customers").id()
	const confirm = "flow_data[subscription_update_confirm]"
	open := func(fields ...string) *answer {
		return d.do("POST", "/v1/billing_portal/sessions", fields...)
	}
	coupon := d.post("/v1/coupons", "percent_off=20", "duration=once").id()
	for _, fields := range [][]string{
		{"flow_data[type]=payment_method_update"},
		{"flow_data[type]=subscription_cancel",
			"flow_data[subscription_cancel][subscription]=" + sub,
			"flow_data[subscription_cancel][retention][type]=coupon_offer",
			"flow_data[subscription_cancel][retention][coupon_offer][coupon]=" + coupon},
		{"flow_data[type]=customer_update"},
		{"flow_data[type]=subscription_cancel",
			"flow_data[subscription_cancel][subscription]=" + sub,
			"flow_data[after_completion][type]=redirect",
			"flow_data[after_completion][redirect][return_url]=https://x.test"},
		{"flow_data[type]=subscription_update",
			"flow_data[subscription_update][subscription]=" + sub},
		{"flow_data[type]=subscription_update_confirm", confirm + "[subscription]=" + sub,
			confirm + "[items][0][id]=" + item, confirm + "[items][0][price]=" + price,
			confirm + "[items][0][quantity]=3"},
	} {
		open(append(fields, "customer="+cus)...).ok().want("flow.type",
			`"`+strings.TrimPrefix(fields[0], "flow_data[type]=")+`"`)
	}
	for param, fields := range map[string][]string{
		"flow_data[subscription_cancel]": {"flow_data[type]=subscription_cancel"},
		"flow_data[subscription_update]": {"flow_data[type]=customer_update",
			"flow_data[subscription_update][subscription]=" + sub},
		confirm + "[items][0][id]": {"flow_data[type]=subscription_update_confirm",
			confirm + "[subscription]=" + sub, confirm + "[items][0][id]=si_no"},
		"flow_data[subscription_cancel][retention][coupon_offer][coupon]": {
			"flow_data[type]=subscription_cancel",
			"flow_data[subscription_cancel][subscription]=" + sub,
			"flow_data[subscription_cancel][retention][type]=coupon_offer",
			"flow_data[subscription_cancel][retention][coupon_offer][coupon]=x"},
	} {
		open(append(fields, "customer="+cus)...).refused(400, "", "", param, "")
	}
	open("customer="+stranger, "flow_data[type]=subscription_cancel",
		"flow_data[subscription_cancel][subscription]="+sub).refused(400, "", "resource_missing",
		"flow_data[subscription_cancel][subscription]", "")
	d.del("/v1/subscriptions/" + sub)
	open("customer="+cus, "flow_data[type]=subscription_cancel",
		"flow_data[subscription_cancel][subscription]="+sub).refused(400, "", "",
		"flow_data[subscription_cancel][subscription]", "")
}

// A link never leads to a page that must refuse: what is confirmed is held to the products, prices
// and quantities of the configuration when the session is made.
func TestPortalFlowsKeepToTheConfiguration(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, sub, price := d.subscriber()
	shown := d.get("/v1/subscriptions/" + sub)
	item, product := shown.text("items.data.0.id"), d.get("/v1/prices/"+price).text("product")
	yearly := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=20000",
		"recurring[interval]=year").id()
	const update = "features[subscription_update]"
	configured := func(fields ...string) string {
		return d.post("/v1/billing_portal/configurations", append(fields, update+"[enabled]=true",
			update+"[default_allowed_updates][]=price",
			update+"[default_allowed_updates][]=quantity",
			update+"[products][0][product]="+product, update+"[products][0][prices][]="+price,
			update+"[products][0][prices][]="+yearly)...).id()
	}
	const adjustable = update + "[products][0][adjustable_quantity]"
	bounded := configured(adjustable+"[enabled]=true", adjustable+"[minimum]=2",
		adjustable+"[maximum]=5")
	fixed := configured(adjustable + "[enabled]=false")
	const confirm = "flow_data[subscription_update_confirm]"
	open := func(configuration, price, quantity string) *answer {
		return d.do("POST", "/v1/billing_portal/sessions", "customer="+cus,
			"configuration="+configuration, "flow_data[type]=subscription_update_confirm",
			confirm+"[subscription]="+sub, confirm+"[items][0][id]="+item,
			confirm+"[items][0][price]="+price, confirm+"[items][0][quantity]="+quantity)
	}
	for _, quantity := range []string{"2", "5"} {
		open(bounded, price, quantity).ok()
	}
	for _, quantity := range []string{"1", "6", "0"} {
		open(bounded, yearly, quantity).refused(400, "", "", confirm+"[items][0][quantity]", "")
	}
	open(fixed, price, "2").refused(400, "", "", confirm+"[items][0][quantity]", "")
	open(fixed, yearly, "1").ok()
	other := d.post("/v1/prices", "currency=usd", "unit_amount=1", "recurring[interval]=month",
		"product_data[name]=Other").id()
	open(bounded, other, "2").refused(400, "", "", confirm+"[items][0][price]", "")
}
