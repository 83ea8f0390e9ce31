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
		New("GET /v1/subscriptions", "subscription", plan()),
		New("POST /v1/subscription_items", "subscription_item", plan()),
		New("POST /v1/subscription_items/{item}", "subscription_item", plan()),
		New("GET /v1/portico/settings", "portico.settings"),
		New("POST /v1/portico/settings", "portico.settings", settings()...),
	}
}

// plan is what Stripe's libraries still call a price, although its document does not.
func plan() Field { return String("plan").Max(lengthMax).AliasOf("price") }

// addInside adds parameters inside hashes of Stripe's: those that its libraries have and its
// document lacks.
func (t *contents) addInside() {
	trial := Integer("trial_period_days")
	for _, entry := range []struct {
		operation, hash string
		field           Field
	}{
		{"POST /v1/subscriptions", "items[]", plan()},
		{"POST /v1/subscriptions/{subscription_exposed_id}", "items[]", plan()},
		{"POST /v1/invoices/create_preview", "subscription_details[items][]", plan()},
		{"POST /v1/prices", "recurring", trial},
	} {
		op := t.ops[entry.operation]
		op.Params = op.Params.with(steps(entry.hash), entry.field)
	}
}

// with is the node with a field more in the hash at the path; "" is each element of an array.
// Operations share nodes, so it copies those on the way.
func (n *Node) with(path []string, field Field) *Node {
	changed := *n
	if len(path) > 0 && path[0] == "" {
		changed.Items = n.Items.with(path[1:], field)
		return &changed
	}
	changed.Fields = slices.Clone(n.Fields)
	if len(path) == 0 {
		changed.Fields = append(changed.Fields, field)
		sortFields(changed.Fields)
		return &changed
	}
	below := changed.Field(path[0])
	below.Node = below.with(path[1:], field)
	return &changed
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
