// Package color is the arithmetic of colours: sRGB and OKLCH, and the contrast between two.
//
// It owns no palette and no brand: pages, mails and papers have theirs. It promises that the same
// colour always gives the same answer, and that Readable is what WCAG 2.2 asks of text.
package color

import (
	"math"
	"strconv"
	"strings"
)

// RGB is a colour of the sRGB space, as stylesheets write it.
type RGB struct{ R, G, B uint8 }

// Parse reads "#635bff" or "#63f", with or without the hash. Anything else is not a colour.
func Parse(s string) (RGB, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	if len(s) != 6 {
		return RGB{}, false
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return RGB{}, false
	}
	return Hex(uint32(n)), true
}

// Hex is the colour that a stylesheet writes as # and these six digits: 0x635bff.
func Hex(digits uint32) RGB {
	return RGB{uint8(digits >> 16), uint8(digits >> 8), uint8(digits)}
}

// String writes the colour as a stylesheet reads it.
func (c RGB) String() string {
	const digits = "0123456789abcdef"
	b := [7]byte{'#'}
	for i, v := range [3]uint8{c.R, c.G, c.B} {
		b[1+2*i], b[2+2*i] = digits[v>>4], digits[v&15]
	}
	return string(b[:])
}

// Contrast is the ratio that WCAG 2 defines between two colours: 1 (the same) to 21.
func Contrast(a, b RGB) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func (c RGB) luminance() float64 {
	r, g, b := c.linear()
	return 0.2126*r + 0.7152*g + 0.0722*b
}

func (c RGB) linear() (r, g, b float64) {
	lin := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return lin(c.R), lin(c.G), lin(c.B)
}

// ContrastMin is the least contrast of text on its background (WCAG 2.2, 1.4.3).
const ContrastMin = 4.5

// White is paper, and a page by day.
var White = RGB{255, 255, 255}

// Readable says whether text can be read on all of the surfaces.
func Readable(text RGB, surfaces ...RGB) bool {
	for _, surface := range surfaces {
		if Contrast(text, surface) < ContrastMin {
			return false
		}
	}
	return true
}

// OnPaper is the colour, made darker without changing its hue until it can be read on white, and
// white on it.
func (c RGB) OnPaper() RGB {
	for shade := c.LCH(); !Readable(c, White); c = shade.RGB() {
		shade.L -= 0.01
	}
	return c
}

// LCH is a colour in OKLCH: lightness, chroma, hue. Lightness there is what the eye sees, so a
// brand made darker keeps its hue; the same step in HSL would turn a yellow green and a blue
// purple.
type LCH struct{ L, C, H float64 }

// LCH converts to OKLCH.
func (c RGB) LCH() LCH {
	r, g, b := c.linear()
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	okA := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	okB := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return LCH{
		L: 0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		C: math.Hypot(okA, okB),
		H: math.Atan2(okB, okA),
	}
}

// RGB finds the nearest colour a screen can show: the chroma is lowered until it fits.
func (c LCH) RGB() RGB {
	for chroma := c.C; ; chroma -= 0.004 {
		chroma = max(chroma, 0)
		r, g, b := LCH{c.L, chroma, c.H}.linear()
		const slack = 0.0005
		fits := min(r, g, b) >= -slack && max(r, g, b) <= 1+slack
		if fits || chroma == 0 {
			return RGB{gamma(r), gamma(g), gamma(b)}
		}
	}
}

func (c LCH) linear() (r, g, b float64) {
	okA, okB := c.C*math.Cos(c.H), c.C*math.Sin(c.H)
	l := cube(c.L + 0.3963377774*okA + 0.2158037573*okB)
	m := cube(c.L - 0.1055613458*okA - 0.0638541728*okB)
	s := cube(c.L - 0.0894841775*okA - 1.2914855480*okB)
	return 4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s
}

func cube(x float64) float64 { return x * x * x }

func gamma(x float64) uint8 {
	x = min(max(x, 0), 1)
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(math.Round(x * 255))
}
