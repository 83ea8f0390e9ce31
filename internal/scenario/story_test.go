package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestStories tells every story in testdata on both engines.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, open storetest.Opener) {
				plan := scenario.Plan{Start: scenario.Beginning(string(text))}
				scenario.Open(t, open, plan).Tell(file, string(text))
			})
		})
	}
}

// TestStoriesOnATestClock tells the stories once more with all customers on a test clock: a clock
// that is advanced by a year in one jump does what living through the year does.
func TestStoriesOnATestClock(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "test_clock") ||
			strings.Contains(string(text), "The bank has a time of its own") {
			continue // it has a clock of its own, or is about days that the bank takes
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			plan := scenario.Plan{Start: scenario.Beginning(string(text))}
			storetest.Each(t, func(t *testing.T, open storetest.Opener) {
				scenario.Open(t, open, plan).TellOnTestClock(file, string(text))
			})
		})
	}
}
