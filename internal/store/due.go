package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
)

// DueKind is a sort of work that time brings.
type DueKind string

// The kinds of due work, in the order in which work of the same second is done.
const (
	DueSubscription    DueKind = "subscription"
	DueInvoiceFinalize DueKind = "invoice_finalize"
	DueInvoiceRetry    DueKind = "invoice_retry"
	DueAttemptInquire  DueKind = "attempt_inquire"
	DueTestClockDelete DueKind = "test_clock_delete"
)

// DueRow names a noun whose time has come.
type DueRow struct {
	billing.Scope
	Kind  DueKind
	ID    string
	At    int64
	Clock string // the test clock that it lives by; empty for the wall's
}

// dueColumn is where the time stands. A test clock is deleted by the wall's clock.
type dueColumn struct {
	kind          DueKind
	table, column string
	wall          bool
}

var dueColumns = []dueColumn{
	{DueSubscription, "subscriptions", "next_at", false},
	{DueInvoiceFinalize, "invoices", "finalize_at", false},
	{DueInvoiceRetry, "invoices", "retry_at", false},
	{DueAttemptInquire, "attempts", "inquire_at", false},
	{DueTestClockDelete, "test_clocks", "deletes_after", true},
}

// DueScan says which due work is looked for.
type DueScan struct {
	Kind   DueKind
	Clock  string // of the test clock; empty for the wall's
	Before int64  // what is due at this moment is included
	Limit  int
}

// Due lists what is due, earliest first, across all accounts. It takes no lock: whoever does the
// work locks the noun and looks again.
func (db *DB) Due(ctx context.Context, s DueScan) (out []DueRow, err error) {
	for _, c := range dueColumns {
		if c.kind != s.Kind {
			continue
		}
		if c.wall && s.Clock != "" {
			return nil, nil
		}
		sql, args := c.scan(s.Clock, s.Before)
		args = append(args, int64(s.Limit))
		sql += fmt.Sprintf(" order by %s, id limit $%d", c.column, len(args))
		err = db.across(ctx, func(l link) error {
			return l.query(sql, args, func(r row) error {
				d := DueRow{Kind: s.Kind, Clock: s.Clock}
				err := r.Scan(&d.Account, &d.Livemode, &d.ID, &d.At)
				out = append(out, d)
				return err
			})
		})
		return out, err
	}
	return nil, fmt.Errorf("store: no due work of kind %q", s.Kind)
}

func (c dueColumn) scan(clock string, before int64) (string, []any) {
	sql := fmt.Sprintf("select account, livemode, id, %s from %s where %s <= $1 and not deleted",
		c.column, c.table, c.column)
	if c.wall {
		return sql, []any{before}
	}
	return sql + " and clock = $2", []any{before, clock}
}

// NextDue is the earliest work of one test clock up to a moment, over all kinds, in the order of
// (due, kind, id); false when there is none.
func (db *DB) NextDue(
	ctx context.Context, scope billing.Scope, clock string, before int64,
) (next DueRow, found bool, err error) {
	var parts []string
	for rank, c := range dueColumns {
		if c.wall {
			continue
		}
		parts = append(parts, fmt.Sprintf("select %d as rank, id, %s as at from %s where"+
			" account = $1 and livemode = $2 and clock = $3 and %s <= $4 and not deleted",
			rank, c.column, c.table, c.column))
	}
	sql := "select rank, id, at from (" + strings.Join(parts, " union all ") +
		") as due order by at, rank, id limit 1"
	next = DueRow{Scope: scope, Clock: clock}
	err = db.across(ctx, func(l link) error {
		args := []any{scope.Account, scope.Livemode, clock, before}
		return l.query(sql, args, func(r row) error {
			var rank int64
			err := r.Scan(&rank, &next.ID, &next.At)
			next.Kind, found = dueColumns[rank].kind, true
			return err
		})
	})
	return next, found, err
}

// NextWall is the earliest moment at which work of the wall's clock is due; false when none is
// planned. A worker sleeps until then, or until it is woken.
func (db *DB) NextWall(ctx context.Context) (at int64, found bool, err error) {
	var parts []string
	for _, c := range dueColumns {
		wall := " and clock = ''"
		if c.wall {
			wall = ""
		}
		parts = append(parts, fmt.Sprintf("select min(%s) as at from %s where %s is not null"+
			" and not deleted%s", c.column, c.table, c.column, wall))
	}
	sql := "select min(at) from (" + strings.Join(parts, " union all ") + ") as due"
	err = db.across(ctx, func(l link) error {
		return l.query(sql, nil, func(r row) error {
			var earliest *int64
			err := r.Scan(&earliest)
			if earliest != nil {
				at, found = *earliest, true
			}
			return err
		})
	})
	return at, found, err
}
