// Package params knows which parameters every operation of the API takes.
//
// It owns one table, compiled from Stripe's OpenAPI document by the program in gen and committed
// beside this file, and the hand-written parameters that Portico adds (additive.go). For every
// operation the table holds the tree of parameters with their kinds, and for every resource the
// properties that expand[] may name.
//
// It does not read requests: package form does, guided by this table. It does not know which
// parameters Portico has built; a command's params struct says that.
//
// It promises that an operation found here stays as it is for the life of the program, may be
// used from many goroutines, and is ready about two milliseconds after the first use.
package params

//go:generate go -C gen run .

import (
	"slices"
	"strings"
)

// Kind is what a parameter holds.
type Kind string

// The kinds of a parameter. Integers, times and booleans arrive as text like everything else;
// numbers and decimals stay text, so that no digit is lost.
const (
	KindString  Kind = "string"
	KindEnum    Kind = "enum" // one of Literals
	KindInteger Kind = "integer"
	KindTime    Kind = "time"    // unix seconds
	KindNumber  Kind = "number"  // a JSON number, such as percent_off
	KindDecimal Kind = "decimal" // an exact decimal, such as unit_amount_decimal
	KindBoolean Kind = "boolean"
	KindHash    Kind = "hash"  // has Fields
	KindMap     Kind = "map"   // any key; values are Items
	KindArray   Kind = "array" // elements are Items
	KindFile    Kind = "file"  // a part of a multipart form
)

// Node describes one parameter, one element of an array, or one value of a map.
type Node struct {
	Kind Kind
	// Scalar is the kind of a hash that may also be one value: created=N beside created[gt]=N.
	Scalar Kind
	// Literals are the words of an enum, or words allowed beside the kind, such as "now" beside
	// a time.
	Literals []string
	// Emptyable parameters may be unset with an empty string.
	Emptyable bool
	// MaxLength is the limit of a string in characters; 0 is none.
	MaxLength int
	// Fields are the parameters of a hash, by name.
	Fields []Field
	// Items describes the elements of an array and the values of a map.
	Items *Node
}

// Field is a parameter under its name.
type Field struct {
	Name     string
	Required bool
	// Alias is the parameter of the same hash that this is another name of; "" is none.
	Alias string
	*Node
}

// Field finds a parameter of a hash, or nil.
func (n *Node) Field(name string) *Field {
	i, found := slices.BinarySearchFunc(n.Fields, name, func(f Field, name string) int {
		return strings.Compare(f.Name, name)
	})
	if !found {
		return nil
	}
	return &n.Fields[i]
}

// Shape is how an operation wraps what it returns.
type Shape string

// The shapes of an answer.
const (
	ShapeObject Shape = "object"
	ShapeList   Shape = "list"
	ShapeSearch Shape = "search"
	ShapeFile   Shape = "file" // not JSON
)

// Operation is a method on a path, with the parameters it takes. Parameters of the query and of
// the body are one hash: clients send those of GET and DELETE in either place.
type Operation struct {
	Method   string
	Template string // the path, such as /v1/customers/{customer}
	Tier     int    // 1 and 2 as in the plan of the API, 0 for Portico's own
	Shape    Shape
	Resource string // the resource returned, or the one in the list
	Params   *Node
}

// Name is the operation as it is written in routes: "POST /v1/customers/{customer}".
func (o *Operation) Name() string { return o.Method + " " + o.Template }

// OpInfo is one line of the compatibility page.
type OpInfo struct {
	Method   string
	Template string
	Tier     int
	// Returns is a resource, "list of" or "search of" a resource, or "file".
	Returns string
}

// Op finds an operation by method and path template, or nil.
func Op(method, template string) *Operation { return table().ops[method+" "+template] }

// All lists every operation by path and method.
func All() []OpInfo {
	infos := make([]OpInfo, 0, len(table().ops))
	for _, op := range table().ops {
		infos = append(infos, OpInfo{op.Method, op.Template, op.Tier, op.returns()})
	}
	slices.SortFunc(infos, func(a, b OpInfo) int {
		if order := strings.Compare(a.Template, b.Template); order != 0 {
			return order
		}
		return strings.Compare(a.Method, b.Method)
	})
	return infos
}

func (o *Operation) returns() string {
	switch o.Shape {
	case ShapeList, ShapeSearch:
		return string(o.Shape) + " of " + o.Resource
	case ShapeFile:
		return "file"
	default:
		return o.Resource
	}
}
