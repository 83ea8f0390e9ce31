package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"

	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/spec"
)

func TestCommittedTableIsCurrent(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("../table.gen.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := build()
	if err != nil {
		t.Fatal(err)
	}
	// Compared unpacked: the packing may differ between versions of the compressor.
	if !bytes.Equal(unpack(t, committed), unpack(t, fresh)) {
		t.Error("table.gen.json.gz is out of date: run go generate ./internal/api/params")
	}
}

// Every parameter of the document is in the table, and nothing else is.
func TestTableHasTheTopLevelParameters(t *testing.T) {
	t.Parallel()
	for _, info := range params.All() {
		if info.Tier == 0 {
			continue
		}
		source := spec.Load().Operation(info.Method, info.Template)
		want := map[string]bool{"expand": true}
		if body := source.Body(); body != nil {
			for name := range body.Properties {
				want[name] = true
			}
		}
		for _, parameter := range source.Parameters {
			if parameter.In == "query" {
				want[parameter.Name] = true
			}
		}
		op := params.Op(info.Method, info.Template)
		for name := range want {
			if op.Params.Field(name) == nil {
				t.Errorf("%s lacks %s", op.Name(), name)
			}
		}
		for _, name := range additions(op.Name()) {
			want[name] = true
		}
		if extra := len(op.Params.Fields) - len(want); extra != 0 {
			t.Errorf("%s has %d parameters too many", op.Name(), extra)
		}
	}
}

// additions names the parameters that Portico adds to an operation.
func additions(name string) []string {
	var names []string
	for _, op := range params.Additive() {
		if op.Name() == name {
			for _, field := range op.Params.Fields {
				names = append(names, field.Name)
			}
		}
	}
	return names
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
