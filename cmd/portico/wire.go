package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/worker"
)

// house is the program without its doors: the database, the gateway, the commands and the worker.
type house struct {
	plan
	db        *store.DB
	simulator *simulator.Simulator
	app       *app.App
	worker    *worker.Worker
}

// plan is what a house is built from.
type plan struct {
	database config.Database
	mail     config.Mail
	// publicURL and simulatorURL are where customers reach the portal and the test payments.
	publicURL, simulatorURL string
	clock                   clock.Clock
	log                     *slog.Logger
	fontDir                 string
	guard                   outbound.Guard // what webhooks may reach
	gatewayTimeout          time.Duration  // 0: the default
	poll                    time.Duration  // of the worker; 0: the default
	requestsPerSecond       int            // of the API; 0: no limit
	unsynced                bool           // the caller syncs what is written, or drops it
	// asIs changes nothing: it neither makes a database nor migrates one.
	asIs bool
}

// build opens and connects everything. The database is brought up to date on the way.
func build(ctx context.Context, p plan) (_ *house, err error) {
	h := &house{plan: p}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	ids := id.NewSystem(p.clock.Now, rand.Reader)
	h.db, err = openDatabase(ctx, p, store.Options{IDs: ids, OnCommit: h.committed})
	if err != nil {
		return nil, err
	}
	if err = h.ready(ctx); err != nil {
		return nil, err
	}
	if h.simulator, err = openSimulator(ctx, p); err != nil {
		return nil, err
	}
	h.app = app.New(app.Options{DB: h.db, Clock: p.clock, IDs: ids, Gateway: h.simulator,
		Log: p.log, PublicURL: p.publicURL, Mail: h.deliver, Fault: crashPoint(),
		Guard: p.guard, GatewayTimeout: p.gatewayTimeout})
	h.simulator.DeliverTo(h.app.RecordNotification)
	h.worker = worker.New(worker.Options{App: h.app, DB: h.db, Clock: p.clock, Log: p.log,
		Pump: h.simulator.Pump, Guard: p.guard, Poll: p.poll})
	return h, nil
}

// ready brings the database up to date, or makes sure that it is.
func (h *house) ready(ctx context.Context) error {
	if !h.asIs {
		return h.db.Migrate(ctx)
	}
	pending, err := h.db.Pending(ctx)
	if err == nil && pending > 0 {
		return fmt.Errorf("%d migrations are pending: run portico migrate first", pending)
	}
	return err
}

// committed wakes the worker when a transaction left it something to do.
func (h *house) committed(c store.Commit) {
	if h.worker != nil {
		h.worker.Committed(c)
	}
}

// close ends what build began; what is nil was never opened.
func (h *house) close() {
	var failed error
	if h.simulator != nil {
		failed = h.simulator.Close()
	}
	if h.db != nil {
		failed = errors.Join(failed, h.db.Close())
	}
	if failed != nil {
		h.log.Error("closing failed", "error", failed)
	}
}

// openDatabase opens SQLite in the data folder, or PostgreSQL.
func openDatabase(ctx context.Context, p plan, o store.Options) (*store.DB, error) {
	o.URL, o.Log, o.Unsynced = p.database.URL, p.log, p.unsynced
	if o.URL == "" {
		o.Path = p.database.Path()
		if _, err := os.Stat(o.Path); err != nil && p.asIs {
			return nil, fmt.Errorf("there is no database in %s", p.database.Data)
		}
		if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
	}
	return store.Open(ctx, o)
}

// openSimulator opens the books of the payment simulator, beside those of the billing.
func openSimulator(ctx context.Context, p plan) (*simulator.Simulator, error) {
	o := simulator.Options{DSN: p.database.URL, Clock: p.clock.Now, Rand: rand.Reader,
		PublicURL: p.simulatorURL, Log: p.log, Unsynced: p.unsynced}
	if o.DSN == "" {
		o.Path = p.database.SimulatorPath()
	}
	return simulator.Open(ctx, o)
}

// testKeys says whether any account has keys of test mode, and so a use for the simulator.
func (h *house) testKeys(ctx context.Context) (found bool, err error) {
	accounts, err := h.db.Accounts(ctx)
	if err != nil {
		return false, err
	}
	for _, a := range accounts {
		err := h.app.View(ctx, billing.Scope{Account: a.ID}, func(v *store.View) error {
			keys, err := store.Keys(v)
			found = found || len(keys) > 0
			return err
		})
		if err != nil || found {
			return found, err
		}
	}
	return false, nil
}
