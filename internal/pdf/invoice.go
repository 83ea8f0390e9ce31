package pdf

import (
	"strings"

	"github.com/portico-billing/portico/internal/color"
)

// The measures of the page, in points.
const (
	marginSide   = 50.0
	marginTop    = 44.0
	marginBottom = 62.0 // to the end of the text; the page's foot is within
	footBaseline = 34.0 // from the lower edge
	bandHeight   = 5.0  // the merchant's colour along the upper edge
	columnGap    = 20.0
)

var (
	titleStyle    = style{size: 24, leading: 1.25, bold: true, color: ink}
	sellerStyle   = style{size: 12, leading: 1.35, bold: true, color: ink}
	stampStyle    = style{size: 9, leading: 1, bold: true}
	headlineStyle = style{size: 18, leading: 1.3, bold: true, color: ink}
	linkStyle     = style{size: 10, leading: 1.4, bold: true}
	bodyStyle     = style{size: 9.5, leading: 1.5, color: ink}
	strongStyle   = style{size: 9.5, leading: 1.5, bold: true, color: ink}
	labelStyle    = style{size: 9.5, leading: 1.5, color: muted}
	smallStyle    = style{size: 8.5, leading: 1.5, color: muted}
	headingStyle  = style{size: 8.5, leading: 1.4, color: muted}
)

// A composer says what stands on the page and how it looks, as blocks from top to bottom.
type composer struct {
	*typesetter
	doc   *Document
	logo  *picture // or nil
	width float64  // of the text, between the margins
}

func (c *composer) blocks() []block {
	var all []block
	all = append(all, c.head())
	all = append(all, c.facts()...)
	all = append(all, c.parties())
	all = append(all, c.headline()...)
	all = append(all, c.text(c.doc.Memo, bodyStyle, 10)...)
	all = append(all, c.table()...)
	all = append(all, c.payments()...)
	all = append(all, c.text(c.doc.Footer, smallStyle, 24)...)
	return all
}

// baseline returns where letters stand in a line whose top is given: in the optical middle.
func (s style) baseline(top float64) float64 {
	return top + s.lineHeight()/2 + s.size*0.357
}

// put draws lines from the start of a column, one beneath the other.
func put(on *canvas, lines []textLine, x, top float64) {
	for _, l := range lines {
		on.text(l, x, l.style.baseline(top))
		top += l.style.lineHeight()
	}
}

// putEnd draws lines against the end of a column, as amounts are.
func putEnd(on *canvas, lines []textLine, end, top float64) {
	for _, l := range lines {
		on.text(l, end-l.width, l.style.baseline(top))
		top += l.style.lineHeight()
	}
}

func heightOf(lines []textLine) float64 {
	sum := 0.0
	for _, l := range lines {
		sum += l.style.lineHeight()
	}
	return sum
}

// gap is a slice of empty paper.
func gap(height float64) slice { return slice{height, func(*canvas, float64) {}} }

// head is the title with its stamp, and across from it who sends the document.
func (c *composer) head() block {
	title := c.lines(c.doc.Title, titleStyle, c.width*0.5)
	sender, senderHeight := c.sender()
	height := max(heightOf(title), senderHeight)
	return block{slices: []slice{{height, func(on *canvas, top float64) {
		put(on, title, marginSide, top)
		sender(on, top)
		if c.doc.Status != nil && len(title) > 0 {
			last := title[len(title)-1]
			middle := top + heightOf(title) - titleStyle.lineHeight()/2
			c.stamp(on, marginSide+last.width+12, middle+1)
		}
	}}}}
}

// sender draws the logo or the name of the seller against the end of the head.
func (c *composer) sender() (draw func(on *canvas, top float64), height float64) {
	end := marginSide + c.width
	if c.logo != nil {
		width, height := c.logo.fit(c.width * 0.36)
		return func(on *canvas, top float64) {
			on.logo(box{end - width, top, width, height})
		}, height
	}
	name := c.lines(c.doc.Seller.Name, sellerStyle, c.width*0.36)
	lower := (titleStyle.lineHeight() - sellerStyle.lineHeight()) / 2
	return func(on *canvas, top float64) {
		putEnd(on, name, end, top+lower)
	}, lower + heightOf(name)
}

func (c *composer) stamp(on *canvas, x, middle float64) {
	colors := tones[c.doc.Status.Tone]
	st := stampStyle
	st.color = colors[0]
	word := c.line(c.doc.Status.Text, st)
	const height, padding = 17.0, 8.0
	on.pill(box{x, middle - height/2, word.width + 2*padding, height}, colors[1])
	on.text(word, x+padding, st.baseline(middle-st.lineHeight()/2))
}

// facts are the number, the dates, and what the merchant adds.
func (c *composer) facts() []block {
	facts := append(append([]Fact{}, c.doc.Facts...), c.doc.Custom...)
	rows := c.factRows(facts, c.width)
	if len(rows) > 0 {
		rows[0].before = 14
	}
	return rows
}

// factRows sets labels in one column and values in the next, as wide as the labels need.
func (c *composer) factRows(facts []Fact, width float64) []block {
	column := 0.0
	for _, f := range facts {
		column = max(column, c.line(f.Label, labelStyle).width)
	}
	column = min(column, width*0.4)
	var rows []block
	for _, f := range facts {
		label := c.lines(f.Label, labelStyle, column)
		value := c.lines(f.Value, bodyStyle, width-column-columnGap)
		height := max(heightOf(label), heightOf(value)) + 1.5
		rows = append(rows, block{slices: []slice{{height, func(on *canvas, top float64) {
			put(on, label, marginSide, top)
			put(on, value, marginSide+column+columnGap, top)
		}}}})
	}
	return rows
}

// parties stand side by side: who sends, who pays, where it goes.
func (c *composer) parties() block {
	var shown []Party
	for _, p := range []Party{c.doc.Seller, c.doc.BillTo, c.doc.ShipTo} {
		if p.Name != "" || len(p.Lines) > 0 {
			shown = append(shown, p)
		}
	}
	columns := float64(max(len(shown), 2))
	width := (c.width - (columns-1)*columnGap) / columns
	set := make([][]textLine, len(shown))
	rows := 0
	for i, p := range shown {
		set[i] = c.party(p, width)
		rows = max(rows, len(set[i]))
	}
	out := block{before: 18}
	for row := range rows {
		draw := func(on *canvas, top float64) {
			for i, lines := range set {
				if row < len(lines) {
					put(on, lines[row:row+1], marginSide+float64(i)*(width+columnGap), top)
				}
			}
		}
		out.slices = append(out.slices, slice{bodyStyle.lineHeight(), draw})
	}
	return out
}

// party begins in bold with its label, or with its name where it has none.
func (c *composer) party(p Party, width float64) []textLine {
	var lines []textLine
	name := bodyStyle
	if p.Label == "" {
		name = strongStyle
	}
	lines = append(lines, c.lines(p.Label, strongStyle, width)...)
	lines = append(lines, c.lines(p.Name, name, width)...)
	for _, l := range p.Lines {
		lines = append(lines, c.lines(l, bodyStyle, width)...)
	}
	return lines
}

// headline is the sum and what is to happen with it, and beneath it the way to pay.
func (c *composer) headline() []block {
	blocks := c.text(c.doc.Headline, headlineStyle, 24)
	label := strings.TrimSpace(oneLine(c.doc.PayLabel))
	if label == "" {
		return blocks
	}
	st := linkStyle
	st.color = c.doc.Accent.OnPaper()
	if c.doc.Accent == (color.RGB{}) {
		st.color = ink
	}
	lines := c.lines(label, st, c.width)
	address := webAddress(c.doc.PayURL)
	return append(blocks, block{before: 5, slices: []slice{{
		heightOf(lines), func(on *canvas, top float64) {
			put(on, lines, marginSide, top)
			if address == "" {
				return
			}
			for _, l := range lines {
				on.rule(marginSide, st.baseline(top)+2, l.width, st.color)
				on.link(box{marginSide, top, l.width, st.lineHeight()}, address)
				top += st.lineHeight()
			}
		},
	}}})
}

// text is running text over the whole width. It may go on over several pages.
func (c *composer) text(s string, st style, before float64) []block {
	lines := c.lines(s, st, c.width)
	if len(lines) == 0 {
		return nil
	}
	out := block{before: before}
	for _, l := range lines {
		out.slices = append(out.slices, slice{st.lineHeight(), func(on *canvas, top float64) {
			put(on, []textLine{l}, marginSide, top)
		}})
	}
	return []block{out}
}

// payments says how the document was paid, or where the money is to go.
func (c *composer) payments() []block {
	if len(c.doc.Payments) == 0 {
		return nil
	}
	title := c.text(c.doc.PaymentsTitle, strongStyle, 22)
	rows := c.factRows(c.doc.Payments, c.width)
	if len(title) == 0 {
		rows[0].before = 22
		return rows
	}
	title[0].withNext = true
	rows[0].before = 4
	return append(title, rows...)
}

// foot names the document at the end of every page and counts the pages.
func (c *composer) foot(on *canvas, page, of int) {
	baseline := on.height - footBaseline
	on.rule(marginSide, baseline-16, c.width, hairline)
	end := 0.0
	if c.doc.PageLabel != nil {
		label := c.line(c.doc.PageLabel(page, of), headingStyle)
		on.text(label, marginSide+c.width-label.width, baseline)
		end = label.width + columnGap
	}
	title, seller := documentTitle(c.doc), oneLine(c.doc.Seller.Name)
	for _, name := range []string{title + " · " + seller, title} { // the longer one if it fits
		line := c.line(strings.Trim(name, " ·"), headingStyle)
		if line.width <= c.width-end {
			on.text(line, marginSide, baseline)
			return
		}
	}
}
