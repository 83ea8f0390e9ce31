package api

import (
	"testing"

	"github.com/portico-billing/portico/internal/api/form"
	"github.com/portico-billing/portico/internal/api/params"
)

// shared are fields of structs that several operations decode into. Those that lack the parameter
// refuse it before anything is decoded.
var shared = map[string]bool{
	"add_invoice_items[][price_data][recurring]": true,
	"invoice_items[][price_data][recurring]":     true,
	"items[][clear_usage]":                       true,
	"items[][deleted]":                           true,
	"items[][id]":                                true,
	"price_data[recurring]":                      true,
}

// TestEveryFieldIsAParameter finds form tags that no parameter of the operation has.
func TestEveryFieldIsAParameter(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range routes() {
		op := params.Op(r.method, r.template)
		if op == nil {
			t.Errorf("%s %s is not an operation", r.method, r.template)
			continue
		}
		if seen[op.Name()] {
			t.Errorf("%s is there twice", op.Name())
		}
		seen[op.Name()] = true
		_, stray := form.Compare(op, r.params)
		for _, name := range stray {
			if !shared[name] {
				t.Errorf("%s: no such parameter: %s", op.Name(), name)
			}
		}
	}
}
