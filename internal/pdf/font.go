package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
)

// A fontSource is a font that is read when it is first needed, and then kept. It is shared by all
// renderings.
type fontSource struct {
	name string // PostScript-like, without spaces
	read func() ([]byte, error)

	once   sync.Once
	parsed *font.Font
	tables sfntTables
	err    error
}

// load reads and parses the font once; later calls give the same answer.
func (s *fontSource) load() error {
	s.once.Do(func() {
		if s.err = s.parse(); s.err != nil {
			s.err = fmt.Errorf("font %s: %w", s.name, s.err)
		}
	})
	return s.err
}

// parse recovers because the parser panics over some damaged files, and one bad file in a folder
// must not take the invoices with it.
func (s *fontSource) parse() (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("damaged: %v", broken)
		}
	}()
	data, err := s.read()
	if err != nil {
		return err
	}
	if s.tables, err = readTables(data); err != nil {
		return err
	}
	parsed, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return err
	}
	s.parsed = parsed.Font
	return nil
}

// A face is a font as one rendering uses it: it caches, so it must not be shared.
type face struct {
	source *fontSource
	font   *font.Face
	shaper *harfbuzz.Font
	upem   float64
}

func newFace(source *fontSource) *face {
	f := font.NewFace(source.parsed)
	return &face{
		source: source,
		font:   f,
		shaper: harfbuzz.NewFont(f),
		upem:   float64(source.parsed.Upem()),
	}
}

func (f *face) has(r rune) bool {
	_, ok := f.font.NominalGlyph(r)
	return ok
}

// sfntTables are the tables of a TrueType file by their tags.
type sfntTables map[string][]byte

var errNotTrueType = errors.New("not a TrueType font with outlines in a glyf table")

// readTables finds the tables of a font file and checks that those the subsetter reads are there.
func readTables(data []byte) (sfntTables, error) {
	if len(data) < 12 || binary.BigEndian.Uint32(data) != 0x00010000 {
		return nil, errNotTrueType
	}
	tables := sfntTables{}
	count := int(binary.BigEndian.Uint16(data[4:]))
	if len(data) < 12+16*count {
		return nil, errNotTrueType
	}
	for i := range count {
		entry := data[12+16*i:]
		offset := uint64(binary.BigEndian.Uint32(entry[8:]))
		length := uint64(binary.BigEndian.Uint32(entry[12:]))
		if offset+length > uint64(len(data)) {
			return nil, errNotTrueType
		}
		tables[string(entry[:4])] = data[offset : offset+length]
	}
	least := map[string]int{"head": 54, "hhea": 36, "maxp": 6, "hmtx": 4, "loca": 4, "glyf": 0}
	for tag, size := range least {
		if table, ok := tables[tag]; !ok || len(table) < size {
			return nil, errNotTrueType
		}
	}
	return tables, nil
}

func (t sfntTables) u16(tag string, at int) int {
	return int(binary.BigEndian.Uint16(t[tag][at:]))
}

func (t sfntTables) i16(tag string, at int) int {
	return int(int16(binary.BigEndian.Uint16(t[tag][at:])))
}

// outline returns the drawing of a glyph, empty for spaces and for what the font does not hold.
func (t sfntTables) outline(id font.GID) []byte {
	from, ok := t.location(int(id))
	to, ok2 := t.location(int(id) + 1)
	if !ok || !ok2 || from >= to || to > len(t["glyf"]) {
		return nil
	}
	return t["glyf"][from:to]
}

func (t sfntTables) location(index int) (int, bool) {
	loca, long := t["loca"], t.u16("head", 50) == 1
	switch {
	case long && 4*index+4 <= len(loca):
		return int(binary.BigEndian.Uint32(loca[4*index:])), true
	case !long && 2*index+2 <= len(loca):
		return 2 * int(binary.BigEndian.Uint16(loca[2*index:])), true
	}
	return 0, false
}

// metrics returns a glyph's entry of hmtx: its advance and its left side bearing.
func (t sfntTables) metrics(id font.GID) (advance, bearing uint16) {
	hmtx, full := t["hmtx"], t.u16("hhea", 34)
	at := 4 * int(id)
	if int(id) >= full {
		at = 4*full + 2*(int(id)-full)
		if full == 0 || at+2 > len(hmtx) {
			return 0, 0
		}
		return binary.BigEndian.Uint16(hmtx[4*(full-1):]), binary.BigEndian.Uint16(hmtx[at:])
	}
	if at+4 > len(hmtx) {
		return 0, 0
	}
	return binary.BigEndian.Uint16(hmtx[at:]), binary.BigEndian.Uint16(hmtx[at+2:])
}
