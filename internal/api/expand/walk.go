package expand

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// objects are the names of what a reference can lead to.
var objects = map[reflect.Type]string{
	reflect.TypeFor[billing.Charge]():              "charge",
	reflect.TypeFor[billing.Coupon]():              "coupon",
	reflect.TypeFor[billing.Customer]():            "customer",
	reflect.TypeFor[billing.Discount]():            "discount",
	reflect.TypeFor[billing.Invoice]():             "invoice",
	reflect.TypeFor[billing.InvoicePayment]():      "invoice_payment",
	reflect.TypeFor[billing.PaymentIntent]():       "payment_intent",
	reflect.TypeFor[billing.PaymentMethod]():       "payment_method",
	reflect.TypeFor[billing.PortalConfiguration](): "billing_portal.configuration",
	reflect.TypeFor[billing.Price]():               "price",
	reflect.TypeFor[billing.Product]():             "product",
	reflect.TypeFor[billing.Refund]():              "refund",
	reflect.TypeFor[billing.SetupIntent]():         "setup_intent",
	reflect.TypeFor[billing.Subscription]():        "subscription",
	reflect.TypeFor[billing.TaxRate]():             "tax_rate",
	reflect.TypeFor[billing.TestClock]():           "test_helpers.test_clock",
}

// place is where the walk stands: in a value, inside an object, at a path from that object.
type place struct {
	value  reflect.Value // a struct, addressable
	object reflect.Value // a pointer to the nearest noun
	path   string
	node   *node
}

// slot is a reference to be filled, and what to expand in the object that fills it.
type slot struct {
	value reflect.Value // a billing.Ref
	node  *node
}

// walk expands level by level. Places are where the next level starts.
type walk struct {
	q      store.Querier
	places []place
	slots  map[reflect.Type][]slot
	wanted map[field]*inclusion
}

// enter starts a level in an object.
func (w *walk) enter(object any, n *node) { w.enterObject(reflect.ValueOf(object), n) }

func (w *walk) enterObject(object reflect.Value, n *node) {
	if len(n.names) > 0 {
		w.places = append(w.places, place{object.Elem(), object, "", n})
	}
}

// level follows every path to its next reference or hidden field, and then reads them all.
func (w *walk) level() (done bool, err error) {
	places := w.places
	w.places = nil
	w.slots, w.wanted = map[reflect.Type][]slot{}, map[field]*inclusion{}
	for _, at := range places {
		w.follow(at)
	}
	if err := w.include(); err != nil {
		return false, err
	}
	if err := w.fill(); err != nil {
		return false, err
	}
	return len(w.places) == 0, nil
}

func (w *walk) follow(at place) {
	for _, name := range at.node.names {
		path := strings.TrimPrefix(at.path+"."+name, ".")
		below := at.node.below[name]
		if w.want(at.object, path, below) {
			continue
		}
		if index, ok := fieldsOf(at.value.Type())[name]; ok {
			w.visit(at.value.FieldByIndex(index), place{object: at.object, path: path, node: below})
		}
	}
}

// reference is a billing.Ref; embed is a billing.Embed, which the store has filled.
type (
	reference interface{ Target() (string, func(any)) }
	embed     interface{ Embedded() (string, func(any)) }
)

func (w *walk) visit(v reflect.Value, at place) {
	if v.CanAddr() && v.Kind() == reflect.Struct {
		switch v.Addr().Interface().(type) {
		case reference, embed:
			w.visitSlot(v, at)
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			w.visit(v.Elem(), at)
		}
	case reflect.Slice:
		for i := range v.Len() {
			w.visit(v.Index(i), at)
		}
	case reflect.Struct:
		at.value = v
		if isNoun(v.Type()) {
			at.object, at.path = v.Addr(), ""
		}
		w.follow(at)
	}
}

// visitSlot collects an empty reference, and goes on in a copy of what fills it already: the same
// object may stand elsewhere, where it was not asked for.
func (w *walk) visitSlot(v reflect.Value, at place) {
	object := v.FieldByName("Obj")
	if object.IsNil() {
		if v.FieldByName("ID").String() != "" {
			t := object.Type().Elem()
			w.slots[t] = append(w.slots[t], slot{v, at.node})
		}
		return
	}
	copied := reflect.New(object.Type().Elem())
	copied.Elem().Set(object.Elem())
	object.Set(copied)
	w.enterObject(copied, at.node)
}

// fill reads the objects of a level's references, one query a type.
func (w *walk) fill() error {
	for t, slots := range w.slots {
		name, ok := objects[t]
		if !ok {
			return fmt.Errorf("expand: no object for %s", t)
		}
		var ids []string
		for _, s := range slots {
			if id := s.value.FieldByName("ID").String(); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		found, err := store.Resolve(w.q, name, ids)
		if err != nil {
			return err
		}
		for _, s := range slots {
			if object, ok := found[s.value.FieldByName("ID").String()]; ok {
				w.put(s, reflect.ValueOf(object))
			}
		}
	}
	return nil
}

// put fills a reference with a copy of its own, or says that the object is deleted. Only of
// customers is there anything that still refers to them then.
func (w *walk) put(s slot, object reflect.Value) {
	if customer, ok := object.Interface().(*billing.Customer); ok && customer.Deleted {
		s.value.FieldByName("Gone").SetString(customer.Object)
		return
	}
	copied := reflect.New(object.Type().Elem())
	copied.Elem().Set(object.Elem())
	s.value.FieldByName("Obj").Set(copied)
	w.enterObject(copied, s.node)
}

// isNoun says that paths inside a value of this type start anew.
func isNoun(t reflect.Type) bool {
	_, ok := objects[t]
	return ok || t == reflect.TypeFor[billing.LineItem]() ||
		t == reflect.TypeFor[billing.SubscriptionItem]()
}

// fields keeps, for every struct that was walked, where the JSON's names are.
var fields sync.Map // reflect.Type -> map[string][]int

func fieldsOf(t reflect.Type) map[string][]int {
	if known, ok := fields.Load(t); ok {
		return known.(map[string][]int)
	}
	names := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names[name] = f.Index
		}
	}
	fields.Store(t, names)
	return names
}
