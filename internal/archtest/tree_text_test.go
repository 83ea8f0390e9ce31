package archtest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// foreign are words that have no place in this repository: hosts of registries (whoever builds
// it chooses their own) and folders of somebody's machine. They are spelt in two halves, because
// this file is searched, too.
var foreign = []string{
	"registry.npm" + "js", "registry.yarn" + "pkg", "proxy.go" + "lang", "deb.deb" + "ian",
	"pypi" + ".org", "/wo" + "rk/", "shared/" + "seeds", "shared/" + "design",
	"proto" + "types/", "/tmp/" + "brief", "/ro" + "ot/",
}

// passed are folders that are not ours.
var passed = []string{".git", "node_modules", "portico-data", "screenshots", "bin"}

// walk shows every file of the repository that is text.
func walk(t *testing.T, see func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && os.IsNotExist(err):
			return nil // somebody cleaned up while we looked
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(passed, d.Name()):
			return fs.SkipDir
		case d.IsDir() || !d.Type().IsRegular() || d.Name() == ".git":
			return nil // in a second worktree .git is a file
		}
		info, err := d.Info()
		const textBytesMax = 4 << 20
		if err != nil || info.Size() > textBytesMax {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		if !bytes.Contains(text[:min(len(text), 8000)], []byte{0}) {
			rel, _ := filepath.Rel(root, path)
			see(filepath.ToSlash(rel), text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTreeSpeaksOfItselfAlone(t *testing.T) {
	t.Parallel()
	walk(t, func(path string, text []byte) {
		if strings.HasPrefix(path, "third_party/") {
			return
		}
		for _, word := range foreign {
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%s mentions %q", path, word)
			}
		}
	})
}

var todo = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b(\(#\d+\))?`)

// TestTodosAreTracked: a thing to do has a number, so that somebody will find it.
func TestTodosAreTracked(t *testing.T) {
	t.Parallel()
	for _, s := range parsed(t) {
		for _, group := range s.ast.Comments {
			for _, found := range todo.FindAllStringSubmatch(group.Text(), -1) {
				if found[2] == "" && s.pkg.Room != "archtest" {
					t.Errorf("%s: %s without a number: write TODO(#12)", s.at(group), found[1])
				}
			}
		}
	}
}

func TestMigrationsGoTogether(t *testing.T) {
	t.Parallel()
	sqlite, postgres := migrations(t, "sqlite"), migrations(t, "postgres")
	if !slices.Equal(sqlite, postgres) {
		t.Errorf("migrations differ:\nsqlite   %v\npostgres %v", sqlite, postgres)
	}
	numbered := regexp.MustCompile(`^\d{4}_[a-z_]+\.sql$`)
	for i, name := range sqlite {
		if !numbered.MatchString(name) || name[:4] != pad(i+1) {
			t.Errorf("migration %s: expected %s_<word>.sql, without gaps", name, pad(i+1))
		}
	}
}

func migrations(t *testing.T, engine string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "internal/store/migrations", engine))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".sql") {
			names = append(names, e.Name())
		}
	}
	return names
}

func pad(n int) string {
	text := "000" + itoa(n)
	return text[len(text)-4:]
}
