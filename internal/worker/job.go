package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/store"
)

// A job may take jobTime; its lease is longer, so that it never runs twice at a time.
const (
	jobTime  = 4 * time.Minute
	jobLease = 5 * time.Minute
	jobTries = 15
)

// runJobs claims jobs and runs them.
func (w *Worker) runJobs(ctx context.Context, parallel bool) (int, error) {
	if ctx.Err() != nil {
		return 0, nil
	}
	jobs, err := w.DB.ClaimJobs(ctx, store.Claim{NowMs: w.Clock.Now().UnixMilli(),
		LeaseMs: jobLease.Milliseconds(), Limit: 2 * w.Width})
	if err != nil {
		return 0, fmt.Errorf("claim jobs: %w", err)
	}
	work := context.WithoutCancel(ctx)
	failed := make([]error, len(jobs))
	w.each(parallel, len(jobs), func(i int) { failed[i] = w.runJob(work, jobs[i]) })
	return len(jobs), errors.Join(failed...)
}

func (w *Worker) runJob(ctx context.Context, j store.Job) error {
	timed, cancel := context.WithTimeout(ctx, jobTime)
	defer cancel()
	err := w.try(func() error { return w.App.RunJob(timed, j) })
	var result store.JobResult
	if err != nil {
		err = fmt.Errorf("job %s %s: %w", j.Kind, j.ID, err)
		result = store.JobResult{Error: err.Error()}
		if j.Tries < jobTries {
			result.RetryAtMs = w.Clock.Now().Add(jobPause(j.Tries)).UnixMilli()
		}
		w.Log.Error("job failed", "job", j.ID, "kind", j.Kind, "account", j.Account,
			"livemode", j.Livemode, "tries", j.Tries, "dead", result.RetryAtMs == 0, "error", err)
	}
	recorded := w.DB.FinishJob(ctx, j, result)
	if errors.Is(recorded, store.ErrLeaseLost) {
		w.Log.Warn("job outlived its lease", "job", j.ID, "kind", j.Kind)
		return err
	}
	return errors.Join(err, recorded)
}

// jobPause is how long a job waits after its nth try: 10 s, 30 s, 90 s, ... up to six hours.
func jobPause(tries int64) time.Duration {
	const first, most = 10 * time.Second, 6 * time.Hour
	pause := first
	for range tries - 1 {
		if pause = 3 * pause; pause >= most {
			return most
		}
	}
	return pause
}
