package store

import (
	"context"
	"encoding/json"

	"github.com/portico-billing/portico/internal/billing"
)

// Job is work without a noun: a mail, a PDF, an export.
type Job struct {
	billing.Scope
	ID        string
	Kind      string
	Args      json.RawMessage
	RunAtMs   int64
	UniqueKey string // while a live job has it, another is not added
	Tries     int64  // with this one
	Lease     string // proves that this worker claimed it
	LastError string
}

const insertJob = `insert into jobs
	(account, livemode, id, kind, args, state, run_at_ms, unique_key)
	values ($1, $2, $3, $4, $5, 'ready', $6, $7) on conflict do nothing`

var jobShape = &shape{one: insertJob}

// Enqueue adds a job to the transaction. It reports false when a live job has its key already.
func Enqueue(tx *Tx, j Job) (bool, error) {
	if j.ID == "" {
		j.ID = tx.w.ids.New("job")
	}
	if j.Args == nil {
		j.Args = json.RawMessage("{}")
	}
	args := []any{tx.scope.Account, tx.scope.Livemode, j.ID, j.Kind, string(j.Args), j.RunAtMs,
		orNull(j.UniqueKey)}
	if j.UniqueKey == "" { // nothing can be in its way
		tx.w.left.Jobs++
		tx.w.link.queue(stmt{shape: jobShape, args: args})
		return true, nil
	}
	n, err := tx.w.link.exec(insertJob, args...)
	tx.w.left.Jobs += int(n)
	return n == 1, err
}

const jobFields = "account, livemode, id, kind, args, run_at_ms, unique_key, tries, last_error"

var leaseJobShape = &shape{one: `update jobs set lease = $4, leased_until_ms = $5,
	tries = tries + 1 where account = $1 and livemode = $2 and id = $3 and state = 'ready'
	and run_at_ms <= $6 and leased_until_ms <= $6`}

// ClaimJobs leases jobs whose time has come, earliest first. A lease that runs out lets another
// worker try.
func (db *DB) ClaimJobs(ctx context.Context, c Claim) (out []Job, err error) {
	err = db.claim(ctx, func(l link) error {
		out = nil
		due, err := jobs(l, `where state = 'ready' and run_at_ms <= $1 and leased_until_ms <= $1
			order by run_at_ms, id limit $2`, c.NowMs, int64(c.Limit))
		if err != nil {
			return err
		}
		taken := make([]int64, len(due))
		for i := range due {
			j := &due[i]
			j.Lease = db.ids.New("lease")
			j.Tries++
			l.queue(stmt{shape: leaseJobShape, count: &taken[i], args: []any{j.Account, j.Livemode,
				j.ID, j.Lease, c.NowMs + c.LeaseMs, c.NowMs}})
		}
		if err := l.flush(); err != nil {
			return err
		}
		for i, j := range due {
			if taken[i] == 1 {
				out = append(out, j)
			}
		}
		return nil
	})
	return out, err
}

func jobs(l link, tail string, args ...any) (out []Job, err error) {
	err = l.query("select "+jobFields+" from jobs "+tail, args, func(r row) error {
		var j Job
		var key *string
		var args []byte
		err := r.Scan(&j.Account, &j.Livemode, &j.ID, &j.Kind, &args, &j.RunAtMs, &key,
			&j.Tries, &j.LastError)
		if key != nil {
			j.UniqueKey = *key
		}
		j.Args = args
		out = append(out, j)
		return err
	})
	return out, err
}

// JobResult is how a try went. The zero value says that the job is done.
type JobResult struct {
	Error     string
	RetryAtMs int64 // 0 gives up when there is an error
}

// FinishJob ends a lease: a job that is done is deleted, a failed one is tried again or kept as
// dead. ErrLeaseLost says that another worker has it, so nothing is recorded.
func (db *DB) FinishJob(ctx context.Context, j Job, r JobResult) error {
	return db.claim(ctx, func(l link) error {
		sql := "delete from jobs where account = $1 and livemode = $2 and id = $3 and lease = $4"
		args := []any{j.Account, j.Livemode, j.ID, j.Lease}
		if r.Error != "" {
			state := "ready"
			if r.RetryAtMs == 0 {
				state = "dead"
			}
			sql = `update jobs set state = $5, run_at_ms = $6, last_error = $7, lease = '',
				leased_until_ms = 0 where account = $1 and livemode = $2 and id = $3
				and lease = $4`
			args = append(args, state, r.RetryAtMs, r.Error)
		}
		n, err := l.exec(sql, args...)
		if err == nil && n == 0 {
			err = ErrLeaseLost
		}
		return err
	})
}

// DeadJobs are the jobs that were given up, in every account.
func (db *DB) DeadJobs(ctx context.Context, limit int) (out []Job, err error) {
	err = db.across(ctx, func(l link) (err error) {
		out, err = jobs(l, "where state = 'dead' order by id desc limit $1", int64(limit))
		return err
	})
	return out, err
}
