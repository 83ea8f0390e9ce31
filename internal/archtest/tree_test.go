package archtest

import (
	"encoding/json"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const (
	module = "github.com/portico-billing/portico/"
	root   = "../.."
)

// update rewrites what these tests compare with: the ratchet and the map in the documents.
var update = flag.Bool("update", false, "rewrite ratchet.txt and the generated tables in docs")

// pkg is what `go list` says of a package of ours.
type pkg struct {
	Room                               string `json:"-"` // its name in the plan
	ImportPath, Dir, Doc               string // Doc is the first sentence of the comment
	Imports, TestImports, XTestImports []string
	GoFiles, CgoFiles, TestGoFiles     []string
	XTestGoFiles                       []string
}

// source is a parsed Go file.
type source struct {
	pkg       *pkg
	path      string // from the root of the repository
	ast       *ast.File
	test      bool
	generated bool
}

var fset = token.NewFileSet()

var packages = sync.OnceValues(func() ([]*pkg, error) {
	cmd := exec.Command("go", "list", "-e", "-json", "./internal/...", "./cmd/...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return nil, err
	}
	var all []*pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := new(pkg)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if p.Room = roomName(p.ImportPath); p.Room != "" {
			all = append(all, p)
		}
	}
})

var sources = sync.OnceValues(func() ([]*source, error) {
	all, err := packages()
	if err != nil {
		return nil, err
	}
	var files []*source
	for _, p := range all {
		for i, names := range [][]string{p.GoFiles, p.TestGoFiles, p.XTestGoFiles} {
			for _, name := range names {
				s, err := parse(p, name)
				if err != nil {
					return nil, err
				}
				s.test = i > 0
				files = append(files, s)
			}
		}
	}
	return files, nil
})

func parse(p *pkg, name string) (*source, error) {
	path := filepath.ToSlash(filepath.Join(pathOf(p), name))
	f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &source{pkg: p, path: path, ast: f, generated: ast.IsGenerated(f)}, nil
}

func pathOf(p *pkg) string { return strings.TrimPrefix(p.ImportPath, module) }

// roomName is the name of a package of ours in the plan, or "".
func roomName(importPath string) string {
	path, ours := strings.CutPrefix(importPath, module)
	if !ours {
		return ""
	}
	return strings.TrimPrefix(path, "internal/")
}

func listed(t *testing.T) []*pkg {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func parsed(t *testing.T) []*source {
	t.Helper()
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// imports maps the names under which a file knows other packages to their paths.
func (s *source) imports() map[string]string {
	known := map[string]string{}
	for _, spec := range s.ast.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		known[name] = path
	}
	return known
}

// at is a place in a file, from the root of the repository.
func (s *source) at(n ast.Node) string {
	pos := fset.Position(n.Pos())
	return s.path + ":" + itoa(pos.Line)
}
