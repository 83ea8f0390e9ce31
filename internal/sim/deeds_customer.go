package sim

import (
	"net/url"
	"strconv"
)

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
	if l.chance(6) {
		fields.Set("test_clock", l.someClock())
	}
	currency := l.one([]string{"usd", "usd", "usd", "eur", "jpy"})
	if l.chance(8) && currency == "usd" {
		fields.Set("balance", strconv.Itoa(l.dice.IntN(4000)-2000))
	}
	if l.chance(6) {
		fields.Set("tax_exempt", l.one([]string{"exempt", "reverse"}))
	}
	a := l.send("/v1/customers", fields)
	if !a.OK() {
		return
	}
	id := a.text("id")
	l.customers = append(l.customers, id)
	l.currency[id] = currency
	settings, _ := a.Body["invoice_settings"].(map[string]any)
	if pm, _ := settings["default_payment_method"].(string); pm != "" {
		l.methods[id] = append(l.methods[id], pm)
	}
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

// deleteCustomer removes a customer with everything that runs for them. Whoever is left alone
// stays: a life without customers is short.
func (l *Life) deleteCustomer() {
	l.Helper()
	if len(l.customers) > 4 {
		l.remove("/v1/customers/"+l.one(l.customers), nil)
	}
}

func (l *Life) adjustBalance() {
	l.Helper()
	if c := l.one(l.customers); c != "" {
		l.send("/v1/customers/"+c+"/balance_transactions", values("currency="+l.currency[c],
			"amount="+strconv.Itoa(l.dice.IntN(6000)-4000)))
	}
}

func (l *Life) refund() {
	l.Helper()
	ch := l.one(l.audit.ids("charge"))
	if ch == "" {
		return
	}
	fields := values("charge=" + ch)
	if l.chance(2) {
		fields.Set("amount", strconv.Itoa(1+l.dice.IntN(1500)))
	}
	l.send("/v1/refunds", fields)
}

func (l *Life) payOnce() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	a := l.send("/v1/payment_intents", values("customer="+c, "currency="+l.currency[c],
		"confirm=true", "amount="+strconv.Itoa(100+l.dice.IntN(9000)),
		"payment_method="+l.one(cards)))
	if id := a.text("id"); a.OK() && a.text("status") != "succeeded" {
		switch l.dice.IntN(3) {
		case 0:
			l.send("/v1/payment_intents/"+id+"/cancel", nil)
		case 1:
			l.send("/v1/payment_intents/"+id+"/confirm", values("payment_method=pm_card_visa"))
		}
	}
}

// holdAndCapture authorizes a sum and takes it, a part of it, or nothing.
func (l *Life) holdAndCapture() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	a := l.send("/v1/payment_intents", values("customer="+c, "currency="+l.currency[c],
		"confirm=true", "amount="+strconv.Itoa(500+l.dice.IntN(9000)),
		"payment_method=pm_card_visa", "capture_method=manual"))
	if a.text("status") != "requires_capture" {
		return
	}
	path := "/v1/payment_intents/" + a.text("id")
	switch l.dice.IntN(4) {
	case 0:
		l.send(path+"/cancel", nil)
	case 1:
		l.send(path+"/capture", values("amount_to_capture=300"))
	case 2:
		l.send(path+"/capture", nil)
	}
}

func (l *Life) setUp() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	a := l.send("/v1/setup_intents", values("customer="+c, "confirm=true",
		"payment_method="+l.one(cards)))
	if a.text("status") == "requires_action" && l.chance(3) {
		l.send("/v1/setup_intents/"+a.text("id")+"/cancel", url.Values{})
	}
}
