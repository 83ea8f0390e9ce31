package store

import (
	"reflect"
	"sync"
)

// clone copies a noun with everything it points to, so that changing one leaves the other alone.
func clone[T any](v *T) *T {
	c := *v
	if own := copierOf(reflect.TypeFor[T]()); own != nil {
		own(reflect.ValueOf(&c).Elem())
	}
	return &c
}

// copier replaces what a shallow copy shares with its original; nil for types that share nothing.
type copier func(v reflect.Value)

// copiers remembers them. It only ever holds what follows from the types.
var copiers sync.Map // reflect.Type -> copier

func copierOf(t reflect.Type) copier {
	if known, ok := copiers.Load(t); ok {
		return known.(copier)
	}
	var c copier
	switch t.Kind() {
	case reflect.Pointer:
		c = copyPointer
	case reflect.Slice:
		c = copySlice
	case reflect.Map:
		c = copyMap
	case reflect.Struct:
		c = structCopier(t)
	}
	copiers.Store(t, c)
	return c
}

func copyPointer(v reflect.Value) {
	if v.IsNil() {
		return
	}
	fresh := reflect.New(v.Type().Elem())
	fresh.Elem().Set(v.Elem())
	if own := copierOf(v.Type().Elem()); own != nil {
		own(fresh.Elem())
	}
	v.Set(fresh)
}

func copySlice(v reflect.Value) {
	if v.IsNil() {
		return
	}
	fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(fresh, v)
	if own := copierOf(v.Type().Elem()); own != nil {
		for i := range fresh.Len() {
			own(fresh.Index(i))
		}
	}
	v.Set(fresh)
}

func copyMap(v reflect.Value) {
	if v.IsNil() {
		return
	}
	fresh := reflect.MakeMapWithSize(v.Type(), v.Len())
	own := copierOf(v.Type().Elem())
	for each := v.MapRange(); each.Next(); {
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(each.Value())
		if own != nil {
			own(value)
		}
		fresh.SetMapIndex(each.Key(), value)
	}
	v.Set(fresh)
}

func structCopier(t reflect.Type) copier {
	type field struct {
		index int
		own   copier
	}
	var fields []field
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			if own := copierOf(f.Type); own != nil {
				fields = append(fields, field{i, own})
			}
		}
	}
	if fields == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, f := range fields {
			f.own(v.Field(f.index))
		}
	}
}
