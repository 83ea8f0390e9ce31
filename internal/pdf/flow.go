package pdf

// A slice is a strip of the page across its whole width that is never cut, such as a line of text.
type slice struct {
	height float64
	draw   func(c *canvas, top float64)
}

// A block is a stack of slices that belong together, such as a row of the table.
type block struct {
	before   float64 // space above, not at the top of a page
	slices   []slice
	withNext bool   // keep on the page of the following block
	repeated *block // drawn again when the block goes on, or begins, on a further page
}

func (b *block) height() float64 {
	sum := 0.0
	for _, s := range b.slices {
		sum += s.height
	}
	return sum
}

// A flow puts blocks on pages, one beneath the other. A block stays whole where a page can hold it.
type flow struct {
	newPage     func() *canvas
	top, bottom float64
	pages       []*canvas
	y           float64
	fresh       bool // nothing stands on this page but a repeated heading
}

func (f *flow) page() *canvas { return f.pages[len(f.pages)-1] }

func (f *flow) place(blocks []block) {
	f.turn(nil)
	for i := range blocks {
		b := &blocks[i]
		if !f.fresh && f.y+f.need(blocks[i:]) > f.bottom {
			f.turn(b.repeated)
		}
		if !f.fresh {
			f.y += b.before
		}
		for _, s := range b.slices {
			if !f.fresh && f.y+s.height > f.bottom {
				f.turn(b.repeated)
			}
			s.draw(f.page(), f.y)
			f.y += s.height
			f.fresh = false
		}
	}
}

// need returns the space that the first block wants: its own, and that of the blocks it must stay
// with, as long as one page can hold them all. A block taller than a page
// wants only its first slice.
func (f *flow) need(blocks []block) float64 {
	capacity := f.bottom - f.top
	if b := &blocks[0]; b.repeated != nil {
		capacity -= b.repeated.height()
	}
	sum := 0.0
	for i := range blocks {
		height := blocks[i].before + blocks[i].height()
		if sum+height > capacity {
			break
		}
		sum += height
		if !blocks[i].withNext {
			break
		}
	}
	if sum == 0 && len(blocks[0].slices) > 0 {
		return blocks[0].before + blocks[0].slices[0].height
	}
	return sum
}

// turn begins a page.
func (f *flow) turn(repeated *block) {
	f.pages = append(f.pages, f.newPage())
	f.y, f.fresh = f.top, true
	if repeated == nil {
		return
	}
	for _, s := range repeated.slices {
		s.draw(f.page(), f.y)
		f.y += s.height
	}
}
