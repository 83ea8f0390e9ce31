package params

import (
	"slices"
	"strings"
)

// New describes an operation by hand. It takes expand[], as every operation does. Fields may come
// in any order:
//
//	params.New("POST /v1/portico/settings", "portico.settings",
//		params.String("time_zone").Max(64),
//		params.Hash("dunning",
//			params.Array("retry_days", params.Integer("")),
//			params.Enum("end_state", "canceled", "unpaid", "past_due").Require(),
//		))
func New(name, resource string, fields ...Field) *Operation {
	method, template, found := strings.Cut(name, " ")
	if !found {
		panic("params: an operation is a method, a space and a path: " + name)
	}
	fields = append(fields, Array("expand", String("").Max(lengthMax)))
	return &Operation{
		Method: method, Template: template,
		Shape: ShapeObject, Resource: resource, Params: Hash("", fields...).Node,
	}
}

// ListOf turns the operation into one that returns a page of its resource and takes the
// parameters of every list.
func (o *Operation) ListOf() *Operation {
	o.Shape = ShapeList
	o.Params.Fields = append(o.Params.Fields,
		String("ending_before").Max(lengthMax), Integer("limit"),
		String("starting_after").Max(lengthMax))
	sortFields(o.Params.Fields)
	return o
}

// lengthMax is Stripe's limit for a string without a limit of its own.
const lengthMax = 5000

func field(name string, node Node) Field { return Field{Name: name, Node: &node} }

// String is a parameter that holds text.
func String(name string) Field { return field(name, Node{Kind: KindString}) }

// Integer is a parameter that holds a whole number of 64 bits.
func Integer(name string) Field { return field(name, Node{Kind: KindInteger}) }

// Time is a parameter that holds unix seconds.
func Time(name string) Field { return field(name, Node{Kind: KindTime}) }

// Decimal is a parameter that holds an exact decimal.
func Decimal(name string) Field { return field(name, Node{Kind: KindDecimal}) }

// Boolean is a parameter that is true or false.
func Boolean(name string) Field { return field(name, Node{Kind: KindBoolean}) }

// Enum is a parameter that is one of the words.
func Enum(name string, words ...string) Field {
	return field(name, Node{Kind: KindEnum, Literals: words})
}

// Hash is a parameter that has parameters of its own.
func Hash(name string, fields ...Field) Field {
	fields = slices.Clone(fields)
	sortFields(fields)
	return field(name, Node{Kind: KindHash, Fields: fields})
}

// Array is a parameter that repeats; the element's name is not used.
func Array(name string, element Field) Field {
	return field(name, Node{Kind: KindArray, Items: element.Node})
}

// Map is a parameter with keys of the caller's choice; the value's name is not used.
func Map(name string, value Field) Field {
	return field(name, Node{Kind: KindMap, Items: value.Node})
}

// Metadata is the metadata parameter that every object has.
func Metadata() Field { return Map("metadata", String("")).Unset() }

// Require makes the parameter one that must be sent.
func (f Field) Require() Field {
	f.Required = true
	return f
}

// Unset lets an empty string unset the parameter.
func (f Field) Unset() Field {
	f.Emptyable = true
	return f
}

// AliasOf makes the parameter another name of one beside it.
func (f Field) AliasOf(name string) Field {
	f.Alias = name
	return f
}

// Max limits the length of a string, in characters.
func (f Field) Max(characters int) Field {
	f.MaxLength = characters
	return f
}

// Or allows words beside the kind, such as "now" beside a time.
func (f Field) Or(words ...string) Field {
	f.Literals = words
	return f
}
