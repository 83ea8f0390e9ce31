package store

import (
	"reflect"
	"slices"
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

	// ways remembers where the slots of a type are. It only ever holds what reflection says.
	ways sync.Map // reflect.Type -> *way
)

// way says how to get from a type to its slots. A nil way leads to none.
type way struct {
	slot, embed bool  // the value is one
	fields      []int // of a struct: those that lead on
	object      int   // of a slot: the field that holds the noun
}

func wayOf(t reflect.Type) *way {
	if known, ok := ways.Load(t); ok {
		return known.(*way)
	}
	var w *way
	if leads(t, nil) {
		w = &way{}
		if isSlot(t) {
			w.slot, w.embed = true, reflect.PointerTo(t).Implements(embedType)
			field, _ := t.FieldByName("Obj")
			w.object = field.Index[0]
		} else if t.Kind() == reflect.Struct {
			w.fields = leadingFields(t)
		}
	}
	ways.Store(t, w)
	return w
}

func leadingFields(t reflect.Type) (fields []int) {
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && leads(f.Type, nil) {
			fields = append(fields, i)
		}
	}
	return fields
}

func isSlot(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() == reflect.Struct && (p.Implements(embedType) || p.Implements(refType))
}

// leads says whether values of a type can hold slots. A type that holds itself, which within
// tells, leads nowhere new.
func leads(t reflect.Type, within []reflect.Type) bool {
	if slices.Contains(within, t) {
		return false
	}
	within = append(within, t)
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return leads(t.Elem(), within)
	case reflect.Struct:
		if isSlot(t) {
			return true
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && leads(f.Type, within) {
				return true
			}
		}
	}
	return false
}

// eachSlot visits the slots of a value, which must be addressable.
func eachSlot(v reflect.Value, visit func(slot reflect.Value, w *way)) {
	w := wayOf(v.Type())
	if w == nil {
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
		if w.slot {
			visit(v, w)
		}
		for _, i := range w.fields {
			eachSlot(v.Field(i), visit)
		}
	}
}

// own copies what lies on the way to slots, so that filling the slots of a shallow copy does not
// write into the original; the copy's slots are empty.
func own(v reflect.Value) {
	w := wayOf(v.Type())
	if w == nil {
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
		if w.slot {
			v.Field(w.object).SetZero()
		}
		for _, i := range w.fields {
			own(v.Field(i))
		}
	}
}

// strip empties the slots of a noun while it is encoded, and gives back how to fill them again.
func strip(noun any) (restore func()) {
	type full struct{ slot, object reflect.Value }
	var filled []full
	eachSlot(reflect.ValueOf(noun).Elem(), func(slot reflect.Value, w *way) {
		object := slot.Field(w.object)
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
