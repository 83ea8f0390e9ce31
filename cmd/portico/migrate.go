package main

import (
	"context"
	"crypto/rand"

	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/store"
)

// migrateCommand does what serve does at its start, for those who want it done before.
type migrateCommand struct {
	config.Database `embed:""`
	config.Log      `embed:""`
}

// Validate is told to each part, which kong does not do for what is embedded.
func (c *migrateCommand) Validate() error { return c.Database.Validate() }

// Run brings the schema up to date.
func (c *migrateCommand) Run(ctx context.Context, std *streams) (err error) {
	system := clock.System{}
	db, err := openDatabase(ctx, plan{database: c.Database, log: c.Logger(std.err)},
		store.Options{IDs: id.NewSystem(system.Now, rand.Reader)})
	if err != nil {
		return err
	}
	defer func() {
		if closed := db.Close(); err == nil {
			err = closed
		}
	}()
	pending, err := db.Pending(ctx)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	std.printf("%d migrations were pending; the database is up to date.\n", pending)
	return nil
}
