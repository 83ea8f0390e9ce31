package pdf

import (
	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
)

// A typesetter turns strings into lines of glyphs. It holds caches and is used by one rendering at
// a time.
type typesetter struct {
	library  *library
	locale   string
	language language.Language
	faces    map[*fontSource]*face // nil for a font that cannot be used
	buffer   *harfbuzz.Buffer
	bidi     bidi.Paragraph
	breaker  segmenter.Segmenter
}

func newTypesetter(lib *library) *typesetter {
	return &typesetter{
		library: lib,
		faces:   map[*fontSource]*face{},
		buffer:  harfbuzz.NewBuffer(),
	}
}

func (t *typesetter) setLocale(locale string) {
	t.locale, t.language = locale, language.NewLanguage(locale)
}

// A glyph is placed in font units, from the pen.
type glyph struct {
	id         font.GID
	start, end int // the runes it stands for, together with the other glyphs of that range
	advance    int
	dx, dy     int
}

// A run is text of one font and one direction, its glyphs from left to right.
type run struct {
	face   *face
	faux   bool // bold that has to be drawn by thickening
	level  int8
	text   []rune // of the paragraph; glyphs point into it
	glyphs []glyph
}

// An item is a stretch of a paragraph that is shaped in one go.
type item struct {
	start, end int
	level      int8
	script     language.Script
	face       *face
	faux       bool
}

// itemize splits a paragraph by direction, script and font.
func (t *typesetter) itemize(text []rune, bold bool) []item {
	levels := t.levels(text)
	scripts := resolveScripts(text)
	form := hanFormOf(text, t.locale)
	var items []item
	for i, r := range text {
		if n := len(items) - 1; n >= 0 && items[n].level == levels[i] && attaches(r) {
			items[n].end = i + 1
			continue
		}
		f, faux := t.faceFor(r, scripts[i], form, bold)
		next := item{i, i + 1, levels[i], scripts[i], f, faux}
		if n := len(items) - 1; n >= 0 && items[n].continues(next) {
			items[n].end = i + 1
			continue
		}
		items = append(items, next)
	}
	return items
}

func (a item) continues(b item) bool {
	return a.level == b.level && a.script == b.script && a.face == b.face
}

// attaches reports runes that go with the letter before, whatever font that came from.
func attaches(r rune) bool {
	return language.LookupScript(r) == language.Inherited || r >= 0xfe00 && r <= 0xfe0f
}

// resolveScripts gives signs that all scripts share the script of the text before them.
func resolveScripts(text []rune) []language.Script {
	scripts := make([]language.Script, len(text))
	current := language.Common
	for i, r := range text {
		if s := language.LookupScript(r); s.Strong() {
			if current == language.Common { // signs at the start go with what follows
				for j := range i {
					scripts[j] = s
				}
			}
			current = s
		}
		scripts[i] = current
	}
	return scripts
}

// faceFor finds the font for a rune. The Latin font's box stands for what none has.
func (t *typesetter) faceFor(
	r rune, script language.Script, form hanForm, bold bool,
) (f *face, faux bool) {
	if r < 0x250 && t.library.scripts[script] == nil { // the common case, without a list
		if f, faux := t.open(t.library.latin, bold); f.has(r) {
			return f, faux
		}
	}
	for _, family := range t.library.candidates(r, script, form) {
		if f, faux := t.open(family, bold); f != nil && f.has(r) {
			return f, faux
		}
	}
	if !isIgnorable(r) {
		t.library.reportMissing(r)
	}
	return t.open(t.library.latin, bold)
}

// open returns the family's face, and whether it must be thickened to be bold.
func (t *typesetter) open(fam *family, bold bool) (f *face, faux bool) {
	source := fam.regular
	if bold && fam.bold != nil {
		source, bold = fam.bold, false
	}
	f, ok := t.faces[source]
	if !ok {
		if err := source.load(); err != nil {
			t.library.reportBroken(err)
		} else {
			f = newFace(source)
		}
		t.faces[source] = f
	}
	return f, bold
}

// shape sets the runes from start to end, which is a line or the whole paragraph, and puts the runs
// in the order in which they are seen.
func (t *typesetter) shape(text []rune, items []item, start, end int) []run {
	var runs []run
	for _, it := range items {
		from, to := max(it.start, start), min(it.end, end)
		if from < to {
			it.start, it.end = from, to
			runs = append(runs, t.shapeItem(text, it))
		}
	}
	visualOrder(runs)
	return runs
}

func (t *typesetter) shapeItem(text []rune, it item) run {
	t.buffer.Clear()
	t.buffer.AddRunes(text, it.start, it.end-it.start)
	t.buffer.Props = harfbuzz.SegmentProperties{
		Language:  t.language,
		Script:    it.script,
		Direction: harfbuzz.LeftToRight,
	}
	if it.level%2 == 1 {
		t.buffer.Props.Direction = harfbuzz.RightToLeft
	}
	t.buffer.Shape(it.face.shaper, nil)
	glyphs := make([]glyph, len(t.buffer.Info))
	for i, info := range t.buffer.Info {
		pos := t.buffer.Pos[i]
		glyphs[i] = glyph{
			id: info.Glyph, start: info.Cluster,
			advance: int(pos.XAdvance), dx: int(pos.XOffset), dy: int(pos.YOffset),
		}
	}
	endClusters(glyphs, it)
	return run{face: it.face, faux: it.faux, level: it.level, text: text, glyphs: glyphs}
}

// endClusters fills in where the text of each glyph ends: where its neighbour's begins, which is
// the one to the right, or to the left in text that runs that way.
func endClusters(glyphs []glyph, it item) {
	next, i, step := it.end, len(glyphs)-1, -1
	if it.level%2 == 1 {
		i, step = 0, 1
	}
	for ; i >= 0 && i < len(glyphs); i += step {
		glyphs[i].end = next
		if j := i + step; j < 0 || j >= len(glyphs) || glyphs[j].start != glyphs[i].start {
			next = glyphs[i].start
		}
	}
}

// width returns the sum of the advances, in points at the given size.
func (r run) width(size float64) float64 {
	sum := 0
	for _, g := range r.glyphs {
		sum += g.advance
	}
	return float64(sum) * size / r.face.upem
}
