package i18n

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/i18n/cldr"
	"github.com/portico-billing/portico/internal/i18n/keygen/keys"
)

func TestKeysAreThoseOfTheCatalogue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("catalog/en.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := keys.Files(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(name); err != nil || string(got) != string(want) {
			t.Errorf("%s is out of date; run go generate ./internal/i18n", name)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z0-9_]+\}`)

// placeholders are those of a text, or of all its plural forms together, each once.
func (e entry) placeholders() []string {
	all := e.text
	for _, form := range e.forms {
		all += form
	}
	return slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(all, -1))))
}

func TestTranslationsAreWhole(t *testing.T) {
	t.Parallel()
	source := catalogFor("en").entries
	for _, l := range []Locale{"es", "it"} {
		translated := catalogFor(l).entries
		for key, e := range source {
			other, ok := translated[key]
			switch {
			case !ok:
				t.Errorf("%s has no %s", l, key)
			case (e.forms == nil) != (other.forms == nil):
				t.Errorf("%s %s: plural forms in one of the languages only", l, key)
			case !slices.Equal(e.placeholders(), other.placeholders()):
				t.Errorf("%s %s: %v, English %v", l, key, other.placeholders(), e.placeholders())
			}
		}
		for key := range translated {
			if _, ok := source[key]; !ok {
				t.Errorf("%s has %s, English has not", l, key)
			}
		}
	}
}

// TestTexts looks at every text of every catalogue.
func TestTexts(t *testing.T) {
	t.Parallel()
	limits := limits(t)
	for l := range catalogs {
		for key, e := range catalogFor(l).entries {
			texts := append(slices.Collect(maps.Values(e.forms)), e.text)
			if e.forms == nil && e.text == "" {
				t.Errorf("%s %s is empty", l, key)
			}
			for _, text := range texts {
				if strings.ContainsAny(text, "!¡<>") || strings.TrimSpace(text) != text {
					t.Errorf("%s %s: %q shouts, holds markup or has loose spaces", l, key, text)
				}
				if limit, ok := limits[key]; ok && utf8.RuneCountInString(text) > limit {
					t.Errorf("%s %s: %q is longer than %d", l, key, text, limit)
				}
				if left := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(left, "{}") {
					t.Errorf("%s %s: %q has a broken placeholder", l, key, text)
				}
			}
		}
	}
}

// limits are the numbers of characters that translators are told.
func limits(t *testing.T) map[Key]int {
	t.Helper()
	raw, err := catalogFiles.ReadFile("catalog/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries map[Key]json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil {
		t.Fatal(err)
	}
	found := map[Key]int{}
	for key, value := range entries {
		var limit struct{ Max int }
		if json.Unmarshal(value, &limit) == nil && limit.Max > 0 {
			found[key] = limit.Max
		}
	}
	if len(found) < 30 {
		t.Errorf("only %d limits were found", len(found))
	}
	return found
}

// TestPluralFormsAreWhole wants each form that small numbers need. A form for millions, as Spanish
// and Italian have for compact numbers, may fall back to "other".
func TestPluralFormsAreWhole(t *testing.T) {
	t.Parallel()
	for l := range catalogs {
		c := catalogFor(l)
		for key, e := range c.entries {
			for n := int64(0); e.forms != nil && n <= 200; n++ {
				if category := cldr.Category(c.plurals, n); e.forms[category] == "" {
					t.Errorf("%s %s: no form %q, needed for %d", l, key, category, n)
					break
				}
			}
		}
	}
}
