// Package simulator is a payment gateway for test mode that lives inside the program.
//
// It behaves like Stripe in test mode: it knows the published test cards, asks for 3D Secure,
// declines, refunds and disputes with the same codes. It owns durable books of its own, apart
// from the billing store, so that after a crash there are two independent accounts of what
// happened and they can be compared. It has no goroutine, timer or clock of its own: the owner
// injects the clock and calls Pump for whatever falls due.
//
// It owns the only type in the program that holds a card number, Card, and never stores, logs or
// returns it. It does not own the pages the customer sees (web/simulator) and decides nothing
// about billing.
//
// It promises: one charge per attempt for ever; the same answer to the same idempotency key while
// the key lives; Inquire is authoritative; every movement of money is one line of Entries; and
// what it answered is in the books before it answers.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

// Options say where the books are and what the world is like. Clock and Rand are required, and
// exactly one of Path, DSN and Volatile.
type Options struct {
	Path     string // a SQLite file
	DSN      string // PostgreSQL; the books are its schema "simulator"
	Volatile bool   // in memory, for simulations and benchmarks
	Unsynced bool   // the SQLite file is thrown away when whoever makes it is interrupted

	Clock     func() time.Time
	Rand      io.Reader
	PublicURL string // where web/simulator is served, without a final slash
	Secret    string // signs notifications sent over HTTP; empty refuses all of them
	Silent    bool   // queue no notifications
	Log       *slog.Logger

	// Faults decides what goes wrong with a call; nil: nothing does.
	Faults func(gateway.Op, gateway.Attempt) Fault
	// DeliveryFaults decides what goes wrong with a notification; nil: nothing does.
	DeliveryFaults func(gateway.Notification) DeliveryFault
	// Before and After surround every call, outside the books. They may panic, which is how a
	// test kills the caller at the worst moment.
	Before, After func(gateway.Op, gateway.Attempt)
	// Wait is how a Slow fault passes the time; nil waits on the real clock.
	Wait func(context.Context, time.Duration) error
}

// The terms the simulator works on; see Describe.
const (
	keyLife          = 24 * time.Hour
	horizon          = time.Hour
	holdLife         = 7 * 24 * time.Hour // an authorization that nobody captures
	pageLife         = 24 * time.Hour     // a card form or challenge that nobody answers
	refundDelay      = 3 * time.Minute    // until a slow refund has its second word
	evidenceDueAfter = 9 * 24 * time.Hour
)

// Simulator is the gateway. It is safe for concurrent use; it works on one thing at a time.
type Simulator struct {
	options Options
	mu      sync.Mutex // one writer
	store   storage
	mint    mint

	sinkMu sync.RWMutex
	sink   Sink
}

var (
	_ gateway.Gateway    = (*Simulator)(nil)
	_ gateway.Ledger     = (*Simulator)(nil)
	_ gateway.Disputer   = (*Simulator)(nil)
	_ gateway.TestValues = (*Simulator)(nil)
)

// Open opens the books, creating them when they are missing.
func Open(ctx context.Context, options Options) (*Simulator, error) {
	if options.Clock == nil || options.Rand == nil {
		return nil, errors.New("open simulator: clock and randomness are required")
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Wait == nil {
		options.Wait = wait
	}
	options.PublicURL = strings.TrimSuffix(options.PublicURL, "/")
	store, err := openStorage(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("open simulator: %w", err)
	}
	return &Simulator{options: options, store: store, mint: mint{random: options.Rand}}, nil
}

func openStorage(ctx context.Context, options Options) (storage, error) {
	switch {
	case options.Volatile && options.Path == "" && options.DSN == "":
		return newMemory(), nil
	case options.Path != "" && options.DSN == "" && !options.Volatile:
		return openSQLite(ctx, options)
	case options.DSN != "" && options.Path == "" && !options.Volatile:
		return openPostgres(ctx, options.DSN)
	}
	return nil, errors.New("name exactly one of Path, DSN and Volatile")
}

// Close closes the books.
func (s *Simulator) Close() error { return s.store.Close() }

// Describe tells the terms. The simulator is never live.
func (s *Simulator) Describe() gateway.Description {
	return gateway.Description{
		Name:       "simulator",
		Types:      []string{"card"},
		KeyLife:    keyLife,
		Horizon:    horizon,
		Lookup:     gateway.Yes,
		Idempotent: true,
		Modes:      []string{"redirect"},
		Live:       false,

		LocaleParam: "locale",
	}
}

// PublicURL is where the pages of web/simulator are served.
func (s *Simulator) PublicURL() string { return s.options.PublicURL }

// now is the gateway's clock, as exact as the books keep it.
func (s *Simulator) now() time.Time { return s.options.Clock().UTC().Truncate(time.Millisecond) }

// do is the only way to the books: one caller at a time, everything or nothing.
func (s *Simulator) do(ctx context.Context, f func(books) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.do(ctx, f)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
