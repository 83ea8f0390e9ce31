package pdf

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
)

func testLibrary(t *testing.T, dir string) *library {
	t.Helper()
	lib, err := newLibrary(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestEveryCommittedFontIsUsedAndCanBeRead(t *testing.T) {
	t.Parallel()
	lib := testLibrary(t, "")
	known := map[string]*fontSource{}
	families := append([]*family{lib.latin}, lib.others...)
	for _, f := range append(families, lib.hanFamilies(hanJapanese)...) {
		known[f.regular.name] = f.regular
		if f.bold != nil {
			known[f.bold.name] = f.bold
		}
	}
	entries, err := fs.ReadDir(fontFiles, "fonts")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".ttf.zst")
		source := known[name]
		if source == nil {
			t.Errorf("no text ever uses %s", entry.Name())
			continue
		}
		if err := source.load(); err != nil {
			t.Error(err)
		}
		licence := strings.Split(name, "-")[0] + "-OFL.txt"
		if _, err := os.Stat(filepath.Join("fonts", licence)); err != nil {
			t.Errorf("%s has no licence: %v", name, err)
		}
		delete(known, name)
	}
	for name := range known {
		t.Errorf("%s is not committed", name)
	}
}

func TestFontsAreReadOnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	r, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	isLoaded := func(f *family) bool { return f.regular.parsed != nil }
	lib := r.library
	if isLoaded(lib.latin) {
		t.Error("New has read a font")
	}
	if _, err := r.Render(Document{Title: "Invoice", Memo: "Ελληνικά, Русский, Việt"}); err != nil {
		t.Fatal(err)
	}
	for _, f := range append(lib.others, lib.hanFamilies(hanJapanese)...) {
		if isLoaded(f) {
			t.Errorf("a European document has read %s", f.regular.name)
		}
	}
	if _, err := r.Render(Document{Locale: "ja", Title: "請求書"}); err != nil {
		t.Fatal(err)
	}
	if !isLoaded(lib.han[hanJapanese]) || isLoaded(lib.han[hanSimplified]) {
		t.Error("a Japanese document is not set in the Japanese font alone")
	}
}

func TestFormOfHanCharacters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, locale string
		want         hanForm
	}{
		{"直", "ja", hanJapanese},
		{"直", "ko", hanKorean},
		{"直", "zh", hanSimplified},
		{"直", "zh-TW", hanTraditional},
		{"直", "zh-HK", hanTraditional},
		{"直", "en", hanSimplified},
		{"直す", "zh", hanJapanese},
		{"直통", "en", hanKorean},
	}
	for _, test := range tests {
		if got := hanFormOf([]rune(test.text), test.locale); got != test.want {
			t.Errorf("%s in %s: form %d, want %d", test.text, test.locale, got, test.want)
		}
	}
}

func TestFontFolderAddsWriting(t *testing.T) {
	t.Parallel()
	thai, err := committedFont("NotoSansThai-Regular").read()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"0 broken.ttf":    []byte("not a font at all, but long enough for a header"),
		"b.txt":           []byte("not even called one"),
		"My Thai (1).TTF": thai,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	r, err := New(Options{FontDir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	delete(r.library.scripts, language.Thai) // as if it had not been built in
	r.library.others = nil
	file, err := r.Render(Document{Title: "ใบแจ้งหนี้"})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(file, []byte("+MyThai1 ")) {
		t.Error("the operator's font is not in the document")
	}
	said := log.String()
	if strings.Contains(said, "no font holds") || !strings.Contains(said, "0broken") {
		t.Errorf("log:\n%s", said)
	}
	if _, err := New(Options{FontDir: filepath.Join(dir, "nowhere")}); err == nil {
		t.Error("a folder that is not there is accepted")
	}
}

func TestSubsetIsAFont(t *testing.T) {
	t.Parallel()
	source := committedFont("NotoSans-Regular")
	if err := source.load(); err != nil {
		t.Fatal(err)
	}
	f := newFace(source)
	s := newSubset(source.tables)
	text := []rune("Aé½ ")
	for _, r := range text {
		id, _ := f.font.NominalGlyph(r)
		s.add(id)
	}
	small := s.file()
	tables, err := readTables(small)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range text {
		old, _ := f.font.NominalGlyph(r)
		want, _ := source.tables.metrics(old)
		got, _ := tables.metrics(font.GID(i + 1))
		if got != want {
			t.Errorf("%c is %d wide, was %d", r, got, want)
		}
		if empty := len(tables.outline(font.GID(i+1))) == 0; empty != (r == ' ') {
			t.Errorf("%c: outline empty: %t", r, empty)
		}
	}
	if len(small) > 4000 {
		t.Errorf("four glyphs take %d bytes", len(small))
	}
}

// TestBrokenFontsDoNotPanic cuts and corrupts a font as a bad disk or a bad mind would.
func TestBrokenFontsDoNotPanic(t *testing.T) {
	t.Parallel()
	data, err := committedFont("NotoSansThai-Regular").read()
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(data); at += 997 {
		broken := bytes.Clone(data)
		for i := at; i < min(at+8, len(broken)); i++ {
			broken[i] = 0xff
		}
		for _, bad := range [][]byte{broken, data[:at]} {
			source := &fontSource{name: "Bad", read: func() ([]byte, error) { return bad, nil }}
			if source.load() != nil {
				continue
			}
			s := newSubset(source.tables)
			for id := range font.GID(120) {
				s.add(id)
			}
			s.file()
		}
	}
}
