package api_test

import (
	"testing"
)

func TestProducts(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.post("/v1/products", "name=Gold", "description=All of it", "metadata[a]=1",
		"metadata[b]=2", "marketing_features[0][name]=Fast", "images[]=https://x.test/a.png")
	p.want("object", `"product"`).want("active", "true").want("metadata", `{"a":"1","b":"2"}`).
		want("livemode", "false").want("default_price", "null").
		want("marketing_features", `[{"name":"Fast"}]`)
	d.post("/v1/products/"+p.id(), "metadata[a]=", "metadata[c]=3", "description=").
		want("metadata", `{"b":"2","c":"3"}`).want("description", "null")
	d.post("/v1/products/"+p.id(), "metadata=", "active=False").want("metadata", "{}").
		want("active", "false")
	d.get("/v1/products", "active=true").want("data", "[]").want("has_more", "false").
		want("url", `"/v1/products"`).want("object", `"list"`)
	d.del("/v1/products/"+p.id()).want("deleted", "true").want("object", `"product"`)
	d.do("GET", "/v1/products/"+p.id()).refused(404, "invalid_request_error", "resource_missing",
		"id", "No such product: '"+p.id()+"'")
}

func TestProductWithAChosenID(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.post("/v1/products", "name=Gold", "id=gold").want("id", `"gold"`)
	d.do("POST", "/v1/products", "name=Gold", "id=gold").refused(400, "",
		"resource_already_exists", "id", "Product already exists.")
	d.do("POST", "/v1/products", "name=Gold", "id=a/b").refused(400, "", "", "id", "")
}

func TestPrices(t *testing.T) {
	t.Parallel()
	d := open(t)
	product := d.post("/v1/products", "name=Gold").id()
	monthly := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=2000",
		"recurring[interval]=month", "lookup_key=gold", "currency_options[eur][unit_amount]=1900")
	monthly.want("type", `"recurring"`).want("unit_amount_decimal", `"2000"`).
		want("recurring.usage_type", `"licensed"`).want("currency_options", "null")
	if _, ok := monthly.body["currency_options"]; ok {
		t.Error("currency_options is sent although nobody asked")
	}
	d.get("/v1/prices/"+monthly.id(), "expand[]=currency_options", "expand[]=product").
		want("currency_options.eur.unit_amount", "1900").
		want("currency_options.usd.unit_amount", "2000").want("product.name", `"Gold"`)

	d.post("/v1/prices", "product="+product, "currency=USD", "unit_amount_decimal=12.5").
		want("unit_amount", "null").want("unit_amount_decimal", `"12.5"`).want("currency", `"usd"`)
	tiered := d.post("/v1/prices", "product="+product, "currency=usd", "billing_scheme=tiered",
		"tiers_mode=graduated", "tiers[0][up_to]=5", "tiers[0][unit_amount]=1000",
		"tiers[1][up_to]=inf", "tiers[1][unit_amount]=800", "recurring[interval]=month",
		"expand[]=tiers")
	tiered.want("tiers.0.up_to", "5").want("tiers.1.up_to", "null").want("unit_amount", "null")

	d.do("POST", "/v1/prices", "product="+product, "currency=usd", "unit_amount=1",
		"lookup_key=gold").refused(400, "", "resource_already_exists", "lookup_key", "")
	d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=1", "lookup_key=gold",
		"transfer_lookup_key=true").want("lookup_key", `"gold"`)
	d.get("/v1/prices/"+monthly.id()).want("lookup_key", "null")
	d.post("/v1/prices/"+monthly.id(), "nickname=Old", "active=false", "tax_behavior=exclusive")
	d.do("POST", "/v1/prices/"+monthly.id(), "tax_behavior=inclusive").refused(400, "", "",
		"tax_behavior", "")
	list := d.get("/v1/prices", "product="+product, "lookup_keys[]=gold", "active=true")
	if len(list.ids()) != 1 {
		t.Errorf("found %v", list.ids())
	}
	d.do("DELETE", "/v1/products/"+product).refused(400, "", "", "id", "")
}

func TestPriceMistakes(t *testing.T) {
	t.Parallel()
	d := open(t)
	product := "product=" + d.post("/v1/products", "name=Gold").id()
	tests := []struct {
		name, code, param string
		fields            []string
	}{
		{"no product", "parameter_missing", "product", []string{"currency=usd", "unit_amount=1"}},
		{"two products", "parameters_exclusive", "product",
			[]string{product, "product_data[name]=x", "currency=usd", "unit_amount=1"}},
		{"two amounts", "parameters_exclusive", "unit_amount",
			[]string{product, "currency=usd", "unit_amount=1", "unit_amount_decimal=1"}},
		{"no amount", "parameter_missing", "unit_amount", []string{product, "currency=usd"}},
		{"unknown product", "resource_missing", "product",
			[]string{"product=prod_no", "currency=usd", "unit_amount=1"}},
		{"bad currency", "", "currency", []string{product, "currency=xxq", "unit_amount=1"}},
		{"metered", "", "recurring[usage_type]", []string{product, "currency=usd",
			"unit_amount=1", "recurring[interval]=month", "recurring[usage_type]=metered"}},
		{"meter", "", "recurring[meter]", []string{product, "currency=usd", "unit_amount=1",
			"recurring[interval]=month", "recurring[meter]=mtr_1"}},
		{"tiers without mode", "parameter_missing", "tiers_mode", []string{product,
			"currency=usd", "billing_scheme=tiered", "tiers[0][up_to]=inf",
			"tiers[0][unit_amount]=1"}},
	}
	for _, test := range tests {
		d.do("POST", "/v1/prices", test.fields...).refused(400, "invalid_request_error", test.code,
			test.param, "")
	}
	d.post("/v1/prices", "product_data[name]=Silver", "currency=jpy", "unit_amount=500",
		"expand[]=product").want("product.name", `"Silver"`)
	d.post("/v1/products", "name=Bronze", "default_price_data[currency]=usd",
		"default_price_data[unit_amount]=900", "default_price_data[recurring][interval]=year",
		"expand[]=default_price").want("default_price.recurring.interval", `"year"`)
}

func TestCoupons(t *testing.T) {
	t.Parallel()
	d := open(t)
	product := d.post("/v1/products", "name=Gold").id()
	c := d.post("/v1/coupons", "percent_off=25.5", "duration=repeating", "duration_in_months=3",
		"applies_to[products][]="+product, "name=Spring", "id=SPRING")
	c.want("percent_off", "25.5").want("valid", "true").want("times_redeemed", "0")
	d.get("/v1/coupons/SPRING", "expand[]=applies_to").want("applies_to.products.0",
		`"`+product+`"`)
	d.post("/v1/coupons", "amount_off=500", "currency=usd", "currency_options[eur][amount_off]=400",
		"expand[]=currency_options").want("currency_options",
		`{"eur":{"amount_off":400},"usd":{"amount_off":500}}`)
	d.post("/v1/coupons/SPRING", "metadata[a]=1", "name=Summer").want("name", `"Summer"`)
	tests := []struct {
		param  string
		fields []string
	}{
		{"percent_off", nil},
		{"amount_off", []string{"percent_off=1", "amount_off=1", "currency=usd"}},
		{"percent_off", []string{"percent_off=0"}},
		{"percent_off", []string{"percent_off=100.01"}},
		{"percent_off", []string{"percent_off=1.234"}},
		{"currency", []string{"amount_off=1"}},
		{"duration_in_months", []string{"percent_off=1", "duration=repeating"}},
		{"duration_in_months", []string{"percent_off=1", "duration_in_months=1"}},
		{"redeem_by", []string{"percent_off=1", "redeem_by=1"}},
		{"id", []string{"percent_off=1", "id=SPRING"}},
		{"applies_to[products]", []string{"percent_off=1", "applies_to[products][]=prod_no"}},
	}
	for _, test := range tests {
		d.do("POST", "/v1/coupons", test.fields...).refused(400, "", "", test.param, "")
	}
	d.del("/v1/coupons/SPRING").want("deleted", "true")
	d.do("GET", "/v1/coupons/SPRING").refused(404, "", "resource_missing", "id",
		"No such coupon: 'SPRING'")
}

func TestTaxRates(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := d.post("/v1/tax_rates", "display_name=VAT", "inclusive=true", "percentage=19.25",
		"country=DE", "tax_type=vat")
	r.want("percentage", "19.25").want("effective_percentage", "19.25").want("active", "true")
	d.post("/v1/tax_rates/"+r.id(), "active=false", "description=Old").want("active", "false")
	d.get("/v1/tax_rates", "inclusive=true", "active=true").want("data", "[]")
	d.do("POST", "/v1/tax_rates", "display_name=x", "inclusive=true", "percentage=1.23456").
		refused(400, "", "", "percentage", "")
	d.do("POST", "/v1/tax_rates/"+r.id(), "percentage=1").refused(400, "", "parameter_unknown",
		"percentage", "Received unknown parameter: percentage")
}
