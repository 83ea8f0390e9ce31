package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// textRunesMax bounds one string of a document. It is several pages; beyond it someone is trying
// what happens.
const textRunesMax = 20_000

// clean makes s safe to set: control characters and everything that overrides the reading direction
// of its surroundings are gone, every kind of line end is "\n", broken UTF-8 is U+FFFD.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	count := 0
	for i, r := range s {
		if count++; count > textRunesMax {
			b.WriteRune('…')
			break
		}
		switch {
		case r == '\r':
			if !strings.HasPrefix(s[i+1:], "\n") {
				b.WriteByte('\n')
			}
		case r == '\n', r == '\u0085', r == '\u2028', r == '\u2029', r == '\v', r == '\f':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteByte(' ')
		case unicode.IsControl(r), isDirectional(r), isNoncharacter(r):
			// left out
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// oneLine is clean for places that hold a single line.
func oneLine(s string) string {
	return strings.ReplaceAll(clean(s), "\n", " ")
}

// isPlain reports whether s is printable ASCII, which most strings of an invoice are.
func isPlain(s string) bool {
	if len(s) > textRunesMax {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= utf8.RuneSelf-1 {
			return false
		}
	}
	return true
}

// isDirectional reports embeddings, overrides and isolates. Every string is a paragraph of its own,
// so nobody needs them, and an override can make a sum read backwards.
func isDirectional(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// isNoncharacter reports code points that never are text, and the tags that hide text in text.
func isNoncharacter(r rune) bool {
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef || r >= 0xe0000 && r <= 0xe0fff ||
		r >= 0xfff9 && r <= 0xfffb || r == '\ufeff'
}
