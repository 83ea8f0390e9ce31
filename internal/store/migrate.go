package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

func (db *DB) provider() (*goose.Provider, func() error, error) {
	name := db.Engine()
	folder, err := fs.Sub(migrations, "migrations/"+name)
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.engine.database()
	if err != nil {
		return nil, nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if name == "sqlite" {
		p, err := goose.NewProvider(database.DialectSQLite3, conn, folder, options...)
		return p, func() error { return nil }, err
	}
	// Of processes that start together, one migrates and the others wait.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockSecondsMax))
	if err != nil {
		return nil, nil, err
	}
	options = append(options, goose.WithSessionLocker(locker))
	p, err := goose.NewProvider(database.DialectPostgres, conn, folder, options...)
	return p, conn.Close, err
}

// lockSecondsMax is how long a process waits for another one that migrates.
const lockSecondsMax = 300

// Migrate brings the schema up to date. A database that a newer program has changed is refused.
func (db *DB) Migrate(ctx context.Context) error {
	p, closing, err := db.provider()
	if err != nil {
		return err
	}
	done, err := p.Up(ctx)
	if err := errors.Join(err, closing()); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, r := range done {
		db.log.Info("migrated", "file", r.Source.Path, "ms", r.Duration.Milliseconds())
	}
	return db.check(ctx)
}

// Pending counts the migrations that Migrate would run. A database that needs a newer program is
// refused, as by Migrate.
func (db *DB) Pending(ctx context.Context) (n int, err error) {
	p, closing, err := db.provider()
	if err != nil {
		return 0, err
	}
	states, err := p.Status(ctx)
	if err := errors.Join(err, closing()); err != nil {
		return 0, fmt.Errorf("pending migrations: %w", err)
	}
	for _, s := range states {
		if s.State == goose.StatePending {
			n++
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, db.check(ctx)
}
