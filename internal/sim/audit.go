package sim

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/store"
)

// Auditor watches a house from outside. What it knows it has from the events, one after the
// other, as an app of a customer would; it holds what it reads elsewhere against that.
type Auditor struct {
	*House
	mark     string            // the newest event that was seen
	objects  map[string]object // as the last event about each showed it
	order    []string          // of their first events
	log      []string          // types of all events
	eventIDs []string          // of the same events
	first    map[string]string // some events as they were read first
	talk     []string          // commands and their answers
	fresh    map[string]bool   // objects that changed since the last comparison
	numbers  map[string]string // invoices by their numbers
	invoice  map[string]*frozen
	// exempt are subscriptions whose time is not billed without gaps, by what was asked.
	exempt map[string]string
	// attempt is how each attempt stood at the last look.
	attempt map[string]*store.Attempt
	// detached is when each payment method was taken from its customer.
	detached map[string]int64
}

// object is a JSON object.
type object = map[string]any

func newAuditor(h *House) *Auditor {
	return &Auditor{House: h, objects: map[string]object{}, fresh: map[string]bool{},
		numbers: map[string]string{}, invoice: map[string]*frozen{}, first: map[string]string{},
		exempt: map[string]string{}, attempt: map[string]*store.Attempt{},
		detached: map[string]int64{}}
}

// said keeps a command and its answer for the report.
func (a *Auditor) said(command string, got Answer) {
	a.talk = append(a.talk, fmt.Sprintf("%s  %s\n    %d %.300s", a.now(), command, got.Status,
		strings.Join(strings.Fields(got.Raw), " ")))
}

func (a *Auditor) recent() string {
	return strings.Join(a.talk[max(0, len(a.talk)-8):], "\n")
}

// about are the commands that named an object, or made it.
func (a *Auditor) about(id string) string {
	var lines []string
	for _, t := range a.talk {
		if containsID(t, id) {
			lines = append(lines, t)
		}
	}
	return strings.Join(lines, "\n")
}

// ids are the objects of a kind that exist, oldest first.
func (a *Auditor) ids(kind string) (out []string) {
	for _, id := range a.order {
		if o := a.objects[id]; o["object"] == kind && o["deleted"] != true {
			out = append(out, id)
		}
	}
	return out
}

// field follows a path such as "items.data.0.id" to a string.
func (a *Auditor) field(id, path string) string {
	s, _ := dig(a.objects[id], path).(string)
	return s
}

func dig(v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case object:
			v = x[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
}

// Look reads the events since the last look and checks each against what was known before.
// Then what changed is fetched: it is as the last event showed it.
func (a *Auditor) Look() {
	a.Helper()
	for more := true; more; {
		q := values("limit=100")
		if a.mark != "" {
			q.Set("ending_before", a.mark)
		}
		page := a.Get("/v1/events", q)
		if page.Status == http.StatusBadRequest {
			page = a.allSince() // nothing happened for so long that the newest event was pruned
		}
		data, _ := page.Body["data"].([]any)
		if !page.OK() || a.mark == "" && page.Body["has_more"] == true {
			a.Fatalf("%s: the auditor cannot read the events: %d", a.now(), page.Status)
		}
		for _, e := range slices.Backward(data) {
			a.event(e.(object))
		}
		more = page.Body["has_more"] == true
	}
	a.compare()
}

// allSince lists everything that is kept and newer than what was seen. Ids are in order.
func (a *Auditor) allSince() Answer {
	a.Helper()
	var fresh []any
	q := values("limit=100")
	for {
		page := a.Get("/v1/events", q)
		data, _ := page.Body["data"].([]any)
		for _, e := range data {
			id, _ := dig(e, "id").(string)
			if id > a.mark {
				fresh = append(fresh, e)
			}
			q.Set("starting_after", id)
		}
		if page.Body["has_more"] != true {
			page.Body["data"] = fresh
			return page
		}
	}
}

// event takes note of one event.
func (a *Auditor) event(e object) {
	a.Helper()
	a.mark, _ = e["id"].(string)
	kind, _ := e["type"].(string)
	a.log, a.eventIDs = append(a.log, kind), append(a.eventIDs, a.mark)
	a.Seen.note("event %s", kind)
	if len(a.log)%7 == 0 {
		a.first[a.mark] = plain(e["data"])
	}
	if created, _ := e["created"].(float64); int64(created) > a.Clock.Now().Unix() {
		a.Errorf("I35: %s is from the future", a.mark)
	}
	data, _ := e["data"].(object)
	is, _ := data["object"].(object)
	if kind == "invoice.upcoming" {
		return // of an invoice that does not exist
	}
	id, _ := is["id"].(string)
	was, known := a.objects[id]
	if !known {
		a.order = append(a.order, id)
	}
	before, changed := data["previous_attributes"].(object)
	if known && changed {
		a.backward(kind, was, is, before)
	}
	if known && was["created"] != is["created"] {
		a.Errorf("I35: %s was created at %v, and at %v", id, was["created"], is["created"])
	}
	if changed && !strings.HasSuffix(kind, ".updated") {
		a.Errorf("I32: %s has previous_attributes", kind)
	}
	if strings.HasSuffix(kind, ".deleted") && kind != "customer.subscription.deleted" {
		is["deleted"] = true
	}
	a.objects[id] = is
	a.fresh[id] = true
	switch is["object"] {
	case "invoice":
		a.seeInvoice(kind, was, is)
	case "subscription":
		a.seeSubscription(was, is)
	case "payment_method":
		if kind == "payment_method.detached" {
			a.detached[id] = a.Clock.Now().Unix()
		}
	}
}

// gone says that an object went with its customer or its clock.
func (a *Auditor) gone(id string) bool {
	o := a.objects[id]
	customer, _ := o["customer"].(string)
	clock, _ := o["test_clock"].(string)
	return o["deleted"] == true || a.objects[customer]["deleted"] == true ||
		a.objects[clock]["deleted"] == true
}

// same compares the fields of an object before and after something that does not concern them.
func (a *Auditor) same(rule, id string, was, is object) {
	a.Helper()
	for field := range is {
		if !reflect.DeepEqual(was[field], is[field]) {
			a.Errorf("%s: %s of %s was %v and is %v", rule, field, id, was[field], is[field])
		}
	}
}

// reread fetches events that were read long ago: they have not changed (I34).
func (a *Auditor) reread() {
	a.Helper()
	for id, was := range a.first {
		got := a.Get("/v1/events/"+id, nil)
		if got.Status == http.StatusNotFound {
			continue // pruned
		}
		if is := plain(got.Body["data"]); is != was {
			a.Errorf("I34: %s showed %s, and shows %s", id, was, is)
		}
	}
}

// backward applies previous_attributes to the new object: that gives the old one (I32).
func (a *Auditor) backward(kind string, was, is, before object) {
	a.Helper()
	if len(before) == 0 {
		a.Errorf("I32: %s %s says that nothing changed", kind, is["id"])
	}
	undone, old := told(bare(undo(is, before))), told(bare(was))
	for field := range old {
		if !reflect.DeepEqual(undone[field], old[field]) {
			a.Errorf("I32: %s %s: taken back, %s is %v and was %v (previous_attributes %v)", kind,
				is["id"], field, undone[field], old[field], before)
		}
	}
}

func undo(is, before object) object {
	out := object{}
	for k, v := range is {
		out[k] = v
	}
	for k, v := range before {
		inner, nested := v.(object)
		now, both := is[k].(object)
		if nested && both {
			v = undo(now, inner)
		}
		out[k] = v
	}
	return out
}

// told is an object without its nulls, at every depth: a field that was absent was null.
func told(o object) object {
	out := object{}
	for k, v := range o {
		if inner, nested := v.(object); nested {
			v = told(inner)
		}
		if v != nil {
			out[k] = v
		}
	}
	return out
}

// embedded are the nouns that are kept as an id where they are shown whole: they change on their
// own.
var embedded = map[string]bool{"price": true, "plan": true, "coupon": true, "tax_rate": true,
	"product": true}

// derived fields follow from something else: a coupon's validity from the time, a customer's next
// number from their invoices. They change without an event.
var derived = map[string]bool{"valid": true, "next_invoice_sequence": true}

// bare puts ids in the place of embedded nouns, at every depth.
func bare(o object) object {
	out := object{}
	for k, v := range o {
		if !derived[k] {
			out[k] = bareValue(v)
		}
	}
	return out
}

func bareValue(v any) any {
	switch x := v.(type) {
	case object:
		if kind, _ := x["object"].(string); embedded[kind] {
			return x["id"]
		}
		return bare(x)
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = bareValue(x[i])
		}
		return out
	}
	return v
}

// paths are where the objects of a kind are fetched. Intents are left out: Stripe has no event for
// each of their changes.
var paths = map[string]string{"customer": "/v1/customers/", "subscription": "/v1/subscriptions/",
	"invoice": "/v1/invoices/", "charge": "/v1/charges/", "refund": "/v1/refunds/",
	"payment_method": "/v1/payment_methods/", "coupon": "/v1/coupons/",
	"invoiceitem": "/v1/invoiceitems/", "test_helpers.test_clock": "/v1/test_helpers/test_clocks/"}

// silent fields change without an event.
var silent = map[string][]string{"invoiceitem": {"invoice", "date"}}

// compare fetches what changed: the last event shows it as it is (I33, I38).
func (a *Auditor) compare() {
	a.Helper()
	for _, id := range a.order {
		if !a.fresh[id] {
			continue
		}
		shown := a.objects[id]
		kind, _ := shown["object"].(string)
		path := paths[kind]
		if path == "" || a.gone(id) {
			continue
		}
		got := a.Get(path+id, nil)
		if !got.OK() {
			a.Errorf("I38: GET %s%s: %d %s", path, id, got.Status, got.Raw)
			continue
		}
		is, last := bare(got.Body), bare(shown)
		for field := range is {
			if slices.Contains(silent[kind], field) {
				continue
			}
			if !reflect.DeepEqual(is[field], last[field]) {
				a.Errorf("I33: %s: %s is %v, the last event showed %v", id, field, is[field],
					last[field])
			}
		}
	}
	clear(a.fresh)
}

// containsID says that a text names an object.
func containsID(text, id string) bool { return strings.Contains(text, id) }
