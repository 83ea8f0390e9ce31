package store

import (
	"fmt"
	"reflect"
)

// column is a value that is promoted out of the document, because the database must filter by
// it, join on it, keep it unique or wake up at it. value gives nil, a string, an int64 or a bool.
type column[T any] struct {
	name, kind string
	value      func(*T) any
	unique     bool
}

func text[T any](name string, value func(*T) any) column[T] {
	return column[T]{name: name, kind: "text", value: value}
}

// reference is a text column that is null instead of empty, as a foreign key must be.
func reference[T any](name string, value func(*T) string) column[T] {
	return column[T]{name: name, kind: "text", value: func(v *T) any { return orNull(value(v)) }}
}

func integer[T any](name string, value func(*T) any) column[T] {
	return column[T]{name: name, kind: "bigint", value: value}
}

func flag[T any](name string, value func(*T) bool) column[T] {
	return column[T]{name: name, kind: "boolean", value: func(v *T) any { return value(v) }}
}

// taken marks a column whose values are unique: what gives one up is written first.
func (c column[T]) taken() column[T] {
	c.unique = true
	return c
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// optional is nil or what p points to.
func optional[V any](p *V) any {
	if p == nil {
		return nil
	}
	return *p
}

// plain turns named string, integer and boolean types into the ones that a driver knows.
func plain(value any) any {
	switch value := value.(type) {
	case nil, string, int64, bool:
		return value
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int64, reflect.Int32:
		return v.Int()
	case reflect.Bool:
		return v.Bool()
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem().Interface())
	}
	panic(fmt.Sprintf("store: a column cannot hold a %T", value))
}
