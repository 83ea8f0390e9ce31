package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// verifyFolds replays the events of each object, from the object back to the oldest event that is
// kept. Types that change without an event are left out.
func (d *doctor) verifyFolds(v *store.View) error {
	return errors.Join(
		fold(d, v, store.Products, func(p *billing.Product) string { return p.ID }),
		fold(d, v, store.Prices, func(p *billing.Price) string { return p.ID }),
		fold(d, v, store.Coupons, func(c *billing.Coupon) string { return c.ID }),
		fold(d, v, store.TaxRates, func(t *billing.TaxRate) string { return t.ID }),
		fold(d, v, store.Customers, func(c *billing.Customer) string { return c.ID }),
		fold(d, v, store.Subscriptions, func(s *billing.Subscription) string { return s.ID }),
		fold(d, v, store.Invoices, func(i *billing.Invoice) string { return i.ID }),
		fold(d, v, store.Charges, func(c *billing.Charge) string { return c.ID }),
		fold(d, v, store.Refunds, func(r *billing.Refund) string { return r.ID }),
	)
}

func fold[T any](d *doctor, v *store.View, c *store.Collection[T], id func(*T) string) error {
	return every(v, c, id, func(noun *T) error {
		rendered, err := c.Render(v, noun)
		if err != nil {
			return err
		}
		is := state{"as it is stored", map[string]any{}}
		if err := json.Unmarshal(rendered, &is.object); err != nil {
			return err
		}
		return d.replay(v, id(noun), is)
	})
}

// state is an object as an event, or the database, shows it.
type state struct {
	told   string
	object map[string]any
}

// replay goes through the events about an object, newest first. Each shows what the one after it,
// or the database, was changed from.
func (d *doctor) replay(v *store.View, id string, is state) error {
	page := store.EventPage{Page: store.Page{Limit: pageSize,
		Where: []store.Cond{store.Eq("object_id", id)}}}
	exact := true // the state before is known: all of it, but behind an event without a diff
	for more := true; more; {
		var events []*billing.Event
		var err error
		if events, more, err = store.Events(v, page); err != nil {
			return err
		}
		for _, e := range events {
			page.StartingAfter = e.ID
			d.folds.Read++
			var data struct {
				Object   map[string]any `json:"object"`
				Previous map[string]any `json:"previous_attributes"`
			}
			if err := json.Unmarshal(e.Data, &data); err != nil {
				return fmt.Errorf("event %s: %w", e.ID, err)
			}
			was := state{e.ID + " (" + e.Type + ")", data.Object}
			if differ := difference(known(was.object), known(is.object)); exact && differ != "" {
				d.folds.wrong("%s: %s is not %s as %s showed it", id, differ, is.told, was.told)
			}
			d.neverUndone(id, was, is)
			exact = data.Previous != nil
			is = state{"before " + e.ID, undone(data.Object, data.Previous)}
		}
	}
	return nil
}

// frozen are the fields of an invoice that never change once it has its number.
var frozen = []string{"currency", "customer", "number", "starting_balance", "subtotal", "total",
	"total_discount_amounts", "total_taxes"}

// neverUndone: what is final stays as it is, and no object is born twice.
func (d *doctor) neverUndone(id string, was, is state) {
	d.folds.must(reflect.DeepEqual(was.object["created"], is.object["created"]),
		"%s was created at %v and at %v", id, was.object["created"], is.object["created"])
	if was.object["object"] != "invoice" || was.object["number"] == nil {
		return
	}
	for _, field := range frozen {
		d.folds.must(reflect.DeepEqual(was.object[field], is.object[field]),
			"%s is final, and %s changed after %s", id, field, was.told)
	}
	if s := was.object["status"]; s == "paid" || s == "void" {
		d.folds.must(is.object["status"] == s, "%s was %v at %s, and then %v", id, s, was.told,
			is.object["status"])
	}
}

// undone puts the former values of what changed back into an object.
func undone(object, previous map[string]any) map[string]any {
	out := maps.Clone(object)
	for field, was := range previous {
		inner, nested := was.(map[string]any)
		now, both := object[field].(map[string]any)
		if nested && both {
			was = undone(now, inner)
		}
		out[field] = was
	}
	return out
}

// known is an object without what it does not own, and without nulls: a field that was absent
// before a change is null among the previous ones.
func known(object map[string]any) map[string]any { return withoutNulls(bare(object)) }

func withoutNulls(object map[string]any) map[string]any {
	out := map[string]any{}
	for field, value := range object {
		if inner, nested := value.(map[string]any); nested {
			value = withoutNulls(inner)
		}
		if value != nil {
			out[field] = value
		}
	}
	return out
}

// derived are fields that follow from something else than the object, such as the time, and
// change without an event.
var derived = map[string][]string{"coupon": {"valid"}, "customer": {"next_invoice_sequence"}}

// embeds are the types that are stored as an id and shown whole: they change on their own.
var embeds = map[string]bool{"price": true, "plan": true, "coupon": true, "tax_rate": true,
	"product": true}

// bare is an object without what it does not own.
func bare(object map[string]any) map[string]any {
	out := map[string]any{}
	kind, _ := object["object"].(string)
	for field, value := range object {
		out[field] = unembedded(value)
	}
	for _, field := range derived[kind] {
		delete(out, field)
	}
	return out
}

// unembedded puts the id in the place of what is embedded, at every depth.
func unembedded(value any) any {
	switch value := value.(type) {
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = unembedded(value[i])
		}
		return out
	case map[string]any:
		if kind, _ := value["object"].(string); embeds[kind] {
			return value["id"]
		}
		return bare(value)
	}
	return value
}

// difference names the first field that differs; empty when none does.
func difference(a, b map[string]any) string {
	for field := range b {
		if !reflect.DeepEqual(a[field], b[field]) {
			return field
		}
	}
	for field := range a {
		if _, ok := b[field]; !ok {
			return field
		}
	}
	return ""
}
