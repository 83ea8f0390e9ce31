package simulator

import (
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// mint makes references. They sort by the time they were made, and then by a counter, which keeps
// the books readable and their indexes narrow; the rest is random, so that the token of a page
// cannot be guessed.
type mint struct {
	mu      sync.Mutex
	random  io.Reader
	counter uint32
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// next is prefix, 9 characters of milliseconds, 4 of counter and 18 random ones (107 bits).
func (m *mint) next(prefix string, now time.Time) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var raw [18]byte
	if _, err := io.ReadFull(m.random, raw[:]); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	m.counter++
	id := make([]byte, 0, len(prefix)+9+4+len(raw))
	id = append(id, prefix...)
	id = appendBase62(id, uint64(now.UnixMilli()), 9)
	id = appendBase62(id, uint64(m.counter), 4)
	return string(append(id, encodeBase62(raw[:])...)), nil
}

// appendBase62 writes the last width digits of n.
func appendBase62(to []byte, n uint64, width int) []byte {
	start := len(to)
	for range width {
		to = append(to, '0')
	}
	for at := start + width - 1; at >= start; at-- {
		to[at] = base62[n%62]
		n /= 62
	}
	return to
}

// encodeBase62 maps each byte to one character: shorter than exact, and plain to read. The bias
// (256 is not a multiple of 62) costs a tenth of a bit per character.
func encodeBase62(raw []byte) []byte {
	out := make([]byte, len(raw))
	for i, b := range raw {
		out[i] = base62[int(b)%62]
	}
	return out
}

// stamp is a time that sorts as text.
func stamp(t time.Time) string {
	s := strconv.FormatInt(t.UnixMilli(), 10)
	for len(s) < 13 {
		s = "0" + s
	}
	return s
}
