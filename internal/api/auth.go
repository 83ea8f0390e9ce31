package api

import (
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// authenticate finds out for which account and mode the request acts. A key is taken from the
// Authorization header only, never from the address, which ends up in logs.
func (c *call) authenticate() error {
	key := keyOf(c.Request)
	if key == "" {
		return unauthorized(c, "You did not provide an API key. You need to provide your API key "+
			"in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "+
			"YOUR_SECRET_KEY').")
	}
	known, err := c.keys.find(c.Request, key)
	if errors.Is(err, store.ErrNotFound) && strings.HasPrefix(key, "pk_") {
		return unauthorized(c, "This API call cannot be made with a publishable API key. Please "+
			"use a secret API key.").WithCode("secret_key_required")
	}
	if errors.Is(err, store.ErrNotFound) {
		return unauthorized(c, "Invalid API Key provided: "+masked(key))
	}
	if err != nil {
		return err
	}
	if known.ExpiresAt != nil && *known.ExpiresAt <= c.began.Unix() {
		e := unauthorized(c, "Expired API Key provided: "+masked(key))
		return e.WithCode("api_key_expired")
	}
	c.caller.Scope, c.keyLast4 = known.Scope, known.Last4
	return c.sameAccount(key)
}

// sameAccount refuses to act for an account that the key does not belong to.
func (c *call) sameAccount(key string) error {
	for _, header := range []string{"Stripe-Account", "Stripe-Context"} {
		asked := c.Header.Get(header)
		if asked != "" && asked != c.caller.Account {
			return billing.Invalid("", "The provided key '%s' does not have access to account "+
				"'%s' (or that account does not exist). Application access may have been revoked.",
				masked(key), asked).WithCode("account_invalid").WithStatus(http.StatusForbidden)
		}
	}
	return nil
}

func unauthorized(c *call, message string) *billing.Error {
	c.w.Header().Set("WWW-Authenticate", `Bearer realm="Portico"`)
	return billing.Invalid("", "%s", message).WithStatus(http.StatusUnauthorized)
}

// keyOf reads "Bearer <key>", Basic with the key as the user name, and "Basic <raw key>".
func keyOf(r *http.Request) string {
	kind, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	value = strings.TrimSpace(value)
	switch strings.ToLower(kind) {
	case "bearer":
		return value
	case "basic":
		decoded, err := base64.StdEncoding.DecodeString(value)
		if user, _, found := strings.Cut(string(decoded), ":"); err == nil && found {
			return user
		}
		return value
	}
	return ""
}

// masked shows of a key what tells it from others: its kind and mode, and the last four
// characters.
func masked(key string) string {
	const shown, starsMax = 4, 40
	prefix := len(keyKind.FindString(key))
	if len(key)-prefix <= 2*shown {
		return strings.Repeat("*", min(len(key), starsMax))
	}
	hidden := min(len(key)-prefix-shown, starsMax)
	return key[:prefix] + strings.Repeat("*", hidden) + key[len(key)-shown:]
}

// keyKind is how every key of Stripe's begins.
var keyKind = regexp.MustCompile(`^(sk|rk|pk)_(test|live)_`)

// keyring remembers keys for a moment, so that not every request has to look its key up. A key
// that is expired by a command is refused everywhere once the moment has passed.
type keyring struct {
	app *app.App

	mu    sync.Mutex
	known map[string]remembered
}

type remembered struct {
	key   store.APIKey
	until time.Time
}

const (
	keyMoment = 10 * time.Second
	keysMax   = 1000
)

func newKeyring(a *app.App) *keyring {
	return &keyring{app: a, known: map[string]remembered{}}
}

func (k *keyring) find(r *http.Request, key string) (store.APIKey, error) {
	hash, now := app.KeyHash(key), k.app.Clock.Now()
	k.mu.Lock()
	found, ok := k.known[hash]
	k.mu.Unlock()
	if ok && now.Before(found.until) {
		return found.key, nil
	}
	known, err := k.app.DB.KeyByHash(r.Context(), hash)
	if err != nil {
		return known, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= keysMax {
		clear(k.known)
	}
	k.known[hash] = remembered{known, now.Add(keyMoment)}
	return known, nil
}
