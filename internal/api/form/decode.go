package form

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/portico-billing/portico/internal/api/params"
)

// optional is a field that tells "not sent", "unset with an empty string" and "sent" apart.
// SetForm marks it and returns a pointer to the value to decode into.
type optional interface{ SetForm(null bool) any }

// texter is a field that reads its own text, such as "now" or a time. Of a parameter that is a
// hash or one value (created), it reads the one value. It gets "" when it is unset.
type texter interface{ SetString(text string) error }

// Decode stores a request in the struct that dst points to, by the form tags of its fields:
//
//	string, int64, int, bool    the value; decimals go into strings
//	pointer                     nil unless sent; an empty string leaves it nil, but sets *string
//	struct, slice, map, any     hash, array, map, and whatever the table says it is
//	embedded struct             its fields, as if they were written in place
//
// and by the two interfaces above; an optional is not a pointer itself. A parameter that the table
// knows and the struct does not is one that Portico has not built: that is an error, except for
// expand and for one that is emptied.
func Decode(op *params.Operation, v *Values, dst any) error {
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("form: Decode needs a pointer to a struct, not %T", dst))
	}
	if mistake := decodeHash(op.Params, v, target.Elem(), nil); mistake != nil {
		return mistake
	}
	return nil
}

func decodeHash(node *params.Node, v *Values, dst reflect.Value, at *path) *Error {
	fields := planOf(dst.Type())
	for i := range v.kids {
		kid := &v.kids[i]
		below := path{at, kid.key}
		known := node.Field(kid.key)
		if known == nil {
			return unknown([]string{below.String()})
		}
		name, mistake := ownName(known, v, &below)
		if mistake != nil {
			return mistake
		}
		index, built := fields[name]
		if !built && at == nil && kid.key == "expand" {
			continue
		}
		if !built && emptiesNothing(known.Node, kid.Values) {
			continue
		}
		if !built {
			return unsupported(below.String())
		}
		mistake = decode(known.Node, kid.Values, dst.FieldByIndex(index), &below)
		if mistake != nil {
			return mistake
		}
	}
	return nil
}

// ownName is the name under which a parameter is built: its own, or the one that it is an alias
// of. What is said under both names must be the same.
func ownName(f *params.Field, v *Values, at *path) (string, *Error) {
	if f.Alias == "" {
		return f.Name, nil
	}
	if other := v.find(f.Alias); other != nil && other.text != v.find(f.Name).text {
		return "", invalid("parameters_exclusive", at.String(), "You may only specify one of "+
			"these parameters: "+f.Name+", "+f.Alias+".")
	}
	return f.Alias, nil
}

// emptiesNothing says that a request unsets what is not built: what can never be set is unset
// already, so the request has its way.
func emptiesNothing(node *params.Node, v *Values) bool {
	return v.leaf && v.text == "" && (node.Emptyable || node.Kind == params.KindArray)
}

func decode(node *params.Node, v *Values, dst reflect.Value, at *path) *Error {
	if dst.CanAddr() && dst.Kind() != reflect.Pointer {
		switch field := dst.Addr().Interface().(type) {
		case optional:
			null := v.leaf && v.text == ""
			value := field.SetForm(null)
			if null {
				return nil
			}
			return decode(node, v, reflect.ValueOf(value).Elem(), at)
		case texter:
			if v.leaf {
				return ownText(field, v.text, at)
			}
		}
	}
	switch dst.Kind() {
	case reflect.Pointer:
		if v.leaf && v.text == "" && dst.Type().Elem().Kind() != reflect.String {
			return nil
		}
		made := reflect.New(dst.Type().Elem())
		if mistake := decode(node, v, made.Elem(), at); mistake != nil {
			return mistake
		}
		dst.Set(made)
		return nil
	case reflect.Struct, reflect.Slice, reflect.Map:
		return decodeTree(node, v, dst, at)
	case reflect.Interface:
		if value := plain(node, v); value != nil {
			dst.Set(reflect.ValueOf(value))
		}
		return nil
	default:
		return decodeText(v, dst, at)
	}
}

// decodeTree fills a struct, a slice or a map. An empty string makes it empty, not nil.
func decodeTree(node *params.Node, v *Values, dst reflect.Value, at *path) *Error {
	compound := node.Kind == params.KindHash || node.Kind == params.KindMap ||
		node.Kind == params.KindArray
	if v.leaf && v.text != "" || !v.leaf && !compound {
		return wrongShape(node.Kind, at.String())
	}
	switch {
	case dst.Kind() == reflect.Struct && node.Kind == params.KindHash:
		return decodeHash(node, v, dst, at)
	case dst.Kind() == reflect.Slice && node.Kind == params.KindArray:
		return decodeArray(node, v, dst, at)
	case dst.Kind() == reflect.Map && node.Kind == params.KindMap:
		return decodeMap(node, v, dst, at)
	default:
		panic(fmt.Sprintf("form: %s is a %s and cannot go into %s", at, node.Kind, dst.Type()))
	}
}

func decodeArray(node *params.Node, v *Values, dst reflect.Value, at *path) *Error {
	elements := v.elements()
	dst.Set(reflect.MakeSlice(dst.Type(), len(elements), len(elements)))
	for i, element := range elements {
		below := path{at, element.key}
		if mistake := decode(node.Items, element.Values, dst.Index(i), &below); mistake != nil {
			return mistake
		}
	}
	return nil
}

func decodeMap(node *params.Node, v *Values, dst reflect.Value, at *path) *Error {
	dst.Set(reflect.MakeMapWithSize(dst.Type(), len(v.kids)))
	for i := range v.kids {
		kid := &v.kids[i]
		below := path{at, kid.key}
		value := reflect.New(dst.Type().Elem()).Elem()
		if mistake := decode(node.Items, kid.Values, value, &below); mistake != nil {
			return mistake
		}
		dst.SetMapIndex(reflect.ValueOf(kid.key), value)
	}
	return nil
}

// decodeText fills a string, a number or a boolean; an empty string is its zero.
func decodeText(v *Values, dst reflect.Value, at *path) *Error {
	if !v.leaf {
		return wrongShape(kindsOfGo[dst.Kind()], at.String())
	}
	switch dst.Kind() {
	case reflect.String:
		dst.SetString(v.text)
	case reflect.Int64, reflect.Int:
		n, ok := integer(v.text)
		if !ok && v.text != "" {
			return badValue(params.KindInteger, v.text, at.String())
		}
		dst.SetInt(n)
	case reflect.Bool:
		value, ok := boolean(v.text)
		if !ok && v.text != "" {
			return badValue(params.KindBoolean, v.text, at.String())
		}
		dst.SetBool(value)
	default:
		panic(fmt.Sprintf("form: %s cannot go into %s", at, dst.Type()))
	}
	return nil
}

var kindsOfGo = map[reflect.Kind]params.Kind{
	reflect.String: params.KindString,
	reflect.Int64:  params.KindInteger,
	reflect.Int:    params.KindInteger,
	reflect.Bool:   params.KindBoolean,
}

// ownText lets a field read its text. Its error becomes the message, with our param.
func ownText(field texter, text string, at *path) *Error {
	err := field.SetString(text)
	if err == nil {
		return nil
	}
	if mistake, ok := errors.AsType[*Error](err); ok {
		return mistake
	}
	return invalid("", at.String(), err.Error())
}

// plain makes the value that the table says: for settings that are kept as they came. An unset
// value is nil.
func plain(node *params.Node, v *Values) any {
	switch {
	case v.leaf && v.text == "":
		return nil
	case v.leaf:
		return plainText(node, v.text)
	case node.Kind == params.KindArray:
		list := make([]any, 0, len(v.kids))
		for _, element := range v.elements() {
			list = append(list, plain(node.Items, element.Values))
		}
		return list
	}
	hash := make(map[string]any, len(v.kids))
	for i := range v.kids {
		kid := &v.kids[i]
		below := node.Items
		if field := node.Field(kid.key); field != nil {
			below = field.Node
		}
		if below != nil {
			hash[kid.key] = plain(below, kid.Values)
		}
	}
	return hash
}

func plainText(node *params.Node, text string) any {
	switch scalarKind(node) {
	case params.KindInteger, params.KindTime:
		if n, ok := integer(text); ok {
			return n
		}
	case params.KindBoolean:
		if value, ok := boolean(text); ok {
			return value
		}
	}
	return text
}
