package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"
)

// A fileWriter writes the objects of a PDF one after the other and remembers where they are.
type fileWriter struct {
	out     bytes.Buffer
	offsets []int
	packer  *zlib.Writer
	packed  bytes.Buffer
}

func newFileWriter() *fileWriter {
	w := &fileWriter{}
	w.packer = zlib.NewWriter(&w.packed)
	w.reset()
	return w
}

// reset begins a new file. The second line tells programs that copy files that this one is binary.
func (w *fileWriter) reset() {
	w.out.Reset()
	w.offsets = w.offsets[:0]
	w.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
}

// next returns the number that the next object gets.
func (w *fileWriter) next() int { return len(w.offsets) + 1 }

func (w *fileWriter) object(body string) int {
	w.offsets = append(w.offsets, w.out.Len())
	fmt.Fprintf(&w.out, "%d 0 obj\n%s\nendobj\n", len(w.offsets), body)
	return len(w.offsets)
}

// stream writes compressed data, all of it, so that no text within can be taken for the file's own
// words by a reader that guesses. Writing to memory cannot fail.
func (w *fileWriter) stream(entries string, data []byte) int {
	w.packed.Reset()
	w.packer.Reset(&w.packed)
	_, _ = w.packer.Write(data)
	_ = w.packer.Close()
	data = w.packed.Bytes()
	w.offsets = append(w.offsets, w.out.Len())
	fmt.Fprintf(&w.out, "%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n",
		len(w.offsets), strings.TrimSpace(entries), len(data))
	w.out.Write(data)
	w.out.WriteString("\nendstream\nendobj\n")
	return len(w.offsets)
}

// write writes the whole file. logo may be nil.
func (w *fileWriter) write(d *Document, pages []*canvas, fonts *fontBook, logo *picture) []byte {
	w.reset()
	var resources strings.Builder
	for i, font := range fonts.fonts {
		fmt.Fprintf(&resources, "/%s %d 0 R ", font.resource, font.write(w, i))
	}
	pictures := ""
	if logo != nil {
		pictures = fmt.Sprintf(" /XObject << /Logo %d 0 R >>", logo.write(w))
	}
	shared := w.object("<< /Font << " + resources.String() + ">>" + pictures + " >>")
	tree := w.pages(pages, shared)
	title := documentTitle(d)
	metadata := w.stream("/Type /Metadata /Subtype /XML", xmp(title, d))
	direction := ""
	if d.Dir == "rtl" {
		direction = " /Direction /R2L"
	}
	catalog := w.object(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /Lang (%s) /Metadata %d 0 R "+
		"/ViewerPreferences << /DisplayDocTitle true%s >> >>",
		tree, languageTag(d.Locale), metadata, direction))
	info := w.object(fmt.Sprintf("<< /Title %s /Author %s /Creator (Portico) /Producer (Portico) "+
		"/CreationDate (D:%s) >>", hexText(title), hexText(oneLine(d.Seller.Name)),
		d.Created.UTC().Format("20060102150405Z")))
	w.trailer(catalog, info, d.ID)
	return bytes.Clone(w.out.Bytes())
}

// pages writes the pages and the node that lists them, which they have to name before it exists.
func (w *fileWriter) pages(pages []*canvas, resources int) int {
	type written struct{ contents, annotations int }
	parts := make([]written, len(pages))
	for i, page := range pages {
		parts[i].contents = w.stream("", page.ops.Bytes())
		if len(page.links) > 0 {
			parts[i].annotations = w.object(annotations(page.links))
		}
	}
	parent := w.next() + len(pages)
	var kids strings.Builder
	for i, page := range pages {
		annots := ""
		if parts[i].annotations > 0 {
			annots = fmt.Sprintf(" /Annots %d 0 R", parts[i].annotations)
		}
		kid := w.object(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s] "+
			"/Resources %d 0 R /Contents %d 0 R%s >>", parent,
			points(page.width, page.height), resources, parts[i].contents, annots))
		fmt.Fprintf(&kids, "%d 0 R ", kid)
	}
	return w.object(fmt.Sprintf("<< /Type /Pages /Kids [ %s] /Count %d >>", &kids, len(pages)))
}

func annotations(links []link) string {
	var b strings.Builder
	b.WriteString("[")
	for _, l := range links {
		fmt.Fprintf(&b, " << /Type /Annot /Subtype /Link /Rect [%s] /Border [0 0 0] /F 4 "+
			"/A << /S /URI /URI (%s) >> >>", points(l.rect[:]...), escapeLiteral(l.uri))
	}
	b.WriteString(" ]")
	return b.String()
}

// trailer ends the file. Its two identifiers are a digest of the contents, so that they are the
// same whenever the contents are.
func (w *fileWriter) trailer(catalog, info int, id string) {
	start := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", w.next())
	for _, offset := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", offset)
	}
	digest := sha256.New()
	digest.Write(w.out.Bytes())
	digest.Write([]byte(id))
	sum := digest.Sum(nil)[:16]
	fmt.Fprintf(&w.out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>] >>\n"+
		"startxref\n%d\n%%%%EOF\n", w.next(), catalog, info, sum, sum, start)
}

// documentTitle is what a viewer's window is called: "Invoice INV-0042".
func documentTitle(d *Document) string {
	title := oneLine(d.Title)
	if len(d.Facts) > 0 {
		title = strings.TrimSpace(title + " " + oneLine(d.Facts[0].Value))
	}
	return title
}

func xmp(title string, d *Document) []byte {
	return fmt.Appendf(nil, `<?xpacket begin="`+"\ufeff"+`" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>%s</xmp:CreateDate>
<xmp:CreatorTool>Portico</xmp:CreatorTool>
<pdf:Producer>Portico</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`, html.EscapeString(title), html.EscapeString(oneLine(d.Seller.Name)),
		languageTag(d.Locale), d.Created.UTC().Format(time.RFC3339))
}

// languageTag lets nothing through but what a BCP 47 tag consists of.
func languageTag(locale string) string {
	tag := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		case r == '_':
			return '-'
		}
		return -1
	}, locale)
	return tag[:min(len(tag), 35)]
}

// webAddress returns raw as it may stand in a link, or "" where it is not http or https.
func webAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}

// escapeLiteral makes ASCII text safe between parentheses.
func escapeLiteral(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
