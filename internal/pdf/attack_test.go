package pdf_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/pdf"
)

// attacks are texts that try to be something else than text.
var attacks = []string{
	`) Tj ET /Evil Do (`,
	`>>> BDC EMC endstream endobj 99 0 obj << /S /JavaScript /JS (app.alert(1)) >>`,
	`\) \( \\ %PDF-1.7 %%EOF startxref 0`,
	`/JS /JavaScript /Launch /OpenAction`,
	`<script>alert(1)</script> & "quotes" 'and' ]]>`,
	"before\x00\x01\x1b[31mafter",
	"broken \xff\xfe\xc3( utf-8",
}

// everywhere puts s into every text of a document.
func everywhere(s string) pdf.Document {
	d := paid()
	party := pdf.Party{Label: s, Name: s, Lines: []string{s, s}}
	d.Title, d.Headline, d.PayLabel, d.Memo, d.Footer, d.ID, d.Locale = s, s, s, s, s, s, s
	d.Status = &pdf.Stamp{Text: s}
	d.Seller, d.BillTo, d.ShipTo = party, party, party
	d.Facts, d.Custom, d.Payments = []pdf.Fact{{Label: s, Value: s}}, nil, nil
	d.Columns = pdf.Columns{Description: s, Quantity: s, UnitPrice: s, Tax: s, Amount: s}
	d.Lines = []pdf.Line{{Group: s, Description: s, Detail: s, Quantity: s, UnitPrice: s,
		Tax: s, Amount: s}}
	d.Totals = []pdf.Total{{Label: s, Value: s}}
	d.PageLabel = func(int, int) string { return s }
	d.PayURL = s
	return d
}

func TestTextStaysText(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for _, attack := range attacks {
		file := render(t, r, everywhere(attack))
		if info := poppler(t, "pdfinfo", file); !strings.Contains(info, "JavaScript:      no") {
			t.Errorf("%q became a script:\n%s", attack, info)
		}
		if bytes.Contains(file, []byte("/Annots")) {
			t.Errorf("%q became a link", attack)
		}
		for _, word := range []string{"/JS", "/OpenAction", "/Launch", "<script>", "app.alert"} {
			if bytes.Contains(file, []byte(word)) {
				t.Errorf("%q stands outside of the text: %s", attack, word)
			}
		}
		if n := bytes.Count(file, []byte("%%EOF")); n != 1 {
			t.Errorf("%q ends the file %d times", attack, n)
		}
	}
}

func TestAttacksAreReadableAsGiven(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for text, want := range map[string]string{
		attacks[0]:                      attacks[0],
		attacks[4]:                      attacks[4],
		"before\x00\x1b\tafter":         "before after",
		"a \u202egnp.exe\u202c b":       "a gnp.exe b",
		"€5\u2067 00\u2069.00":          "€5 00.00",
		"one\r\ntwo\rthree\u2028four":   "one two three four",
		"tags\U000e0041\U000e0042 gone": "tags gone",
	} {
		d := paid()
		d.Memo = text
		if got := words(t, render(t, r, d)); !strings.Contains(got, want) {
			t.Errorf("%q is not read as %q", text, want)
		}
	}
}

func TestOnlyWebAddressesAreLinked(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	uri := regexp.MustCompile(`/URI \((.*)\) >> >>`)
	for address, want := range map[string]string{
		"https://pay.example/i/abc?x=1&y=2": "https://pay.example/i/abc?x=1&y=2",
		"http://localhost:8080/i":           "http://localhost:8080/i",
		"https://pay.example/a(b)\\c":       "https://pay.example/a%28b%29%5Cc",
		"https://pay.example/?q=(x)\\":      `https://pay.example/?q=\(x\)\\`,
		"https://pay.example/é":             "https://pay.example/%C3%A9",
		"https://pay.example/) >> /JS (x":   "https://pay.example/%29%20%3E%3E%20/JS%20%28x",
		"https://":                          "",
		"javascript:alert(1)":               "",
		"file:///etc/passwd":                "",
		"//pay.example/x":                   "",
		"mailto:a@example.com":              "",
		"https://a\nb.example/":             "",
		"":                                  "",
	} {
		d := paid()
		d.PayURL, d.PayLabel = address, "Pay online"
		file := render(t, r, d)
		got := ""
		if m := uri.FindSubmatch(file); m != nil {
			got = string(m[1])
		}
		if got != want {
			t.Errorf("%q links to %q, want %q", address, got, want)
		}
		if !strings.Contains(words(t, file), "Pay online") {
			t.Errorf("%q: the label is gone", address)
		}
	}
}

func TestHugeTextEnds(t *testing.T) {
	t.Parallel()
	d := paid()
	d.Memo = strings.Repeat("a", 5_000_000)
	d.Footer = "e" + strings.Repeat("\u0301", 100_000)
	d.Lines[0].Description = strings.Repeat("\n", 100_000) + "end"
	if file := render(t, newRenderer(t), d); len(file) > 2_000_000 {
		t.Errorf("%d bytes", len(file))
	}
}

func TestMissingCharacterIsReportedOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r, err := pdf.New(pdf.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	d := paid()
	d.Memo = "Rocket 🚀 and 🚀 again"
	for range 2 {
		if got := words(t, render(t, r, d)); !strings.Contains(got, d.Memo) {
			t.Errorf("a character that no font holds cannot be copied: %s", got)
		}
	}
	if n := strings.Count(log.String(), "U+1F680"); n != 1 {
		t.Errorf("reported %d times:\n%s", n, &log)
	}
}
