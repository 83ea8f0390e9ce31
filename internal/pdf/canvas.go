package pdf

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"

	"github.com/go-text/typesetting/font"

	"github.com/portico-billing/portico/internal/color"
)

// A canvas is one page being drawn. Its coordinates are those of the layout: points from the top
// left corner, or from the top right one when the page is mirrored.
type canvas struct {
	width, height float64
	mirrored      bool
	fonts         *fontBook
	ops           bytes.Buffer
	links         []link
}

// A link is a rectangle of the page that opens an address.
type link struct {
	rect [4]float64 // in the file's coordinates: left, bottom, right, top
	uri  string
}

// A box is a rectangle of the layout; y is its top.
type box struct{ x, y, width, height float64 }

// left returns where a thing of the given width, starting at x, has its left edge on paper.
func (c *canvas) left(x, width float64) float64 {
	if c.mirrored {
		return c.width - x - width
	}
	return x
}

func (c *canvas) fill(b box, tone color.RGB) {
	fmt.Fprintf(&c.ops, "%s rg %s %s %s %s re f\n", operands(tone),
		number(c.left(b.x, b.width)), number(c.height-b.y-b.height),
		number(b.width), number(b.height))
}

// pill fills a box whose short sides are half circles.
func (c *canvas) pill(b box, tone color.RGB) {
	r := b.height / 2
	k := r * 0.5523 // how far the handles of a cubic curve reach to make a quarter circle
	x, y := c.left(b.x, b.width), c.height-b.y-b.height
	left, right, middle, top := x+r, x+b.width-r, y+r, y+b.height
	fmt.Fprintf(&c.ops, "%s rg %s m %s l", operands(tone), points(left, y), points(right, y))
	for _, curve := range [][6]float64{
		{right + k, y, x + b.width, middle - k, x + b.width, middle},
		{x + b.width, middle + k, right + k, top, right, top},
	} {
		fmt.Fprintf(&c.ops, " %s c", points(curve[:]...))
	}
	fmt.Fprintf(&c.ops, " %s l", points(left, top))
	for _, curve := range [][6]float64{
		{left - k, top, x, middle + k, x, middle},
		{x, middle - k, left - k, y, left, y},
	} {
		fmt.Fprintf(&c.ops, " %s c", points(curve[:]...))
	}
	c.ops.WriteString(" f\n")
}

// logo draws the document's picture.
func (c *canvas) logo(b box) {
	fmt.Fprintf(&c.ops, "q %s 0 0 %s %s cm /Logo Do Q\n", number(b.width), number(b.height),
		points(c.left(b.x, b.width), c.height-b.y-b.height))
}

// rule draws a hairline from x, at y.
func (c *canvas) rule(x, y, width float64, tone color.RGB) {
	c.fill(box{x, y - 0.25, width, 0.5}, tone)
}

func (c *canvas) link(b box, uri string) {
	x, y := c.left(b.x, b.width), c.height-b.y-b.height
	c.links = append(c.links, link{[4]float64{x, y, x + b.width, y + b.height}, uri})
}

// text draws a line that begins at x and stands on the baseline y.
func (c *canvas) text(line textLine, x, baseline float64) {
	if len(line.runs) == 0 {
		return
	}
	tone := operands(line.style.color)
	fmt.Fprintf(&c.ops, "BT %s rg %s Td\n", tone, points(c.left(x, line.width), c.height-baseline))
	pen := pen{canvas: c, size: line.style.size, tone: tone}
	for _, r := range line.runs {
		pen.run(r)
	}
	c.ops.WriteString("ET\n")
}

// A pen writes glyphs. It knows where the viewer thinks it is (at) and where the next glyph belongs
// (want), both in points from the start of the line, and corrects the difference.
type pen struct {
	canvas   *canvas
	size     float64
	tone     string
	at, want float64
	rise     float64
	open     bool // within the array of a TJ operator
}

func (p *pen) run(r run) {
	into := p.canvas.fonts.use(r.face)
	ops := &p.canvas.ops
	fmt.Fprintf(ops, "/%s %s Tf\n", into.resource, number(p.size))
	if r.faux {
		fmt.Fprintf(ops, "2 Tr %s w %s RG\n", number(p.size*0.03), p.tone)
	}
	for i := 0; i < len(r.glyphs); {
		j := i + 1
		for j < len(r.glyphs) && r.glyphs[j].start == r.glyphs[i].start {
			j++
		}
		p.cluster(r, into, r.glyphs[i:j])
		i = j
	}
	p.closeArray()
	p.setRise(0)
	if r.faux {
		ops.WriteString("0 Tr\n")
	}
}

// cluster draws the glyphs that stand for one stretch of text. Where the font's table of glyphs and
// characters cannot tell that text, the file says it in words, so that it can be copied.
func (p *pen) cluster(r run, into *embeddedFont, glyphs []glyph) {
	text := r.text[glyphs[0].start:glyphs[0].end]
	if allIgnorable(text) {
		p.joiner(into, text[0])
		return
	}
	if r.level%2 == 1 {
		text = asSeen(r.face, glyphs, text)
	}
	if len(glyphs) == 1 && into.standsFor(glyphs[0].id, text) {
		p.glyph(r.face, into, glyphs[0])
		return
	}
	p.closeArray()
	fmt.Fprintf(&p.canvas.ops, "/Span <</ActualText %s>> BDC\n", hexText(string(text)))
	into.learn(r.face, glyphs, text)
	if glyphs[0].dx != 0 || glyphs[0].dy != 0 {
		p.edge(into, p.want)
	}
	for _, g := range glyphs {
		p.glyph(r.face, into, g)
	}
	if math.Abs(p.at-p.want) > p.size/100 {
		p.edge(into, p.want)
	}
	p.closeArray()
	p.canvas.ops.WriteString("EMC\n")
}

func (p *pen) glyph(f *face, into *embeddedFont, g glyph) {
	toPoints := p.size / f.upem
	p.setRise(float64(g.dy) * toPoints)
	p.show(into, g.id, p.want+float64(g.dx)*toPoints)
	p.want += float64(g.advance) * toPoints
}

// joiner keeps the runes that part or join letters in the text, though they are not seen. The other
// unseen ones only steer the layout, which is done.
func (p *pen) joiner(into *embeddedFont, r rune) {
	if r != '\u200c' && r != '\u200d' {
		return
	}
	p.closeArray()
	fmt.Fprintf(&p.canvas.ops, "/Span <</ActualText %s>> BDC\n", hexText(string(r)))
	p.edge(into, p.want)
	p.closeArray()
	p.canvas.ops.WriteString("EMC\n")
}

// edge shows nothing, at the edge of a cluster whose outer glyph is a mark. Readers take the first
// and the last glyph for the extent of the text, and would see a gap between words beside the mark.
func (p *pen) edge(into *embeddedFont, x float64) {
	p.setRise(0)
	p.show(into, emptyGlyph, x)
}

// show puts a glyph at x, measured from the start of the line.
func (p *pen) show(into *embeddedFont, g font.GID, x float64) {
	ops := &p.canvas.ops
	if !p.open {
		ops.WriteByte('[')
		p.open = true
	}
	if shift := math.Round((p.at - x) * 1000 / p.size); shift != 0 {
		ops.WriteString(strconv.FormatFloat(shift, 'f', 0, 64))
		p.at -= shift * p.size / 1000
	}
	id := into.id(g)
	fmt.Fprintf(ops, "<%04X>", id)
	p.at += float64(into.widths[id]) * p.size / 1000
}

func (p *pen) closeArray() {
	if p.open {
		p.canvas.ops.WriteString("] TJ\n")
		p.open = false
	}
}

func (p *pen) setRise(rise float64) {
	if rise != p.rise {
		p.closeArray()
		fmt.Fprintf(&p.canvas.ops, "%s Ts\n", number(rise))
		p.rise = rise
	}
}

func allIgnorable(text []rune) bool {
	for _, r := range text {
		if !isIgnorable(r) {
			return false
		}
	}
	return true
}

// number writes v as PDF reads it: no exponent, no needless digits.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64)
}

func points(values ...float64) string {
	text := number(values[0])
	for _, v := range values[1:] {
		text += " " + number(v)
	}
	return text
}

// hexText writes s as a PDF text string in hexadecimal UTF-16, in which nothing needs an escape.
func hexText(s string) string {
	return "<FEFF" + hexUTF16(s) + ">"
}

func hexUTF16(s string) string {
	const digits = "0123456789ABCDEF"
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, digits[unit>>12], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
	}
	return string(b)
}
