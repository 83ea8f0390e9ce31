package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// calls reports every selector pkg.Name in a file, with the import path of pkg.
func (s *source) calls(see func(path string, sel *ast.SelectorExpr)) {
	known := s.imports()
	ast.Inspect(s.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && known[x.Name] != "" {
			see(known[x.Name], sel)
		}
		return true
	})
}

func TestOnlyClockTellsTheTime(t *testing.T) {
	t.Parallel()
	banned := []string{"Now", "Since", "Until"}
	for _, s := range parsed(t) {
		if s.test || s.pkg.Room == "clock" {
			continue
		}
		s.calls(func(path string, sel *ast.SelectorExpr) {
			if path == "time" && slices.Contains(banned, sel.Sel.Name) {
				t.Errorf("%s: time.%s outside package clock: take now as a parameter, or a "+
					"clock.Clock", s.at(sel), sel.Sel.Name)
			}
		})
	}
}

// draws lists the rooms that may reach for randomness themselves; the others are given it.
var draws = map[string]string{
	"id":                "the source of ids and secrets",
	"gateway/simulator": "only the types of math/rand/v2: its generator is handed in",
	"cmd/portico":       "seeds what it hands to the others",
}

func TestRandomnessIsHandedIn(t *testing.T) {
	t.Parallel()
	for _, p := range listed(t) {
		for _, path := range p.Imports {
			random := path == "crypto/rand" || strings.HasPrefix(path, "math/rand")
			if random && draws[p.Room] == "" {
				t.Errorf("%s may not import %s: take an id.Source", p.Room, path)
			}
		}
	}
}

// TestNoFloatingPoint: money, rates and quantities are integers or exact decimals.
func TestNoFloatingPoint(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		room := RoomOf(s.pkg.Room)
		if s.test || room == nil || !room.Pure || room.Name == "color" ||
			strings.HasPrefix(room.Name, "i18n") {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
				t.Errorf("%s: %s; use money.Decimal or *big.Rat", s.at(n), id.Name)
			}
			return true
		})
	}
}

// TestOnlyCommandsWrite: a write transaction is opened where the verbs are.
func TestOnlyCommandsWrite(t *testing.T) {
	t.Parallel()
	writers := []string{"app", "store", "store/storetest"}
	for _, s := range parsed(t) {
		if s.test || slices.Contains(writers, s.pkg.Room) {
			continue
		}
		s.calls(func(path string, sel *ast.SelectorExpr) {
			if path == module+"internal/store" && sel.Sel.Name == "Tx" {
				t.Errorf("%s: store.Tx outside app: what writes is a command", s.at(sel))
			}
		})
	}
}

// TestNoMagic: nothing happens because a package was imported.
func TestNoMagic(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		for _, decl := range s.ast.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name == "init" && !s.generated {
				t.Errorf("%s: func init; make it a value, or a call in cmd", s.at(f))
			}
		}
	}
}

// TestGlobalsDoNotChange: a package-level variable is set where it is declared.
func TestGlobalsDoNotChange(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		if s.test || s.generated || RoomOf(s.pkg.Room) == nil {
			continue
		}
		if s.pkg.Room == "store/pgtest" {
			continue // its server lives as long as the test process
		}
		globals := globalsOf(t, s.pkg)
		ast.Inspect(s.ast, func(n ast.Node) bool {
			for _, target := range targets(n) {
				id := rootIdent(target)
				if id != nil && id.Name != "_" && globals[id.Name] && !local(id) {
					t.Errorf("%s: the package-level variable %s is changed", s.at(n), id.Name)
				}
			}
			return true
		})
	}
}

func globalsOf(t *testing.T, p *pkg) map[string]bool {
	names := map[string]bool{}
	for _, s := range parsed(t) {
		if s.pkg != p || s.test {
			continue
		}
		for _, decl := range s.ast.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					names[name.Name] = true
				}
			}
		}
	}
	return names
}

func targets(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	}
	return nil
}

func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// local says that a name means something declared inside a function of this file.
func local(id *ast.Ident) bool {
	if id.Obj == nil {
		return false // declared in another file of the package
	}
	spec, ok := id.Obj.Decl.(*ast.ValueSpec)
	if !ok {
		return true
	}
	for _, s := range mustSources() {
		for _, decl := range s.ast.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok && containsSpec(gen, spec) {
				return false
			}
		}
	}
	return true
}

func containsSpec(gen *ast.GenDecl, spec *ast.ValueSpec) bool {
	return slices.ContainsFunc(gen.Specs, func(s ast.Spec) bool { return s == ast.Spec(spec) })
}

func mustSources() []*source {
	files, _ := sources()
	return files
}

// killsProcesses is the one test that lets real time pass: it kills a real process at instants
// that nobody chose.
const killsProcesses = "internal/sim/kill_test.go"

// TestTestsDoNotSleepOrSkip: a test moves the clock instead of waiting, and a test that cannot
// run is a failure.
func TestTestsDoNotSleepOrSkip(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		if !s.test {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			switch name := x.Name + "." + sel.Sel.Name; name {
			case "t.Skip", "t.Skipf", "t.SkipNow", "b.Skip", "time.Sleep":
				if name == "time.Sleep" && s.path == killsProcesses {
					return true
				}
				t.Errorf("%s: %s in a test", s.at(n), name)
			}
			return true
		})
	}
}
