package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

// SignatureHeader carries the time and the HMAC-SHA256 of a notification sent over HTTP:
// "t=<seconds>,v1=<hex>" over "<seconds>.<body>".
const SignatureHeader = "Simulator-Signature"

const signatureTolerance = 5 * time.Minute

// Notification checks the signature of a notification that came over HTTP and translates it.
func (s *Simulator) Notification(r *http.Request, body []byte) (gateway.Notification, error) {
	var n gateway.Notification
	if s.options.Secret == "" {
		return n, gateway.ErrForged
	}
	at, sum, _ := strings.Cut(r.Header.Get(SignatureHeader), ",")
	seconds, err := strconv.ParseInt(strings.TrimPrefix(at, "t="), 10, 64)
	if err != nil {
		return n, gateway.ErrForged
	}
	age := s.now().Sub(time.Unix(seconds, 0))
	want := s.signature(seconds, body)
	if !hmac.Equal([]byte(want), []byte(sum)) || age.Abs() > signatureTolerance {
		return n, gateway.ErrForged
	}
	if err := json.Unmarshal(body, &n); err != nil {
		return n, fmt.Errorf("simulator: notification: %w", err)
	}
	n.Trusted = true
	return n, nil
}

// SignNotification is the body and the header value of a notification sent over HTTP.
func (s *Simulator) SignNotification(n gateway.Notification) (body []byte, header string) {
	body = encode(n)
	seconds := s.now().Unix()
	return body, fmt.Sprintf("t=%d,%s", seconds, s.signature(seconds, body))
}

func (s *Simulator) signature(seconds int64, body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.options.Secret))
	_, _ = fmt.Fprintf(mac, "%d.%s", seconds, body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}
