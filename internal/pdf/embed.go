package pdf

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-text/typesetting/font"
)

// emptyGlyph is in no font: nothing to see and of no width. It stands for the word joiner.
const emptyGlyph font.GID = math.MaxUint32

// A fontBook collects the fonts of one document and of each the glyphs in use.
type fontBook struct {
	fonts  []*embeddedFont
	byFace map[*face]*embeddedFont
}

func newFontBook() *fontBook {
	return &fontBook{byFace: map[*face]*embeddedFont{}}
}

func (b *fontBook) use(f *face) *embeddedFont {
	if e, ok := b.byFace[f]; ok {
		return e
	}
	e := &embeddedFont{
		resource: fmt.Sprintf("F%d", len(b.fonts)),
		source:   f.source,
		scale:    1000 / f.upem,
		subset:   newSubset(f.source.tables),
		text:     map[uint16][]rune{},
	}
	e.id(0) // the box for what is missing
	b.fonts = append(b.fonts, e)
	b.byFace[f] = e
	return e
}

// An embeddedFont is a font as the file holds it.
type embeddedFont struct {
	resource string // its name on the pages
	source   *fontSource
	scale    float64 // from font units to thousandths
	subset   *subset
	widths   []int             // by new number, in thousandths
	text     map[uint16][]rune // what a glyph stands for, by new number
}

// id returns the number of a glyph within the file.
func (e *embeddedFont) id(g font.GID) uint16 {
	n := e.subset.add(g)
	if int(n) == len(e.widths) {
		advance, _ := e.source.tables.metrics(g)
		e.widths = append(e.widths, int(math.Round(float64(advance)*e.scale)))
		if g == emptyGlyph {
			e.text[n] = []rune{'\u2060'}
		}
	}
	return n
}

// standsFor reports whether g alone means text, everywhere in the document. The first use decides.
func (e *embeddedFont) standsFor(g font.GID, text []rune) bool {
	if g == 0 {
		return false
	}
	n := e.id(g)
	if known, ok := e.text[n]; ok {
		return slices.Equal(known, text)
	}
	e.text[n] = slices.Clone(text)
	return true
}

// learn notes the character of each glyph of a cluster that is drawn by several, for viewers that
// do not read the text beside it.
func (e *embeddedFont) learn(f *face, glyphs []glyph, text []rune) {
	for _, g := range glyphs {
		n := e.id(g.id)
		if _, ok := e.text[n]; ok || g.id == 0 {
			continue
		}
		for _, r := range text {
			if nominal, ok := f.font.NominalGlyph(r); ok && nominal == g.id {
				e.text[n] = []rune{r}
				break
			}
		}
	}
}

// write puts the font into the file and returns the number of its object.
func (e *embeddedFont) write(w *fileWriter, index int) int {
	data := e.subset.file()
	program := w.stream(fmt.Sprintf("/Length1 %d", len(data)), data)
	name := subsetTag(index) + "+" + e.source.name
	descriptor := w.object(e.descriptor(name, program))
	unicode := w.stream("", e.toUnicode())
	widths := strings.Trim(fmt.Sprint(e.widths), "[]")
	descendant := w.object(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s "+
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "+
		"/CIDToGIDMap /Identity /FontDescriptor %d 0 R /W [0 [%s]] >>",
		name, descriptor, widths))
	return w.object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s "+
		"/Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>",
		name, descendant, unicode))
}

// subsetTag returns the six letters that mark a font as a subset.
func subsetTag(index int) string {
	return "PORT" + string(rune('A'+index/26%26)) + string(rune('A'+index%26))
}

func (e *embeddedFont) descriptor(name string, program int) string {
	scaled := func(tag string, at int) int {
		return int(math.Round(float64(e.source.tables.i16(tag, at)) * e.scale))
	}
	return fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags 4 "+
		"/FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight 714 "+
		"/StemV 80 /FontFile2 %d 0 R >>", name,
		scaled("head", 36), scaled("head", 38), scaled("head", 40), scaled("head", 42),
		scaled("hhea", 4), scaled("hhea", 6), program)
}

// toUnicode writes the table from glyphs to text. A block of it may hold a hundred entries.
func (e *embeddedFont) toUnicode() []byte {
	var entries []string
	for n := range e.widths {
		if text, ok := e.text[uint16(n)]; ok {
			entries = append(entries, fmt.Sprintf("<%04X> <%s>\n", n, hexUTF16(string(text))))
		}
	}
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for block := range slices.Chunk(entries, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n%sendbfchar\n", len(block), strings.Join(block, ""))
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}
