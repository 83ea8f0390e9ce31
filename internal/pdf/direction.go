package pdf

import (
	"slices"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	class "golang.org/x/text/unicode/bidi"
)

// levels returns the embedding level of each rune: even reads to the right, odd to the left. The
// paragraph takes its direction from its first strong letter (rules P2 and P3 of UAX #9).
func (t *typesetter) levels(text []rune) []int8 {
	levels := make([]int8, len(text))
	if len(text) == 0 {
		return levels
	}
	runs := t.bidi.Segment(text, bidi.Neutral)
	for i := range runs.NumRuns() {
		r := runs.Run(i)
		level := int8(r.Level)
		for j := r.Start; j < r.End; j++ {
			levels[j] = level
		}
		// The library joins neighbours of levels 2 and 0. A number behind right-to-left words is at
		// 2; what follows it in a left-to-right paragraph is at 0 and must not move with it.
		if level == 2 && !startsRightToLeft(text) {
			for j := r.Start + numberLength(text[r.Start:r.End]); j < r.End; j++ {
				levels[j] = 0
			}
		}
	}
	return levels
}

func classOf(r rune) class.Class {
	properties, _ := class.LookupRune(r)
	return properties.Class()
}

func startsRightToLeft(text []rune) bool {
	for _, r := range text {
		switch classOf(r) {
		case class.L:
			return false
		case class.R, class.AL:
			return true
		}
	}
	return false
}

// numberLength returns how many runes at the start of text are a number with its signs.
func numberLength(text []rune) int {
	length := 0
	for i, r := range text {
		switch classOf(r) {
		case class.EN, class.AN, class.ET, class.NSM:
			length = i + 1
		case class.ES, class.CS: // counts only between digits
		default:
			return length
		}
	}
	return length
}

// visualOrder turns runs from reading order into the order on paper (rule L2).
func visualOrder(runs []run) {
	var highest int8
	for _, r := range runs {
		highest = max(highest, r.level)
	}
	for level := highest; level > 0; level-- {
		for i := 0; i < len(runs); i++ {
			j := i
			for j < len(runs) && runs[j].level >= level {
				j++
			}
			slices.Reverse(runs[i:j])
			i = max(i, j)
		}
	}
}

// isIgnorable reports runes that are not seen: joiners, marks of direction, selectors of variants.
func isIgnorable(r rune) bool {
	return unicode.Is(unicode.Cf, r) || r >= 0xfe00 && r <= 0xfe0f || r == 0x034f || r == 0x115f ||
		r == 0x1160 || r == 0x3164
}

// mirrored holds the signs that are drawn the other way round in text that runs to the left.
var mirrored = map[rune]rune{
	'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<',
	'«': '»', '»': '«', '‹': '›', '›': '‹',
}

// asSeen returns the text of a right-to-left cluster as readers expect it: they take signs as they
// are drawn, and put them the right way round themselves.
func asSeen(f *face, glyphs []glyph, text []rune) []rune {
	if len(text) != 1 || len(glyphs) != 1 {
		return text
	}
	if m, ok := mirrored[text[0]]; ok {
		if id, ok := f.font.NominalGlyph(m); ok && id == glyphs[0].id {
			return []rune{m}
		}
	}
	return text
}
