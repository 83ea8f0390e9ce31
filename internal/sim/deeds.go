package sim

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/store"
)

// deed is something that a customer or the operator does.
type deed struct {
	name   string
	weight int
	do     func(*Life)
}

// allDeeds are everything that can happen in a life, and how often.
func allDeeds() []deed {
	return []deed{
		{"new customer", 6, (*Life).newCustomer}, {"subscribe", 14, (*Life).subscribe},
		{"change plan", 10, (*Life).changePlan}, {"change quantity", 6, (*Life).changeQuantity},
		{"add item", 4, (*Life).addSubscriptionItem},
		{"remove item", 3, (*Life).removeSubscriptionItem},
		{"preview and change", 4, (*Life).previewAndChange},
		{"change in the portal", 4, (*Life).portalChange},
		{"cancel in the portal", 2, (*Life).portalCancel},
		{"cancel at end", 4, (*Life).cancelAtEnd}, {"cancel at", 2, (*Life).cancelAt},
		{"undo cancel", 3, (*Life).undoCancel}, {"cancel now", 2, (*Life).cancelNow},
		{"pause", 2, (*Life).pause}, {"unpause", 3, (*Life).unpause},
		{"resume", 2, (*Life).resume}, {"change trial", 2, (*Life).changeTrial},
		{"reset anchor", 2, (*Life).resetAnchor}, {"migrate", 2, (*Life).migrate},
		{"apply coupon", 3, (*Life).applyCoupon}, {"drop coupon", 2, (*Life).dropCoupon},
		{"change taxes", 2, (*Life).changeTaxes},
		{"change collection", 1, (*Life).changeCollection},
		{"touch", 3, (*Life).touch}, {"list", 2, (*Life).list},
		{"pay invoice", 8, (*Life).payInvoice}, {"refund", 4, (*Life).refund},
		{"new card", 6, (*Life).newCard}, {"adjust balance", 3, (*Life).adjustBalance},
		{"add invoice item", 4, (*Life).addInvoiceItem},
		{"drop invoice item", 1, (*Life).dropInvoiceItem},
		{"invoice now", 3, (*Life).invoiceNow}, {"edit draft", 2, (*Life).editDraft},
		{"delete draft", 1, (*Life).deleteDraft}, {"send invoice", 2, (*Life).sendInvoice},
		{"void invoice", 2, (*Life).voidInvoice}, {"write off", 1, (*Life).writeOff},
		{"authenticate", 10, (*Life).authenticate}, {"pay once", 2, (*Life).payOnce},
		{"hold and capture", 2, (*Life).holdAndCapture}, {"set up", 2, (*Life).setUp},
		{"detach", 2, (*Life).detach}, {"delete customer", 1, (*Life).deleteCustomer},
		{"do twice", 2, (*Life).doTwice}, {"move clock", 3, (*Life).moveClock},
		{"change mood", 3, (*Life).changeMood},
	}
}

// someDeeds leaves some out: a life in which everything happens never gets deep into anything.
func (l *Life) someDeeds() (some []deed) {
	for i, d := range allDeeds() {
		if i < 3 || l.dice.IntN(4) > 0 {
			some = append(some, d)
		}
	}
	return some
}

// act does one deed.
func (l *Life) act() {
	l.Helper()
	total := 0
	for _, d := range l.deeds {
		total += d.weight
	}
	at := l.dice.IntN(total)
	for _, d := range l.deeds {
		if at -= d.weight; at < 0 {
			l.Seen.note("deed %s", d.name)
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

// chance is true once in n times.
func (l *Life) chance(n int) bool { return l.dice.IntN(n) == 0 }

// running picks a subscription that has not ended, with one of its items.
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
	items, _ := dig(l.audit.objects[sub], "items.data").([]any)
	n := l.dice.IntN(max(len(items), 1))
	return sub, l.audit.field(sub, "items.data."+strconv.Itoa(n)+".id")
}

// priceOf picks a price in the currency of a customer or a subscription.
func (l *Life) priceOf(currency string) string { return l.one(l.prices[currency]) }

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
		l.Seen.note("the bank asks, answer %v", pass)
		if _, err := l.Gateway.Answer(context.Background(), token, pass); err != nil {
			l.Errorf("answer the bank: %v", err)
		}
		l.Work()
	}
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

func (l *Life) someClock() string {
	l.Helper()
	if len(l.clocks) < 2 {
		a := l.send("/v1/test_helpers/test_clocks",
			values("frozen_time="+strconv.FormatInt(l.Clock.Now().Unix(), 10)))
		l.clocks = append(l.clocks, a.text("id"))
	}
	return l.clocks[len(l.clocks)-1]
}

// list walks a list in pages: every object that exists is shown once (I38).
func (l *Life) list() {
	l.Helper()
	l.check()
	kind := l.one([]string{"customer", "invoice", "subscription", "charge", "refund"})
	path := paths[kind]
	path = path[:len(path)-1]
	q := values("limit=" + strconv.Itoa(1+l.dice.IntN(9)))
	if kind == "subscription" {
		q.Set("status", "all")
	}
	shown := map[string]int{}
	for more := true; more; {
		page := l.Get(path, q)
		data, _ := page.Body["data"].([]any)
		for _, o := range data {
			id, _ := dig(o, "id").(string)
			shown[id]++
			q.Set("starting_after", id)
		}
		more = page.Body["has_more"] == true
	}
	for _, id := range l.audit.ids(kind) {
		clock, _ := l.audit.objects[id]["test_clock"].(string)
		if n := shown[id]; n != 1 && clock == "" && !l.audit.gone(id) {
			l.Errorf("I38: the list %s shows %s %d times", path, id, n)
		}
	}
}

// touch changes one field of something: nothing else changes (I40).
func (l *Life) touch() {
	l.Helper()
	l.check()
	kind := l.one([]string{"customer", "invoice", "subscription", "charge", "payment_method",
		"coupon", "invoiceitem"})
	id := l.one(l.audit.ids(kind))
	if id == "" || l.audit.gone(id) {
		return
	}
	before := l.Get(paths[kind]+id, nil)
	a := l.send(paths[kind]+id, values("metadata[touched]="+strconv.Itoa(l.serial)))
	if !before.OK() || !a.OK() {
		return
	}
	was, is := bare(before.Body), bare(a.Body)
	delete(was, "metadata")
	delete(is, "metadata")
	l.audit.same("I40", id, was, is)
}
