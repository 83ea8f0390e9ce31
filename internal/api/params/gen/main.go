// Command gen compiles internal/api/params/table.gen.json.gz from Stripe's OpenAPI document.
//
// It owns operations.txt, the list of operations that Portico offers with their tiers. It does not
// own Portico's additive parameters, which are written by hand. It promises the same bytes for
// the same document and list; its test fails when the committed table is older than either.
//
// Run it in its own folder: go run . (go generate ./internal/api/params does).
package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/spec"
)

//go:embed operations.txt
var operations string

func main() {
	packed, err := build()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("../table.gen.json.gz", packed, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("wrote %d bytes\n", len(packed))
}

// build makes the packed table.
func build() ([]byte, error) {
	doc := spec.Load()
	c := compiler{doc: doc, numbers: map[string]int{}}
	encoded := params.Encoded{Expand: map[string][]string{}}
	for line := range strings.Lines(operations) {
		var tier int
		var method, template string
		if _, err := fmt.Sscan(line, &tier, &method, &template); err != nil {
			return nil, fmt.Errorf("operations.txt: %q: %w", line, err)
		}
		op := doc.Operation(method, template)
		if op == nil {
			return nil, fmt.Errorf("%s %s is not in the document", method, template)
		}
		shape, resource := returns(doc, op)
		encoded.Ops = append(encoded.Ops, params.EncodedOp{
			Name: method + " " + template, Tier: tier,
			Shape: shape, Resource: resource, Params: c.operation(op),
		})
		addExpansions(encoded.Expand, resource)
	}
	encoded.Nodes = c.nodes
	raw, err := json.Marshal(encoded)
	if err != nil {
		return nil, err
	}
	return pack(raw)
}

// pack compresses without a time or a name, so that equal tables are equal bytes.
func pack(raw []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// returns reads the shape and the resource off the answer's schema.
func returns(doc *spec.Document, op *spec.Operation) (params.Shape, string) {
	schema := op.Response(200)
	if schema == nil {
		return params.ShapeFile, "file"
	}
	if len(schema.AnyOf) > 0 { // a customer or a deleted customer
		schema = schema.AnyOf[0]
	}
	resolved, name := doc.Resolve(schema)
	data := resolved.Properties["data"]
	if data == nil || data.Type != "array" {
		return params.ShapeObject, name
	}
	_, element := doc.Resolve(data.Items)
	if resolved.Properties["next_page"] != nil {
		return params.ShapeSearch, element
	}
	return params.ShapeList, element
}

// addExpansions records the expandable properties of a resource and of all that it leads to.
func addExpansions(all map[string][]string, resource string) {
	if _, done := all[resource]; done || spec.Load().Components.Schemas[resource] == nil {
		return
	}
	all[resource] = []string{}
	properties := spec.Properties(resource)
	lines := make([]string, 0, len(properties))
	for _, p := range properties {
		words := append([]string{p.Path, code(p.Does)}, p.Targets...)
		lines = append(lines, strings.Join(words, " "))
		for _, target := range p.Targets {
			addExpansions(all, target)
		}
	}
	all[resource] = lines
}

func code(does spec.Expandability) string {
	switch does {
	case spec.Ref:
		return params.ExpandRef.Code()
	case spec.Include:
		return params.ExpandInclude.Code()
	case spec.Present:
		return params.ExpandPresent.Code()
	default:
		return params.NotExpandable.Code()
	}
}
