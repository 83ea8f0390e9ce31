package outbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// SignatureHeader is the header that carries a body's signature.
const SignatureHeader = "Stripe-Signature"

// Sign is the value of the signature header: "t=<unix>,v1=<hex>", where v1 is the HMAC-SHA256 of
// "<unix>.<body>" under the whole secret. While a secret is being replaced there are several, and
// each signs.
func Sign(unixTime int64, body []byte, secrets ...string) string {
	at := strconv.FormatInt(unixTime, 10)
	header := "t=" + at
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(at + "."))
		mac.Write(body)
		header += ",v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	return header
}
