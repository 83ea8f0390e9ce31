package pdf

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/go-text/typesetting/font"
)

// A subset is the few glyphs of a font that a document uses, numbered anew from 0 (the box for a
// missing glyph) in the order of their first use. Compact numbers keep the tables small even for
// fonts of sixty thousand glyphs.
type subset struct {
	tables sfntTables
	glyphs []font.GID
	number map[font.GID]uint16
}

func newSubset(tables sfntTables) *subset {
	s := &subset{tables: tables, number: map[font.GID]uint16{}}
	s.add(0)
	return s
}

// add returns the new number of a glyph.
func (s *subset) add(id font.GID) uint16 {
	n, ok := s.number[id]
	if !ok {
		n = uint16(len(s.glyphs))
		s.number[id] = n
		s.glyphs = append(s.glyphs, id)
	}
	return n
}

// file writes the subset as a font. Hints are left out: viewers do not use them at the sizes and
// resolutions of today, and they are a program from a file we did not write.
func (s *subset) file() []byte {
	var loca, glyf, hmtx []byte
	for i := 0; i < len(s.glyphs); i++ { // parts of composed glyphs are added on the way
		id := s.glyphs[i]
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, s.outline(id)...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		advance, bearing := s.tables.metrics(id)
		hmtx = binary.BigEndian.AppendUint16(hmtx, advance)
		hmtx = binary.BigEndian.AppendUint16(hmtx, bearing)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	count := uint16(len(s.glyphs))

	head := slices.Clone(s.tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0)  // checkSumAdjustment
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets in loca
	hhea := slices.Clone(s.tables["hhea"])
	binary.BigEndian.PutUint16(hhea[34:], count)
	maxp := slices.Clone(s.tables["maxp"])
	binary.BigEndian.PutUint16(maxp[4:], count)
	return sfntTables{
		"head": head, "hhea": hhea, "maxp": maxp, "hmtx": hmtx, "loca": loca, "glyf": glyf,
	}.file()
}

// outline returns a glyph's drawing without hints, its parts renumbered.
func (s *subset) outline(id font.GID) []byte {
	data := s.tables.outline(id)
	if len(data) < 10 {
		return nil
	}
	if contours := int(int16(binary.BigEndian.Uint16(data))); contours >= 0 {
		return withoutHints(data, contours)
	}
	return s.composite(slices.Clone(data))
}

// withoutHints cuts the instructions out of a simple glyph.
func withoutHints(data []byte, contours int) []byte {
	at := 10 + 2*contours
	if at+2 > len(data) {
		return nil
	}
	length := int(binary.BigEndian.Uint16(data[at:]))
	if at+2+length > len(data) {
		return nil
	}
	out := append(slices.Clone(data[:at]), 0, 0)
	return append(out, data[at+2+length:]...)
}

// The flags of a part of a composed glyph.
const (
	partWordArguments = 1 << 0
	partScale         = 1 << 3
	partMoreParts     = 1 << 5
	partTwoScales     = 1 << 6
	partMatrix        = 1 << 7
	partInstructions  = 1 << 8
)

func (s *subset) composite(data []byte) []byte {
	for at := 10; at+4 <= len(data); {
		flags := binary.BigEndian.Uint16(data[at:])
		part := font.GID(binary.BigEndian.Uint16(data[at+2:]))
		binary.BigEndian.PutUint16(data[at:], flags&^partInstructions)
		binary.BigEndian.PutUint16(data[at+2:], s.add(part))
		at += 6
		if flags&partWordArguments != 0 {
			at += 2
		}
		switch {
		case flags&partScale != 0:
			at += 2
		case flags&partTwoScales != 0:
			at += 4
		case flags&partMatrix != 0:
			at += 8
		}
		if flags&partMoreParts == 0 {
			return data[:min(at, len(data))]
		}
	}
	return nil
}

// file writes tables as a TrueType file.
func (t sfntTables) file() []byte {
	count := len(t)
	power, exponent := 1, 0
	for power*2 <= count {
		power, exponent = power*2, exponent+1
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{count, power * 16, exponent, (count - power) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	var body []byte
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		table := t[tag]
		out = append(out, tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(table))
		out = binary.BigEndian.AppendUint32(out, uint32(12+16*count+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(table)))
		body = append(body, table...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func checksum(table []byte) uint32 {
	var sum uint32
	for len(table) >= 4 {
		sum += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var rest [4]byte
	copy(rest[:], table)
	return sum + binary.BigEndian.Uint32(rest[:])
}
