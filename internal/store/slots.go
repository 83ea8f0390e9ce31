package store

import (
	"reflect"
	"sync"
)

// A slot is a Ref or an Embed inside a noun: a place that names another noun and may hold it.
// Nouns are walked by reflection, along the paths that lead to slots and no others.

type (
	embedSlot interface {
		Embedded() (id string, set func(any))
	}
	refSlot interface {
		Target() (id string, set func(any))
	}
)

var (
	embedType = reflect.TypeFor[embedSlot]()
	refType   = reflect.TypeFor[refSlot]()

	// pathCache remembers which types hold slots. It only ever caches what reflection says.
	pathCache sync.Map // reflect.Type -> bool
)

func isSlot(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() == reflect.Struct && (p.Implements(embedType) || p.Implements(refType))
}

// leads says whether values of a type can hold slots.
func leads(t reflect.Type) bool {
	if known, ok := pathCache.Load(t); ok {
		return known.(bool)
	}
	pathCache.Store(t, false) // a type that holds itself leads nowhere new
	found := false
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		found = leads(t.Elem())
	case reflect.Struct:
		found = isSlot(t)
		for i := 0; i < t.NumField() && !found; i++ {
			found = t.Field(i).IsExported() && leads(t.Field(i).Type)
		}
	}
	pathCache.Store(t, found)
	return found
}

// eachSlot visits the slots of a value; v must be addressable.
func eachSlot(v reflect.Value, visit func(slot reflect.Value)) {
	if !leads(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachSlot(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachSlot(v.Index(i), visit)
		}
	case reflect.Struct:
		if isSlot(v.Type()) {
			visit(v)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachSlot(v.Field(i), visit)
			}
		}
	}
}

// own copies what lies on the way to slots, so that filling the slots of a shallow copy does not
// write into the original; the copy's slots are empty.
func own(v reflect.Value) {
	if !leads(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fresh := reflect.New(v.Type().Elem())
			fresh.Elem().Set(v.Elem())
			own(fresh.Elem())
			v.Set(fresh)
		}
	case reflect.Slice:
		if !v.IsNil() {
			fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(fresh, v)
			for i := range fresh.Len() {
				own(fresh.Index(i))
			}
			v.Set(fresh)
		}
	case reflect.Struct:
		if isSlot(v.Type()) {
			v.FieldByName("Obj").SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				own(v.Field(i))
			}
		}
	}
}

// strip empties the slots of a noun while it is encoded, and gives back how to fill them again.
func strip(noun any) (restore func()) {
	type full struct{ slot, object reflect.Value }
	var filled []full
	eachSlot(reflect.ValueOf(noun).Elem(), func(slot reflect.Value) {
		object := slot.FieldByName("Obj")
		if !object.IsNil() {
			filled = append(filled, full{object, reflect.ValueOf(object.Interface())})
			object.SetZero()
		}
	})
	return func() {
		for _, f := range filled {
			f.slot.Set(f.object)
		}
	}
}
