package scenario_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

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
				start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
				scenario.Open(t, open, scenario.Plan{Start: start}).Tell(file, string(text))
			})
		})
	}
}
