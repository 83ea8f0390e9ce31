package kit

import (
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Recover turns a panic (a broken invariant of our own) into the page that failed renders, and
// tells the operator. The log gets the path without its query, because that may hold a token.
func Recover(log *slog.Logger, failed http.Handler, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if reason == http.ErrAbortHandler {
				panic(reason)
			}
			log.ErrorContext(r.Context(), "page panicked",
				"route", r.Pattern, "reason", reason, "stack", string(debug.Stack()))
			failed.ServeHTTP(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}
