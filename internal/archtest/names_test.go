package archtest

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// vague are words that say nothing about what is behind them.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "base", "misc"}

// words splits a Go name or a file name into lower-case words.
func words(name string) []string {
	var all []string
	start := 0
	runes := []rune(name)
	for i := 1; i <= len(runes); i++ {
		end := i == len(runes)
		if end || !unicode.IsLower(runes[i]) && (unicode.IsLower(runes[i-1]) || runes[i] == '_') {
			all = append(all, strings.ToLower(strings.Trim(string(runes[start:i]), "_-")))
			start = i
		}
	}
	return all
}

func TestNamesOfRoomsAndFiles(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		stem := strings.TrimSuffix(path.Base(s.path), ".go")
		for _, word := range append(words(stem), strings.Split(s.pkg.Room, "/")...) {
			if slices.Contains(vague, word) {
				t.Errorf("%s: %q says nothing; name it for what it does", s.path, word)
			}
		}
	}
}

var functionVariable = regexp.MustCompile(`[a-z0-9]Fn$|^Fn[A-Z]`)

func TestNamesOfDeclarations(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		if s.generated {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				for _, word := range words(n.Name.Name) {
					if slices.Contains(vague, word) {
						t.Errorf("%s: type %s: %q says nothing", s.at(n), n.Name.Name, word)
					}
				}
			case *ast.Ident:
				if functionVariable.MatchString(n.Name) {
					t.Errorf("%s: %s: write Func, not Fn", s.at(n), n.Name)
				}
			}
			return true
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"invoice_finalize": "invoice finalize",
		"SubscriptionItem": "subscription item",
		"DBHelper":         "dbhelper",
		"baseURL":          "base url",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("words(%q) = %q, want %q", name, got, want)
		}
	}
}
