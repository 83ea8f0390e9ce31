package spec

// allowed lists fields that an answer may hold although the document does not name them. The key
// is resource.field, where the resource is the nearest one that encloses the field.
var allowed = merge(legacy, additive)

// legacy fields are hidden from the public document, yet Stripe sends them: the samples that come
// with the document hold them, and integrations read them.
var legacy = map[string]string{
	"account.settings.payments.statement_descriptor_prefix_kana":  "in the sample; Japan only",
	"account.settings.payments.statement_descriptor_prefix_kanji": "in the sample; Japan only",
	"charge.source":                                    "null unless charged through a source",
	"payment_intent.source":                            "null; stripe-go reads it",
	"plan.aggregate_usage":                             "null since meters",
	"price.recurring.trial_period_days":                "a trial kept on the price; null since 2018",
	"product.type":                                     "service or good; always service for billing",
	"subscription.pending_update.cancel_at_period_end": "in the sample",
	"subscription.plan":                                "the plan of a subscription with one item",
	"subscription.quantity":                            "the quantity of a subscription with one item",
	"subscription_item.plan":                           "the price in its old shape; widely read",
	"subscription_schedule.phases.items.plan":          "the price id under its old name",
}

// additive fields are Portico's own. An entry needs a reason, and a line in the compatibility page.
var additive = map[string]string{}

func merge(lists ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, list := range lists {
		for field, reason := range list {
			all[field] = reason
		}
	}
	return all
}

// Allowed lists the names of all fields that pass although the document does not know them, with
// the reason of each: the compatibility page prints it.
func Allowed() map[string]string { return merge(allowed) }

// Additive reports whether a field, written resource.field, is Portico's own.
func Additive(field string) bool {
	_, ok := additive[field]
	return ok
}
