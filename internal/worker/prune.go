package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

const (
	pruneEvery = time.Hour
	// idempotencyKept is a little over the day that the API promises.
	idempotencyKept = 25 * time.Hour
)

// pruner deletes what has been kept for long enough, once an hour.
type pruner struct {
	*Worker
	next time.Time
}

// step says that there was no work, because nobody waits for more of it.
func (p *pruner) step(ctx context.Context, _ bool) (int, error) {
	now := p.Clock.Now()
	if now.Before(p.next) {
		return 0, nil
	}
	p.next = now.Add(pruneEvery)
	accounts, err := p.DB.Accounts(ctx)
	if err != nil {
		return 0, fmt.Errorf("accounts: %w", err)
	}
	var failed []error
	for _, account := range accounts {
		for _, livemode := range []bool{false, true} {
			scope := billing.Scope{Account: account.ID, Livemode: livemode}
			failed = append(failed, p.pruneEvents(ctx, scope, now))
		}
	}
	n, err := p.DB.PruneIdempotency(ctx, now.Add(-idempotencyKept).Unix())
	if n > 0 {
		p.Log.Info("pruned idempotency keys", "count", n)
	}
	return 0, errors.Join(append(failed, err)...)
}

func (p *pruner) pruneEvents(ctx context.Context, scope billing.Scope, now time.Time) error {
	var days int64
	err := p.DB.Read(ctx, scope, now.Unix(), func(v *store.View) error {
		settings, err := store.LoadSettings(v)
		if err == nil {
			days = settings.Events.RetentionDays
		}
		return err
	})
	if err != nil || days <= 0 {
		return err
	}
	n, err := p.DB.PruneEvents(ctx, scope, now.Unix()-days*86400)
	if n > 0 {
		p.Log.Info("pruned events", "account", scope.Account, "livemode", scope.Livemode,
			"count", n)
	}
	return err
}
