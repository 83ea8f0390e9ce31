package pdf_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/pdf"
)

var update = flag.Bool("update", false, "rewrite testdata")

// plainest is the least that is still a document.
func plainest() pdf.Document {
	return pdf.Document{
		Title:  "Receipt",
		Totals: []pdf.Total{{Label: "Total", Value: "€1.00", Strong: true}},
	}
}

func TestTextOfThePage(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for name, d := range map[string]pdf.Document{
		"paid": paid(), "long": long(), "plainest": plainest(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tidy(poppler(t, "pdftotext", render(t, r, d), "-layout"))
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("text differs from %s (go test -update rewrites it):\n%s", golden, got)
			}
		})
	}
}

// tidy keeps the order of the text and drops what depends on poppler's version: how much white
// space stands for how much paper.
func tidy(text string) string {
	var lines []string
	gaps := regexp.MustCompile(`  +`)
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\f", "\n---\n"), "\n") {
		if line = gaps.ReplaceAllString(strings.TrimSpace(line), "  "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestSameDocumentSameBytes(t *testing.T) {
	t.Parallel()
	warm := newRenderer(t)
	want := render(t, warm, long())
	render(t, warm, paid()) // what came before must not matter
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			if !bytes.Equal(render(t, warm, long()), want) {
				t.Error("a used renderer writes other bytes")
			}
		})
	}
	together.Wait()
	if !bytes.Equal(render(t, newRenderer(t), long()), want) {
		t.Error("a new renderer writes other bytes")
	}
	other := long()
	other.ID = "in_2"
	if bytes.Equal(render(t, warm, other), want) {
		t.Error("documents with different ids have the same bytes")
	}
}

func TestFortyLinesFlowOverPages(t *testing.T) {
	t.Parallel()
	text := poppler(t, "pdftotext", render(t, newRenderer(t), long()), "-layout")
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	if len(pages) != 4 {
		t.Fatalf("%d pages, want 4", len(pages))
	}
	for i, page := range pages {
		for _, want := range []string{
			"Description ", "Unit price", "Amount", fmt.Sprintf("Page %d of 4", i+1),
		} {
			if !strings.Contains(page, want) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
	last := pages[3]
	for _, want := range []string{"Seat 40", "Subtotal", "¥13,580,246"} {
		if !strings.Contains(last, want) {
			t.Errorf("the totals and the last line are not together: page 4 lacks %q", want)
		}
	}
	for i := range 40 {
		seat := regexp.MustCompile(fmt.Sprintf(`Seat %d\b`, i+1))
		if n := len(seat.FindAllString(text, -1)); n != 1 {
			t.Errorf("line %d stands there %d times", i+1, n)
		}
	}
}

func TestTotalsStayTogetherWhereverTheyFall(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for count := 6; count < 20; count++ {
		d := long()
		d.Lines = d.Lines[:count]
		text := poppler(t, "pdftotext", render(t, r, d), "-layout")
		for page := range strings.SplitSeq(text, "\f") {
			first, last := strings.Contains(page, "Subtotal"), strings.Contains(page, "Amount due")
			if first != last {
				t.Errorf("%d lines: the totals are torn apart", count)
			}
			if first && !strings.Contains(page, fmt.Sprintf("Seat %d", count)) {
				t.Errorf("%d lines: the totals stand alone on their page", count)
			}
		}
	}
}

func TestDescriptionLongerThanAPage(t *testing.T) {
	t.Parallel()
	d := paid()
	var text strings.Builder
	for i := range 900 {
		fmt.Fprintf(&text, "word%d ", i)
	}
	d.Lines[1].Description = text.String()
	file := render(t, newRenderer(t), d)
	got := words(t, file)
	for i := range 900 {
		if !strings.Contains(got, fmt.Sprintf("word%d ", i)) {
			t.Fatalf("word%d is lost", i)
		}
	}
	if strings.Contains(got, "of 1") || strings.Contains(got, "of 2") {
		t.Error("the description does not fill pages")
	}
}

func TestNothingLeavesThePaper(t *testing.T) {
	t.Parallel()
	d := long()
	wide := strings.Repeat("W", 200)
	d.Title, d.Headline, d.Memo, d.PayLabel, d.Footer = wide, wide, wide, wide, wide
	d.BillTo.Name = wide
	d.Lines[0] = pdf.Line{Description: wide, UnitPrice: wide, Amount: wide}
	d.Facts[1] = pdf.Fact{Label: wide, Value: wide}
	d.Totals[0] = pdf.Total{Label: wide, Value: wide}
	for _, size := range []pdf.PageSize{pdf.A4, pdf.Letter} {
		d.PageSize = size
		boxes := poppler(t, "pdftotext", render(t, newRenderer(t), d), "-bbox")
		width, _ := strconv.ParseFloat(regexp.MustCompile(`width="([\d.]+)"`).
			FindStringSubmatch(boxes)[1], 64)
		for _, m := range regexp.MustCompile(`xMin="(-?[\d.]+)".*?xMax="([\d.]+)"`).
			FindAllStringSubmatch(boxes, -1) {
			left, _ := strconv.ParseFloat(m[1], 64)
			right, _ := strconv.ParseFloat(m[2], 64)
			if left < 49.5 || right > width-49.5 {
				t.Fatalf("text in the margin: %s", m[0])
			}
		}
	}
}

func TestMirroredPage(t *testing.T) {
	t.Parallel()
	d := paid()
	d.Dir, d.Locale = "rtl", "ar"
	boxes := poppler(t, "pdftotext", render(t, newRenderer(t), d), "-bbox")
	m := regexp.MustCompile(`xMax="([\d.]+)"[^>]*>Description`).FindStringSubmatch(boxes)
	if m == nil || m[1] < "545.2" || m[1] > "545.4" {
		t.Errorf("the first column does not start at the right margin: %v", m)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	d := paid()
	d.PageSize, d.Locale = pdf.Letter, "de"
	file := render(t, newRenderer(t), d)
	info := poppler(t, "pdfinfo", file)
	for _, want := range []string{
		"Invoice BW-2025-0042", "Brightwater GmbH", "2025", "612 x 792 pts (letter)",
		"JavaScript:      no",
	} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
	if !bytes.Contains(file, []byte("/Lang (de)")) {
		t.Error("the file does not tell its language")
	}
	fonts := poppler(t, "pdffonts", file)
	for _, line := range strings.Split(strings.TrimSpace(fonts), "\n")[2:] {
		if !strings.Contains(line, "yes yes yes") {
			t.Errorf("a font is not embedded, not a subset, or not searchable: %s", line)
		}
	}
}

// TestEveryObjectIsWhereTheTableSays reads the file as a strict reader does.
func TestEveryObjectIsWhereTheTableSays(t *testing.T) {
	t.Parallel()
	file := render(t, newRenderer(t), long())
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	if m == nil {
		t.Fatal("no startxref")
	}
	start, _ := strconv.Atoi(string(m[1]))
	rows := strings.Split(string(file[start:]), "\n")
	if rows[0] != "xref" {
		t.Fatalf("startxref points at %q", rows[0])
	}
	count, _ := strconv.Atoi(strings.TrimPrefix(rows[1], "0 "))
	for n := 1; n < count; n++ {
		offset, err := strconv.Atoi(rows[2+n][:10])
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%d 0 obj\n", n); !bytes.HasPrefix(file[offset:], []byte(want)) {
			t.Errorf("object %d is not at %d", n, offset)
		}
	}
}
