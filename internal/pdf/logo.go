package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // the two kinds of logo that are accepted
	_ "image/png"
	"sync"
)

// The bounds of a logo: as it comes, and as it goes into the file, where it stands
// at most 36 points high.
const (
	logoBytesMax  = 4 << 20
	logoPixelsMax = 4096 * 4096
	logoWidthMax  = 720
	logoHeightMax = 144
	logoHeight    = 36.0
)

var errLogo = errors.New("logo is too large")

// A picture is a logo taken apart: three bytes a pixel, and how opaque each is. It is decoded and
// written anew, so that nothing but its pixels gets into a document.
type picture struct {
	width, height int
	rgb, alpha    []byte
}

// A logoCache holds the last logo decoded, because most programs have one.
type logoCache struct {
	mu      sync.Mutex
	key     [sha256.Size]byte
	picture *picture
	err     error
}

func (c *logoCache) decode(data []byte) (*picture, error) {
	key := sha256.Sum256(data)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key != key {
		c.key = key
		c.picture, c.err = decodeLogo(data)
	}
	return c.picture, c.err
}

func decodeLogo(data []byte) (*picture, error) {
	if len(data) > logoBytesMax {
		return nil, errLogo
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > logoPixelsMax/config.Height {
		return nil, errLogo
	}
	source, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	return scaleDown(source), nil
}

// scaleDown makes the picture small enough for print, each pixel the average of those it covers.
func scaleDown(source image.Image) *picture {
	bounds := source.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	if width > logoWidthMax {
		width, height = logoWidthMax, max(1, height*logoWidthMax/width)
	}
	if height > logoHeightMax {
		width, height = max(1, width*logoHeightMax/height), logoHeightMax
	}
	p := &picture{width: width, height: height}
	opaque := true
	for y := range height {
		for x := range width {
			c := average(source, image.Rect(
				bounds.Min.X+x*bounds.Dx()/width, bounds.Min.Y+y*bounds.Dy()/height,
				bounds.Min.X+(x+1)*bounds.Dx()/width, bounds.Min.Y+(y+1)*bounds.Dy()/height))
			p.rgb = append(p.rgb, c.R, c.G, c.B)
			p.alpha = append(p.alpha, c.A)
			opaque = opaque && c.A == 255
		}
	}
	if opaque {
		p.alpha = nil
	}
	return p
}

func average(source image.Image, area image.Rectangle) color.NRGBA {
	var r, g, b, a, count uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			pr, pg, pb, pa := source.At(x, y).RGBA()
			r, g, b, a = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa)
			count++
		}
	}
	if count == 0 || a == 0 {
		return color.NRGBA{}
	}
	straight := func(sum uint64) uint8 { return uint8(min(sum*255/a, 255)) }
	return color.NRGBA{straight(r), straight(g), straight(b), uint8(a / count >> 8)}
}

// fit returns the size of the picture on paper, within a width.
func (p *picture) fit(widthMax float64) (width, height float64) {
	height = logoHeight
	width = height * float64(p.width) / float64(p.height)
	if width > widthMax {
		width, height = widthMax, widthMax*float64(p.height)/float64(p.width)
	}
	return width, height
}

// write puts the picture into the file and returns the number of its object.
func (p *picture) write(w *fileWriter) int {
	const entries = "/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 " +
		"/ColorSpace /%s"
	mask := ""
	if p.alpha != nil {
		n := w.stream(fmt.Sprintf(entries, p.width, p.height, "DeviceGray"), p.alpha)
		mask = fmt.Sprintf(" /SMask %d 0 R", n)
	}
	return w.stream(fmt.Sprintf(entries, p.width, p.height, "DeviceRGB")+mask, p.rgb)
}
