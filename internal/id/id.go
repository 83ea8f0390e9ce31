// Package id makes the names of things and the secrets that guard them.
//
// It owns the shape of ids: a prefix, "_" and 24 characters of base 62, the first nine of which
// are milliseconds, the next four a counter, the rest random. Ids of one process therefore sort
// in the order in which they were made, and new rows share the pages of an index. It does not
// own the prefixes; each noun brings its own.
//
// It promises that two ids never meet, and that secrets cannot be guessed.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// Source makes ids and secrets.
type Source interface {
	// New is a fresh id, later in order than every id that the source made before.
	New(prefix string) string
	// Secret is prefix, "_" and n unguessable characters; without a prefix only those.
	Secret(prefix string, n int) string
}

const (
	digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

	timeDigits    = 9 // 62^9 > 2^48 milliseconds: until the year 10889
	counterDigits = 4
	bodyDigits    = 24
	counterMax    = 62 * 62 * 62 * 62
)

// System makes ids from the time and from randomness.
type System struct {
	now    func() time.Time
	random io.Reader

	mu     sync.Mutex
	millis uint64
	count  uint64
}

// NewSystem makes ids with a clock's Now and with randomness; nil stands for the system's own.
func NewSystem(now func() time.Time, random io.Reader) *System {
	if random == nil {
		random = rand.Reader
	}
	return &System{now: now, random: random}
}

// New is prefix_ and 24 characters. When the clock steps back, the last time goes on counting.
func (s *System) New(prefix string) string {
	millis, count := s.tick()
	b := begin(prefix, bodyDigits)
	b = appendDigits(b, millis, timeDigits)
	b = appendDigits(b, count, counterDigits)
	return string(s.appendRandom(b, bodyDigits-timeDigits-counterDigits))
}

func (s *System) tick() (millis, count uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := uint64(s.now().UnixMilli()) & (1<<48 - 1)
	s.count++
	if now > s.millis || s.count >= counterMax {
		s.millis, s.count = max(now, s.millis+1), 0
	}
	return s.millis, s.count
}

// Secret is made of n characters with 5.95 bits of randomness each.
func (s *System) Secret(prefix string, n int) string {
	return string(s.appendRandom(begin(prefix, n), n))
}

func (s *System) appendRandom(b []byte, n int) []byte {
	var buf [32]byte
	for n > 0 {
		if _, err := io.ReadFull(s.random, buf[:]); err != nil {
			panic("id: no randomness: " + err.Error())
		}
		for _, x := range buf {
			// 248 is the largest multiple of 62 in a byte: taking more would favour some digits.
			if x < 248 && n > 0 {
				b = append(b, digits[x%62])
				n--
			}
		}
	}
	return b
}

// Sequence makes the same ids in every run: for tests.
type Sequence struct {
	mu sync.Mutex
	n  uint64
}

// New counts: cus_000000000000000000000001 and so on.
func (s *Sequence) New(prefix string) string {
	return string(appendDigits(begin(prefix, bodyDigits), s.next(), bodyDigits))
}

// Secret counts as well, with the digits at the end so that short secrets differ.
func (s *Sequence) Secret(prefix string, n int) string {
	return string(appendDigits(begin(prefix, n), s.next(), n))
}

func (s *Sequence) next() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return s.n
}

func begin(prefix string, n int) []byte {
	b := make([]byte, 0, len(prefix)+1+n)
	if prefix == "" {
		return b
	}
	return append(append(b, prefix...), '_')
}

func appendDigits(b []byte, n uint64, width int) []byte {
	at := len(b)
	b = append(b, make([]byte, width)...)
	for i := at + width - 1; i >= at; i-- {
		b[i] = digits[n%62]
		n /= 62
	}
	return b
}

// Seeded is randomness that is the same for the same seed: for simulations, never for secrets
// that guard anything.
type Seeded struct {
	mu    sync.Mutex
	state uint64
}

// NewSeeded starts the stream of one seed.
func NewSeeded(seed uint64) *Seeded { return &Seeded{state: seed} }

// Read fills b with the next bytes of splitmix64.
func (s *Seeded) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var word [8]byte
	for i := 0; i < len(b); i += 8 {
		s.state += 0x9e3779b97f4a7c15
		z := s.state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		binary.LittleEndian.PutUint64(word[:], z^z>>31)
		copy(b[i:], word[:])
	}
	return len(b), nil
}
