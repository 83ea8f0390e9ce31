// Package api answers Stripe's HTTP API: routes.go is its table of contents.
//
// It owns what every request goes through (ids, keys, versions, limits, idempotency headers,
// logs), the translation of parameters into commands of package app, and of nouns and errors into
// JSON. Its children own parts of that: form reads parameters, params knows which there are,
// expand puts objects into answers.
//
// It does not own a single decision about billing: a handler decodes, gives a command or reads a
// snapshot, and renders.
//
// It promises that what it answers has the shape of Stripe's version 2026-08-26.dahlia, that a
// body comes from one snapshot or from the command's own transaction, and that what goes wrong in
// this house is never shown to the caller.
package api

//go:generate go test -run TestCompatibilityPage . -update

import (
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"

	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/app"
)

// Options are what the API works with.
type Options struct {
	App *app.App
	Log *slog.Logger // nil discards
	// RequestsPerSecond limits each account and mode; 0 is no limit.
	RequestsPerSecond int
}

// server answers requests.
type server struct {
	*app.App
	log    *slog.Logger
	keys   *keyring
	limits *limiter
}

// bodyMax is the size of the largest body that is read.
const bodyMax = 1 << 20

// New makes the handler of the API.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{App: o.App, log: o.Log, keys: newKeyring(o.App), limits: newLimiter(o)}
	return s.mux(routes())
}

// mux routes every operation of the API's table. Those that are not built, and paths that do not
// exist, are told apart by nobody: both are unrecognized.
func (s *server) mux(built []route) http.Handler {
	mux := http.NewServeMux()
	done := map[string]bool{}
	for _, r := range built {
		op := params.Op(r.method, r.template)
		if op == nil {
			panic("api: not an operation: " + r.method + " " + r.template)
		}
		done[op.Name()] = true
		mux.Handle(op.Name(), s.serve(op, r.handler))
	}
	for _, info := range params.All() {
		if name := info.Method + " " + info.Template; !done[name] {
			mux.Handle(name, s.serve(nil, handler{}))
		}
	}
	unrecognized := s.serve(nil, handler{})
	mux.Handle("/", unrecognized)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path.Clean(r.URL.Path) {
			unrecognized.ServeHTTP(w, r) // the mux would send the caller elsewhere
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// serve wraps a handler in what every request goes through.
func (s *server) serve(op *params.Operation, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.newCall(w, r, op)
		defer s.finish(c)
		c.answer(func() error {
			if op == nil {
				return unrecognized(r)
			}
			if err := c.admit(); err != nil {
				return err
			}
			if err := c.read(); err != nil {
				return err
			}
			return h.run(c)
		}())
	})
}

// finish turns a panic into a plain 500, and writes the request's line in the log.
func (s *server) finish(c *call) {
	if problem := recover(); problem != nil {
		if problem == http.ErrAbortHandler {
			panic(problem)
		}
		s.log.Error("panic", "request_id", c.requestID, "problem", problem,
			"stack", string(debug.Stack()))
		if c.status == 0 {
			c.write(errorBody(internalError()))
		}
	}
	s.log.Info("request", "request_id", c.requestID, "account", c.caller.Account,
		"livemode", c.caller.Livemode, "key_last4", c.keyLast4, "route", c.route(),
		"status", c.status, "ms", s.Clock.Now().Sub(c.began).Milliseconds(),
		"object", loggable(c.object()), "key_replayed", c.reply.Replayed)
}
