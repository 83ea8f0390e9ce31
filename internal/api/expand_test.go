package api_test

import (
	"strings"
	"testing"
)

func TestExpandMistakes(t *testing.T) {
	t.Parallel()
	d := open(t)
	c := d.post("/v1/customers").id()
	for path, message := range map[string]string{
		"email":               "This property cannot be expanded (email).",
		"test_clock.name":     "This property cannot be expanded (test_clock.name).",
		"data.test_clock":     "This property cannot be expanded (data.test_clock).",
		".test_clock":         "This property cannot be expanded (.test_clock).",
		"test_clock.":         "This property cannot be expanded (test_clock.).",
		"subscriptions..data": "This property cannot be expanded (subscriptions..data).",
	} {
		d.do("GET", "/v1/customers/"+c, "expand[]="+path).refused(400, "", "", "expand", message)
	}
	d.do("GET", "/v1/customers", "expand[]=test_clock").refused(400, "", "", "expand",
		"This property cannot be expanded (test_clock). You may want to try expanding "+
			"'data.test_clock' instead.")
	d.do("GET", "/v1/customers/"+c, strings.Split(strings.Repeat("expand[]=test_clock ", 20)+
		"expand[]=test_clock", " ")...).refused(400, "", "", "expand", "")
	deep := "subscriptions.data.latest_invoice.subscription.latest_invoice.subscription"
	d.do("GET", "/v1/customers/"+c, "expand[]="+deep).refused(400, "", "", "expand", "")
}

// TestExpandCostsOneQueryAType counts the selects of an expanded list: they must not grow with the
// list, and nothing is read twice.
func TestExpandCostsOneQueryAType(t *testing.T) {
	t.Parallel()
	d := open(t)
	var counts []int64
	for range 2 {
		for range 5 {
			p := d.post("/v1/products", "name=Gold", "default_price_data[currency]=usd",
				"default_price_data[unit_amount]=1")
			d.post("/v1/prices", "product="+p.id(), "currency=usd", "billing_scheme=tiered",
				"tiers_mode=volume", "tiers[0][up_to]=inf", "tiers[0][unit_amount]=1")
		}
		before := d.app.DB.Stats().Queries.Load()
		list := d.get("/v1/prices", "limit=100", "expand[]=data.product.default_price.product",
			"expand[]=data.tiers", "expand[]=data.product.default_price.currency_options")
		counts = append(counts, d.app.DB.Stats().Queries.Load()-before)
		list.want("data.0.product.default_price.product.name", `"Gold"`).
			want("data.0.tiers.0.unit_amount", "1").
			want("data.1.product.default_price.currency_options.usd.unit_amount", "1")
	}
	// The page and its products: their default prices, and what hangs on those, were read then.
	if counts[0] != 2 || counts[1] != counts[0] {
		t.Errorf("queries: %v, want 2 and 2", counts)
	}
}

func TestExpandLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, sub, _ := d.subscriber()
	d.get("/v1/subscriptions/"+sub, "expand[]=items.data.price.product", "expand[]=latest_invoice").
		want("items.data.0.price.product.object", `"product"`).
		want("latest_invoice.customer", `"`+cus+`"`)
	a := d.get("/v1/subscriptions/" + sub)
	a.text("items.data.0.price.product")
	a.text("latest_invoice")
}

func TestExpandShowsWhatCustomersHave(t *testing.T) {
	t.Parallel()
	d := open(t)
	cus := d.post("/v1/customers").id()
	path := "/v1/customers/" + cus
	d.get(path, "expand[]=invoice_credit_balance").want("invoice_credit_balance", "{}")
	d.post(path+"/balance_transactions", "amount=-700", "currency=usd")
	d.get(path, "expand[]=invoice_credit_balance", "expand[]=sources", "expand[]=tax_ids").
		want("balance", "-700").want("invoice_credit_balance", `{"usd":700}`).
		want("sources.data", "[]").want("tax_ids.url", `"`+path+`/tax_ids"`)
}

// TestExpandMeetsOneCustomerTwice: what a list leads to more than once is shown each time alike.
func TestExpandMeetsOneCustomerTwice(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, ended, price := d.subscriber()
	d.post("/v1/subscriptions", "customer="+cus, "items[0][price]="+price)
	d.del("/v1/subscriptions/" + ended)
	for _, request := range [][]string{{"/v1/invoices", "expand[]=data.customer.subscriptions"},
		{"/v1/subscriptions", "status=all",
			"expand[]=data.latest_invoice.customer.subscriptions",
			"expand[]=data.customer.subscriptions"}} {
		list := d.get(request[0], request[1:]...)
		for _, at := range []string{"data.0", "data.1"} {
			if request[0] == "/v1/subscriptions" {
				list.want(at+".latest_invoice.customer.subscriptions.data.0.object",
					`"subscription"`)
			}
			list.want(at+".customer.subscriptions.data.0.object", `"subscription"`).
				want(at+".customer.subscriptions.data.1", "null")
		}
	}
}

func TestExpandTellsWhoIsGone(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus, sub, _ := d.subscriber()
	d.del("/v1/customers/" + cus)
	d.get("/v1/subscriptions/"+sub, "expand[]=customer.invoice_settings.default_payment_method").
		want("customer", `{"deleted":true,"id":"`+cus+`","object":"customer"}`)
	d.get("/v1/subscriptions/"+sub).want("customer", `"`+cus+`"`)
}
