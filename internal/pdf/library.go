package pdf

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-text/typesetting/language"
	"github.com/klauspost/compress/zstd"
)

//go:embed fonts/*.zst
var fontFiles embed.FS

// fontFileBytesMax bounds a file of the operator's font folder.
const fontFileBytesMax = 64 << 20

// A family is one design in one or two weights. Where there is no bold font, bold is drawn by
// thickening the regular one.
type family struct{ regular, bold *fontSource }

// A library knows which font holds which writing, and loads none before it is asked.
type library struct {
	latin    *family // Latin, Greek, Cyrillic, Vietnamese, digits, punctuation
	scripts  map[language.Script]*family
	others   []*family // the families of scripts, in a fixed order, for stray signs
	han      map[hanForm]*family
	operator []*family

	log     *slog.Logger
	mu      sync.Mutex
	missing map[rune]bool // reported already
}

// hanForm is one of the national forms of the characters that China, Japan and Korea share.
type hanForm int

const (
	hanSimplified hanForm = iota
	hanTraditional
	hanJapanese
	hanKorean
)

func newLibrary(fontDir string, log *slog.Logger) (*library, error) {
	lib := &library{
		latin: committedFamily("NotoSans", true),
		han: map[hanForm]*family{
			hanSimplified:  committedFamily("NotoSansSC", false),
			hanTraditional: committedFamily("NotoSansTC", false),
			hanJapanese:    committedFamily("NotoSansJP", false),
			hanKorean:      committedFamily("NotoSansKR", false),
		},
		scripts: map[language.Script]*family{
			language.Thai:       committedFamily("NotoSansThai", true),
			language.Arabic:     committedFamily("NotoSansArabic", true),
			language.Hebrew:     committedFamily("NotoSansHebrew", true),
			language.Devanagari: committedFamily("NotoSansDevanagari", true),
		},
		log:     log,
		missing: map[rune]bool{},
	}
	for _, script := range []language.Script{
		language.Thai, language.Hebrew, language.Arabic, language.Devanagari,
	} {
		lib.others = append(lib.others, lib.scripts[script])
	}
	var err error
	lib.operator, err = operatorFamilies(fontDir)
	return lib, err
}

func committedFamily(name string, hasBold bool) *family {
	f := &family{regular: committedFont(name + "-Regular")}
	if hasBold {
		f.bold = committedFont(name + "-SemiBold")
	}
	return f
}

func committedFont(name string) *fontSource {
	return &fontSource{name: name, read: func() ([]byte, error) {
		packed, err := fontFiles.ReadFile("fonts/" + name + ".ttf.zst")
		if err != nil {
			return nil, err
		}
		reader, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		defer reader.Close()
		return io.ReadAll(reader)
	}}
}

// operatorFamilies lists the fonts of a folder by name, so that the order does not depend on the
// file system. They are read when a text needs one.
func operatorFamilies(dir string) ([]*family, error) {
	if dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("font folder: %w", err)
	}
	var families []*family
	for _, entry := range entries {
		if entry.IsDir() || !strings.EqualFold(filepath.Ext(entry.Name()), ".ttf") {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		source := &fontSource{name: fontName(entry.Name()), read: func() ([]byte, error) {
			return readFontFile(path)
		}}
		families = append(families, &family{regular: source})
	}
	return families, nil
}

func readFontFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > fontFileBytesMax {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid}
	}
	return os.ReadFile(path)
}

// fontName makes of a file's name one that can stand in a PDF without escapes.
func fontName(file string) string {
	stem := strings.TrimSuffix(file, filepath.Ext(file))
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return -1
	}, stem)
}

// candidates returns the families to try for r, the best first.
func (lib *library) candidates(r rune, script language.Script, form hanForm) []*family {
	if isEastAsian(script) {
		return slices.Concat(lib.hanFamilies(form), lib.operator)
	}
	list := make([]*family, 0, 10)
	own := lib.scripts[script]
	if own != nil && !(r >= '0' && r <= '9') { // all digits of a document come from one font
		list = append(list, own)
	}
	list = append(list, lib.latin)
	list = append(list, lib.others...)
	list = append(list, lib.operator...)
	if r >= 0x2000 && r <= 0xffef { // signs that only the large fonts have; not pictographs
		list = append(list, lib.hanFamilies(form)...)
	}
	return list
}

// hanFamilies returns all four forms, the wanted one first: a rare character in a neighbour's form
// is better than a box.
func (lib *library) hanFamilies(form hanForm) []*family {
	list := []*family{lib.han[form]}
	for _, other := range []hanForm{hanSimplified, hanTraditional, hanJapanese, hanKorean} {
		if other != form {
			list = append(list, lib.han[other])
		}
	}
	return list
}

func isEastAsian(script language.Script) bool {
	switch script {
	case language.Han, language.Hiragana, language.Katakana, language.Hangul, language.Bopomofo:
		return true
	}
	return false
}

// hanFormOf picks the form for a text: what the text itself tells, then the document's language.
// Without either it is the simplified form, whose font holds the most characters.
func hanFormOf(text []rune, locale string) hanForm {
	for _, r := range text {
		switch language.LookupScript(r) {
		case language.Hiragana, language.Katakana:
			return hanJapanese
		case language.Hangul:
			return hanKorean
		case language.Bopomofo:
			return hanTraditional
		}
	}
	tag := strings.ToLower(locale)
	switch {
	case strings.HasPrefix(tag, "ja"):
		return hanJapanese
	case strings.HasPrefix(tag, "ko"):
		return hanKorean
	case strings.HasPrefix(tag, "zh") && (strings.Contains(tag, "tw") ||
		strings.Contains(tag, "hk") || strings.Contains(tag, "mo") ||
		strings.Contains(tag, "hant")):
		return hanTraditional
	}
	return hanSimplified
}

// reportMissing tells the operator once about a character that no font holds.
func (lib *library) reportMissing(r rune) {
	lib.mu.Lock()
	defer lib.mu.Unlock()
	if lib.missing[r] || len(lib.missing) > 1000 {
		return
	}
	lib.missing[r] = true
	lib.log.Warn("no font holds this character; it is shown as a box",
		"character", fmt.Sprintf("%U", r))
}

// reportBroken tells about a font that cannot be used.
func (lib *library) reportBroken(err error) {
	lib.log.Warn("font cannot be used", "error", err)
}
