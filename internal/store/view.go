package store

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
)

// Querier is what can be read from: a View, or a Tx, which sees its own changes.
type Querier interface {
	// Scope is whose rows are read.
	Scope() billing.Scope
	// Now is the time that the reader was given.
	Now() int64
	// Context ends when the caller has gone away.
	Context() context.Context

	work() *work
}

// View reads one snapshot of one account's test or live data.
type View struct {
	scope billing.Scope
	now   int64
	w     *work
}

// Scope is whose rows are read.
func (v *View) Scope() billing.Scope { return v.scope }

// Now is the time that Read was given.
func (v *View) Now() int64 { return v.now }

// Context is the caller's.
func (v *View) Context() context.Context { return v.w.ctx }

func (v *View) work() *work { return v.w }

// As is the same snapshot seen from another account or mode.
func (v *View) As(scope billing.Scope) *View { return &View{scope: scope, now: v.now, w: v.w} }

// Origin is whose transaction it is and which request asked for it.
type Origin struct {
	billing.Scope
	Now            int64 // wall clock in unix seconds: when the events are created
	RequestID      string
	IdempotencyKey string
}

// Tx is a transaction. What Lock loads and Insert adds is tracked: its changes are saved at
// commit, together with the events that tell of them.
type Tx struct {
	scope  billing.Scope
	origin *Origin
	w      *work
}

// Scope is whose rows are read and written.
func (tx *Tx) Scope() billing.Scope { return tx.scope }

// Now is the wall clock of the transaction's origin.
func (tx *Tx) Now() int64 { return tx.origin.Now }

// Context is the caller's.
func (tx *Tx) Context() context.Context { return tx.w.ctx }

func (tx *Tx) work() *work { return tx.w }

// As is the same transaction in another account or mode, for workers that handle many.
func (tx *Tx) As(scope billing.Scope) *Tx { return &Tx{scope: scope, origin: tx.origin, w: tx.w} }

// Send runs what is queued, in order to learn whether the database takes it. What the nouns have
// changed is not queued before the transaction ends.
func (tx *Tx) Send() error { return tx.w.link.flush() }
