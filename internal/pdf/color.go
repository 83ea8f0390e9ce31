package pdf

import (
	"fmt"
	"math"
)

// The page's greys carry a trace of blue, as ink does. All text colours have at least 4.5:1 on
// white.
var (
	ink      = Color{0x1a, 0x1f, 0x2b}
	muted    = Color{0x5c, 0x64, 0x73}
	hairline = Color{0xdd, 0xe1, 0xe8}
)

// tones holds, for every Tone, the colour of the stamp's word and of its ground.
var tones = map[Tone][2]Color{
	ToneNeutral:  {{0x47, 0x50, 0x60}, {0xee, 0xf0, 0xf4}},
	TonePositive: {{0x0b, 0x66, 0x3b}, {0xdd, 0xf5, 0xe6}},
	ToneWarning:  {{0x82, 0x4a, 0x00}, {0xfd, 0xf0, 0xd5}},
	ToneCritical: {{0xa0, 0x1c, 0x2c}, {0xfd, 0xe6, 0xe8}},
}

// operands returns the colour as PDF operators take it.
func (c Color) operands() string {
	return fmt.Sprintf("%.3f %.3f %.3f", float64(c.R)/255, float64(c.G)/255, float64(c.B)/255)
}

// readable returns c darkened until text in it can be read on white paper (WCAG's 4.5:1).
func readable(c Color) Color {
	for contrastOnWhite(c) < 4.5 {
		c = Color{darker(c.R), darker(c.G), darker(c.B)}
	}
	return c
}

func darker(v uint8) uint8 { return uint8(float64(v) * 0.95) }

func contrastOnWhite(c Color) float64 {
	luminance := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	return 1.05 / (luminance + 0.05)
}

// linear undoes the sRGB curve.
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}
