package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestCustomers(t *testing.T) {
	t.Parallel()
	d := open(t)
	c := d.post("/v1/customers", "email=ada@example.com", "name=Ada", "address[city]=Rome",
		"address[line1]=Via 1", "shipping[name]=Ada", "shipping[address][city]=Rome",
		"preferred_locales[]=it", "invoice_settings[footer]=Grazie", "invoice_prefix=ADA1",
		"invoice_settings[custom_fields][0][name]=PO",
		"invoice_settings[custom_fields][0][value]=7", "metadata[a]=1", "next_invoice_sequence=7")
	c.want("invoice_prefix", `"ADA1"`).want("next_invoice_sequence", "7").
		want("address.city", `"Rome"`).want("invoice_settings.custom_fields.0.value", `"7"`).
		want("tax_exempt", `"none"`).want("balance", "0").want("currency", "null")
	path := "/v1/customers/" + c.id()
	d.post(path, "address[city]=Milano", "metadata[b]=2", "tax_exempt=reverse").
		want("address.line1", `"Via 1"`).want("address.city", `"Milano"`).
		want("metadata", `{"a":"1","b":"2"}`).want("tax_exempt", `"reverse"`)
	d.post(path, "address=", "shipping=", "invoice_settings[custom_fields]=").
		want("address", "null").want("shipping", "null").
		want("invoice_settings.custom_fields", "null")
	d.get(path).want("next_invoice_sequence", "7")
	d.get("/v1/customers", "email=ada@example.com").want("data.0.id", `"`+c.id()+`"`)
	d.get("/v1/customers", "email=ADA@example.com").want("data", "[]")
	for _, field := range []string{"invoice_prefix=ADA1", "next_invoice_sequence=0",
		"invoice_settings[default_payment_method]=pm_no"} {
		param, _, _ := strings.Cut(field, "=")
		d.do("POST", "/v1/customers", field).refused(400, "", "", param, "")
	}
	d.do("GET", path+"/discount").refused(404, "", "resource_missing", "", "")
	d.del(path).want("deleted", "true")
	d.get(path).want("deleted", "true").want("email", "null")
	d.do("POST", path, "name=x").refused(404, "", "resource_missing", "id",
		"No such customer: '"+c.id()+"'")
	want := []string{"billing_portal.configuration.created", "customer.created",
		"customer.updated", "customer.updated", "customer.deleted"}
	if types := d.eventTypes(); !slices.Equal(types, want) {
		t.Errorf("events: %v", types)
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testBalance)
}

func testBalance(t *testing.T, opener storetest.Opener) {
	d := openOn(t, opener)
	c := d.post("/v1/customers", "balance=-500").want("balance", "-500").want("currency", `"usd"`)
	path := "/v1/customers/" + c.id() + "/balance_transactions"
	b := d.post(path, "amount=200", "currency=USD", "description=Fee", "metadata[a]=1")
	b.want("amount", "200").want("ending_balance", "-300").want("type", `"adjustment"`)
	d.do("POST", path, "amount=1", "currency=eur").refused(400, "", "", "currency", "")
	d.do("POST", path, "amount=0", "currency=usd").refused(400, "", "", "amount", "")
	d.post(path+"/"+b.id(), "description=Other").want("description", `"Other"`).
		want("amount", "200")
	d.get(path+"/"+b.id(), "expand[]=customer").want("customer.balance", "-300")
	d.get(path).want("data.1.amount", "-500").want("has_more", "false")
	d.post("/v1/customers/"+c.id(), "balance=0").want("balance", "0")
	d.get(path).want("data.0.amount", "300")
	stranger := d.post("/v1/customers").id()
	d.do("GET", "/v1/customers/"+stranger+"/balance_transactions/"+b.id()).
		refused(404, "", "resource_missing", "id", "")
	d.do("POST", "/v1/customers/"+stranger+"/balance_transactions/"+b.id(), "description=x").
		refused(404, "", "resource_missing", "id", "")
}

func TestTestClocks(t *testing.T) {
	t.Parallel()
	d := open(t)
	clk := d.post("/v1/test_helpers/test_clocks", "frozen_time=1000000000", "name=Past")
	path := "/v1/test_helpers/test_clocks/" + clk.id()
	c := d.post("/v1/customers", "test_clock="+clk.id(), "expand[]=test_clock").
		want("created", "1000000000").want("test_clock.name", `"Past"`)
	d.get("/v1/customers", "test_clock="+clk.id()).want("data.0.id", `"`+c.id()+`"`)
	d.get("/v1/customers").want("data", "[]")
	d.do("POST", path+"/advance", "frozen_time=1").refused(400, "", "", "frozen_time", "")
	d.post(path+"/advance", "frozen_time=1000000001").want("status", `"advancing"`).
		want("status_details.advancing.target_frozen_time", "1000000001")
	for _, busy := range []*answer{
		d.do("POST", path+"/advance", "frozen_time=1000000002"),
		d.do("POST", "/v1/customers", "test_clock="+clk.id()),
		d.do("POST", "/v1/customers/"+c.id(), "name=x"),
		d.do("DELETE", path),
	} {
		busy.refused(429, "invalid_request_error", "lock_timeout", "", "")
	}
	other := d.post("/v1/test_helpers/test_clocks", "frozen_time=1000000000").id()
	ada := d.post("/v1/customers", "test_clock="+other).id()
	d.del("/v1/test_helpers/test_clocks/"+other).want("deleted", "true")
	d.get("/v1/customers/"+ada).want("deleted", "true")
	d.get("/v1/test_helpers/test_clocks").want("data.0.id", `"`+clk.id()+`"`)
}
