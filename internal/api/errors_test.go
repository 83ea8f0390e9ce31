package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// TestErrorsOfOurs: clients are told whether to try again, and nothing of what went wrong inside.
func TestErrorsOfOurs(t *testing.T) {
	t.Parallel()
	later := billing.Invalid("", "x")
	later.ShouldRetry = new(false)
	for _, test := range []struct {
		err    error
		status int
		retry  string
		says   string
	}{
		{fmt.Errorf("save: %w", store.ErrConflict), 429, "true", `"code":"lock_timeout"`},
		{later, 400, "false", `"message":"x"`},
		{billing.Invalid("", "x"), 400, "", `"message":"x"`},
		{fmt.Errorf("load: %w", store.ErrNotFound), 404, "", `"code":"resource_missing"`},
		{errors.New("disk full at /secret/path"), 500, "", `"type":"api_error"`},
	} {
		w := httptest.NewRecorder()
		c := &call{server: &server{log: slog.New(slog.DiscardHandler)}, w: w,
			Request: httptest.NewRequest("POST", "/v1/customers", nil)}
		c.fail(test.err)
		if w.Code != test.status || w.Header().Get("Stripe-Should-Retry") != test.retry ||
			!strings.Contains(w.Body.String(), test.says) ||
			strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v: %d %v %s", test.err, w.Code, w.Header(), w.Body)
		}
	}
}
