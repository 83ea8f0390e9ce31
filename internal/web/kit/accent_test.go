package kit_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/color"
	"github.com/portico-billing/portico/internal/web/kit"
)

func TestAccentsAreReadable(t *testing.T) {
	t.Parallel()
	brands := []string{
		"#635bff", "#4f46e5", "#ffff00", "#ffe600", "#00ff00", "#ff0000", "#0000ff", "#00ffff",
		"#ffffff", "#000000", "#808080", "#ff66cc", "#1db954", "#e01e5a", "#0a2540", "#f5f5dc",
	}
	for _, brand := range brands {
		accents := kit.AccentsOf(brand)
		checkPalette(t, brand+" light", accents.Light)
		checkPalette(t, brand+" dark", accents.Dark)
	}
}

func checkPalette(t *testing.T, name string, p kit.Palette) {
	t.Helper()
	surfaces := map[string]color.RGB{"card": p.Card, "canvas": p.Canvas, "tint": p.Tint}
	for where, surface := range surfaces {
		texts := map[string]color.RGB{"accent": p.Accent, "ink": p.Ink, "quiet": p.Quiet}
		for what, text := range texts {
			if got := color.Contrast(text, surface); got < color.ContrastMin {
				t.Errorf("%s: %s %v on %s %v has %.2f", name, what, text, where, surface, got)
			}
		}
		if got := color.Contrast(p.Control, surface); got < 3 {
			t.Errorf("%s: control %v on %s %v has %.2f", name, p.Control, where, surface, got)
		}
	}
	for _, fill := range []color.RGB{p.Accent, p.AccentStrong} {
		if got := color.Contrast(p.OnAccent, fill); got < color.ContrastMin {
			t.Errorf("%s: text %v on button %v has %.2f", name, p.OnAccent, fill, got)
		}
	}
}

func TestAReadableBrandIsKept(t *testing.T) {
	t.Parallel()
	if got := kit.AccentsOf("#4f46e5").Light.Accent.String(); got != "#4f46e5" {
		t.Errorf("a brand that is readable by day became %s", got)
	}
	if kit.AccentsOf("not a colour") != kit.AccentsOf(kit.DefaultBrand) {
		t.Error("what is not a colour does not get the default")
	}
}

func TestStylesheetHoldsNothingButColors(t *testing.T) {
	t.Parallel()
	css := kit.AccentsOf("#e01e5a").Stylesheet()
	if strings.Count(css, "--accent:") != 2 || strings.Contains(css, "<") {
		t.Errorf("unexpected stylesheet: %s", css)
	}
}
