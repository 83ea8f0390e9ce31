package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
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
	dialect, closing := database.DialectSQLite3, func() error { return nil }
	if name == "postgres" {
		dialect, closing = database.DialectPostgres, conn.Close
	}
	p, err := goose.NewProvider(dialect, conn, folder, goose.WithDisableGlobalRegistry(true))
	return p, closing, err
}

// Migrate brings the schema up to date. A database that a newer program has changed is refused.
func (db *DB) Migrate(ctx context.Context) error {
	p, closing, err := db.provider()
	if err != nil {
		return err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, r := range done {
		db.log.Info("migrated", "file", r.Source.Path, "ms", r.Duration.Milliseconds())
	}
	if err := closing(); err != nil {
		return err
	}
	return db.check(ctx)
}

// Pending counts the migrations that Migrate would run.
func (db *DB) Pending(ctx context.Context) (n int, err error) {
	p, closing, err := db.provider()
	if err != nil {
		return 0, err
	}
	states, err := p.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("pending migrations: %w", err)
	}
	for _, s := range states {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, closing()
}
