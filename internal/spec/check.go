package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// likewise names the operation whose answer one has that the document leaves out: Stripe's command
// line sends events again with it.
var likewise = map[string]string{"POST /v1/events/{id}/retry": "GET /v1/events/{id}"}

// CheckResponse reports every way in which a response departs from the document; no findings
// means the answer is Stripe's in shape. Expanded objects are accepted wherever an id may be
// expanded.
func CheckResponse(method, template string, status int, body []byte) []string {
	if like, ours := likewise[method+" "+template]; ours {
		method, template, _ = strings.Cut(like, " ")
	}
	op := Load().Operation(method, template)
	if op == nil {
		return []string{fmt.Sprintf("%s %s is not an operation of the document", method, template)}
	}
	schema := op.Response(status)
	if schema == nil {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return []string{"the body is not JSON: " + err.Error()}
	}
	c := checker{doc: Load()}
	c.check(place{path: method + " " + template}, schema, v)
	return c.findings
}

// CheckSchema holds a decoded JSON value against a named schema, such as "invoice".
func CheckSchema(name string, v any) []string {
	schema := Load().Components.Schemas[name]
	if schema == nil {
		return []string{name + " is not a schema of the document"}
	}
	c := checker{doc: Load()}
	c.check(place{path: name, field: name}, schema, v)
	return c.findings
}

// CheckPresence reports the top-level fields that Stripe's sample of the resource has and v lacks.
// The document's own "required" says little; nullable fields are always sent, as null.
func CheckPresence(name string, v map[string]any) []string {
	var sample map[string]any
	if err := json.Unmarshal(Fixtures()[name], &sample); err != nil {
		return []string{"there is no sample of " + name}
	}
	var findings []string
	for field := range sample {
		_, legacy := allowed[name+"."+field]
		if _, ok := v[field]; !ok && !legacy {
			findings = append(findings, name+"."+field+": missing")
		}
	}
	slices.Sort(findings)
	return findings
}

// place is where in the body the check stands.
type place struct {
	path  string // for the reader, with indexes: invoice.lines.data[0].amount
	field string // for the allow-list, from the nearest resource: line_item.amount
}

func (p place) child(name string) place {
	return place{path: p.path + "." + name, field: p.field + "." + name}
}

func (p place) element(i int) place {
	return place{path: p.path + "[" + strconv.Itoa(i) + "]", field: p.field}
}

type checker struct {
	doc      *Document
	findings []string
}

func (c *checker) report(at place, format string, args ...any) {
	c.findings = append(c.findings, at.path+": "+fmt.Sprintf(format, args...))
}

func (c *checker) check(at place, s *Schema, v any) {
	if v == nil {
		if !s.Nullable && !c.nullable(s) {
			c.report(at, "null is not allowed")
		}
		return
	}
	s, name := c.doc.Resolve(s)
	if s.ResourceID != "" {
		at.field = s.ResourceID
	}
	switch {
	case len(s.AnyOf) > 0:
		c.checkAnyOf(at, s.AnyOf, v)
	case name == "notification_event_data":
		c.checkEventData(at, v)
	default:
		c.checkValue(at, s, v)
	}
}

// nullable reports whether null is allowed by what s refers to.
func (c *checker) nullable(s *Schema) bool {
	resolved, _ := c.doc.Resolve(s)
	return resolved.Nullable || slices.ContainsFunc(resolved.AnyOf, func(variant *Schema) bool {
		return variant.Nullable
	})
}

// checkAnyOf accepts the value when one variant does; else it reports the findings of the variant
// that was meant: the one whose object name matches, or the one with the fewest findings.
func (c *checker) checkAnyOf(at place, variants []*Schema, v any) {
	var best []string
	bestMeant := false
	for i, variant := range variants {
		sub := checker{doc: c.doc}
		sub.check(at, variant, v)
		if len(sub.findings) == 0 {
			return
		}
		meant := c.meant(variant, v)
		better := meant && !bestMeant || meant == bestMeant && len(sub.findings) < len(best)
		if i == 0 || better {
			best, bestMeant = sub.findings, meant
		}
	}
	c.findings = append(c.findings, best...)
}

// meant reports whether v says of itself that it is of this variant.
func (c *checker) meant(variant *Schema, v any) bool {
	fields, ok := v.(map[string]any)
	if !ok {
		return false
	}
	schema, name := c.doc.Resolve(variant)
	object := schema.Properties["object"]
	if object == nil || fields["deleted"] == true != strings.HasPrefix(name, "deleted_") {
		return false
	}
	return slices.Contains(object.Enum, fields["object"])
}

// checkEventData checks the snapshot inside an event against the schema its object name says.
func (c *checker) checkEventData(at place, v any) {
	data, ok := v.(map[string]any)
	if !ok {
		c.report(at, "not an object")
		return
	}
	for key := range data {
		if key != "object" && key != "previous_attributes" {
			c.report(at, "unknown field %s", key)
		}
	}
	snapshot, ok := data["object"].(map[string]any)
	if !ok {
		c.report(at, "missing object")
		return
	}
	name, _ := snapshot["object"].(string)
	if snapshot["deleted"] == true {
		return // the last snapshot of a deleted object is sent whole, with deleted added
	}
	if schema := c.doc.Components.Schemas[name]; schema != nil {
		at := at.child("object")
		at.field = name
		c.check(at, schema, snapshot)
	}
}

func (c *checker) checkValue(at place, s *Schema, v any) {
	switch x := v.(type) {
	case string:
		c.checkString(at, s, x)
	case bool:
		if s.Type != "boolean" || len(s.Enum) > 0 && !slices.Contains(s.Enum, any(x)) {
			c.report(at, "%v, want %s %v", x, s.Type, s.Enum)
		}
	case float64:
		whole := x == float64(int64(x))
		if s.Type != "number" && (s.Type != "integer" || !whole) {
			c.report(at, "number %v, want %s", x, s.Type)
		}
	case []any:
		if s.Type != "array" {
			c.report(at, "an array, want %s", s.Type)
			return
		}
		for i, element := range x {
			c.check(at.element(i), s.Items, element)
		}
	case map[string]any:
		c.checkObject(at, s, x)
	}
}

func (c *checker) checkString(at place, s *Schema, text string) {
	switch {
	case s.Type != "string":
		c.report(at, "a string, want %s", s.Type)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)):
		c.report(at, "%q is not in the enum", text)
	case s.MaxLength > 0 && utf8.RuneCountInString(text) > s.MaxLength:
		c.report(at, "longer than %d characters", s.MaxLength)
	}
}

func (c *checker) checkObject(at place, s *Schema, fields map[string]any) {
	if s.Type != "object" {
		c.report(at, "an object, want %s", s.Type)
		return
	}
	for _, required := range s.Required {
		if _, ok := fields[required]; !ok {
			c.report(at, "missing %s", required)
		}
	}
	c.checkID(at, fields)
	values := s.ValueSchema()
	for name, v := range fields {
		below := at.child(name)
		switch property := s.Properties[name]; {
		case property != nil:
			c.check(below, property, v)
		case values != nil:
			c.check(below, values, v)
		case s.open():
		default:
			if _, ok := allowed[below.field]; !ok {
				c.report(at, "unknown field %s", name)
			}
		}
	}
}
