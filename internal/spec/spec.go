// Package spec holds Portico's answers against Stripe's published OpenAPI document.
//
// It is for tests and for the generator of internal/api/params only: the document is eight
// megabytes, and nothing that ships may import this package.
//
// It owns the reading of the document, the strict check of a response body, and the lists of
// fields we send although the document does not know them, each with its reason. It does not own
// what a request may contain: internal/api/params has that, compiled from the same document.
//
// It promises that a body it accepts has no field, type, null or enum value that Stripe's own
// document would not accept, except for the fields named in allow.go.
package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/stripe/stripe-mock/embedded"
)

// Schema is the part of an OpenAPI schema object that Stripe's document uses.
type Schema struct {
	Type       string             `json:"type"`
	Format     string             `json:"format"`
	Ref        string             `json:"$ref"`
	Nullable   bool               `json:"nullable"`
	Enum       []any              `json:"enum"` // strings, but deleted is [true]
	MaxLength  int                `json:"maxLength"`
	Properties map[string]*Schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *Schema            `json:"items"`
	AnyOf      []*Schema          `json:"anyOf"`
	// Additional is false, true, or the schema of a map's values.
	Additional json.RawMessage `json:"additionalProperties"`
	// ResourceID is the object name of a schema that is a resource of its own.
	ResourceID string `json:"x-resourceId"`
	// ExpandableFields lists the properties that expand[] accepts here.
	ExpandableFields []string `json:"x-expandableFields"`
	// Expansion lists the resources an id becomes when it is expanded.
	Expansion *struct {
		OneOf []*Schema `json:"oneOf"`
	} `json:"x-expansionResources"`
}

// Parameter is one path or query parameter of an operation.
type Parameter struct {
	In       string  `json:"in"`
	Name     string  `json:"name"`
	Required bool    `json:"required"`
	Schema   *Schema `json:"schema"`
}

type content map[string]struct {
	Schema *Schema `json:"schema"`
}

// Operation is one method of one path.
type Operation struct {
	Parameters  []Parameter `json:"parameters"`
	RequestBody struct {
		Content content `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content content `json:"content"`
	} `json:"responses"`
}

// Document is Stripe's OpenAPI description of the version that Portico pins.
type Document struct {
	Info struct {
		Version string `json:"version"`
	} `json:"info"`
	Components struct {
		Schemas map[string]*Schema `json:"schemas"`
	} `json:"components"`
	Paths map[string]map[string]*Operation `json:"paths"`
}

var load = sync.OnceValue(func() *Document {
	var doc Document
	if err := json.Unmarshal(embedded.OpenAPISpec, &doc); err != nil {
		panic(fmt.Sprintf("spec: the embedded OpenAPI document does not parse: %v", err))
	}
	return &doc
})

// Load reads the document once (about 0.2 s) and hands out the same one ever after. Do not
// change it.
func Load() *Document { return load() }

// Operation finds an operation by method and path template, or nil.
func (d *Document) Operation(method, template string) *Operation {
	return d.Paths[template][strings.ToLower(method)]
}

// Resolve follows a $ref to the named schema; name is "" for an inline schema.
func (d *Document) Resolve(s *Schema) (resolved *Schema, name string) {
	name, isRef := strings.CutPrefix(s.Ref, "#/components/schemas/")
	if !isRef {
		return s, ""
	}
	resolved = d.Components.Schemas[name]
	if resolved == nil {
		panic("spec: dangling reference " + s.Ref)
	}
	return resolved, name
}

// Body is the schema of the request's form, or nil when the operation takes none.
func (o *Operation) Body() *Schema { return anyContent(o.RequestBody.Content) }

// Response is the schema of the answer with that status; a status the document does not list
// has the schema of an error. It is nil for an answer that is not JSON.
func (o *Operation) Response(status int) *Schema {
	response, ok := o.Responses[fmt.Sprint(status)]
	if !ok {
		response = o.Responses["default"]
	}
	if media, ok := response.Content["application/json"]; ok {
		return media.Schema
	}
	return nil
}

func anyContent(c content) *Schema {
	for _, media := range c {
		return media.Schema
	}
	return nil
}

// Choices are the strings of the enum; empty when there is none.
func (s *Schema) Choices() []string {
	var choices []string
	for _, value := range s.Enum {
		if text, ok := value.(string); ok {
			choices = append(choices, text)
		}
	}
	return choices
}

// ValueSchema is the schema of a map's values, or nil when the object is not a map.
func (s *Schema) ValueSchema() *Schema {
	if firstByte(s.Additional) != '{' {
		return nil
	}
	var values Schema
	if err := json.Unmarshal(s.Additional, &values); err != nil {
		panic(fmt.Sprintf("spec: additionalProperties: %v", err))
	}
	return &values
}

// open reports whether an object may have fields that its properties do not name.
func (s *Schema) open() bool {
	return len(s.Properties) == 0 || firstByte(s.Additional) == 't'
}

func firstByte(raw json.RawMessage) byte {
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}

var fixtures = sync.OnceValue(func() map[string]json.RawMessage {
	var all struct {
		Resources map[string]json.RawMessage `json:"resources"`
	}
	if err := json.Unmarshal(embedded.OpenAPIFixtures, &all); err != nil {
		panic(fmt.Sprintf("spec: the embedded fixtures do not parse: %v", err))
	}
	return all.Resources
})

// Fixtures are Stripe's sample resources, keyed by object name. They show which fields are always
// sent, which the document's "required" does not.
func Fixtures() map[string]json.RawMessage { return fixtures() }

// EventTypes lists every event type that a webhook endpoint may enable, sorted, without "*".
func EventTypes() []string {
	body := Load().Operation("POST", "/v1/webhook_endpoints").Body()
	types := body.Properties["enabled_events"].Items.Choices()
	types = slices.DeleteFunc(types, func(name string) bool { return name == "*" })
	slices.Sort(types)
	return types
}
