package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// verifyFolds compares each object with the last event about it. Types that change without an
// event are left out, and so are objects whose events are older than the account keeps them.
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
		last, _, err := store.Events(v, store.EventPage{Page: store.Page{Limit: 1,
			Where: []store.Cond{store.Eq("object_id", id(noun))}}})
		if err != nil || len(last) == 0 {
			return err
		}
		d.folds.Read++
		var told struct {
			Object map[string]any `json:"object"`
		}
		if err := json.Unmarshal(last[0].Data, &told); err != nil {
			return fmt.Errorf("event %s: %w", last[0].ID, err)
		}
		rendered, err := c.Render(v, noun)
		if err != nil {
			return err
		}
		var is map[string]any
		if err := json.Unmarshal(rendered, &is); err != nil {
			return err
		}
		if differ := difference(bare(told.Object), bare(is)); differ != "" {
			d.folds.wrong("%s: %s is not as %s (%s) showed it", id(noun), differ, last[0].ID,
				last[0].Type)
		}
		return nil
	})
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
