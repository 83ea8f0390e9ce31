package sim_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheTableOfInvariants holds docs/invariants.md against the auditor: each rule that it says is
// checked here has a complaint with its number, and each complaint is in the table.
func TestTheTableOfInvariants(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/invariants.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) > 3 && strings.Contains(cells[3], "sim") {
			said[strings.TrimSpace(cells[1])] = true
		}
	}
	checked := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	complaint := regexp.MustCompile(`"(I\d+)[:"]`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range complaint.FindAllStringSubmatch(string(source), -1) {
			checked[found[1]] = true
		}
	}
	for rule := range said {
		if !checked[rule] {
			t.Errorf("%s: the simulation is said to check it and never complains about it", rule)
		}
	}
	for rule := range checked {
		if !said[rule] {
			t.Errorf("%s is checked by the simulation and not in docs/invariants.md", rule)
		}
	}
}
