package sim

// seeSubscription checks one state of a subscription.
func (a *Auditor) seeSubscription(was, is object) {
	a.Helper()
	id, _ := is["id"].(string)
	status, _ := is["status"].(string)
	before, _ := was["status"].(string)
	if before != status {
		a.Seen.note("subscription %s", status)
	}
	if ended(before) && before != status {
		a.Errorf("I14: %s was %s and became %s", id, before, status)
	}
	if ended(status) != (is["ended_at"] != nil) {
		a.Errorf("I14: %s is %s and ended at %v", id, status, is["ended_at"])
	}
	if (status == "incomplete" || status == "incomplete_expired") && before != "" &&
		before != "incomplete" && before != status {
		a.Errorf("I14: %s was %s and became %s", id, before, status)
	}
	if status == "canceled" && is["canceled_at"] == nil {
		a.Errorf("I14: %s is canceled, and nobody knows when", id)
	}
	if status == "trialing" && is["trial_end"] == nil {
		a.Errorf("I16: %s is trialing without a trial's end", id)
	}
	if status == "trialing" && before == "active" && was["trial_end"] == is["trial_end"] {
		a.Errorf("I16: the trial of %s, which was over, goes on", id)
	}
	if status == "paused" {
		a.exempt[id] = "paused after its trial"
	}
	items, _ := dig(is, "items.data").([]any)
	for _, it := range items {
		item, _ := it.(object)
		a.period(is, item)
	}
}

// period checks the running period of an item: it is not empty, and it ends where the anchor says,
// or where a trial or the subscription ends (I12).
func (a *Auditor) period(sub, item object) {
	a.Helper()
	start, end := unix(item["current_period_start"]), unix(item["current_period_end"])
	if start >= end {
		a.Errorf("I12: the period of %v of %v is %d to %d", item["id"], sub["id"], start, end)
	}
	if quantity := unix(item["quantity"]); quantity < 0 {
		a.Errorf("I18: %v of %v has the quantity %d", item["id"], sub["id"], quantity)
	}
	for _, field := range []string{"cancel_at", "trial_end", "ended_at"} {
		if unix(sub[field]) == end {
			return
		}
	}
	unit, _ := dig(item, "price.recurring.interval").(string)
	count := unix(dig(item, "price.recurring.interval_count"))
	if !onGrid(unix(sub["billing_cycle_anchor"]), end, unit, count) {
		a.Errorf("I12: the period of %v of %v ends at %d, not a number of times %d %s from the "+
			"anchor %v", item["id"], sub["id"], end, count, unit, sub["billing_cycle_anchor"])
	}
}

func unix(v any) int64 {
	n, _ := v.(float64)
	return int64(n)
}
