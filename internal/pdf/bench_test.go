package pdf_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/pdf"
)

// BenchmarkRender aims at 5 ms for the ordinary invoice.
func BenchmarkRender(b *testing.B) {
	r, err := pdf.New(pdf.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for name, d := range map[string]pdf.Document{"paid": paid(), "forty lines": long()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.Render(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
