package sim

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// stretch is a time that was billed for an item, or given back.
type stretch struct {
	from, to int64
	credit   bool
	free     bool // it asked for nothing, so nothing is given back for it
	line     string
	invoice  string
	says     []string // how its lines are described: several when a price has tiers
}

// tierOf says that a line bills the same time of an item as another, for another tier of its price:
// a whole period of it, on the same invoice, in other words.
func (s stretch) tierOf(other stretch) bool {
	return s.says != nil && other.says != nil && s.invoice == other.invoice &&
		s.from == other.from && s.to == other.to && !slices.Contains(other.says, s.says[0])
}

// timeline is what was billed for a subscription.
type timeline struct {
	items  map[string][]stretch
	voided bool
}

// Subscriptions checks over whole lives that time was billed once and not skipped (I10, I11,
// I15, I16) and that nothing was given back that was not billed (I13).
func (a *Auditor) Subscriptions() {
	a.Helper()
	lines, cycles := map[string]*timeline{}, map[string]string{}
	invoiced := map[string]bool{}
	hidden := map[string]bool{} // customers with an invoice of more lines than its event shows
	of := func(sub string) *timeline {
		if lines[sub] == nil {
			lines[sub] = &timeline{items: map[string][]stretch{}}
		}
		return lines[sub]
	}
	for _, id := range a.ids("invoice") {
		in := a.objects[id]
		void := in["status"] == "void"
		of(billedFor(in)).voided = of(billedFor(in)).voided || void
		customer := a.field(id, "customer")
		hidden[customer] = hidden[customer] || dig(in, "lines.has_more") == true
		data, _ := dig(in, "lines.data").([]any)
		for _, l := range data {
			line, _ := l.(object)
			if ii := itemOf(line); ii != "" {
				invoiced[ii] = true
			}
			t := of(lineOf(line))
			t.add(line)
			t.voided = t.voided || void
			a.trialLine(id, line)
		}
		if sub := billedFor(in); sub != "" && in["billing_reason"] == "subscription_cycle" {
			a.cycle(cycles, sub, id)
		}
	}
	for _, id := range a.ids("invoiceitem") {
		item := a.objects[id]
		if sub := a.field(id, "parent.subscription_details.subscription"); sub != "" &&
			item["proration"] == true && !invoiced[id] {
			of(sub).addPending(id, item)
		}
	}
	a.dropped(of)
	delete(lines, "") // lines that bill no subscription's time
	for sub, t := range lines {
		if !t.voided && !hidden[a.field(sub, "customer")] && a.exempt[sub] == "" && !a.gone(sub) {
			for item, times := range t.items {
				a.tiled(sub, item, times)
			}
		}
	}
	a.credits()
}

// dropped are prorations that were waiting when their subscription was canceled: they are removed
// (documented), so the time that only they would have billed is free.
func (a *Auditor) dropped(of func(sub string) *timeline) {
	for _, id := range a.order {
		item := a.objects[id]
		sub := a.field(id, "parent.subscription_details.subscription")
		if item["object"] == "invoiceitem" && item["deleted"] == true &&
			item["proration"] == true && unix(item["amount"]) > 0 && ended(a.field(sub, "status")) {
			of(sub).addFree(item)
		}
	}
}

// billedFor is the subscription that an invoice was made for; "" when it was made by hand.
func billedFor(invoice object) string {
	sub, _ := dig(invoice, "parent.subscription_details.subscription").(string)
	return sub
}

// lineOf is the subscription whose time a line bills, which an invoice made by hand may do, too:
// it takes the customer's pending prorations.
func lineOf(line object) string {
	sub, _ := dig(line, "parent.subscription_item_details.subscription").(string)
	return sub
}

// itemOf is the invoice item that a subscription's line was made from; "" when there was none.
func itemOf(line object) string {
	ii, _ := dig(line, "parent.subscription_item_details.invoice_item").(string)
	return ii
}

// add takes a line of an invoice into the timeline.
func (t *timeline) add(line object) {
	details, _ := dig(line, "parent.subscription_item_details").(object)
	if details == nil {
		return
	}
	item, _ := details["subscription_item"].(string)
	proration, _ := details["proration"].(bool)
	id, _ := line["id"].(string)
	s := stretch{line: id, credit: proration}
	if !proration && itemOf(line) == "" {
		text, _ := line["description"].(string)
		s.says = []string{text}
		s.invoice, _ = line["invoice"].(string)
	}
	t.put(item, line, s)
}

func (t *timeline) addPending(id string, ii object) {
	item, _ := dig(ii, "parent.subscription_details.subscription_item").(string)
	if item == "" {
		return // an extra: it is for the same time as the items, and bills none of theirs
	}
	t.put(item, ii, stretch{line: id, credit: true})
}

func (t *timeline) addFree(ii object) {
	item, _ := dig(ii, "parent.subscription_details.subscription_item").(string)
	t.items[item] = append(t.items[item], stretch{from: unix(dig(ii, "period.start")),
		to: unix(dig(ii, "period.end")), free: true})
}

// put decides by its wording whether a proration is a credit.
func (t *timeline) put(item string, from object, s stretch) {
	text, _ := from["description"].(string)
	s.from, s.to = unix(dig(from, "period.start")), unix(dig(from, "period.end"))
	s.credit = s.credit && strings.HasPrefix(text, "Unused time")
	s.free = netOf(from) == 0
	for i := range t.items[item] {
		if tier := &t.items[item][i]; s.tierOf(*tier) {
			tier.free, tier.says = tier.free && s.free, append(tier.says, s.says...)
			return
		}
	}
	if s.to > s.from {
		t.items[item] = append(t.items[item], s)
	}
}

// cycle sees that a period has one invoice, and that nothing is billed after the end.
func (a *Auditor) cycle(seen map[string]string, sub, invoice string) {
	a.Helper()
	in := a.objects[invoice]
	key := sub + amount(in["period_end"]).RatString()
	if other := seen[key]; other != "" {
		a.Errorf("I11: %s and %s are of the same period of %s", other, invoice, sub)
	}
	seen[key] = invoice
	over := unix(a.objects[sub]["ended_at"])
	if made := unix(in["created"]); over != 0 && made > over {
		a.Errorf("I15: %s was made at %d, after the end of %s at %d", invoice, made, sub, over)
	}
}

// trialLine: a trial costs nothing (I16).
func (a *Auditor) trialLine(invoice string, line object) {
	a.Helper()
	text, _ := line["description"].(string)
	if strings.HasPrefix(text, "Trial period") && unix(line["amount"]) != 0 {
		a.Errorf("I16: %s bills a trial with %v", invoice, line["amount"])
	}
}

// tiled: from the first moment that was billed to the end of the running period, or of the
// subscription, every moment is billed once, or is free; nothing is billed twice (I10).
func (a *Auditor) tiled(sub, item string, times []stretch) {
	a.Helper()
	var edges []int64
	for _, s := range times {
		edges = append(edges, s.from, s.to)
	}
	slices.Sort(edges)
	until := a.billedUntil(sub, item)
	given := false // classic billing gave back a time that nobody had billed; it is billed later
	for _, at := range slices.Compact(edges) {
		level, free, slivers := 0, false, 0
		for _, s := range times {
			switch {
			case at < s.from || at >= s.to:
			case s.free && s.credit:
				slivers++ // what is given back may be less than half a minor unit
			case s.free:
				free = true
			case s.credit:
				level--
			default:
				level++
			}
		}
		// Classic billing gives back the present price, whatever was billed.
		below := level < 0 && !a.everClassic(sub)
		given = given || level < 0
		skipped := level == 0 && !free && !given && at < until && !a.trial(sub, at)
		if below || level > 1+slivers || skipped {
			a.Errorf("I10: %s: from %d on the same time of %s is billed %d times (until %d, %v): "+
				"%+v\n%s", sub, at, item, level, until, a.objects[sub]["billing_mode"], times,
				a.about(sub))
			return
		}
	}
}

// trial says that a moment lies in the subscription's trial, which may have been made longer.
func (a *Auditor) trial(sub string, at int64) bool {
	o := a.objects[sub]
	return at >= unix(o["trial_start"]) && at < unix(o["trial_end"])
}

func (a *Auditor) everClassic(sub string) bool {
	return a.field(sub, "billing_mode.type") == "classic" ||
		dig(a.objects[sub], "billing_mode.updated_at") != nil
}

// billedUntil is up to when an item must be billed without a hole; 0 when that is not known.
func (a *Auditor) billedUntil(sub, item string) int64 {
	o := a.objects[sub]
	status, _ := o["status"].(string)
	if status == "incomplete" || status == "incomplete_expired" || status == "paused" {
		return 0
	}
	items, _ := dig(o, "items.data").([]any)
	for _, it := range items {
		if dig(it, "id") == item {
			until := unix(dig(it, "current_period_end"))
			if over := unix(o["ended_at"]); over != 0 {
				until = min(until, over)
			}
			return until
		}
	}
	return 0
}

// credits: no line is given back more than it asked for, but for a minor unit each time (I13).
func (a *Auditor) credits() {
	a.Helper()
	billed, back, times := map[string]int64{}, map[string]int64{}, map[string]int64{}
	give := func(to string, from object) {
		if net := netOf(from); net < 0 && to != "" {
			back[to] += net
			times[to]++
		}
	}
	name := map[string]string{} // of what an invoice item became
	for _, id := range a.ids("invoiceitem") {
		billed[id] = netOf(a.objects[id])
	}
	var lines []object
	for _, id := range a.ids("invoice") {
		data, _ := dig(a.objects[id], "lines.data").([]any)
		tiers := map[string]string{} // the first line of those that bill the same time of an item
		for _, l := range data {
			line, _ := l.(object)
			lineID, _ := line["id"].(string)
			ii, first := itemOf(line), tiers[tierKey(line)]
			switch {
			case ii != "":
				name[lineID], billed[ii] = ii, netOf(line)
			case first != "":
				name[lineID] = first
				billed[first] += netOf(line)
			default:
				tiers[tierKey(line)], name[lineID] = lineID, lineID
				billed[lineID] = netOf(line)
			}
			if a.objects[id]["status"] != "void" && a.flexible(line) {
				lines = append(lines, line)
			}
		}
	}
	for _, line := range lines {
		at := "parent.subscription_item_details.proration_details.credited_items."
		to, _ := dig(line, at+"invoice_line_items.0").(string)
		give(name[to], line)
	}
	for to, sum := range back {
		if of, known := billed[to]; known && -sum > max(of, 0)+times[to] {
			a.Errorf("I13: %s asked for %d and %d of it were given back", to, of, -sum)
		}
		a.Seen.note("a credit of something that was billed")
	}
}

// tierKey is alike for the tiers of an item on one invoice.
func tierKey(line object) string {
	return fmt.Sprint(dig(line, "parent.subscription_item_details.subscription_item"),
		dig(line, "period.start"), dig(line, "period.end"))
}

func (a *Auditor) flexible(line object) bool {
	sub, _ := dig(line, "parent.subscription_item_details.subscription").(string)
	return a.field(sub, "billing_mode.type") == "flexible"
}

// netOf is what a line asks for after its discounts.
func netOf(line object) int64 {
	net := new(big.Rat).Sub(amount(line["amount"]), sum(line["discount_amounts"], "amount"))
	return net.Num().Int64()
}

// onGrid says that a moment is a whole number of intervals from an anchor, whose day is kept over
// short months: the auditor's own calendar (I12).
func onGrid(anchor, at int64, unit string, count int64) bool {
	from, to := time.Unix(anchor, 0).UTC(), time.Unix(at, 0).UTC()
	switch unit {
	case "day", "week":
		length := count * 86400
		if unit == "week" {
			length *= 7
		}
		return (at-anchor)%length == 0
	case "year":
		count *= 12
	}
	months := int64((to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month()))
	if months%count != 0 {
		return false
	}
	last := time.Date(to.Year(), to.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	want := time.Date(to.Year(), to.Month(), min(from.Day(), last), from.Hour(), from.Minute(),
		from.Second(), 0, time.UTC)
	return want.Equal(to)
}
