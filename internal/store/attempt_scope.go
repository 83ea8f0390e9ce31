package store

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
)

// AttemptScope says to whom an attempt belongs: a gateway's notification names only the attempt.
func (db *DB) AttemptScope(
	ctx context.Context, id string,
) (s billing.Scope, found bool, err error) {
	err = db.across(ctx, func(l link) error {
		return l.query("select account, livemode from attempts where id = $1", []any{id},
			func(r row) error {
				found = true
				return r.Scan(&s.Account, &s.Livemode)
			})
	})
	return s, found, err
}
