package storybook_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/storybook"
)

// inline matches what the content security policy would block.
var inline = regexp.MustCompile(
	`(?i)<style|<script(?: [^>]*)?>[^<]|\sstyle=|\son[a-z]+=|javascript:`)

// broken matches what a missing text or value leaves behind.
var broken = regexp.MustCompile(`\{[a-z_]+\}|%!|<nil>|about:invalid|href=""|action=""|>\s*</h[12]>`)

func TestEveryStoryInEveryLanguage(t *testing.T) {
	t.Parallel()
	handler := storybook.Handler()
	for _, story := range storybook.Stories() {
		t.Run(story.Name, func(t *testing.T) {
			t.Parallel()
			for _, locale := range i18n.Locales() {
				checkPage(t, handler, "/stories/"+story.Name+"?locale="+string(locale), locale)
			}
		})
	}
}

func checkPage(t *testing.T, handler http.Handler, address string, locale i18n.Locale) {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	page := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(page, `<html lang="`+string(locale)+`"`) {
		t.Fatalf("%s: %d\n%.200s", address, w.Code, page)
	}
	if found := inline.FindString(page); found != "" {
		t.Errorf("%s: inline %q", address, found)
	}
	if found := broken.FindString(page); found != "" {
		t.Errorf("%s: left open: %q", address, found)
	}
	for what, want := range map[string]int{"<h1": 1, "<main": 1, "</html>": 1} {
		if got := strings.Count(page, what); got != want {
			t.Errorf("%s: %d times %s", address, got, what)
		}
	}
	if strings.Count(page, `class="button primary"`) > 3 {
		t.Errorf("%s: more primary buttons than there can be cards", address)
	}
}

func TestStoriesHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, story := range storybook.Stories() {
		if seen[story.Name] {
			t.Errorf("two stories are named %s", story.Name)
		}
		seen[story.Name] = true
	}
}

func TestUnknownStory(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	storybook.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/stories/none", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("got %d", w.Code)
	}
}
