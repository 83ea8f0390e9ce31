package sim

import (
	"net/url"
	"strconv"
)

func (l *Life) subscribe() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		l.newCustomer()
		return
	}
	fields := values("customer="+c, "items[0][price]="+l.priceOf(l.currency[c]),
		"items[0][quantity]="+strconv.Itoa(1+l.dice.IntN(6)))
	l.howItStarts(fields)
	l.howItIsPaid(fields)
	if l.chance(4) {
		fields.Set("items[1][price]", l.priceOf(l.currency[c]))
	}
	if l.chance(6) {
		fields.Set("items[0][discounts][0][coupon]", l.one(l.coupons))
	}
	if l.chance(6) {
		fields.Set("items[0][tax_rates][0]", l.one(l.rates))
	}
	if l.chance(4) {
		fields.Set("default_tax_rates[0]", l.one(l.rates))
	}
	if l.chance(8) && l.currency[c] == "usd" {
		fields.Set("add_invoice_items[0][price]", l.one(l.onceOnly))
	}
	switch l.dice.IntN(6) {
	case 0:
		fields.Set("billing_mode[type]", "classic")
	case 1:
		fields.Set("billing_mode[type]", "flexible")
		fields.Set("billing_mode[flexible][proration_discounts]", "itemized")
	}
	l.send("/v1/subscriptions", fields)
}

// howItStarts chooses between a plain start, a trial, an anchor, an end and a coupon.
func (l *Life) howItStarts(fields url.Values) {
	now := l.Clock.Now()
	if l.audit.field(fields.Get("customer"), "test_clock") != "" {
		return // its time is another one
	}
	switch l.dice.IntN(14) {
	case 0, 1:
		fields.Set("trial_period_days", strconv.Itoa(1+l.dice.IntN(30)))
		fields.Set("trial_settings[end_behavior][missing_payment_method]",
			l.one([]string{"create_invoice", "cancel", "pause"}))
	case 2:
		fields.Set("trial_end", strconv.FormatInt(now.AddDate(0, 0, 1+l.dice.IntN(40)).Unix(), 10))
	case 3, 4:
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
	case 5:
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
		fields.Set("discounts[1][coupon]", l.one(l.coupons))
	case 6:
		fields.Set("billing_cycle_anchor",
			strconv.FormatInt(now.AddDate(0, 0, 1+l.dice.IntN(27)).Unix(), 10))
		fields.Set("proration_behavior", l.one([]string{"create_prorations", "none"}))
	case 7:
		fields.Set("cancel_at", strconv.FormatInt(now.AddDate(0, 0, 5+l.dice.IntN(90)).Unix(), 10))
	case 8:
		fields.Set("cancel_at_period_end", "true")
	case 9:
		fields.Set("backdate_start_date",
			strconv.FormatInt(now.AddDate(0, 0, -1-l.dice.IntN(40)).Unix(), 10))
	case 10:
		fields.Set("billing_cycle_anchor_config[day_of_month]", strconv.Itoa(1+l.dice.IntN(31)))
	}
}

func (l *Life) howItIsPaid(fields url.Values) {
	if l.chance(6) {
		fields.Set("collection_method", "send_invoice")
		fields.Set("days_until_due", "7")
		return
	}
	if b := l.one([]string{"", "", "allow_incomplete", "error_if_incomplete",
		"default_incomplete"}); b != "" {
		fields.Set("payment_behavior", b)
	}
	if pm := l.one(l.methods[fields.Get("customer")]); pm != "" && l.chance(4) {
		fields.Set("default_payment_method", pm)
	}
}

func (l *Life) update(words ...string) {
	l.Helper()
	if sub, _ := l.running(); sub != "" {
		l.send("/v1/subscriptions/"+sub, values(words...))
	}
}

func (l *Life) changePlan() {
	l.Helper()
	sub, item := l.running()
	if sub == "" {
		l.subscribe()
		return
	}
	fields := values("items[0][id]="+item,
		"items[0][price]="+l.priceOf(l.audit.field(sub, "currency")))
	if l.chance(3) {
		fields.Set("items[0][quantity]", strconv.Itoa(1+l.dice.IntN(6)))
	}
	l.howToChange(fields)
	if fields.Get("proration_behavior") == "none" { // another interval would bill time twice
		fields.Set("proration_behavior", "create_prorations")
	}
	if l.chance(6) {
		fields.Set("billing_cycle_anchor", "now")
	}
	if l.chance(8) {
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
	}
	l.send("/v1/subscriptions/"+sub, fields)
}

func (l *Life) howToChange(fields url.Values) {
	fields.Set("proration_behavior",
		l.one([]string{"always_invoice", "always_invoice", "create_prorations", "none"}))
	b := l.one([]string{"", "", "error_if_incomplete", "pending_if_incomplete",
		"default_incomplete"})
	if b != "" {
		fields.Set("payment_behavior", b)
	}
}

func (l *Life) changeQuantity() {
	l.Helper()
	sub, item := l.running()
	if sub == "" {
		return
	}
	fields := values("quantity=" + strconv.Itoa(1+l.dice.IntN(8)))
	if l.chance(2) {
		l.howToChange(fields)
		l.send("/v1/subscription_items/"+item, fields)
		return
	}
	fields = values("items[0][id]="+item, "items[0][quantity]="+strconv.Itoa(l.dice.IntN(6)))
	l.howToChange(fields)
	l.send("/v1/subscriptions/"+sub, fields)
}

func (l *Life) addSubscriptionItem() {
	l.Helper()
	sub, _ := l.running()
	if sub == "" {
		return
	}
	price := l.priceOf(l.audit.field(sub, "currency"))
	fields := values("subscription="+sub, "price="+price, "quantity=2")
	if l.chance(2) {
		l.howToChange(fields)
		l.send("/v1/subscription_items", fields)
		return
	}
	fields = values("items[0][price]=" + price)
	l.howToChange(fields)
	l.send("/v1/subscriptions/"+sub, fields)
}

func (l *Life) removeSubscriptionItem() {
	l.Helper()
	sub, item := l.running()
	if sub == "" {
		return
	}
	how := "proration_behavior=" + l.one([]string{"always_invoice", "create_prorations", "none"})
	if l.chance(2) {
		l.remove("/v1/subscription_items/"+item, values(how))
		return
	}
	l.send("/v1/subscriptions/"+sub, values("items[0][id]="+item, "items[0][deleted]=true", how))
}

// previewAndChange looks at what a change would bill and then makes it: it bills just that (I49).
func (l *Life) previewAndChange() {
	l.Helper()
	sub, item := l.running()
	if sub == "" || l.audit.field(sub, "test_clock") != "" {
		return
	}
	l.Work()
	l.check()
	price := l.priceOf(l.audit.field(sub, "currency"))
	quantity := strconv.Itoa(1 + l.dice.IntN(6))
	now := strconv.FormatInt(l.Clock.Now().Unix(), 10)
	preview := l.send("/v1/invoices/create_preview", values("subscription="+sub,
		"subscription_details[items][0][id]="+item, "subscription_details[items][0][price]="+price,
		"subscription_details[items][0][quantity]="+quantity,
		"subscription_details[proration_behavior]=always_invoice",
		"subscription_details[proration_date]="+now))
	before := l.audit.field(sub, "latest_invoice")
	a := l.send("/v1/subscriptions/"+sub, values("items[0][id]="+item, "items[0][price]="+price,
		"items[0][quantity]="+quantity, "proration_behavior=always_invoice",
		"proration_date="+now))
	made := a.text("latest_invoice")
	if !preview.OK() || !a.OK() || made == before || made == "" ||
		a.Body["pending_update"] != nil {
		return
	}
	l.audit.Look()
	l.Seen.note("a preview that came true")
	for _, field := range []string{"subtotal", "total"} {
		if was, is := unix(preview.Body[field]), unix(l.audit.objects[made][field]); was != is {
			l.Errorf("I49: the preview of %s says %s %d, %s %d", sub, field, was, made, is)
		}
	}
}

func (l *Life) cancelAtEnd() { l.Helper(); l.update("cancel_at_period_end=true") }
func (l *Life) unpause()     { l.Helper(); l.update("pause_collection=") }
func (l *Life) dropCoupon()  { l.Helper(); l.update("discounts=") }
func (l *Life) applyCoupon() { l.Helper(); l.update("discounts[0][coupon]=" + l.one(l.coupons)) }

func (l *Life) undoCancel() {
	l.Helper()
	l.update(l.one([]string{"cancel_at_period_end=false", "cancel_at="}))
}

func (l *Life) cancelAt() {
	l.Helper()
	at := l.Clock.Now().AddDate(0, 0, 1+l.dice.IntN(80)).Unix()
	l.update(l.one([]string{"cancel_at=" + strconv.FormatInt(at, 10), "cancel_at=min_period_end",
		"cancel_at=max_period_end"}))
}

func (l *Life) pause() {
	l.Helper()
	words := []string{"pause_collection[behavior]=" +
		l.one([]string{"void", "mark_uncollectible", "keep_as_draft"})}
	if l.chance(2) {
		words = append(words, "pause_collection[resumes_at]="+
			strconv.FormatInt(l.Clock.Now().AddDate(0, 0, 1+l.dice.IntN(60)).Unix(), 10))
	}
	l.update(words...)
}

// resume takes a subscription that is paused since its trial up again.
func (l *Life) resume() {
	l.Helper()
	for _, id := range l.audit.ids("subscription") {
		if l.audit.field(id, "status") == "paused" {
			l.send("/v1/subscriptions/"+id+"/resume", values("billing_cycle_anchor="+
				l.one([]string{"now", "unchanged"})))
			return
		}
	}
}

func (l *Life) changeTrial() {
	l.Helper()
	at := strconv.FormatInt(l.Clock.Now().AddDate(0, 0, 1+l.dice.IntN(20)).Unix(), 10)
	l.update("trial_end=" + l.one([]string{"now", at}))
}

func (l *Life) resetAnchor() {
	l.Helper()
	l.update("billing_cycle_anchor=now",
		"proration_behavior="+l.one([]string{"create_prorations", "always_invoice"}))
}

func (l *Life) migrate() {
	l.Helper()
	for _, id := range l.audit.ids("subscription") {
		if l.audit.field(id, "billing_mode.type") == "classic" && l.chance(2) &&
			!ended(l.audit.field(id, "status")) {
			l.send("/v1/subscriptions/"+id+"/migrate", values("billing_mode[type]=flexible"))
			return
		}
	}
}

func (l *Life) changeTaxes() {
	l.Helper()
	l.update(l.one([]string{"default_tax_rates=", "default_tax_rates[0]=" + l.one(l.rates)}))
}

func (l *Life) changeCollection() {
	l.Helper()
	if l.chance(2) {
		l.update("collection_method=send_invoice", "days_until_due=5")
		return
	}
	l.update("collection_method=charge_automatically")
}

func (l *Life) cancelNow() {
	l.Helper()
	sub, _ := l.running()
	if sub == "" {
		return
	}
	fields := url.Values{}
	switch l.dice.IntN(4) {
	case 0:
		fields = values("prorate=true", "invoice_now=true")
	case 1:
		fields = values("prorate=true")
	case 2:
		fields = values("invoice_now=true")
	}
	l.remove("/v1/subscriptions/"+sub, fields)
}
