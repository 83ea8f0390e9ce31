package sim

import (
	"cmp"
	"slices"
	"strings"
)

// seeSubscription checks one state of a subscription.
func (a *Auditor) seeSubscription(was, is object) {
	a.Helper()
	id, _ := is["id"].(string)
	status, _ := is["status"].(string)
	if before, _ := was["status"].(string); ended(before) && before != status {
		a.Errorf("I14: %s was %s and became %s", id, before, status)
	}
	if ended(status) != (is["ended_at"] != nil) {
		a.Errorf("I14: %s is %s and ended at %v", id, status, is["ended_at"])
	}
	if status == "trialing" && is["trial_end"] == nil {
		a.Errorf("I16: %s is trialing without a trial's end", id)
	}
	items, _ := dig(is, "items.data").([]any)
	for _, it := range items {
		item, _ := it.(object)
		start, end := unix(item["current_period_start"]), unix(item["current_period_end"])
		if start >= end {
			a.Errorf("I12: the period of %v of %s is %d to %d", item["id"], id, start, end)
		}
	}
}

func unix(v any) int64 {
	n, _ := v.(float64)
	return int64(n)
}

// stretch is a time that was billed, or given back.
type stretch struct {
	from, to int64
	credit   bool
	line     string
}

// Subscriptions checks over whole lives that time was billed once and not skipped (I10, I11,
// I15, I16).
func (a *Auditor) Subscriptions() {
	a.Helper()
	billed := map[string][]stretch{}
	cycles, voided := map[string]string{}, map[string]bool{}
	for _, id := range a.ids("invoice") {
		in := a.objects[id]
		sub, _ := dig(in, "parent.subscription_details.subscription").(string)
		if sub == "" {
			continue
		}
		if in["status"] == "void" {
			voided[sub] = true // its time may have been given back as well
		}
		if in["billing_reason"] == "subscription_cycle" {
			a.cycle(cycles, sub, id)
		}
		lines, _ := dig(in, "lines.data").([]any)
		for _, l := range lines {
			line, _ := l.(object)
			if s, ok := stretchOf(line); ok && s.to > s.from {
				billed[sub] = append(billed[sub], s)
			}
			a.trialLine(id, line)
		}
	}
	for sub, times := range billed {
		if !voided[sub] {
			a.tiled(sub, times)
		}
	}
}

// cycle sees that a period has one invoice, and that nothing is billed after the end.
func (a *Auditor) cycle(seen map[string]string, sub, invoice string) {
	a.Helper()
	in := a.objects[invoice]
	end, _ := in["period_end"].(float64)
	key := sub + a.mustText(end)
	if other := seen[key]; other != "" {
		a.Errorf("I11: %s and %s are of the same period of %s", other, invoice, sub)
	}
	seen[key] = invoice
	over := unix(a.objects[sub]["ended_at"])
	if made := unix(in["created"]); over != 0 && made > over {
		a.Errorf("I15: %s was made at %d, after the end of %s at %d", invoice, made, sub, over)
	}
}

func (a *Auditor) mustText(n float64) string { return amount(n).RatString() }

// stretchOf is the time that a line of a subscription item is for.
func stretchOf(line object) (stretch, bool) {
	details, _ := dig(line, "parent.subscription_item_details").(object)
	if details == nil {
		return stretch{}, false
	}
	s := stretch{from: unix(dig(line, "period.start")), to: unix(dig(line, "period.end"))}
	s.line, _ = line["id"].(string)
	proration, _ := details["proration"].(bool)
	text, _ := line["description"].(string)
	s.credit = proration && strings.HasPrefix(text, "Unused time")
	return s, true
}

// trialLine: a trial costs nothing (I16).
func (a *Auditor) trialLine(invoice string, line object) {
	a.Helper()
	text, _ := line["description"].(string)
	if strings.HasPrefix(text, "Trial period") && unix(line["amount"]) != 0 {
		a.Errorf("I16: %s bills a trial with %v", invoice, line["amount"])
	}
}

// tiled: at every moment what is billed minus what is given back is one or nothing (I10).
func (a *Auditor) tiled(sub string, times []stretch) {
	a.Helper()
	type edge struct {
		at   int64
		step int
	}
	var edges []edge
	for _, s := range times {
		step := 1
		if s.credit {
			step = -1
		}
		edges = append(edges, edge{s.from, step}, edge{s.to, -step})
	}
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Compare(x.at, y.at) })
	level := 0
	for i := 0; i < len(edges); {
		at := edges[i].at
		for ; i < len(edges) && edges[i].at == at; i++ {
			level += edges[i].step
		}
		if level < 0 || level > 1 {
			a.Errorf("I10: %s: from %d on the same time is billed %d times: %+v", sub, at, level,
				times)
			return
		}
	}
}
