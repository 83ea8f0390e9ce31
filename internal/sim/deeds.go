package sim

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/store"
)

// deed is something that a customer or the operator does.
type deed struct {
	weight int
	do     func(*Life)
}

// deeds are everything that happens in a life, and how often.
func deeds() []deed {
	return []deed{
		{6, (*Life).newCustomer}, {12, (*Life).subscribe}, {10, (*Life).changePlan},
		{6, (*Life).changeQuantity}, {4, (*Life).cancelAtEnd}, {3, (*Life).undoCancel},
		{2, (*Life).cancelNow}, {2, (*Life).pause}, {3, (*Life).unpause},
		{3, (*Life).applyCoupon}, {8, (*Life).payInvoice}, {4, (*Life).refund},
		{6, (*Life).newCard}, {3, (*Life).adjustBalance}, {4, (*Life).addItem},
		{3, (*Life).invoiceNow}, {2, (*Life).voidInvoice}, {1, (*Life).writeOff},
		{10, (*Life).authenticate}, {2, (*Life).payOnce}, {2, (*Life).setUp},
		{2, (*Life).detach}, {2, (*Life).doTwice}, {2, (*Life).moveClock},
	}
}

// act does one deed.
func (l *Life) act() {
	l.Helper()
	all, total := deeds(), 0
	for _, d := range all {
		total += d.weight
	}
	at := l.dice.IntN(total)
	for _, d := range all {
		if at -= d.weight; at < 0 {
			d.do(l)
			return
		}
	}
}

// one picks from a list; empty when there is nothing.
func (l *Life) one(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[l.dice.IntN(len(list))]
}

var cards = []string{"pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_mastercard",
	"pm_card_chargeCustomerFail", "pm_card_visa_chargeCustomerFailLostCard",
	"pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup",
	"pm_card_threeDSecureRequiredChargeDeclined", "pm_card_pendingRefund", "pm_card_refundFail",
	"pm_card_threeDSecure2Required"}

func (l *Life) newCustomer() {
	l.Helper()
	card := l.one(cards)
	fields := values("name=Customer "+strconv.Itoa(len(l.customers)),
		"email=c"+strconv.Itoa(len(l.customers))+"@example.com")
	if l.dice.IntN(5) > 0 {
		fields.Set("payment_method", card)
		fields.Set("invoice_settings[default_payment_method]", card)
	}
	if l.dice.IntN(6) == 0 {
		fields.Set("test_clock", l.someClock())
	}
	if l.dice.IntN(8) == 0 {
		fields.Set("balance", strconv.Itoa(l.dice.IntN(4000)-2000))
	}
	a := l.send("/v1/customers", fields)
	if !a.OK() {
		return
	}
	id := a.text("id")
	l.customers = append(l.customers, id)
	settings, _ := a.Body["invoice_settings"].(map[string]any)
	if pm, _ := settings["default_payment_method"].(string); pm != "" {
		l.methods[id] = append(l.methods[id], pm)
	}
}

func (l *Life) someClock() string {
	l.Helper()
	if len(l.clocks) < 2 {
		a := l.send("/v1/test_helpers/test_clocks",
			values("frozen_time="+strconv.FormatInt(l.Clock.Now().Unix(), 10)))
		l.clocks = append(l.clocks, a.text("id"))
	}
	return l.clocks[len(l.clocks)-1]
}

func (l *Life) subscribe() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		l.newCustomer()
		return
	}
	fields := values("customer="+c, "items[0][price]="+l.one(l.prices),
		"items[0][quantity]="+strconv.Itoa(1+l.dice.IntN(3)))
	switch l.dice.IntN(6) {
	case 0:
		fields.Set("trial_period_days", strconv.Itoa(1+l.dice.IntN(30)))
	case 1:
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
	case 2:
		fields.Set("collection_method", "send_invoice")
		fields.Set("days_until_due", "7")
	}
	if b := l.one([]string{"", "", "error_if_incomplete", "default_incomplete"}); b != "" &&
		!fields.Has("days_until_due") {
		fields.Set("payment_behavior", b)
	}
	if l.dice.IntN(5) == 0 {
		fields.Set("default_tax_rates[0]", l.audit.ids("tax_rate")[0])
	}
	if l.dice.IntN(5) == 0 {
		fields.Set("billing_mode[type]", "classic")
	}
	l.send("/v1/subscriptions", fields)
}

// running picks a subscription that has not ended, with its first item.
func (l *Life) running() (sub, item string) {
	var ids []string
	for _, id := range l.audit.ids("subscription") {
		if !ended(l.audit.field(id, "status")) {
			ids = append(ids, id)
		}
	}
	sub = l.one(ids)
	if sub == "" {
		return "", ""
	}
	return sub, l.audit.field(sub, "items.data.0.id")
}

func (l *Life) update(fields url.Values) {
	l.Helper()
	if sub, _ := l.running(); sub != "" {
		l.send("/v1/subscriptions/"+sub, fields)
	}
}

func (l *Life) changePlan() {
	l.Helper()
	sub, item := l.running()
	if sub == "" {
		l.subscribe()
		return
	}
	fields := values("items[0][id]="+item, "items[0][price]="+l.one(l.prices))
	l.howToChange(fields)
	if fields.Get("proration_behavior") == "none" { // another interval would bill time twice
		fields.Set("proration_behavior", "create_prorations")
	}
	if l.dice.IntN(5) == 0 {
		fields.Set("billing_cycle_anchor", "now")
	}
	l.send("/v1/subscriptions/"+sub, fields)
}

func (l *Life) howToChange(fields url.Values) {
	fields.Set("proration_behavior",
		l.one([]string{"always_invoice", "always_invoice", "create_prorations", "none"}))
	if b := l.one([]string{"", "", "error_if_incomplete", "pending_if_incomplete",
		"default_incomplete"}); b != "" {
		fields.Set("payment_behavior", b)
	}
}

func (l *Life) changeQuantity() {
	l.Helper()
	sub, item := l.running()
	if sub == "" {
		return
	}
	fields := values("items[0][id]="+item, "items[0][quantity]="+strconv.Itoa(1+l.dice.IntN(5)))
	l.howToChange(fields)
	l.send("/v1/subscriptions/"+sub, fields)
}

func (l *Life) cancelAtEnd() { l.Helper(); l.update(values("cancel_at_period_end=true")) }
func (l *Life) undoCancel()  { l.Helper(); l.update(values("cancel_at_period_end=false")) }
func (l *Life) unpause()     { l.Helper(); l.update(values("pause_collection=")) }

func (l *Life) pause() {
	l.Helper()
	l.update(values("pause_collection[behavior]=" +
		l.one([]string{"void", "mark_uncollectible", "keep_as_draft"})))
}

func (l *Life) applyCoupon() {
	l.Helper()
	l.update(values("discounts[0][coupon]=" + l.one(l.coupons)))
}

func (l *Life) cancelNow() {
	l.Helper()
	sub, _ := l.running()
	if sub == "" {
		return
	}
	fields := url.Values{}
	if l.dice.IntN(2) == 0 {
		fields = values("prorate=true", "invoice_now=true")
	}
	a, ok := l.try("DELETE", "/v1/subscriptions/"+sub, fields, "")
	l.audit.said("DELETE "+sub, a)
	if ok && a.Status >= 500 {
		l.Errorf("cancel %s: %d %s", sub, a.Status, a.Raw)
	}
}

// invoiceThat picks an invoice in one of the states.
func (l *Life) invoiceThat(states ...string) string {
	var ids []string
	for _, id := range l.audit.ids("invoice") {
		for _, s := range states {
			if l.audit.field(id, "status") == s {
				ids = append(ids, id)
			}
		}
	}
	return l.one(ids)
}

func (l *Life) payInvoice() {
	l.Helper()
	in := l.invoiceThat("open", "open", "draft", "uncollectible", "paid")
	if in == "" {
		return
	}
	fields := url.Values{}
	switch pm := l.one(l.methods[l.audit.field(in, "customer")]); {
	case l.dice.IntN(8) == 0:
		fields.Set("paid_out_of_band", "true")
	case pm != "" && l.dice.IntN(2) == 0:
		fields.Set("payment_method", pm)
	}
	l.send("/v1/invoices/"+in+"/pay", fields)
}

func (l *Life) refund() {
	l.Helper()
	ch := l.one(l.audit.ids("charge"))
	if ch == "" {
		return
	}
	fields := values("charge=" + ch)
	if l.dice.IntN(2) == 0 {
		fields.Set("amount", strconv.Itoa(1+l.dice.IntN(1500)))
	}
	l.send("/v1/refunds", fields)
}

func (l *Life) newCard() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	a := l.send("/v1/payment_methods/"+l.one(cards)+"/attach", values("customer="+c))
	if !a.OK() {
		return
	}
	l.methods[c] = append(l.methods[c], a.text("id"))
	l.send("/v1/customers/"+c, values("invoice_settings[default_payment_method]="+a.text("id")))
}

func (l *Life) detach() {
	l.Helper()
	c := l.one(l.customers)
	if pm := l.one(l.methods[c]); pm != "" {
		l.send("/v1/payment_methods/"+pm+"/detach", nil)
	}
}

func (l *Life) adjustBalance() {
	l.Helper()
	if c := l.one(l.customers); c != "" {
		l.send("/v1/customers/"+c+"/balance_transactions", values("currency=usd",
			"amount="+strconv.Itoa(l.dice.IntN(6000)-4000)))
	}
}

func (l *Life) addItem() {
	l.Helper()
	if c := l.one(l.customers); c != "" {
		l.send("/v1/invoiceitems", values("customer="+c, "currency=usd",
			"amount="+strconv.Itoa(l.dice.IntN(5000)-1000), "description=Work"))
	}
}

func (l *Life) invoiceNow() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	a := l.send("/v1/invoices", values("customer="+c, "auto_advance="+l.one([]string{"true",
		"false"}), "pending_invoice_items_behavior=include"))
	if a.OK() && l.dice.IntN(2) == 0 {
		l.send("/v1/invoices/"+a.text("id")+"/finalize", nil)
	}
}

func (l *Life) voidInvoice() {
	l.Helper()
	if in := l.invoiceThat("open", "uncollectible"); in != "" {
		l.send("/v1/invoices/"+in+"/void", nil)
	}
}

func (l *Life) writeOff() {
	l.Helper()
	if in := l.invoiceThat("open"); in != "" {
		l.send("/v1/invoices/"+in+"/mark_uncollectible", nil)
	}
}

// authenticate lets a customer answer their bank's question.
func (l *Life) authenticate() {
	l.Helper()
	var urls []string
	for _, kind := range []string{"payment_intent", "setup_intent"} {
		for _, id := range l.audit.ids(kind) {
			at := l.audit.field(id, "next_action.redirect_to_url.url")
			if _, token, ok := strings.Cut(at, "/3ds/"); ok {
				urls = append(urls, token)
			}
		}
	}
	if token := l.one(urls); token != "" {
		pass := l.dice.IntN(4) > 0
		if _, err := l.Gateway.Answer(context.Background(), token, pass); err != nil {
			l.Errorf("answer the bank: %v", err)
		}
		l.Work()
	}
}

func (l *Life) payOnce() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	l.send("/v1/payment_intents", values("customer="+c, "currency=usd", "confirm=true",
		"amount="+strconv.Itoa(100+l.dice.IntN(9000)), "payment_method="+l.one(cards)))
}

func (l *Life) setUp() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	l.send("/v1/setup_intents", values("customer="+c, "confirm=true",
		"payment_method="+l.one(cards)))
}

// doTwice asks the engine to do work that is not due: nothing happens.
func (l *Life) doTwice() {
	l.Helper()
	l.Work()
	l.check()
	before := len(l.audit.log)
	ctx := context.Background()
	l.live(func() {
		if sub, _ := l.running(); sub != "" {
			l.tolerate(l.App.AdvanceSubscription(ctx, l.Scope, sub))
		}
		if in := l.invoiceThat("draft", "open", "paid"); in != "" {
			l.tolerate(l.App.AdvanceInvoice(ctx, l.Scope, in))
		}
	})
	l.audit.Look()
	if len(l.audit.log) != before {
		l.Errorf("I44: work that is not due made %v", l.audit.log[before:])
	}
}

func (l *Life) tolerate(err error) {
	if err != nil && !tolerable(err) && !errors.Is(err, store.ErrNotFound) {
		l.Errorf("%s: %v", l.now(), err)
	}
}

func (l *Life) moveClock() {
	l.Helper()
	c := l.one(l.clocks)
	if c == "" {
		return
	}
	at := l.Get("/v1/test_helpers/test_clocks/"+c, nil)
	if frozen, ok := at.Body["frozen_time"].(float64); ok {
		l.send("/v1/test_helpers/test_clocks/"+c+"/advance", values("frozen_time="+
			strconv.FormatInt(int64(frozen)+int64(1+l.dice.IntN(40*86400)), 10)))
	}
}
