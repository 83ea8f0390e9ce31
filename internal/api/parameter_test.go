package api_test

import (
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestMethodData: an intent may be paid with a card that its own request describes.
func TestMethodData(t *testing.T) {
	eachTown(t, func(w *town) {
		const card = "payment_method_data[type]=card"
		const data = "payment_method_data[card][token]=tok_visa"
		paid := w.intent("confirm=true", card, data, "payment_method_data[metadata][a]=b",
			"payment_method_data[billing_details][name]=Ada", "expand[]=payment_method").ok()
		paid.want("status", `"succeeded"`).want("payment_method.metadata", `{"a":"b"}`).
			want("payment_method.billing_details.name", `"Ada"`)
		w.intent(card, data, "payment_method=pm_card_visa").refused(400, "",
			"parameters_exclusive", "payment_method", "")
		w.intent(card).refused(400, "", "parameter_missing", "payment_method_data[card]", "")
		w.intent("payment_method_data[type]=sepa_debit").refused(400, "", "",
			"payment_method_data[type]",
			"payment_method_data[type]=sepa_debit is not supported by Portico")
		const of = "payment_method_data[card]"
		w.intent(card, of+"[number]=4242424242424241", of+"[exp_month]=1", of+"[exp_year]=2040").
			refused(402, "card_error", "incorrect_number", "", "")
		later := w.intent().ok()
		w.post("/v1/payment_intents/"+later.id()+"/confirm", card, data).
			want("status", `"succeeded"`)
		kept := w.post("/v1/setup_intents", "confirm=true", card, data,
			"mandate_data[customer_acceptance][type]=online",
			"mandate_data[customer_acceptance][online][ip_address]=192.0.2.1",
			"mandate_data[customer_acceptance][online][user_agent]=x")
		kept.want("status", `"succeeded"`)
		w.do("POST", "/v1/setup_intents", "mandate_data[customer_acceptance][type]=online").
			refused(400, "", "parameter_missing", "mandate_data[customer_acceptance][online]", "")
		w.honest()
	})
}

// TestAuthenticationOnRequest: a payment that asks for an authentication gets one, where the bank
// itself would not have asked. The wish of a subscription reaches its invoices' intents.
func TestAuthenticationOnRequest(t *testing.T) {
	eachTown(t, func(w *town) {
		const ask = "payment_method_options[card][request_three_d_secure]=any"
		card := "payment_method=pm_card_threeDSecureOptional"
		w.intent("confirm=true", card).ok().want("status", `"succeeded"`)
		asked := w.intent("confirm=true", card, ask).ok()
		asked.want("status", `"requires_action"`).
			want("payment_method_options.card.request_three_d_secure", `"any"`)
		w.pass(asked.text(bankPage))
		w.get("/v1/payment_intents/"+asked.id()).want("status", `"succeeded"`)

		cus := w.post("/v1/customers", card,
			"invoice_settings[default_payment_method]=pm_card_threeDSecureOptional").id()
		product := w.post("/v1/products", "name=Gold").id()
		price := w.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=900",
			"recurring[interval]=month").id()
		sub := w.post("/v1/subscriptions", "customer="+cus, "items[0][price]="+price,
			"default_payment_method=", "payment_settings["+ask[:22]+"]"+ask[22:],
			"expand[]=latest_invoice.payments")
		sub.want("status", `"incomplete"`).want("default_payment_method", "null").
			want("payment_settings.payment_method_options.card.request_three_d_secure", `"any"`)
		w.get("/v1/payment_intents/"+
			sub.text("latest_invoice.payments.data.0.payment.payment_intent")).
			want("status", `"requires_action"`)
		w.do("POST", "/v1/subscriptions/"+sub.id(),
			"payment_settings[payment_method_types][]=sepa_debit").refused(400, "", "",
			"payment_settings[payment_method_types]", "")
		w.honest()
	})
}

// TestConfirmingByHand: servers that confirm a second time after the authentication find the
// intent done.
func TestConfirmingByHand(t *testing.T) {
	eachTown(t, func(w *town) {
		made := w.intent("confirm=true", "confirmation_method=manual",
			"payment_method=pm_card_threeDSecure2Required").ok()
		made.want("confirmation_method", `"manual"`).want("status", `"requires_action"`)
		w.pass(made.text(bankPage))
		at := "/v1/payment_intents/" + made.id()
		w.do("POST", at+"/confirm", "client_secret=wrong").refused(400, "", "", "client_secret", "")
		w.post(at+"/confirm", "client_secret="+made.text("client_secret")).
			want("status", `"succeeded"`)
		if n, _ := w.moved("charge"); n != 1 {
			t.Errorf("charged %d times", n)
		}
		w.honest()
	})
}

// TestIntentUpdates: everything that is asked of an intent may be changed until it is confirmed.
func TestIntentUpdates(t *testing.T) {
	eachTown(t, func(w *town) {
		at := "/v1/payment_intents/" + w.intent("payment_method=pm_card_visa").ok().id()
		w.post(at, "currency=EUR", "amount=700", "capture_method=manual",
			"payment_method_types[]=card").want("currency", `"eur"`).want("amount", "700").
			want("capture_method", `"manual"`)
		w.do("POST", at, "currency=zzz").refused(400, "", "", "currency", "Invalid currency: zzz.")
		w.do("POST", at, "currency=usd", "amount=10").refused(400, "", "amount_too_small",
			"amount", "Amount must be at least 0.50 usd.")
		w.do("POST", at, "amount=0").refused(400, "", "parameter_invalid_integer", "amount", "")
		w.do("POST", at, "payment_method_types[]=klarna").refused(400, "", "",
			"payment_method_types", "payment_method_types[]=klarna is not supported by Portico")
		held := w.post(at+"/confirm").want("status", `"requires_capture"`)
		w.do("POST", at+"/capture", "final_capture=false").refused(400, "", "", "final_capture", "")
		w.post(at+"/capture", "metadata[a]=b", "statement_descriptor=GOLD").
			want("status", `"succeeded"`).want("metadata", `{"a":"b"}`).
			want("statement_descriptor", `"GOLD"`)
		refund := w.post("/v1/refunds", "charge="+held.text("latest_charge"))
		w.do("POST", "/v1/refunds/"+refund.id()+"/cancel").refused(400, "", "", "", "Refund "+
			refund.id()+" cannot be canceled because it has a status of succeeded. Only refunds "+
			"with a status of requires_action can be canceled.")
		w.do("POST", "/v1/refunds/re_x/cancel").refused(404, "", "resource_missing", "id", "")
		unpaid := w.intent().ok().id()
		w.do("POST", "/v1/refunds", "payment_intent="+unpaid).refused(400, "", "",
			"payment_intent", "This PaymentIntent ("+unpaid+") does not have a successful charge "+
				"to refund.")
		w.honest()
	})
}

// TestCapturesByCharge: the funds that a charge holds can be taken by the charge's own verb.
func TestCapturesByCharge(t *testing.T) {
	eachTown(t, func(w *town) {
		held := w.intent("confirm=true", "capture_method=manual",
			"payment_method=pm_card_visa").ok()
		at := "/v1/charges/" + held.text("latest_charge")
		w.do("POST", at+"/capture", "amount=5001").refused(400, "", "", "amount", "")
		w.post(at+"/capture", "amount=4000", "receipt_email=a@example.com").
			want("captured", "true").want("amount_captured", "4000").
			want("receipt_email", `"a@example.com"`)
		w.get("/v1/payment_intents/"+held.id()).want("status", `"succeeded"`).
			want("amount_received", "4000")
		w.do("POST", at+"/capture").refused(400, "", "charge_already_captured", "", "")
		w.do("POST", "/v1/charges/ch_x/capture").refused(404, "", "resource_missing", "id", "")
		w.honest()
	})
}

func TestCardsExpire(t *testing.T) {
	eachTown(t, func(w *town) {
		at := "/v1/payment_methods/" + w.post("/v1/payment_methods", "type=card",
			"card[token]=tok_visa").id()
		w.do("POST", at, "card[exp_month]=13").refused(402, "card_error", "invalid_expiry_month",
			"card[exp_month]", "")
		w.do("POST", at, "card[exp_year]=2020").refused(402, "card_error", "invalid_expiry_year",
			"card[exp_year]", "")
		w.post(at, "card[exp_month]=11", "card[exp_year]=49").want("card.exp_month", "11").
			want("card.exp_year", "2049")
	})
}

// eachDesk runs a test without a gateway on both engines.
func eachDesk(t *testing.T, test func(*desk)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) { test(openOn(t, opener)) })
}

// TestCouponsOnCustomers: a customer's coupon takes its part off every invoice of theirs.
func TestCouponsOnCustomers(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.post("/v1/coupons", "id=TEN", "percent_off=10", "duration=forever")
		d.post("/v1/coupons", "id=HALF", "percent_off=50", "duration=forever")
		cus := d.post("/v1/customers", "coupon=TEN", "expand[]=discount")
		cus.want("discount.source.coupon", `"TEN"`)
		at := "/v1/customers/" + cus.id()
		d.post(at, "coupon=HALF").want("discount.source.coupon", `"HALF"`)
		d.post("/v1/invoiceitems", "customer="+cus.id(), "amount=1000", "currency=usd")
		d.post("/v1/invoices", "customer="+cus.id(), "pending_invoice_items_behavior=include").
			want("total", "500")
		d.post(at, "coupon=").want("discount", "null")
		d.post(at, "coupon=").want("discount", "null")
		d.do("POST", at, "coupon=NONE").refused(400, "", "resource_missing", "coupon",
			"No such coupon: 'NONE'")
		var told []string
		for _, name := range d.eventTypes() {
			if len(name) > 18 && name[:18] == "customer.discount." {
				told = append(told, name)
			}
		}
		want := []string{"customer.discount.created", "customer.discount.updated",
			"customer.discount.deleted"}
		if !slices.Equal(told, want) {
			d.Errorf("told %v", told)
		}
		other := d.post("/v1/customers", "coupon=TEN")
		product := d.post("/v1/products", "name=Gold").id()
		d.do("POST", "/v1/invoices", "customer="+cus.id(),
			"discounts[0][discount]="+other.text("discount.id")).refused(400, "",
			"resource_missing", "discounts[0][discount]", "")
		d.del("/v1/products/" + product)
	})
}

// TestInvoiceItemChanges: an item's price, unit and quantity can change while it waits.
func TestInvoiceItemChanges(t *testing.T) {
	eachDesk(t, func(d *desk) {
		cus := "customer=" + d.post("/v1/customers").id()
		product := d.post("/v1/products", "name=Gold").id()
		price := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=300").id()
		item := d.post("/v1/invoiceitems", cus, "pricing[price]="+price, "quantity=2").
			want("amount", "600").id()
		at := "/v1/invoiceitems/" + item
		d.post(at, "quantity=5").want("amount", "1500").want("quantity", "5")
		d.post(at, "unit_amount_decimal=1.5").want("amount", "8").want("quantity", "5")
		d.post(at, "quantity=4").want("amount", "6")
		d.post(at, "price_data[currency]=USD", "price_data[product]="+product,
			"price_data[unit_amount]=7").want("amount", "28")
		d.post(at, "quantity=3").want("amount", "21")
		d.do("POST", at, "quantity=-1").refused(400, "", "", "quantity", "")
		d.post(at, "quantity=4").want("amount", "28")
		d.post("/v1/coupons", "id=HALF", "percent_off=50")
		d.post(at, "discounts[0][coupon]=HALF")
		d.post("/v1/invoices", cus, "pending_invoice_items_behavior=include").want("total", "14")
		plain := d.post("/v1/invoiceitems", cus, "amount=5").id()
		d.post("/v1/invoiceitems/"+plain, "quantity=2").want("amount", "10").
			want("pricing.unit_amount_decimal", `"5"`)
		d.post("/v1/invoiceitems/"+plain, "amount=-7").want("pricing.unit_amount_decimal", `"-7"`)
		d.do("POST", at, "amount=1", "quantity=2").refused(400, "", "parameters_exclusive",
			"amount", "")
		stranger := "customer=" + d.post("/v1/customers").id()
		draft := d.post("/v1/invoices", cus).id()
		d.do("POST", "/v1/invoiceitems", stranger, "amount=5", "invoice="+draft).refused(400, "",
			"", "invoice", "The invoice "+draft+" belongs to another customer.")
		d.do("POST", "/v1/invoiceitems", cus, "amount=5", "invoice=in_x").refused(400, "",
			"resource_missing", "invoice", "No such invoice: 'in_x'")
	})
}

// TestNestedMistakesAreNamed: a mistake in a hash is named by its whole path.
func TestNestedMistakesAreNamed(t *testing.T) {
	eachDesk(t, func(d *desk) {
		product := d.post("/v1/products", "name=Gold").id()
		price := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=300",
			"recurring[interval]=month").id()
		cus := "customer=" + d.post("/v1/customers").id()
		data := func(hash string, more ...string) []string {
			return append(more, hash+"[currency]=usd", hash+"[product]="+product)
		}
		for _, tt := range []struct {
			path   string
			fields []string
			param  string
		}{
			{"products", []string{"name=x", "default_price_data[currency]=usd"},
				"default_price_data[unit_amount]"},
			{"subscriptions", data("items[0][price_data]", cus,
				"items[0][price_data][recurring][interval]=month"),
				"items[0][price_data][unit_amount]"},
			{"subscriptions", data("add_invoice_items[0][price_data]", cus,
				"items[0][price]="+price), "add_invoice_items[0][price_data][unit_amount]"},
			{"invoiceitems", data("price_data", cus), "price_data[unit_amount]"},
			{"invoices/create_preview", data("invoice_items[0][price_data]", cus),
				"invoice_items[0][price_data][unit_amount]"},
			{"invoices/create_preview", []string{cus, "subscription_details[items][0][quantity]=1"},
				"subscription_details[items][0][price]"},
		} {
			d.do("POST", "/v1/"+tt.path, tt.fields...).refused(400, "invalid_request_error",
				"parameter_missing", tt.param, "Missing required param: "+tt.param+".")
		}
		d.do("POST", "/v1/invoiceitems", data("price_data", cus, "price_data[unit_amount]=5",
			"price_data[unit_amount_decimal]=7")...).refused(400, "", "parameters_exclusive",
			"price_data[unit_amount]", "")
	})
}

// TestPreviewsOfTheImagined: previews take items and customers that do not exist, and leave
// nothing behind.
func TestPreviewsOfTheImagined(t *testing.T) {
	eachDesk(t, func(d *desk) {
		const path = "/v1/invoices/create_preview"
		cus := "customer=" + d.post("/v1/customers").id()
		product := d.post("/v1/products", "name=Gold").id()
		price := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=900",
			"recurring[interval]=month").id()
		start := "subscription_details[items][0][price]=" + price
		item := []string{"invoice_items[0][amount]=50", "invoice_items[0][currency]=usd",
			"invoice_items[1][unit_amount]=5", "invoice_items[1][quantity]=2"}
		d.post(path, append(item, cus)...).want("total", "60")
		d.post(path, append(item, cus, start)...).want("total", "960")
		d.post(path, "customer_details[address][country]=DE", "currency=usd", start).
			want("total", "900").
			want("customer_address.country", `"DE"`)
		sub := d.post("/v1/subscriptions", cus, "items[0][price]="+price, "currency=USD",
			"collection_method=send_invoice", "days_until_due=3").id()
		d.post(path, append(item, "subscription="+sub)...).want("total", "960")
		d.do("POST", path, cus, "invoice_items[0][price]=price_x").refused(400, "",
			"resource_missing", "invoice_items[0][price]", "")
		d.get("/v1/invoiceitems").want("data", "[]")
		if n := len(d.get("/v1/customers").ids()); n != 1 {
			d.Errorf("%d customers are left", n)
		}
	})
}

// TestInvoiceSettings: how an invoice is paid and where its goods go can be said by hand.
func TestInvoiceSettings(t *testing.T) {
	eachDesk(t, func(d *desk) {
		const secure = "payment_settings[payment_method_options][card][request_three_d_secure]"
		cus := "customer=" + d.post("/v1/customers").id()
		inv := d.post("/v1/invoices", cus, secure+"=any", "issuer[type]=self",
			"payment_settings[payment_method_types][]=card", "shipping_details[name]=Ada",
			"shipping_details[address][line1]=Main St 1")
		inv.want("payment_settings.payment_method_options.card.request_three_d_secure", `"any"`).
			want("payment_settings.payment_method_types", `["card"]`).
			want("shipping_details.name", `"Ada"`)
		at := "/v1/invoices/" + inv.id()
		d.post(at, secure+"=automatic", "shipping_details=", "payment_settings[default_mandate]=").
			want("payment_settings.payment_method_options.card.request_three_d_secure",
				`"automatic"`).want("shipping_details", "null")
		d.do("POST", at, "issuer[type]=account").refused(400, "", "", "issuer[type]", "")
		d.do("POST", at, "payment_settings[payment_method_types][]=link").refused(400, "", "",
			"payment_settings[payment_method_types]", "")
	})
}
