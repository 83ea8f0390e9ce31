package scenario_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api/params"
)

// toldElsewhere are the types of events that no story can bring about, with the test that does.
var toldElsewhere = map[string]string{
	"payment_intent.processing": "event_types_more_test.go",
}

// neverTold are types that the house knows and no deed brings about: a charge is told of once its
// outcome is known, no bank sends new details of cards, and a clock breaks on a bug of ours alone.
var neverTold = []string{"charge.pending", "payment_method.automatically_updated",
	"test_helpers.test_clock.internal_failure"}

// TestEveryEventTypeIsTold: each type of event that the program can write is expected by name in a
// story, among the others of its deed and in their order.
func TestEveryEventTypeIsTold(t *testing.T) {
	t.Parallel()
	written := eventTypes(t)
	told := map[string]bool{}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for line := range strings.Lines(read(t, file)) {
			if words := strings.Fields(line); len(words) > 0 && words[0] == "events" {
				for _, word := range words[1:] {
					told[word] = true
				}
			}
		}
	}
	for _, eventType := range written {
		switch place := toldElsewhere[eventType]; {
		case slices.Contains(neverTold, eventType):
		case place != "":
			if !strings.Contains(read(t, place), strconv.Quote(eventType)) {
				t.Errorf("%s does not expect %s", place, eventType)
			}
		case !told[eventType]:
			t.Errorf("no story expects %s", eventType)
		}
	}
	for eventType := range told {
		if !slices.Contains(written, eventType) {
			t.Errorf("a story expects %s, which nothing in the code writes", eventType)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// eventTypes are the types that Stripe knows and that the code names: in a string of its own, or
// as the beginning of a noun's types with "created" and "updated" to follow.
func eventTypes(t *testing.T) []string {
	t.Helper()
	endpoints := params.Op("POST", "/v1/webhook_endpoints").Params
	known := endpoints.Field("enabled_events").Node.Items.Literals
	var out []string
	add := func(eventType string) {
		seen := eventType == "*" || slices.Contains(out, eventType)
		if !seen && slices.Contains(known, eventType) {
			out = append(out, eventType)
		}
	}
	for _, room := range []string{"../app", "../store"} {
		files, err := filepath.Glob(room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				named(n, add)
				return true
			})
		}
	}
	slices.Sort(out)
	return out
}

// named adds the types that a piece of syntax names.
func named(n ast.Node, add func(string)) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
			add(text)
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "automatic" {
			add(prefixed(n.Args[0], ".created"))
			add(prefixed(n.Args[0], ".updated"))
		}
	case *ast.CompositeLit:
		if f, ok := n.Type.(*ast.Ident); !ok || f.Name != "eventTypes" {
			return
		}
		var prefix ast.Expr
		for _, e := range n.Elts {
			field := e.(*ast.KeyValueExpr)
			switch name := field.Key.(*ast.Ident).Name; name {
			case "prefix":
				prefix = field.Value
			case "created", "updated":
				add(prefixed(prefix, "."+name))
			}
		}
	}
}

func prefixed(prefix ast.Expr, ending string) string {
	literal, ok := prefix.(*ast.BasicLit)
	if !ok {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return text + ending
}
