package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

func goMod(t *testing.T) *modfile.File {
	t.Helper()
	text, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return mod
}

// TestGoMod: what is built is what is written there.
func TestGoMod(t *testing.T) {
	t.Parallel()
	mod := goMod(t)
	if len(mod.Replace)+len(mod.Exclude) > 0 {
		t.Error("go.mod: replace and exclude hide what is really built")
	}
	if mod.Toolchain != nil {
		t.Error("go.mod: no toolchain line; any Go that is new enough will do")
	}
	required := map[string]bool{}
	for _, r := range mod.Require {
		required[r.Mod.Path] = true
	}
	for _, list := range []map[string]string{Linked, Tested} {
		for _, path := range slices.Sorted(maps.Keys(list)) {
			if list[path] == "" || !required[path] {
				t.Errorf("modules.go: %s is not in go.mod, or has no reason", path)
			}
		}
	}
}

// moduleOf is the required module that has a package, or "" for the standard library and us.
func moduleOf(mod *modfile.File, importPath string) string {
	best := ""
	for _, r := range mod.Require {
		path := r.Mod.Path
		inside := importPath == path || strings.HasPrefix(importPath, path+"/")
		if inside && len(path) > len(best) {
			best = path
		}
	}
	return best
}

// TestLinkedModules: everything that ends up in the binary was decided on.
func TestLinkedModules(t *testing.T) {
	t.Parallel()
	args := []string{"list", "-e", "-deps", "-json=ImportPath,Module"}
	for _, p := range listed(t) {
		if room := RoomOf(p.Room); room != nil && room.Floor != Tools {
			args = append(args, p.ImportPath)
		}
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Module     *struct {
				Path string
				Main bool
			}
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || p.Module.Main || told[p.Module.Path] {
			continue
		}
		told[p.Module.Path] = true
		if Linked[p.Module.Path] == "" {
			t.Errorf("%s is linked into the binary (package %s) and has no reason in modules.go",
				p.Module.Path, p.ImportPath)
		}
	}
}

func TestModulesOfTests(t *testing.T) {
	t.Parallel()
	mod := goMod(t)
	for _, p := range listed(t) {
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			m := moduleOf(mod, path)
			if m != "" && Linked[m] == "" && Tested[m] == "" && m != "golang.org/x/mod" {
				t.Errorf("tests of %s import %s, which has no reason in modules.go", p.Room, m)
			}
		}
	}
}

// witnesses are modules of Stripe's. They check what we built; they are no part of it.
func TestWitnessesStayOutside(t *testing.T) {
	t.Parallel()
	mod := goMod(t)
	for _, p := range listed(t) {
		for _, path := range p.Imports {
			m := moduleOf(mod, path)
			switch {
			case m == "github.com/stripe/stripe-mock" && p.Room != "spec":
				t.Errorf("%s imports %s; only spec does", p.Room, path)
			case Tested[m] != "" && Linked[m] == "" && m != "github.com/stripe/stripe-mock":
				t.Errorf("%s imports %s, which is for tests", p.Room, path)
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if moduleOf(mod, path) == "github.com/stripe/stripe-mock" && p.Room != "spec" {
				t.Errorf("tests of %s import %s; use package spec", p.Room, path)
			}
		}
	}
}
