package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestAutomaticEvents(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		want := []string{"product.created", "price.created", "price.created", "customer.created"}
		got := b.events()
		if !slices.Equal(types(got), want) {
			b.t.Fatalf("got %v, want %v", types(got), want)
		}
		e := got[3]
		if *e.Request.ID != "req_1" || *e.Request.IdempotencyKey != "idem_1" || e.Livemode ||
			e.APIVersion != billing.APIVersion || e.Created != storetest.Now {
			b.t.Errorf("envelope: %+v", e)
		}
		if o := data(b.t, e).Object; o["id"] != "cus_1" || o["object"] != "customer" {
			b.t.Errorf("object: %v", o)
		}
		if strings.Contains(string(got[1].Data), "tiers\":") {
			b.t.Errorf("a snapshot shows what must be included: %s", got[1].Data)
		}
	})
}

func TestPreviousAttributes(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		for i, c := range []struct {
			change func(c *billing.Customer)
			want   string // "" when nothing is told
		}{
			{func(c *billing.Customer) { c.Name = ptr("Ada") }, `{"name":null}`},
			{func(c *billing.Customer) { c.Name = ptr("Eve") }, `{"name":"Ada"}`},
			{func(c *billing.Customer) {}, ``},
			{func(c *billing.Customer) { c.Metadata = billing.Metadata{"a": "1", "b": "2"} },
				`{"metadata":{"a":null,"b":null}}`},
			{func(c *billing.Customer) { c.Metadata = billing.Metadata{"a": "1", "b": "3"} },
				`{"metadata":{"b":"2"}}`},
			{func(c *billing.Customer) { c.PreferredLocales = billing.Arr[string]{"de", "fr"} },
				`{"preferred_locales":[]}`},
			{func(c *billing.Customer) { c.PreferredLocales = billing.Arr[string]{"de"} },
				`{"preferred_locales":["de","fr"]}`},
			{func(c *billing.Customer) { c.Address = &billing.Address{City: ptr(`a "b\`)} },
				`{"address":null}`},
			{func(c *billing.Customer) { c.Address = &billing.Address{City: ptr("Rom")} },
				`{"address":{"city":"a \"b\\"}}`},
			{func(c *billing.Customer) { c.BusinessName = ptr("x") }, `{"business_name":null}`},
		} {
			before := len(b.events())
			b.do(func(tx *store.Tx) error {
				v, err := store.Customers.Lock(tx, "cus_1")
				if err == nil {
					c.change(v)
				}
				return err
			})
			got := b.events()[before:]
			if c.want == "" && len(got) == 0 {
				continue
			}
			if len(got) != 1 || got[0].Type != "customer.updated" {
				b.t.Fatalf("case %d: got %v", i, types(got))
			}
			if prev := string(data(b.t, got[0]).Previous); prev != c.want {
				b.t.Errorf("case %d: got %s, want %s", i, prev, c.want)
			}
		}
	})
}

func TestNamedEvents(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		before := len(b.events())
		b.do(func(tx *store.Tx) error {
			in := invoice("in_1", "cus_1", "")
			store.Invoices.Insert(tx, in)
			emit := func(typ string) {
				if err := store.Invoices.Emit(tx, in, typ); err != nil {
					b.t.Fatal(err)
				}
			}
			in.Status = billing.InvoiceOpen
			emit("invoice.finalized") // new: created comes first
			in.AttemptCount, in.Attempted = 1, true
			emit("invoice.payment_failed") // changed: updated comes first
			emit("invoice.payment_action_required")
			in.Status = billing.InvoiceVoid
			emit("invoice.voided") // stands for its own change
			if store.Invoices.Changed(tx, in) {
				b.t.Error("changed since the snapshot that was just taken")
			}
			in.Description = ptr("x")
			if !store.Invoices.Changed(tx, in) {
				b.t.Error("a change is not seen")
			}
			return nil
		})
		want := []string{"invoice.created", "invoice.finalized", "invoice.updated",
			"invoice.payment_failed", "invoice.payment_action_required", "invoice.voided",
			"invoice.updated"}
		got := b.events()[before:]
		if !slices.Equal(types(got), want) {
			b.t.Fatalf("got %v\nwant %v", types(got), want)
		}
		prev := string(data(b.t, got[2]).Previous)
		if prev != `{"attempt_count":0,"attempted":false}` {
			b.t.Errorf("previous of the attempt: %s", prev)
		}
		for i, status := range []string{"open", "open", "open", "open", "open", "void", "void"} {
			if got := data(b.t, got[i]).Object["status"]; got != status {
				b.t.Errorf("event %d is a snapshot of status %v, want %s", i, got, status)
			}
		}
	})
}

func TestSilentAndExplicitNouns(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		before := len(b.events())
		b.do(func(tx *store.Tx) error {
			store.WebhookEndpoints.Insert(tx, endpoint("we_1", "*"))
			pm := &billing.PaymentMethod{ID: "pm_1", Object: "payment_method", Type: "card"}
			store.PaymentMethods.Insert(tx, pm)
			pm.Customer = billing.To[billing.Customer]("cus_1")
			if err := store.PaymentMethods.Emit(tx, pm, "payment_method.attached"); err != nil {
				return err
			}
			d := &billing.Discount{ID: "di_1", Object: "discount"}
			store.Discounts.Insert(tx, d)
			return nil
		})
		b.do(func(tx *store.Tx) error {
			pm, err := store.PaymentMethods.Lock(tx, "pm_1")
			if err != nil {
				return err
			}
			pm.Metadata = billing.Metadata{"a": "b"}
			d, err := store.Discounts.Lock(tx, "di_1")
			d.End = ptr(int64(5))
			return err
		})
		want := []string{"payment_method.attached", "payment_method.updated"}
		if got := types(b.events()[before:]); !slices.Equal(got, want) {
			b.t.Errorf("got %v, want %v", got, want)
		}
	})
}

// A change of an object that others embed is not a change of theirs.
func TestEmbeddedObjectsDoNotCountAsChanges(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
		})
		before := len(b.events())
		b.do(func(tx *store.Tx) error {
			p, err := store.Prices.Lock(tx, "price_1")
			if err != nil {
				return err
			}
			p.Nickname = ptr("new")
			s, err := store.Subscriptions.Lock(tx, "sub_1")
			s.CancelAtPeriodEnd = true
			return err
		})
		got := b.events()[before:]
		if !slices.Equal(types(got), []string{"price.updated", "customer.subscription.updated"}) {
			b.t.Fatalf("got %v", types(got))
		}
		if !strings.Contains(string(got[1].Data), `"nickname":"new"`) {
			b.t.Error("the snapshot embeds the price as it was")
		}
		if prev := string(data(b.t, got[1]).Previous); prev != `{"cancel_at_period_end":false}` {
			b.t.Errorf("previous: %s", prev)
		}
	})
}

func TestEventLists(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		b.write(func(tx *store.Tx) {
			store.WebhookEndpoints.Insert(tx, endpoint("we_1", "invoice.created"))
		})
		b.write(func(tx *store.Tx) {
			store.Invoices.Insert(tx, invoice("in_1", "cus_1", ""))
			store.InvoiceItems.Insert(tx, &billing.InvoiceItem{ID: "ii_1", Object: "invoiceitem",
				Customer: billing.To[billing.Customer]("cus_1")})
		})
		for name, c := range map[string]struct {
			page store.EventPage
			want []string
		}{
			"family": {store.EventPage{Types: []string{"invoice.*"}}, []string{"invoice.created"}},
			"several": {store.EventPage{Types: []string{"product.created", "invoiceitem.created"}},
				[]string{"invoiceitem.created", "product.created"}},
			"undelivered": {store.EventPage{DeliverySuccess: ptr(false)},
				[]string{"invoice.created"}},
			"of an object": {store.EventPage{Page: store.Page{
				Where: []store.Cond{store.Eq("object_id", "cus_1")}}},
				[]string{"customer.created"}},
			"page": {store.EventPage{Page: store.Page{Limit: 2}},
				[]string{"invoiceitem.created", "invoice.created"}},
		} {
			b.read(func(v *store.View) error {
				es, _, err := store.Events(v, c.page)
				if !slices.Equal(types(es), c.want) {
					b.t.Errorf("%s: got %v, want %v", name, types(es), c.want)
				}
				return err
			})
		}
		e := b.events()[4]
		b.read(func(v *store.View) error {
			one, err := store.Event(v, e.ID)
			if err != nil {
				return err
			}
			counts, err := store.PendingWebhooks(v, []string{e.ID, "evt_none"})
			if one.PendingWebhooks != 1 || counts[e.ID] != 1 || len(counts) != 1 {
				b.t.Errorf("pending webhooks: %d, %v", one.PendingWebhooks, counts)
			}
			return err
		})
	})
}

func TestPruneEvents(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		n, err := b.db.PruneEvents(b.t.Context(), storetest.Acme, storetest.Now)
		if n != 0 || err != nil {
			b.t.Fatalf("pruned %d, %v", n, err)
		}
		n, err = b.db.PruneEvents(b.t.Context(), storetest.Acme, storetest.Now+1)
		if n != 4 || err != nil || len(b.events()) != 0 {
			b.t.Fatalf("pruned %d, %v", n, err)
		}
	})
}

// Folding the log of an object from its creation gives the object: every change was told.
func TestTheLogIsComplete(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		for i := range 5 {
			b.do(func(tx *store.Tx) error {
				c, err := store.Customers.Lock(tx, "cus_1")
				c.Balance = int64(i)
				c.Metadata = billing.Metadata{fmt.Sprint(i): "x"}
				return err
			})
		}
		es := b.events()
		b.read(func(v *store.View) error {
			c, err := store.Customers.Get(v, "cus_1")
			if err != nil {
				return err
			}
			now, err := store.Customers.Render(v, c)
			last := string(es[len(es)-1].Data)
			if !strings.HasPrefix(last, `{"object":`+string(now)) {
				b.t.Errorf("the last snapshot is %s, the object %s", last, now)
			}
			return err
		})
	})
}
