package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// The limits of size. What is over today stands in ratchet.txt.
const (
	fileLinesMax     = 500
	functionLinesMax = 60
	columnsMax       = 100
	paramsMax        = 4
	tabColumns       = 4
)

const ratchetFile = "ratchet.txt"

const ratchetHead = `# What is over the limits of size today, by name. It may only shrink: nothing
# new may be added, and what has become smaller must be entered as such:
#
#   go test ./internal/archtest -run Ratchet -update
#
# kind, place, size (limits: file 500 lines, func 60 lines, params 4, columns: lines over 100)
`

// TestRatchet: today's offenders may shrink, and there are no new ones.
func TestRatchet(t *testing.T) {
	t.Parallel()
	now := measure(t)
	before, err := readRatchet()
	if os.IsNotExist(err) && *update {
		before = now // a first list takes everything as it is
	} else if err != nil {
		t.Fatal(err)
	}
	for name, size := range now {
		was, known := before[name]
		switch {
		case !known:
			t.Errorf("%s: %d is over the limit", name, size)
		case size > was:
			t.Errorf("%s: grew from %d to %d", name, was, size)
		}
	}
	if *update {
		writeRatchet(t, now, before)
		return
	}
	for name, was := range before {
		if size := now[name]; size < was {
			t.Errorf("%s: is down from %d to %d, well done; enter it with -update", name, was, size)
		}
	}
}

func measure(t *testing.T) map[string]int {
	over := map[string]int{}
	for _, s := range parsed(t) {
		if s.generated {
			continue
		}
		text, err := os.ReadFile(fset.Position(s.ast.Pos()).Filename)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if len(lines) > fileLinesMax {
			over["file "+s.path] = len(lines)
		}
		for _, line := range lines {
			if columns(line) > columnsMax {
				over["columns "+s.path]++
			}
		}
		if !s.test { // tables of cases are long by nature
			measureFunctions(s, over)
		}
	}
	return over
}

func columns(line string) int {
	return utf8.RuneCountInString(line) + (tabColumns-1)*strings.Count(line, "\t")
}

func measureFunctions(s *source, over map[string]int) {
	for _, decl := range s.ast.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := s.path + " " + functionName(f)
		lines := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1
		if lines > functionLinesMax {
			over["func "+name] = lines
		}
		if n := f.Type.Params.NumFields(); n > paramsMax {
			over["params "+name] = n
		}
	}
}

func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	switch x := typ.(type) {
	case *ast.IndexExpr:
		typ = x.X
	case *ast.IndexListExpr:
		typ = x.X
	}
	return fmt.Sprint(typ) + "." + f.Name.Name
}

func readRatchet() (map[string]int, error) {
	text, err := os.ReadFile(ratchetFile)
	if err != nil {
		return nil, err
	}
	list := map[string]int{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cut := strings.LastIndex(line, " ")
		size, err := strconv.Atoi(line[cut+1:])
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", ratchetFile, line, err)
		}
		list[line[:cut]] = size
	}
	return list, nil
}

// writeRatchet enters what has shrunk. What is new or has grown stays out, and keeps failing.
func writeRatchet(t *testing.T, now, before map[string]int) {
	var text strings.Builder
	text.WriteString(ratchetHead)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if size, still := now[name]; still {
			fmt.Fprintf(&text, "%s %d\n", name, min(size, before[name]))
		}
	}
	if err := os.WriteFile(ratchetFile, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
