package mail

import "github.com/portico-billing/portico/internal/color"

// defaultAccent is that of an account without one.
var defaultAccent = color.Hex(0x4f46e5)

// accentOf is the company's colour, dark enough for white text on it and for it on white. What is
// no colour is the default.
func accentOf(hex string) color.RGB {
	c, ok := color.Parse(hex)
	if !ok {
		c = defaultAccent
	}
	return c.OnPaper()
}
