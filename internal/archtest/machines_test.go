package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

// machine is a table of allowed moves that the documents show.
type machine struct{ title, room, table string }

var machines = []machine{
	{"Attempt (one try to move money)", "store", "attemptMoves"},
	{"Invoice", "billing", "invoiceMoves"},
	{"Subscription", "billing", "subscriptionMoves"},
	{"PaymentIntent", "billing", "paymentIntentMoves"},
}

// TestMachines: the state tables in the documents are those of the code.
func TestMachines(t *testing.T) {
	var b strings.Builder
	for _, m := range machines {
		fmt.Fprintf(&b, "\n### %s\n\n| from | may become |\n|---|---|\n", m.title)
		states := constants(t, m.room)
		for _, entry := range movesOf(t, m) {
			kv := entry.(*ast.KeyValueExpr)
			var to []string
			for _, state := range kv.Value.(*ast.CompositeLit).Elts {
				to = append(to, "`"+states[state.(*ast.Ident).Name]+"`")
			}
			from := states[kv.Key.(*ast.Ident).Name]
			fmt.Fprintf(&b, "| `%s` | %s |\n", from, strings.Join(to, ", "))
		}
	}
	section(t, "machines", b.String())
}

// movesOf is what stands between the braces of a table of moves.
func movesOf(t *testing.T, m machine) []ast.Expr {
	var moves []ast.Expr
	each(t, m.room, token.VAR, func(spec *ast.ValueSpec) {
		if spec.Names[0].Name == m.table {
			moves = spec.Values[0].(*ast.CompositeLit).Elts
		}
	})
	if moves == nil {
		t.Fatalf("%s has no table %s", m.room, m.table)
	}
	return moves
}

// constants are the string constants of a room.
func constants(t *testing.T, room string) map[string]string {
	values := map[string]string{}
	each(t, room, token.CONST, func(spec *ast.ValueSpec) {
		for i, name := range spec.Names {
			if i < len(spec.Values) {
				if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
					values[name.Name] = strings.Trim(lit.Value, `"`)
				}
			}
		}
	})
	return values
}

func each(t *testing.T, room string, tok token.Token, see func(*ast.ValueSpec)) {
	for _, s := range parsed(t) {
		if s.pkg.Room != room || s.test {
			continue
		}
		for _, decl := range s.ast.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == tok {
				for _, spec := range gen.Specs {
					see(spec.(*ast.ValueSpec))
				}
			}
		}
	}
}
