package archtest

import (
	"fmt"
	"go/doc"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const architecture = root + "/docs/ARCHITECTURE.md"

// TestMap: the map of the house in the documents is the plan, in the rooms' own words.
func TestMap(t *testing.T) {
	section(t, "map", mapOfRooms(t))
}

func mapOfRooms(t *testing.T) string {
	says := firstSentences(t)
	var b strings.Builder
	for _, floor := range Floors {
		fmt.Fprintf(&b, "\n### %s\n\n| room | what it is for | may import |\n", floor)
		b.WriteString("|---|---|---|\n")
		for _, r := range Rooms {
			if r.Floor != floor {
				continue
			}
			may := strings.Join(slices.Sorted(slices.Values(r.May)), ", ")
			switch may {
			case "":
				may = "nothing of ours"
			case "*":
				may = "everything"
			}
			about := says[r.Name]
			if r.Why != "" {
				about += fmt.Sprintf(" *(%s)*", r.Why)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Name, about, may)
		}
	}
	return b.String()
}

// firstSentences are those of the package comments, without "Package x" in front.
func firstSentences(t *testing.T) map[string]string {
	lead := regexp.MustCompile(`^(Package|Command) [a-z0-9]+ `)
	says := map[string]string{}
	for _, s := range parsed(t) {
		if s.test || s.generated || s.ast.Doc == nil {
			continue
		}
		var d doc.Package
		text := strings.ReplaceAll(d.Synopsis(s.ast.Doc.Text()), "|", "\\|")
		if lead.MatchString(text) {
			says[s.pkg.Room] = lead.ReplaceAllString(text, "")
		}
	}
	return says
}

// section compares the text between two marks in the map, or writes it there.
func section(t *testing.T, mark, want string) {
	t.Helper()
	page, err := os.ReadFile(architecture)
	if err != nil {
		t.Fatal(err)
	}
	open, closing := "<!-- "+mark+" -->\n", "<!-- /"+mark+" -->"
	before, rest, ok := strings.Cut(string(page), open)
	have, after, ok2 := strings.Cut(rest, closing)
	if !ok || !ok2 {
		t.Fatalf("%s has no section %s", architecture, mark)
	}
	if have == want {
		return
	}
	if !*update {
		t.Errorf("%s: the section %q is stale: go test ./internal/archtest -run 'Map|Machines' "+
			"-update", architecture, mark)
		return
	}
	page = []byte(before + open + want + closing + after)
	if err := os.WriteFile(architecture, page, 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	link = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	// named are files and folders of this repository between backquotes.
	named = regexp.MustCompile("`((?:internal|cmd|docs|scripts|e2e|examples)/[a-zA-Z0-9_./-]+)`")
)

// TestDocumentsPointAtWhatExists: every link and every named file of the pages is there.
func TestDocumentsPointAtWhatExists(t *testing.T) {
	t.Parallel()
	walk(t, func(path string, text []byte) {
		ours := strings.HasPrefix(path, "docs/") || !strings.Contains(path, "/")
		if filepath.Ext(path) != ".md" || !ours {
			return
		}
		for _, m := range link.FindAllSubmatch(text, -1) {
			target := string(m[1])
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(path), target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", path, target)
			}
		}
		for _, m := range named.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, string(m[1]))); err != nil {
				t.Errorf("%s names %s, which does not exist", path, m[1])
			}
		}
	})
}
