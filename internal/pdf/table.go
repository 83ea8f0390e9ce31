package pdf

const (
	rowPadding    = 6.5
	totalsPadding = 4.5
)

// A column of the line table. The first one is text and takes what the others leave; the others
// hold numbers, set against their end.
type column struct {
	heading string
	cell    func(Line) string
	share   float64 // of the table's width at most
	width   float64
	end     float64 // distance of the column's end from the start of the table
}

// columns returns the columns in use with their places.
func (c *composer) columns() []column {
	h := c.doc.Columns
	all := []column{
		{heading: h.Description, cell: func(l Line) string { return l.Description }},
		{heading: h.Quantity, cell: func(l Line) string { return l.Quantity }, share: 0.16},
		{heading: h.UnitPrice, cell: func(l Line) string { return l.UnitPrice }, share: 0.24},
		{heading: h.Tax, cell: func(l Line) string { return l.Tax }, share: 0.18},
		{heading: h.Amount, cell: func(l Line) string { return l.Amount }, share: 0.3},
	}
	used := all[:1]
	numbers := 0.0
	for _, col := range all[1:] {
		if col.heading == "" {
			continue
		}
		col.width = min(c.natural(col), col.share*c.width)
		numbers += col.width + columnGap
		used = append(used, col)
	}
	if most := c.width * 0.7; numbers > most {
		for i := range used[1:] {
			used[i+1].width = (used[i+1].width+columnGap)*most/numbers - columnGap
		}
		numbers = most
	}
	used[0].width, used[0].end = c.width-numbers, c.width-numbers
	for i := range used[1:] {
		used[i+1].end = used[i].end + columnGap + used[i+1].width
	}
	return used
}

// natural returns how wide a column of numbers would like to be.
func (c *composer) natural(col column) float64 {
	width := c.line(col.heading, headingStyle).width
	for _, l := range c.doc.Lines {
		width = max(width, c.line(col.cell(l), bodyStyle).width)
	}
	return width + 0.01
}

// table is the heading, the lines and, kept together with the last of them, the totals.
func (c *composer) table() []block {
	columns := c.columns()
	totals := c.totals()
	if len(c.doc.Lines) == 0 {
		return totals
	}
	heading := c.tableHeading(columns)
	blocks := []block{heading}
	group := ""
	for i, line := range c.doc.Lines {
		if line.Group != "" && line.Group != group {
			blocks = append(blocks, c.group(line.Group, &heading))
		}
		group = line.Group
		row := c.row(line, columns)
		row.repeated = &heading
		row.withNext = i == len(c.doc.Lines)-1 && len(totals) > 0
		blocks = append(blocks, row)
	}
	return append(blocks, totals...)
}

func (c *composer) tableHeading(columns []column) block {
	cells := make([][]textLine, len(columns))
	height := 0.0
	for i, col := range columns {
		cells[i] = c.lines(col.heading, headingStyle, col.width)
		height = max(height, heightOf(cells[i]))
	}
	out := block{before: 22, withNext: true}
	out.slices = []slice{{height + 7, func(on *canvas, top float64) {
		for i, col := range columns { // short headings stand at the bottom, next to the rule
			y := top + height - heightOf(cells[i])
			if i == 0 {
				put(on, cells[i], marginSide, y)
			} else {
				putEnd(on, cells[i], marginSide+col.end, y)
			}
		}
		on.rule(marginSide, top+height+7, c.width, ink)
	}}}
	return out
}

func (c *composer) group(name string, heading *block) block {
	lines := c.lines(name, strongStyle, c.width)
	out := block{withNext: true, repeated: heading}
	out.slices = []slice{{heightOf(lines) + 12, func(on *canvas, top float64) {
		put(on, lines, marginSide, top+12)
	}}}
	return out
}

// row sets a line of the document. Its slices are lines of text, so that even a description longer
// than a page comes out whole.
func (c *composer) row(line Line, columns []column) block {
	cells := make([][]textLine, len(columns))
	rows := 0
	for i, col := range columns {
		cells[i] = c.lines(col.cell(line), bodyStyle, col.width)
		if i == 0 {
			cells[0] = append(cells[0], c.lines(line.Detail, smallStyle, col.width)...)
		}
		rows = max(rows, len(cells[i]))
	}
	out := block{slices: []slice{gap(rowPadding)}}
	for n := range rows {
		height := bodyStyle.lineHeight()
		if n < len(cells[0]) {
			height = cells[0][n].style.lineHeight()
		}
		out.slices = append(out.slices, slice{height, func(on *canvas, top float64) {
			for i, col := range columns {
				switch {
				case n >= len(cells[i]):
				case i == 0:
					put(on, cells[i][n:n+1], marginSide, top)
				default:
					putEnd(on, cells[i][n:n+1], marginSide+col.end, top)
				}
			}
		}})
	}
	out.slices = append(out.slices, slice{rowPadding, func(on *canvas, top float64) {
		on.rule(marginSide, top+rowPadding, c.width, hairline)
	}})
	return out
}

// totals stand in the outer half, never torn apart.
func (c *composer) totals() []block {
	if len(c.doc.Totals) == 0 {
		return nil
	}
	start := marginSide + c.width*0.48
	width := marginSide + c.width - start
	out := block{before: 6}
	for i, total := range c.doc.Totals {
		st := bodyStyle
		if total.Strong {
			st = strongStyle
		}
		value := c.lines(total.Value, st, width*0.6)
		widest := 0.0
		for _, l := range value {
			widest = max(widest, l.width)
		}
		label := c.lines(total.Label, st, width-widest-columnGap)
		height := max(heightOf(label), heightOf(value)) + 2*totalsPadding
		out.slices = append(out.slices, slice{height, func(on *canvas, top float64) {
			if i > 0 {
				on.rule(start, top, width, hairline)
			}
			put(on, label, start, top+totalsPadding)
			putEnd(on, value, start+width, top+totalsPadding)
		}})
	}
	return []block{out}
}
