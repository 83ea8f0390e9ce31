package color_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/color"
)

func TestContrastIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	white, black := color.White, color.RGB{}
	if got := color.Contrast(white, black); got < 20.99 || got > 21.01 {
		t.Errorf("white on black: %.3f, want 21", got)
	}
	if got := color.Contrast(color.Hex(0x767676), white); got < 4.53 || got > 4.55 {
		t.Errorf("#767676 on white: %.3f, want 4.54", got)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"#635BFF": "#635bff", "635bff": "#635bff", " #abc ": "#aabbcc",
		"": "", "#12345": "", "#gggggg": "", "red": "", "#1234567": "", "#-12345": "",
	} {
		c, ok := color.Parse(text)
		switch {
		case ok != (want != ""):
			t.Errorf("%q: parsed %v", text, ok)
		case ok && c.String() != want:
			t.Errorf("%q: got %s, want %s", text, c, want)
		}
	}
}

func TestOnPaperIsReadableAndKeepsWhatIsReadable(t *testing.T) {
	t.Parallel()
	for _, hex := range []string{"#ffffff", "#ffff00", "#1db954", "#808080", "#f5f5dc", "#00ffff"} {
		c, _ := color.Parse(hex)
		if got := c.OnPaper(); !color.Readable(got, color.White) {
			t.Errorf("%s becomes %s, which cannot be read on white", hex, got)
		}
	}
	for _, hex := range []string{"#000000", "#0f766e", "#4f46e5"} {
		c, _ := color.Parse(hex)
		if got := c.OnPaper(); got != c {
			t.Errorf("%s can be read and became %s", hex, got)
		}
	}
}
