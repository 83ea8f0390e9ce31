package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"testing"
)

// unspoken are the keys of the catalogue that nothing says, each with the reason for keeping it.
var unspoken = map[string]string{}

// TestEveryKeyIsSaid keeps the catalogue free of what no page, paper or mail says: it would be
// translated for nobody. Tools and tests do not count.
func TestEveryKeyIsSaid(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range parsed(t) {
		room := RoomOf(s.pkg.Room)
		if s.test || room == nil || room.Floor == Tools {
			continue
		}
		s.calls(func(path string, sel *ast.SelectorExpr) {
			if path == module+"internal/i18n" {
				said[sel.Sel.Name] = true
			}
		})
		if s.pkg.Room == "i18n" && !s.generated {
			ast.Inspect(s.ast, func(n ast.Node) bool {
				if name, ok := n.(*ast.Ident); ok {
					said[name.Name] = true
				}
				return true
			})
		}
	}
	var keys []string
	for _, s := range parsed(t) {
		if s.pkg.Room == "i18n" && s.generated {
			keys = append(keys, catalogueKeys(s)...)
		}
	}
	if len(keys) < 300 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	for _, key := range keys {
		if !said[key] && unspoken[key] == "" {
			t.Errorf("nothing says i18n.%s: remove its text from the catalogues, or give the "+
				"reason in unspoken", key)
		}
	}
	for key := range unspoken {
		if said[key] || !slices.Contains(keys, key) {
			t.Errorf("i18n.%s is said, or gone: take it off unspoken", key)
		}
	}
}

// catalogueKeys are the names of a generated file's constants.
func catalogueKeys(s *source) (names []string) {
	for _, decl := range s.ast.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, spec := range d.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}
