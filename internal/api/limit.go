package api

import (
	"net/http"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/billing"
)

// limiter holds each account and mode to a number of requests a second, with a token bucket that
// holds one second's worth.
type limiter struct {
	perSecond int

	mu      sync.Mutex
	buckets map[billing.Scope]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(o Options) *limiter {
	return &limiter{perSecond: o.RequestsPerSecond, buckets: map[billing.Scope]*bucket{}}
}

// allow takes a token, or refuses the request.
func (l *limiter) allow(c *call) error {
	if l.perSecond <= 0 || l.take(c.caller.Scope, c.began) {
		return nil
	}
	c.w.Header().Set("Stripe-Rate-Limited-Reason", "global-rate")
	return billing.Invalid("", "Request rate limit exceeded. You can make up to %d requests per "+
		"second.", l.perSecond).WithCode("rate_limit").WithStatus(http.StatusTooManyRequests)
}

func (l *limiter) take(scope billing.Scope, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, full := l.buckets[scope], float64(l.perSecond)
	if b == nil {
		b = &bucket{tokens: full, at: now}
		l.buckets[scope] = b
	}
	b.tokens = min(full, b.tokens+now.Sub(b.at).Seconds()*full)
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
