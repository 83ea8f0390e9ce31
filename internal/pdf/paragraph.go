package pdf

import (
	"slices"
	"strings"
	"unicode"

	"github.com/portico-billing/portico/internal/color"
)

// A style is how a text looks. leading is the distance between baselines, as a multiple of size.
type style struct {
	size    float64
	leading float64
	bold    bool
	color   color.RGB
}

func (s style) lineHeight() float64 { return s.size * s.leading }

// A textLine is one line of glyphs, ready to be drawn.
type textLine struct {
	style style
	runs  []run
	width float64
}

// noWrap is a width that every text fits in.
const noWrap = 1e9

// lines breaks text into lines of at most width points. Words that are wider are broken where they
// must. Empty text has no lines.
func (t *typesetter) lines(text string, st style, width float64) []textLine {
	text = strings.TrimRight(clean(text), " \n")
	if text == "" {
		return nil
	}
	var lines []textLine
	for part := range strings.SplitSeq(text, "\n") {
		lines = append(lines, t.paragraph([]rune(part), st, width)...)
	}
	return lines
}

// line sets text that must stay on one line.
func (t *typesetter) line(text string, st style) textLine {
	return t.paragraph([]rune(oneLine(text)), st, noWrap)[0]
}

// paragraph sets a text without line ends. An empty one is one empty line.
func (t *typesetter) paragraph(text []rune, st style, width float64) []textLine {
	items := t.itemize(text, st.bold)
	whole := newTextLine(st, t.shape(text, items, 0, len(text)))
	if whole.width <= width {
		return []textLine{whole}
	}
	sums := advanceSums(text, whole)
	breaks := t.breaks(text)
	var lines []textLine
	for start := 0; start < len(text); {
		end := start
		for len(breaks) > 0 {
			if next := breaks[0]; next > start {
				if visibleWidth(text, sums, start, next) > width {
					break
				}
				end = next
			}
			breaks = breaks[1:]
		}
		if end == start {
			end = t.forcedBreak(text, sums, start, width)
		}
		last := trimmedEnd(text, start, end)
		if last < len(text) && text[last-1] == softHyphen {
			lines = append(lines, t.hyphenated(text[start:last], st))
		} else {
			lines = append(lines, newTextLine(st, t.shape(text, items, start, last)))
		}
		start = end
	}
	return lines
}

const softHyphen = '\u00ad'

// hyphenated sets a line that ends in a soft hyphen, which is seen only there.
func (t *typesetter) hyphenated(text []rune, st style) textLine {
	text = append(slices.Clone(text[:len(text)-1]), '-')
	return newTextLine(st, t.shape(text, t.itemize(text, st.bold), 0, len(text)))
}

func newTextLine(st style, runs []run) textLine {
	line := textLine{style: st, runs: runs}
	for _, r := range runs {
		line.width += r.width(st.size)
	}
	return line
}

// advanceSums returns for each position how wide the text before it is.
func advanceSums(text []rune, line textLine) []float64 {
	sums := make([]float64, len(text)+1)
	for _, r := range line.runs {
		for _, g := range r.glyphs {
			sums[g.start+1] += float64(g.advance) * line.style.size / r.face.upem
		}
	}
	for i := range text {
		sums[i+1] += sums[i]
	}
	return sums
}

// visibleWidth measures from start to end; spaces at the end may hang over.
func visibleWidth(text []rune, sums []float64, start, end int) float64 {
	return sums[trimmedEnd(text, start, end)] - sums[start]
}

func trimmedEnd(text []rune, start, end int) int {
	for end > start && unicode.IsSpace(text[end-1]) {
		end--
	}
	return end
}

// breaks returns the positions at which a line may end (UAX #14). Thai writes no spaces between
// words and that rule leaves it whole, so a break is also allowed before the vowels that can only
// begin a syllable.
func (t *typesetter) breaks(text []rune) []int {
	t.breaker.Init(text)
	var positions []int
	start := 0
	for it := t.breaker.LineIterator(); it.Next(); {
		line := it.Line()
		end := line.Offset + len(line.Text)
		for i := start + 1; i < end; i++ {
			if isThaiLeadingVowel(text[i]) && unicode.Is(unicode.Thai, text[i-1]) {
				positions = append(positions, i)
			}
		}
		positions = append(positions, end)
		start = end
	}
	return positions
}

func isThaiLeadingVowel(r rune) bool { return r >= 'เ' && r <= 'ไ' }

// forcedBreak breaks within a word: after the last whole character that fits, and at least one.
func (t *typesetter) forcedBreak(text []rune, sums []float64, start int, width float64) int {
	t.breaker.Init(text[start:])
	best := start
	for it := t.breaker.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		end := start + g.Offset + len(g.Text)
		if best > start && sums[end]-sums[start] > width {
			break
		}
		best = end
	}
	return best
}
