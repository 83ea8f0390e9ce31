package pdf_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/pdf"
)

// newRenderer returns a Renderer as the program has it.
func newRenderer(t *testing.T) *pdf.Renderer {
	t.Helper()
	r, err := pdf.New(pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(t *testing.T, r *pdf.Renderer, d pdf.Document) []byte {
	t.Helper()
	file, err := r.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// poppler runs one of poppler's programs on a file: they are readers that we did not write.
func poppler(t *testing.T, program string, file []byte, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is missing; install poppler-utils, these tests read back what was written",
			program)
	}
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, path)
	if program == "pdftotext" {
		args = append(args, "-")
	}
	var complaints strings.Builder
	command := exec.Command(program, args...)
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v\n%s", program, err, &complaints)
	}
	return string(out)
}

// words returns the text of a file with every stretch of space made one blank.
func words(t *testing.T, file []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(poppler(t, "pdftotext", file)), " ")
}
