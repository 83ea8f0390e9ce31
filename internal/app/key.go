package app

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
)

// Keys say by their prefix which mode they belong to.
const (
	testKeyPrefix = "sk_test_"
	liveKeyPrefix = "sk_live_"
)

// A key is 26 random characters and 6 that check them, so that a scanner for leaked secrets can
// tell a key from a word that looks like one.
const (
	keyRandomLength   = 26
	keyChecksumLength = 6
)

// newKey makes a key.
func (a *App) newKey(prefix string) string {
	random := a.IDs.Secret("", keyRandomLength)
	return prefix + random + keyChecksum(random)
}

// keyChecksum writes the CRC-32 in base 62.
func keyChecksum(random string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := crc32.ChecksumIEEE([]byte(random))
	var b [keyChecksumLength]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = digits[sum%62]
		sum /= 62
	}
	return string(b[:])
}

// KeyHash is how a key is kept. Keys have too much randomness to be guessed, so a plain hash is
// enough, and it can be looked up.
func KeyHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
