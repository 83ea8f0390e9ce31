package form

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/portico-billing/portico/internal/api/params"
)

// plan is where the parameters of a struct go: from the form tag to the field's index.
type plan map[string][]int

// plans keeps the plan of every struct type that was decoded into; there are as many as commands.
var plans sync.Map // reflect.Type -> plan

func planOf(t reflect.Type) plan {
	if known, ok := plans.Load(t); ok {
		return known.(plan)
	}
	made := plan{}
	made.add(t, nil)
	known, _ := plans.LoadOrStore(t, made)
	return known.(plan)
}

func (p plan) add(t reflect.Type, above []int) {
	for i := range t.NumField() {
		field := t.Field(i)
		index := append(slices.Clone(above), i)
		name := field.Tag.Get("form")
		switch {
		case name == "" && field.Anonymous && field.Type.Kind() == reflect.Struct:
			p.add(field.Type, index)
		case name == "" || name == "-":
		case !field.IsExported():
			panic(fmt.Sprintf("form: %s.%s has a tag and cannot be set", t, field.Name))
		case p[name] != nil:
			panic(fmt.Sprintf("form: %s has two fields for %q", t, name))
		default:
			p[name] = index
		}
	}
}

// Compare holds a params struct against its operation, for tests and the compatibility page.
// Unbuilt are the parameters of the operation that the struct lacks; stray are tags that no
// parameter of the operation has, which is a mistake.
func Compare(op *params.Operation, dst any) (unbuilt, stray []string) {
	var c comparison
	c.hash(op.Params, reflect.TypeOf(dst), nil)
	slices.Sort(c.unbuilt)
	slices.Sort(c.stray)
	return c.unbuilt, c.stray
}

type comparison struct{ unbuilt, stray []string }

func (c *comparison) hash(node *params.Node, t reflect.Type, at *path) {
	fields := planOf(bare(t))
	for name := range fields {
		if node.Field(name) == nil {
			c.stray = append(c.stray, (&path{at, name}).String())
		}
	}
	for _, field := range node.Fields {
		below := &path{at, field.Name}
		index, built := fields[cmp.Or(field.Alias, field.Name)]
		switch {
		case built:
			c.value(field.Node, bare(t).FieldByIndex(index).Type, below)
		case at != nil || field.Name != "expand":
			c.unbuilt = append(c.unbuilt, below.String())
		}
	}
}

func (c *comparison) value(node *params.Node, t reflect.Type, at *path) {
	t = bare(t)
	switch {
	case node.Kind == params.KindHash && t.Kind() == reflect.Struct:
		c.hash(node, t, at)
	case node.Kind == params.KindArray && t.Kind() == reflect.Slice:
		c.value(node.Items, t.Elem(), &path{at, ""})
	case node.Kind == params.KindMap && t.Kind() == reflect.Map:
		c.value(node.Items, t.Elem(), &path{at, "*"})
	}
}

// bare takes pointers and optionals off a type.
func bare(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if field, ok := reflect.New(t).Interface().(optional); ok {
		return bare(reflect.TypeOf(field.SetForm(false)))
	}
	return t
}
