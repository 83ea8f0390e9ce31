package params

// Additive lists the operations and parameters that Portico has and Stripe has not. An operation
// that Stripe has too gains the parameters listed here; any other is wholly ours. Each entry also
// needs a line in the compatibility page.
func Additive() []*Operation {
	return []*Operation{
		New("GET /v1/portico/settings", "portico.settings"),
		New("POST /v1/portico/settings", "portico.settings", settings()...),
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
