package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/pdf"
)

// disc is a logo with transparent corners.
func disc(t *testing.T, width, height int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			dx, dy := 2*x-width, 2*y-height
			if dx*dx+dy*dy < height*height {
				m.Set(x, y, color.NRGBA{0x2f, 0x5b, 0xea, 0xff})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLogo(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	d := paid()
	d.Logo = disc(t, 1500, 500)
	file := render(t, r, d)
	images := poppler(t, "pdfimages", file, "-list")
	for _, want := range []string{"432   144  rgb", "432   144  gray"} {
		if !strings.Contains(images, want) {
			t.Errorf("pdfimages lacks %q:\n%s", want, images)
		}
	}
	if text := words(t, file); strings.Count(text, "Brightwater GmbH") != 3 {
		t.Errorf("the seller's name stands beside the logo: %s", text)
	}
	if !bytes.Equal(file, render(t, r, d)) {
		t.Error("a logo decoded before gives other bytes")
	}
}

func TestLogoThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	good := disc(t, 30, 30)
	for name, logo := range map[string][]byte{
		"no picture": []byte("<svg onload=alert(1)>"),
		"cut short":  good[:len(good)/2],
		"too long":   append(bytes.Clone(good), make([]byte, 5<<20)...),
	} {
		var log bytes.Buffer
		r, err := pdf.New(pdf.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		d := paid()
		d.Logo = logo
		if text := words(t, render(t, r, d)); strings.Count(text, "Brightwater GmbH") != 4 {
			t.Errorf("%s: the seller's name is not in its place", name)
		}
		if !strings.Contains(log.String(), "in_1Sample") {
			t.Errorf("%s: the operator is not told", name)
		}
	}
}
