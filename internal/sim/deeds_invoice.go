package sim

import (
	"net/url"
	"strconv"
)

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
	case l.chance(8):
		fields.Set("paid_out_of_band", "true")
	case l.chance(8):
		fields.Set("forgive", "true")
	case pm != "" && l.chance(2):
		fields.Set("payment_method", pm)
	}
	l.send("/v1/invoices/"+in+"/pay", fields)
}

// addInvoiceItem charges something else: a sum, a price, with or without discounts and taxes, now
// or with the next invoice of a subscription or on a draft.
func (l *Life) addInvoiceItem() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	fields := values("customer="+c, "currency="+l.currency[c], "description=Work")
	switch l.dice.IntN(3) {
	case 0:
		fields.Set("amount", strconv.Itoa(l.dice.IntN(5000)-1000))
	case 1:
		fields.Set("quantity", strconv.Itoa(1+l.dice.IntN(4)))
		fields.Set("unit_amount_decimal", "33.3")
	default:
		fields.Set("quantity", "2")
		if l.currency[c] == "usd" {
			fields.Set("pricing[price]", l.one(l.onceOnly))
		} else {
			fields.Set("unit_amount_decimal", "250")
		}
	}
	if l.chance(3) {
		fields.Set("tax_rates[0]", l.one(l.rates))
	}
	if l.chance(4) {
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
	}
	switch l.dice.IntN(4) {
	case 0:
		if sub, _ := l.running(); l.audit.field(sub, "customer") == c {
			fields.Set("subscription", sub)
		}
	case 1:
		if in := l.invoiceThat("draft"); l.audit.field(in, "customer") == c {
			fields.Set("invoice", in)
		}
	}
	l.send("/v1/invoiceitems", fields)
}

// dropInvoiceItem takes back something that was added by hand, or changes it.
func (l *Life) dropInvoiceItem() {
	l.Helper()
	var own []string
	for _, id := range l.audit.ids("invoiceitem") {
		if l.audit.objects[id]["proration"] != true {
			own = append(own, id)
		}
	}
	switch id := l.one(own); {
	case id == "":
	case l.chance(2):
		l.remove("/v1/invoiceitems/"+id, nil)
	default:
		l.send("/v1/invoiceitems/"+id, values("amount="+strconv.Itoa(l.dice.IntN(3000))))
	}
}

func (l *Life) invoiceNow() {
	l.Helper()
	c := l.one(l.customers)
	if c == "" {
		return
	}
	fields := values("customer="+c, "auto_advance="+l.one([]string{"true", "false"}),
		"pending_invoice_items_behavior="+l.one([]string{"include", "include", "exclude"}),
		"currency="+l.currency[c])
	switch l.dice.IntN(4) {
	case 0:
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
	case 1:
		fields.Set("default_tax_rates[0]", l.one(l.rates))
	case 2:
		fields.Set("collection_method", "send_invoice")
		fields.Set("days_until_due", "10")
	}
	a := l.send("/v1/invoices", fields)
	if a.OK() && l.chance(2) {
		l.send("/v1/invoices/"+a.text("id")+"/finalize", nil)
	}
}

func (l *Life) editDraft() {
	l.Helper()
	in := l.invoiceThat("draft")
	if in == "" {
		return
	}
	fields := url.Values{}
	switch l.dice.IntN(4) {
	case 0:
		fields.Set("discounts[0][coupon]", l.one(l.coupons))
	case 1:
		fields.Set("default_tax_rates[0]", l.one(l.rates))
	case 2:
		fields.Set("auto_advance", l.one([]string{"true", "false"}))
	default:
		fields.Set("description", "Edited")
	}
	l.send("/v1/invoices/"+in, fields)
}

func (l *Life) deleteDraft() {
	l.Helper()
	if in := l.invoiceThat("draft"); in != "" {
		l.remove("/v1/invoices/"+in, nil)
	}
}

func (l *Life) sendInvoice() {
	l.Helper()
	if in := l.invoiceThat("draft", "open"); in != "" {
		l.send("/v1/invoices/"+in+"/send", nil)
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
