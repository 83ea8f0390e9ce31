package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/spec"
)

// compiler turns schemas of requests into nodes, each distinct node once.
type compiler struct {
	doc     *spec.Document
	nodes   []params.EncodedNode
	numbers map[string]int // from a node's JSON to its number
}

// tree is a node before it has a number.
type tree struct {
	kind, scalar params.Kind
	literals     []string
	emptyable    bool
	maxLength    int
	fields       map[string]*tree
	required     map[string]bool
	items        *tree
}

// operation compiles the body and the query of an operation into one hash.
func (c *compiler) operation(op *spec.Operation) int {
	root := &tree{kind: params.KindHash, fields: map[string]*tree{}, required: map[string]bool{}}
	if body := op.Body(); body != nil {
		root = c.compile(body)
	}
	for _, parameter := range op.Parameters {
		if parameter.In == "query" {
			root.fields[parameter.Name] = c.compile(parameter.Schema)
			root.required[parameter.Name] = parameter.Required
		}
	}
	if version := root.fields["api_version"]; version != nil {
		// Newer versions than the document's are answered in the pinned one, not refused.
		*version = tree{kind: params.KindString, maxLength: 5000}
	}
	if root.fields["expand"] == nil { // accepted everywhere, also where the document is silent
		path := &tree{kind: params.KindString, maxLength: 5000}
		root.fields["expand"] = &tree{kind: params.KindArray, items: path}
	}
	return c.number(root)
}

func (c *compiler) compile(s *spec.Schema) *tree {
	s, _ = c.doc.Resolve(s)
	if len(s.AnyOf) > 0 {
		return c.union(s.AnyOf)
	}
	t := &tree{kind: kindOf(s), maxLength: s.MaxLength}
	switch t.kind {
	case params.KindEnum:
		t.maxLength = 0
		for _, word := range s.Choices() {
			if word == "" {
				t.emptyable = true
			} else {
				t.literals = append(t.literals, word)
			}
		}
	case params.KindArray:
		t.items = c.compile(s.Items)
	case params.KindMap:
		t.items = c.compile(s.ValueSchema())
	case params.KindHash:
		t.fields, t.required = map[string]*tree{}, map[string]bool{}
		for name, property := range s.Properties {
			t.fields[name] = c.compile(property)
			t.required[name] = slices.Contains(s.Required, name)
		}
	}
	return t
}

func kindOf(s *spec.Schema) params.Kind {
	switch {
	case len(s.Enum) > 0:
		return params.KindEnum
	case s.Type == "string" && s.Format == "decimal":
		return params.KindDecimal
	case s.Type == "string" && s.Format == "binary":
		return params.KindFile
	case s.Type == "integer" && s.Format == "unix-time":
		return params.KindTime
	case s.Type == "object" && s.ValueSchema() != nil:
		return params.KindMap
	}
	kinds := map[string]params.Kind{
		"string": params.KindString, "integer": params.KindInteger,
		"number": params.KindNumber, "boolean": params.KindBoolean,
		"object": params.KindHash, "array": params.KindArray,
	}
	kind, ok := kinds[s.Type]
	if !ok {
		panic(fmt.Sprintf("gen: a parameter of type %q", s.Type))
	}
	return kind
}

// union folds the variants of a parameter into one node: words become literals, an empty word
// makes it emptyable, several hashes become one with the fields of all.
func (c *compiler) union(variants []*spec.Schema) *tree {
	t := &tree{}
	for _, variant := range variants {
		v := c.compile(variant)
		t.emptyable = t.emptyable || v.emptyable
		switch {
		case v.kind == params.KindEnum:
			t.literals = append(t.literals, v.literals...)
		case t.kind == "":
			literals, emptyable := slices.Concat(t.literals, v.literals), t.emptyable
			*t = *v
			t.literals, t.emptyable = literals, emptyable
		case t.kind == params.KindHash && v.kind == params.KindHash:
			t.merge(v)
		case t.kind == params.KindHash:
			t.scalar = v.kind
		default:
			panic(fmt.Sprintf("gen: a union of %s and %s", t.kind, v.kind))
		}
	}
	if t.kind == "" {
		t.kind = params.KindEnum
	}
	return t
}

// merge adds the fields of another hash; a field is required when both require it.
func (t *tree) merge(other *tree) {
	for name := range t.required {
		t.required[name] = t.required[name] && other.required[name]
	}
	for name, field := range other.fields {
		if t.fields[name] == nil {
			t.fields[name] = field
		}
	}
}

// number stores a tree, deepest node first, and answers with its number.
func (c *compiler) number(t *tree) int {
	node := params.EncodedNode{
		Kind: t.kind, Scalar: t.scalar, Literals: strings.Join(t.literals, " "),
		Emptyable: t.emptyable, MaxLength: t.maxLength,
	}
	if t.items != nil {
		items := c.number(t.items)
		node.Items = &items
	}
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(t.fields)) {
		mark := ""
		if t.required[name] {
			mark = "!"
		}
		fields = append(fields, name+mark+":"+strconv.Itoa(c.number(t.fields[name])))
	}
	node.Fields = strings.Join(fields, " ")
	key, err := json.Marshal(node)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	if _, known := c.numbers[string(key)]; !known {
		c.numbers[string(key)] = len(c.nodes)
		c.nodes = append(c.nodes, node)
	}
	return c.numbers[string(key)]
}
