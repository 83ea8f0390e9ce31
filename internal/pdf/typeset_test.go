package pdf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/color"
)

func TestLevels(t *testing.T) {
	t.Parallel()
	setter := newTypesetter(testLibrary(t, ""))
	tests := []struct{ text, want string }{
		{"abc", "000"},
		{"אב", "11"},
		{"a אב b", "001100"},
		{"a אב 12 b", "001112200"},
		{"a אב 1,5% b", "00111222200"},
		{"a אב 12, b", "0011122000"},
		{"אב 12 ab", "11122122"},
		{"12 ab", "00000"},
	}
	for _, test := range tests {
		got := strings.Trim(strings.ReplaceAll(fmt.Sprint(setter.levels([]rune(test.text))), " ", ""),
			"[]")
		if got != test.want {
			t.Errorf("%q: levels %s, want %s", test.text, got, test.want)
		}
	}
}

func TestVisualOrder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ levels, want string }{
		{"0", "0"}, {"010", "012"}, {"0120", "0213"}, {"121", "210"}, {"1", "0"}, {"212", "210"},
	} {
		runs := make([]run, len(test.levels))
		for i, digit := range test.levels {
			runs[i] = run{level: int8(digit - '0'), glyphs: []glyph{{start: i}}}
		}
		visualOrder(runs)
		got := ""
		for _, r := range runs {
			got += fmt.Sprint(r.glyphs[0].start)
		}
		if got != test.want {
			t.Errorf("levels %s: order %s, want %s", test.levels, got, test.want)
		}
	}
}

// linesOf sets text in a column and returns what stands on each line.
func linesOf(t *testing.T, text string, width float64) []string {
	t.Helper()
	setter := newTypesetter(testLibrary(t, ""))
	var out []string
	for _, line := range setter.lines(text, bodyStyle, width) {
		if line.width > width {
			t.Errorf("%q: a line is %.1f wide, the column %.1f", text, line.width, width)
		}
		var b strings.Builder
		for _, r := range line.runs {
			last := -1
			for _, g := range r.glyphs {
				if g.start != last {
					b.WriteString(string(r.text[g.start:g.end]))
				}
				last = g.start
			}
		}
		out = append(out, b.String())
	}
	return out
}

func TestLineBreaks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text  string
		width float64
		want  []string
	}{
		{"", 100, nil},
		{"  \n ", 100, nil},
		{"one two three", 45, []string{"one two", "three"}},
		{"one\n\ntwo", 100, []string{"one", "", "two"}},
		{"12\u00a0345,00\u00a0Kč each", 64, []string{"12\u00a0345,00\u00a0Kč", "each"}},
		{"extraordinary", 40, []string{"extraord", "inary"}},
		{"Daten\u00adübertragung", 62, []string{"Daten-", "übertragung"}},
		{"請求書、合計金額", 40, []string{"請求書、", "合計金額"}},
		{"สมัครเป็นสมาชิกแล้ว", 60, []string{"สมัคร", "เป็นสมาชิกแล้ว"}},
	}
	for _, test := range tests {
		got := linesOf(t, test.text, test.width)
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%q in %g: %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

func TestReadableColors(t *testing.T) {
	t.Parallel()
	loud := []color.RGB{color.White, color.Hex(0xffd600), color.Hex(0x2f5bea)}
	for _, c := range append(loud, color.RGB{}, ink, muted) {
		if got := c.OnPaper(); !color.Readable(got, color.White) {
			t.Errorf("%v becomes %v, which cannot be read", c, got)
		}
	}
	if muted.OnPaper() != muted || ink.OnPaper() != ink {
		t.Error("a colour that can be read is changed")
	}
	for tone, pair := range tones {
		if pair[0].OnPaper() != pair[0] {
			t.Errorf("tone %d is too light", tone)
		}
	}
}
