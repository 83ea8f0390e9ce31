package pdf

import (
	"fmt"
	"log/slog"
	"sync"

	"github.com/portico-billing/portico/internal/color"
)

// Options says what a Renderer may use.
type Options struct {
	FontDir string // a folder of further .ttf fonts, for writing that the built-in ones lack; or ""
	Log     *slog.Logger
}

// A Renderer makes documents. One is enough for a program.
type Renderer struct {
	library *library
	benches sync.Pool // of *bench
	logos   logoCache
}

// A bench is what one rendering works with and the next can use again.
type bench struct {
	typesetter *typesetter
	writer     *fileWriter
}

// New returns a Renderer. It fails only when the font folder cannot be read; fonts themselves are
// read when a document needs them.
func New(opts Options) (*Renderer, error) {
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	lib, err := newLibrary(opts.FontDir, log)
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	r := &Renderer{library: lib}
	r.benches.New = func() any {
		return &bench{typesetter: newTypesetter(lib), writer: newFileWriter()}
	}
	return r, nil
}

// Render returns d as a PDF. It fails when a font of this program cannot be read, which no
// document can bring about.
func (r *Renderer) Render(d Document) ([]byte, error) {
	for _, source := range []*fontSource{r.library.latin.regular, r.library.latin.bold} {
		if err := source.load(); err != nil {
			return nil, fmt.Errorf("pdf: render %s: %w", d.ID, err)
		}
	}
	b := r.benches.Get().(*bench)
	defer r.benches.Put(b)
	b.typesetter.setLocale(d.Locale)

	width, height := d.PageSize.size()
	fonts := newFontBook()
	c := &composer{typesetter: b.typesetter, doc: &d, width: width - 2*marginSide}
	c.logo = r.logo(&d)
	f := &flow{
		newPage: func() *canvas {
			return &canvas{width: width, height: height, mirrored: d.Dir == "rtl", fonts: fonts}
		},
		top:    marginTop,
		bottom: height - marginBottom,
	}
	f.place(c.blocks())
	if d.Accent != (color.RGB{}) {
		f.pages[0].fill(box{0, 0, width, bandHeight}, d.Accent)
	}
	for i, page := range f.pages {
		c.foot(page, i+1, len(f.pages))
	}
	return b.writer.write(&d, f.pages, fonts, c.logo), nil
}

// logo decodes the document's logo. A document is worth more than its decoration: where the logo
// cannot be used, the operator is told and the seller's name stands there.
func (r *Renderer) logo(d *Document) *picture {
	if len(d.Logo) == 0 {
		return nil
	}
	logo, err := r.logos.decode(d.Logo)
	if err != nil {
		r.library.log.Warn("logo cannot be used", "document", d.ID, "error", err)
		return nil
	}
	return logo
}
