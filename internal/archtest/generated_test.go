package archtest

import (
	"bytes"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

// proven names, for each kind of generated file, the test that proves that it is fresh.
var proven = map[string]string{
	"internal/web/*/*_templ.go":          "internal/archtest TestPagesAreFresh",
	"internal/web/*/*/*_templ.go":        "internal/archtest TestPagesAreFresh",
	"internal/mail/*_templ.go":           "internal/archtest TestPagesAreFresh",
	"internal/i18n/keys_*.gen.go":        "internal/i18n TestKeysAreThoseOfTheCatalogue",
	"internal/i18n/cldr/data/*.gen.json": "internal/i18n TestFormatsEqualIntl",
	"internal/api/params/table.gen.*":    "internal/api/params/gen TestCommittedTableIsCurrent",
}

func TestGeneratedFilesAreProven(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{}
	for _, s := range parsed(t) {
		for name := range s.ast.Scope.Objects {
			tests[path.Dir(s.path)+" "+name] = true
		}
	}
	for pattern, test := range proven {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) > 0 && !tests[test] {
			t.Errorf("%s: there is no test %s", pattern, test)
		}
	}
	walk(t, func(file string, _ []byte) {
		base := path.Base(file)
		if !strings.Contains(base, ".gen.") && !strings.HasSuffix(base, "_templ.go") {
			return
		}
		for pattern := range proven {
			if ok, _ := path.Match(pattern, file); ok {
				return
			}
		}
		t.Errorf("%s: no test proves that it is fresh (see generated_test.go)", file)
	})
}

// place is where templ writes the name of a template into its errors; it depends on the folder
// from which it was called.
var place = regexp.MustCompile("FileName: `[^`]*`")

// TestPagesAreFresh generates every page again, in memory, and compares.
func TestPagesAreFresh(t *testing.T) {
	t.Parallel()
	version := "templ: version: " + templVersion(t)
	walk(t, func(file string, _ []byte) {
		if !strings.HasSuffix(file, ".templ") {
			return
		}
		want, err := generate(filepath.Join(root, file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return
		}
		target := strings.TrimSuffix(file, ".templ") + "_templ.go"
		have, err := os.ReadFile(filepath.Join(root, target))
		if err != nil {
			t.Errorf("%v; run make generate", err)
			return
		}
		if !bytes.Contains(have, []byte(version)) {
			t.Errorf("%s: written by another templ than go.mod names", file)
		}
		if normal(have) != normal(want) {
			t.Errorf("%s: what is generated from it is stale; run make generate", file)
		}
	})
}

func generate(path string) ([]byte, error) {
	template, err := parser.Parse(path)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if _, err := generator.Generate(template, &out); err != nil {
		return nil, err
	}
	return format.Source(out.Bytes())
}

func normal(code []byte) string {
	text := place.ReplaceAllString(string(code), "FileName: ``")
	_, body, _ := strings.Cut(text, "\npackage ")
	return body
}

func templVersion(t *testing.T) string {
	for _, r := range goMod(t).Require {
		if r.Mod.Path == "github.com/a-h/templ" {
			return r.Mod.Version
		}
	}
	t.Fatal("templ is not in go.mod")
	return ""
}
