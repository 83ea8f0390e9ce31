package params

import "slices"

// Additive lists the operations and parameters that Portico has and Stripe has not. An operation
// that Stripe has too gains the parameters listed here; any other is wholly ours. Each entry also
// needs a line in the compatibility page.
func Additive() []*Operation {
	return []*Operation{
		New("POST /v1/customers", "customer", text("coupon")),
		New("POST /v1/customers/{customer}", "customer", text("coupon")),
		New("POST /v1/events/{id}/retry", "event", String("account").Max(lengthMax),
			Boolean("for_stripecli"), String("webhook_endpoint").Max(lengthMax)),
		New("GET /v1/portico/settings", "portico.settings"),
		New("POST /v1/portico/settings", "portico.settings", settings()...),
	}
}

// describe lets payment_method_data describe a card as POST /v1/payment_methods does: Stripe takes
// it, in test mode with published numbers and tokens, although its document leaves it out.
func (t *contents) describe() {
	card := t.ops["POST /v1/payment_methods"].Params.Field("card")
	for _, name := range []string{
		"POST /v1/payment_intents", "POST /v1/payment_intents/{intent}",
		"POST /v1/payment_intents/{intent}/confirm", "POST /v1/setup_intents",
		"POST /v1/setup_intents/{intent}", "POST /v1/setup_intents/{intent}/confirm",
	} {
		root := *t.ops[name].Params
		root.Fields = slices.Clone(root.Fields)
		data := *root.Field("payment_method_data").Node
		data.Fields = append(slices.Clone(data.Fields), *card)
		sortFields(data.Fields)
		kind := *data.Field("type").Node
		kind.Literals = append(slices.Clone(kind.Literals), "card")
		slices.Sort(kind.Literals)
		data.Field("type").Node = &kind
		root.Field("payment_method_data").Node = &data
		t.ops[name].Params = &root
	}
}

// settings are what Stripe keeps in its dashboard.
func settings() []Field {
	return []Field{
		Hash("branding",
			text("icon_url"), text("primary_color").Max(7), text("secondary_color").Max(7)),
		Hash("business_profile",
			Hash("address", text("city"), text("country"), text("line1"), text("line2"),
				text("postal_code"), text("state")).Unset(),
			text("name"), text("support_email"), text("support_phone"), text("support_url"),
			text("tax_id"), text("url")),
		Hash("dunning",
			Array("retry_days", Integer("")).Unset(),
			Enum("subscription_outcome", "cancel", "leave_past_due", "mark_unpaid"),
			Enum("invoice_outcome", "leave_open", "mark_uncollectible")),
		Hash("events", Integer("retention_days")),
		Hash("invoices",
			Integer("finalize_after_seconds"), text("footer"), Integer("upcoming_days"),
			Boolean("wait_for_webhooks")),
		Hash("portal",
			Integer("absolute_seconds"), Integer("idle_seconds"), Integer("link_seconds")),
		Hash("tax", Enum("rounding", "invoice", "line_item")),
		String("timezone").Max(64),
		Hash("webhooks", Array("allowed_hosts", String("").Max(253)).Unset()),
	}
}

// text is a string that can be unset.
func text(name string) Field { return String(name).Max(lengthMax).Unset() }
