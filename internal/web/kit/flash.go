package kit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/portico-billing/portico/internal/i18n"
)

// Tone is how serious a banner or badge is. Its icon and word say so too, never only its colour.
type Tone string

// The tones a banner or badge can have.
const (
	ToneNeutral  Tone = "neutral"
	ToneAccent   Tone = "accent"
	TonePositive Tone = "positive"
	ToneWarning  Tone = "warning"
	ToneCritical Tone = "critical"
)

// Flash is one sentence carried over a redirect and shown once: which text, with which values.
// It is never used for an error, which belongs beside its cause.
type Flash struct {
	Tone Tone              `json:"t"`
	Key  i18n.Key          `json:"k"`
	Args map[string]string `json:"a,omitempty"`
}

// Text is the sentence in a language. Values were formatted when the flash was made.
func (f Flash) Text(z *i18n.Localizer) string {
	args := make([]i18n.Arg, 0, len(f.Args))
	for name, value := range f.Args {
		args = append(args, i18n.A(name, value))
	}
	return z.T(f.Key, args...)
}

// Flashes keeps a flash in a short signed cookie, so nobody can put words in our mouth.
type Flashes struct {
	secret []byte
	cookie http.Cookie
}

// NewFlashes signs with secret. On https the cookie is bound to this host alone; several Porticos
// on one machine share cookies across ports, which the signature makes harmless.
func NewFlashes(secret []byte, https bool) *Flashes {
	cookie := http.Cookie{
		Name: "portico-flash", Path: "/", MaxAge: 60, HttpOnly: true, Secure: https,
		SameSite: http.SameSiteLaxMode,
	}
	if https {
		cookie.Name = "__Host-portico-flash"
	}
	return &Flashes{secret: secret, cookie: cookie}
}

// Set shows f on the next page.
func (s *Flashes) Set(w http.ResponseWriter, f Flash) {
	body, err := json.Marshal(f)
	if err != nil {
		return // strings always marshal
	}
	cookie := s.cookie
	text := base64.RawURLEncoding.EncodeToString(body)
	cookie.Value = text + "." + s.sign(text)
	http.SetCookie(w, &cookie)
}

// Take reads the flash and forgets it. A forged or broken one is no flash.
func (s *Flashes) Take(w http.ResponseWriter, r *http.Request) *Flash {
	cookie, err := r.Cookie(s.cookie.Name)
	if err != nil {
		return nil
	}
	gone := s.cookie
	gone.MaxAge = -1
	http.SetCookie(w, &gone)
	text, signature, _ := strings.Cut(cookie.Value, ".")
	if !hmac.Equal([]byte(signature), []byte(s.sign(text))) {
		return nil
	}
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	var f Flash
	if json.Unmarshal(body, &f) != nil {
		return nil
	}
	return &f
}

func (s *Flashes) sign(text string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("flash:" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
