package mail

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// color is an sRGB colour.
type color struct{ r, g, b uint8 }

// defaultAccent is that of an account without one.
var defaultAccent = color{0x4f, 0x46, 0xe5}

// accentOf reads "#rrggbb" and darkens it until white text on it, and it on white, can be read
// (WCAG's 4.5:1). What is no colour is the default.
func accentOf(hex string) color {
	c := defaultAccent
	digits, ok := strings.CutPrefix(strings.TrimSpace(hex), "#")
	if n, err := strconv.ParseUint(digits, 16, 32); ok && err == nil && len(digits) == 6 {
		c = color{uint8(n >> 16), uint8(n >> 8), uint8(n)}
	}
	for c.onWhite() < 4.5 {
		c = color{darker(c.r), darker(c.g), darker(c.b)}
	}
	return c
}

func (c color) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

func darker(v uint8) uint8 { return uint8(float64(v) * 0.96) }

// onWhite is the contrast against white: 1 to 21.
func (c color) onWhite() float64 {
	luminance := 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
	return 1.05 / (luminance + 0.05)
}

func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}
