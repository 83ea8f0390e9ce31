package app

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// holdsSecret says that the answer about a noun shows what is otherwise kept as a hash, or never
// shown again.
func holdsSecret(noun any) bool {
	switch v := noun.(type) {
	case *billing.PortalSession:
		return true
	case *billing.WebhookEndpoint:
		return v.Secret != nil
	}
	return false
}

// seal encrypts the answer for the row of its idempotency key.
func (r *Reply) seal() ([]byte, error) {
	box, err := r.box(r.Original)
	if err != nil {
		return nil, err
	}
	sealed := box.Seal(nil, make([]byte, box.NonceSize()), r.Body, []byte(r.Key))
	return base64.StdEncoding.AppendEncode(nil, sealed), nil
}

// unseal reads the answer of a row again. With another API key it cannot be read; then the caller
// is told to ask for a new one, because what was made cannot be shown twice.
func (r *Reply) unseal(row *store.IdempotencyRow) ([]byte, error) {
	if !row.Sealed {
		return row.Body, nil
	}
	sealed, err := base64.StdEncoding.AppendDecode(nil, row.Body)
	if err != nil {
		return nil, fmt.Errorf("answer of request %s: %w", row.RequestID, err)
	}
	box, err := r.box(row.RequestID)
	if err != nil {
		return nil, err
	}
	body, err := box.Open(nil, make([]byte, box.NonceSize()), sealed, []byte(r.Key))
	if err != nil {
		return nil, idempotency(400, "", "The answer to the first request with this idempotency "+
			"key holds a secret, and can be given again only to the API key that was used then.")
	}
	return body, nil
}

// box is a cipher for one answer: nobody who lacks the credential has its key, which the database
// does not hold. No two requests share an id, so no two answers share a key, and the nonce may be
// zero.
func (r *Reply) box(request string) (cipher.AEAD, error) {
	const purpose = "portico: answer of request "
	key, err := hkdf.Key(sha256.New, []byte(r.Credential), nil, purpose+request, sha256.Size)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
