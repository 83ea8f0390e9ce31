package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/api/expand"
	"github.com/portico-billing/portico/internal/api/form"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// call is one request on its way through the API.
type call struct {
	*server
	*http.Request
	w         http.ResponseWriter
	op        *params.Operation // nil when there is none
	requestID string
	began     time.Time
	keyLast4  string
	caller    app.Caller
	values    *form.Values
	expand    *expand.Paths
	reply     app.Reply
	status    int // of the answer, once it is written
}

func (s *server) newCall(w http.ResponseWriter, r *http.Request, op *params.Operation) *call {
	c := &call{server: s, Request: r, w: w, op: op, requestID: s.IDs.New("req"),
		began: s.Clock.Now()}
	h := w.Header()
	h.Set("Request-Id", c.requestID)
	h.Set("Stripe-Version", billing.APIVersion)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	c.caller.RequestID = c.requestID
	c.caller.Reply = &c.reply
	c.reply.Render, c.reply.RenderError = c.render, errorBody
	return c
}

// admit checks everything that comes before the parameters.
func (c *call) admit() error {
	if err := c.authenticate(); err != nil {
		return err
	}
	if !storable(c.URL.Path) {
		return unrecognized(c.Request)
	}
	version := c.Header.Get("Stripe-Version")
	if version != "" && !app.ValidAPIVersion(version) {
		return billing.Invalid("", "Invalid Stripe API version: %s", version)
	}
	return c.limits.allow(c)
}

// read parses and checks the parameters.
func (c *call) read() error {
	body, err := c.body()
	if err != nil {
		return err
	}
	if c.values, err = form.Parse(c.URL.RawQuery, body); err != nil {
		return err
	}
	if err := c.idempotency(); err != nil {
		return err
	}
	if err := form.Check(c.op, c.values); err != nil {
		return err
	}
	c.expand, err = expand.Parse(c.op, form.Expand(c.values))
	return err
}

// storable says that a text is one that both engines take: PostgreSQL refuses what is not UTF-8,
// and NUL.
func storable(text string) bool {
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

// formType is the one type of body that /v1 takes.
const formType = "application/x-www-form-urlencoded"

func (c *call) body() (string, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.w, c.Request.Body, bodyMax))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return "", billing.Invalid("", "The request body is too large: at most %d bytes are "+
			"accepted.", bodyMax).WithStatus(http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return "", billing.Invalid("", "The request body could not be read.")
	}
	if len(raw) == 0 {
		return "", nil
	}
	given := c.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(given); given != "" && kind != formType {
		return "", billing.Invalid("", "Invalid request (check that your POST content type is "+
			"%s).", formType)
	}
	return string(raw), nil
}

// idempotencyKeyMax is the length of the longest key.
const idempotencyKeyMax = 255

// idempotency prepares the reply of a request that may be sent again. Only POST needs it: the
// other methods have the same effect however often they come.
func (c *call) idempotency() error {
	key := c.Header.Get("Idempotency-Key")
	if key == "" {
		return nil
	}
	c.w.Header().Set("Idempotency-Key", strings.ToValidUTF8(key, ""))
	if c.Method != http.MethodPost {
		return nil
	}
	if len(key) > idempotencyKeyMax || !storable(key) {
		e := billing.Invalid("", "Idempotency keys can be at most %d characters of UTF-8 text.",
			idempotencyKeyMax)
		e.Type = billing.ErrorIdempotency
		return e
	}
	sum := sha256.Sum256([]byte(form.Canonical(c.values)))
	c.caller.IdempotencyKey = key
	c.reply.Key, c.reply.Method, c.reply.Path = key, c.Method, c.URL.Path
	c.reply.ParamsHash = hex.EncodeToString(sum[:])
	c.reply.Credential = keyOf(c.Request)
	return nil
}

// view answers from a snapshot.
func (c *call) view(read func(q *store.View) (any, error)) error {
	return c.View(c.Context(), c.caller.Scope, func(q *store.View) error {
		noun, err := read(q)
		if err != nil {
			return err
		}
		c.reply.Status = http.StatusOK
		c.reply.Body, err = c.render(q, noun)
		return err
	})
}

// answer writes what a handler left, or what went wrong.
func (c *call) answer(err error) {
	switch {
	case err == nil && c.reply.Status == 0:
		err = errors.New("api: the operation left no answer")
		fallthrough
	case err != nil && !app.IsReplay(err) && !c.refused(err):
		c.fail(err)
		return
	}
	if c.reply.Replayed {
		c.w.Header().Set("Idempotent-Replayed", "true")
	}
	if c.reply.Original != "" {
		c.w.Header().Set("Original-Request", c.reply.Original)
	}
	c.retryHeader(err)
	c.write(c.reply.Status, c.reply.Body)
}

// refused says that a command has committed its refusal, and kept it as the request's answer.
func (c *call) refused(err error) bool {
	_, callers := errors.AsType[*billing.Error](err)
	return callers && c.reply.Status >= http.StatusBadRequest
}

func (c *call) write(status int, body []byte) {
	c.status = status
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body) // a caller who has gone away is nobody's error
}

// route names the operation in the log.
func (c *call) route() string {
	if c.op == nil {
		return "unrecognized"
	}
	return c.op.Name()
}

// secretive is what a path never holds unless by mistake: a card's number, a key, another secret.
var secretive = regexp.MustCompile(`(^|\D)\d{13,19}(\D|$)|(sk|rk|pk)_(test|live)_|whsec_|_secret_`)

// loggable is an id as the log may have it, since whatever stood in its place in the path is one.
func loggable(id string) string {
	const most = 200 // an id of the caller's choice has no more
	if secretive.MatchString(id) {
		return "(hidden)"
	}
	return cut(id, most)
}

// object is the id in the path.
func (c *call) object() string {
	if c.op == nil {
		return ""
	}
	_, rest, found := strings.Cut(c.op.Template, "{")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, "}")
	return c.PathValue(name)
}
