package kit

import "net/http"

// ContentSecurityPolicy allows what is ours and nothing else: no inline style or script, no frame
// around us, no form that sends elsewhere. 'self' in form-action also stops a redirect from a
// POST to another origin, so a POST leads to a page of ours that offers a link onward.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"connect-src 'self'; form-action 'self'; img-src 'self' data:; font-src 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// SecurityHeaders sets what every page carries. Addresses may hold tokens, so no page is kept and
// no other site is told where a customer came from. We ourselves are: without any referrer a
// browser sends forms with the origin "null", which on plain http, where there is no
// Sec-Fetch-Site, cannot be told from a forgery. Assets overwrite Cache-Control for themselves.
func SecurityHeaders(next http.Handler) http.Handler {
	fixed := [][2]string{
		{"Content-Security-Policy", ContentSecurityPolicy},
		{"Referrer-Policy", "same-origin"},
		{"X-Content-Type-Options", "nosniff"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(self)"},
		{"Cache-Control", "no-store"},
		{"X-Frame-Options", "DENY"}, // for browsers that do not know frame-ancestors
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		for _, h := range fixed {
			header.Set(h[0], h[1])
		}
		next.ServeHTTP(w, r)
	})
}

// StrictTransport tells browsers that they shall come back by https alone. It is for a public
// address that is https, whoever ends TLS in front of us.
func StrictTransport(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		next.ServeHTTP(w, r)
	})
}

// SameOrigin refuses what a page of another site sends in the customer's name; refused renders
// the answer. It reads Sec-Fetch-Site and Origin, so no form needs a token. publicURL is the
// origin the customer sees, which behind a proxy differs from the Host header.
func SameOrigin(publicURL string, next, refused http.Handler) (http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	if publicURL != "" {
		if err := guard.AddTrustedOrigin(publicURL); err != nil {
			return nil, err
		}
	}
	guard.SetDenyHandler(refused)
	return guard.Handler(next), nil
}
