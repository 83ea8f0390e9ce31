package pdf

import (
	"fmt"

	"github.com/portico-billing/portico/internal/color"
)

// The page's greys carry a trace of blue, as ink does. All text colours have at least 4.5:1 on
// white.
var (
	ink      = color.Hex(0x1a1f2b)
	muted    = color.Hex(0x5c6473)
	hairline = color.Hex(0xdde1e8)
)

// tones holds, for every Tone, the colour of the stamp's word and of its ground.
var tones = map[Tone][2]color.RGB{
	ToneNeutral:  {color.Hex(0x475060), color.Hex(0xeef0f4)},
	TonePositive: {color.Hex(0x0b663b), color.Hex(0xddf5e6)},
	ToneWarning:  {color.Hex(0x824a00), color.Hex(0xfdf0d5)},
	ToneCritical: {color.Hex(0xa01c2c), color.Hex(0xfde6e8)},
}

// operands returns the colour as PDF operators take it.
func operands(c color.RGB) string {
	return fmt.Sprintf("%.3f %.3f %.3f", float64(c.R)/255, float64(c.G)/255, float64(c.B)/255)
}
