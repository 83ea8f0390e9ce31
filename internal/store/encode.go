package store

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/portico-billing/portico/internal/billing"
)

// Encode writes a pointer's JSON, byte for byte as encoding/json does. That one asks each Ref,
// Embed and Arr for its JSON, and checks and compacts the answer again at every level around it;
// here such types are written in one pass. Whatever is not known here is left to encoding/json.
func Encode(v any) ([]byte, error) {
	w := writers.Get().(*writer)
	defer writers.Put(w)
	w.b, w.err = w.b[:0], nil
	encoderOf(reflect.TypeOf(v))(w, reflect.ValueOf(v))
	if w.err != nil {
		return nil, w.err
	}
	return slices.Clone(w.b), nil
}

// writer collects what is written.
type writer struct {
	b   []byte
	err error
}

var writers = sync.Pool{New: func() any { return &writer{b: make([]byte, 0, 8<<10)} }}

// encoder writes a value of one type.
type encoder func(w *writer, v reflect.Value)

// encoders remembers them. It only ever holds what follows from the types.
var encoders sync.Map // reflect.Type -> encoder

func encoderOf(t reflect.Type) encoder {
	if known, ok := encoders.Load(t); ok {
		return known.(encoder)
	}
	e := newEncoder(t)
	encoders.Store(t, e)
	return e
}

var (
	nullType      = reflect.TypeFor[billing.Null]()
	emptiedType   = reflect.TypeFor[billing.Emptied]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
)

func newEncoder(t reflect.Type) encoder {
	if t == nullType {
		return (*writer).null
	}
	if isSlot(t) {
		return slotEncoder(t)
	}
	empty := "null"
	if t.Implements(emptiedType) {
		empty = reflect.Zero(t).Interface().(billing.Emptied).Empty()
	} else if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(marshalerType) {
		return (*writer).foreign
	}
	switch t.Kind() {
	case reflect.Bool:
		return func(w *writer, v reflect.Value) { w.b = strconv.AppendBool(w.b, v.Bool()) }
	case reflect.Int, reflect.Int64:
		return func(w *writer, v reflect.Value) { w.b = strconv.AppendInt(w.b, v.Int(), 10) }
	case reflect.String:
		return func(w *writer, v reflect.Value) { w.text(v.String()) }
	case reflect.Pointer, reflect.Interface:
		return (*writer).inner
	case reflect.Slice:
		return sliceEncoder(t, empty)
	case reflect.Map:
		return mapEncoder(t, empty)
	case reflect.Struct:
		return structEncoder(t)
	}
	return (*writer).foreign
}

func (w *writer) null(reflect.Value) { w.b = append(w.b, "null"...) }

// foreign leaves a value to encoding/json.
func (w *writer) foreign(v reflect.Value) {
	b, err := json.Marshal(v.Interface())
	w.b = append(w.b, b...)
	if w.err == nil {
		w.err = err
	}
}

// inner writes what a pointer or an interface holds. Its encoder is looked up when it is needed,
// so that types may hold themselves.
func (w *writer) inner(v reflect.Value) {
	if v.IsNil() {
		w.null(v)
		return
	}
	v = v.Elem()
	encoderOf(v.Type())(w, v)
}

// text writes a string. Those with anything to escape are left to encoding/json.
func (w *writer) text(s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			w.foreign(reflect.ValueOf(s))
			return
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}

// slotEncoder writes a Ref or an Embed: the object when it is there, else the id, else null.
func slotEncoder(t reflect.Type) encoder {
	object, id := wayOf(t).object, field(t, "ID")
	gone := -1
	if _, has := t.FieldByName("Gone"); has {
		gone = field(t, "Gone")
	}
	return func(w *writer, v reflect.Value) {
		switch name := v.Field(id).String(); {
		case gone >= 0 && v.Field(gone).Len() > 0:
			w.foreign(v)
		case !v.Field(object).IsNil():
			w.inner(v.Field(object))
		case name == "":
			w.null(v)
		default:
			w.text(name)
		}
	}
}

func field(t reflect.Type, name string) int {
	f, _ := t.FieldByName(name)
	return f.Index[0]
}

func sliceEncoder(t reflect.Type, empty string) encoder {
	if t.Elem().Kind() == reflect.Uint8 {
		return (*writer).foreign // as base64
	}
	return func(w *writer, v reflect.Value) {
		if v.IsNil() || v.Len() == 0 && empty != "null" {
			w.b = append(w.b, empty...)
			return
		}
		each := encoderOf(t.Elem())
		w.b = append(w.b, '[')
		for i := range v.Len() {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			each(w, v.Index(i))
		}
		w.b = append(w.b, ']')
	}
}

// mapEncoder writes keys in their order.
func mapEncoder(t reflect.Type, empty string) encoder {
	if t.Key().Kind() != reflect.String {
		return (*writer).foreign
	}
	return func(w *writer, v reflect.Value) {
		if v.IsNil() || v.Len() == 0 && empty != "null" {
			w.b = append(w.b, empty...)
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			return strings.Compare(a.String(), b.String())
		})
		each := encoderOf(t.Elem())
		w.b = append(w.b, '{')
		for i, key := range keys {
			if i > 0 {
				w.b = append(w.b, ',')
			}
			w.text(key.String())
			w.b = append(w.b, ':')
			each(w, v.MapIndex(key))
		}
		w.b = append(w.b, '}')
	}
}

// member is a field of a struct: `"name":` and how its value is written.
type member struct {
	index     int
	name      string
	omitEmpty bool
	encoder
}

func structEncoder(t reflect.Type) encoder {
	members, ok := membersOf(t)
	if !ok {
		return (*writer).foreign
	}
	return func(w *writer, v reflect.Value) {
		w.b = append(w.b, '{')
		start := len(w.b)
		for i := range members {
			m := &members[i]
			value := v.Field(m.index)
			if m.omitEmpty && isEmpty(value) {
				continue
			}
			if len(w.b) > start {
				w.b = append(w.b, ',')
			}
			w.b = append(w.b, m.name...)
			m.encoder(w, value)
		}
		w.b = append(w.b, '}')
	}
}

// membersOf are the fields that are written; not ok means that one of them asks for something
// that only encoding/json knows.
func membersOf(t reflect.Type) (members []member, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		switch name, option, _ := strings.Cut(tag, ","); {
		case f.Anonymous || option != "" && option != "omitempty":
			return nil, false
		case !f.IsExported() || tag == "-":
		default:
			if name == "" {
				name = f.Name
			}
			members = append(members, member{i, `"` + name + `":`, option != "",
				encoderOf(f.Type)})
		}
	}
	return members, true
}

// isEmpty is what omitempty asks.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
