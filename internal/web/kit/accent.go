package kit

import (
	"strings"

	"github.com/portico-billing/portico/internal/color"
)

// DefaultBrand is the accent of an account that has chosen none.
const DefaultBrand = "#4f46e5"

// Palette is what a brand colour becomes on one kind of background. Every pair that stands
// together (Accent on Card, Canvas and Tint; OnAccent on Accent and AccentStrong; Ink and Quiet on
// the three surfaces) has at least color.ContrastMin.
type Palette struct {
	Accent       color.RGB // links, the primary button, what is selected
	AccentStrong color.RGB // the same under a pointer
	OnAccent     color.RGB // text on the accent
	Tint         color.RGB // the summary column, washed with the brand
	TintLine     color.RGB // a hairline on the tint
	Canvas       color.RGB // the page
	Card         color.RGB // what lies on the page
	Line         color.RGB // the one hairline
	Control      color.RGB // the outline of a field, 3:1 as a control needs
	Ink          color.RGB // text
	Quiet        color.RGB // text that steps back
}

// Accents is a brand colour made readable, by day and by night.
type Accents struct{ Light, Dark Palette }

// AccentsOf makes the accents of a brand. What is not a colour gets DefaultBrand, so a page is
// never without one. The same brand always gives the same accents.
func AccentsOf(brand string) Accents {
	c, ok := color.Parse(brand)
	if !ok {
		c, _ = color.Parse(DefaultBrand)
	}
	hue := c.LCH()
	return Accents{Light: lightPalette(hue), Dark: darkPalette(hue)}
}

func lightPalette(brand color.LCH) Palette {
	// A grey brand gives greys; a loud one only a hint in the neutrals.
	wash := func(l, chroma float64) color.RGB {
		return color.LCH{L: l, C: min(chroma, brand.C), H: brand.H}.RGB()
	}
	p := Palette{
		Tint: wash(0.966, 0.014), TintLine: wash(0.905, 0.022),
		Canvas: wash(0.988, 0.003), Card: color.White,
		Line: wash(0.918, 0.006), Control: wash(0.62, 0.012),
		Ink: wash(0.235, 0.016), Quiet: wash(0.475, 0.016),
		OnAccent: color.White,
	}
	accent := brand
	accent.L = min(accent.L, 0.62)
	for !color.Readable(accent.RGB(), p.Card, p.Canvas, p.Tint, p.OnAccent) {
		accent.L -= 0.01
	}
	p.Accent = accent.RGB()
	accent.L -= 0.06
	p.AccentStrong = accent.RGB()
	return p
}

func darkPalette(brand color.LCH) Palette {
	wash := func(l, chroma float64) color.RGB {
		return color.LCH{L: l, C: min(chroma, brand.C), H: brand.H}.RGB()
	}
	p := Palette{
		Tint: wash(0.225, 0.026), TintLine: wash(0.315, 0.032),
		Canvas: wash(0.178, 0.008), Card: wash(0.218, 0.010),
		Line: wash(0.300, 0.012), Control: wash(0.580, 0.014),
		Ink: wash(0.945, 0.006), Quiet: wash(0.735, 0.012),
		OnAccent: wash(0.160, 0.020),
	}
	accent := brand
	accent.L = max(accent.L, 0.72)
	accent.C = min(accent.C, 0.15) // a saturated colour glows on a dark page
	for !color.Readable(accent.RGB(), p.Card, p.Canvas, p.Tint, p.OnAccent) {
		accent.L += 0.01
	}
	p.Accent = accent.RGB()
	accent.L += 0.05
	p.AccentStrong = accent.RGB()
	return p
}

// Stylesheet writes the palettes as custom properties, the night's under its media query.
func (a Accents) Stylesheet() string {
	var b strings.Builder
	b.WriteString(":root{color-scheme:light dark;")
	a.Light.write(&b)
	b.WriteString("}\n@media screen and (prefers-color-scheme:dark){:root{")
	a.Dark.write(&b)
	b.WriteString("}}\n")
	return b.String()
}

func (p Palette) write(b *strings.Builder) {
	for _, property := range []struct {
		name string
		tone color.RGB
	}{
		{"accent", p.Accent}, {"accent-strong", p.AccentStrong}, {"on-accent", p.OnAccent},
		{"tint", p.Tint}, {"tint-line", p.TintLine}, {"canvas", p.Canvas}, {"card", p.Card},
		{"line", p.Line}, {"control", p.Control}, {"ink", p.Ink}, {"quiet", p.Quiet},
	} {
		b.WriteString("--" + property.name + ":" + property.tone.String() + ";")
	}
}
