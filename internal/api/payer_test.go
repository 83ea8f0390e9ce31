package api_test

import "testing"

// TestATestCardIsMadeWhenItIsRead: clients look a published name up and attach what they got.
func TestATestCardIsMadeWhenItIsRead(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus := d.post("/v1/customers").id()
	card := d.get("/v1/payment_methods/pm_card_mastercard").want("customer", "null").
		want("card.brand", `"mastercard"`)
	again := d.get("/v1/payment_methods/pm_card_mastercard", "expand[]=customer")
	if card.id() == again.id() || card.id() == "pm_card_mastercard" {
		t.Errorf("read %s and then %s", card.id(), again.id())
	}
	d.post("/v1/payment_methods/"+card.id()+"/attach", "customer="+cus).
		want("customer", `"`+cus+`"`)
	for _, name := range []string{"pm_card_nope", "tok_visa"} {
		d.do("GET", "/v1/payment_methods/"+name).refused(404, "invalid_request_error",
			"resource_missing", "id", "No such PaymentMethod: '"+name+"'")
	}
	d.key = d.account.LiveKey
	d.do("GET", "/v1/payment_methods/pm_card_visa").refused(404, "", "resource_missing", "id", "")
}

// TestASetupIntentIsConfirmedWithAMethod: only pages of ours lead to a form that asks for a card.
func TestASetupIntentIsConfirmedWithAMethod(t *testing.T) {
	t.Parallel()
	d := paid(t)
	const missing = "You cannot confirm this SetupIntent because it's missing a payment method."
	d.do("POST", "/v1/setup_intents", "confirm=true").refused(400, "invalid_request_error",
		"setup_intent_unexpected_state", "payment_method", missing)
	si := d.post("/v1/setup_intents").id()
	d.do("POST", "/v1/setup_intents/"+si+"/confirm").refused(400, "invalid_request_error",
		"setup_intent_unexpected_state", "payment_method", missing)
}

// TestAnInvoiceIsPaidByItsCustomer: not with a card of nobody's or of somebody else's.
func TestAnInvoiceIsPaidByItsCustomer(t *testing.T) {
	t.Parallel()
	d := paid(t)
	_, _, _ = d.subscriber()
	cus := d.post("/v1/customers").id()
	open := func() string {
		in := d.post("/v1/invoices", "customer="+cus, "auto_advance=false").id()
		d.post("/v1/invoiceitems", "customer="+cus, "invoice="+in, "amount=500", "currency=usd")
		return d.post("/v1/invoices/" + in + "/finalize").id()
	}
	in := open()
	for _, pm := range []string{
		d.post("/v1/payment_methods", "type=card", "card[token]=tok_visa").id(),
		d.post("/v1/payment_methods/pm_card_visa/attach",
			"customer="+d.post("/v1/customers").id()).id(),
	} {
		d.do("POST", "/v1/invoices/"+in+"/pay", "payment_method="+pm).refused(400,
			"invalid_request_error", "", "payment_method", "The PaymentMethod "+pm+
				" must belong to the customer associated with the invoice.")
	}
	d.post("/v1/invoices/"+in+"/pay", "payment_method=pm_card_visa").want("status", `"paid"`)

	in = open()
	d.del("/v1/customers/" + cus)
	d.do("POST", "/v1/invoices/"+in+"/pay", "payment_method=pm_card_visa").refused(400,
		"invalid_request_error", "resource_missing", "customer", "No such customer: '"+cus+"'")
}
