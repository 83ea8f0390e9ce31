package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgEngine is PostgreSQL through pgx's own interface, which can pipeline: a transaction that only
// inserts is one round trip, one that reads first is two.
type pgEngine struct {
	pool   *pgxpool.Pool
	stats  *Stats
	groups *pgGroups
}

// settings that the pool's connections get unless the URL says otherwise.
var pgSettings = map[string]string{
	"application_name":                    "portico",
	"statement_timeout":                   "30s",
	"idle_in_transaction_session_timeout": "60s",
}

func openPostgres(ctx context.Context, o Options, stats *Stats) (engine, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, err
	}
	for name, value := range pgSettings {
		if _, given := config.ConnConfig.RuntimeParams[name]; !given {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	if o.MaxReaders > 0 {
		config.MaxConns = int32(min(o.MaxReaders, 1000))
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	e := &pgEngine{pool: pool, stats: stats}
	e.groups = &pgGroups{fly: e.insert}
	return e, nil
}

func (e *pgEngine) name() string               { return "postgres" }
func (e *pgEngine) forUpdate() string          { return " for update" }
func (e *pgEngine) database() (*sql.DB, error) { return stdlib.OpenDBFromPool(e.pool), nil }

func (e *pgEngine) close() error {
	e.pool.Close()
	return nil
}

func (e *pgEngine) read(ctx context.Context, fn func(link) error) error {
	l := &pgLink{ctx: ctx, pool: e.pool, stats: e.stats,
		begin: "begin isolation level repeatable read read only"}
	defer l.leave()
	return pgError(fn(l))
}

func (e *pgEngine) write(ctx context.Context, fn func(link) error) error {
	l := &pgLink{ctx: ctx, pool: e.pool, stats: e.stats, begin: "begin"}
	defer l.rollback() // does nothing after a commit
	if err := fn(l); err != nil {
		return pgError(err)
	}
	if !l.begun && mayShare(l.queued) {
		return pgError(e.groups.write(ctx, l.queued))
	}
	return pgError(e.commit(l))
}

// insert is a whole transaction that asks nothing.
func (e *pgEngine) insert(ctx context.Context, stmts []stmt) error {
	l := &pgLink{ctx: ctx, pool: e.pool, stats: e.stats, queued: stmts}
	defer l.rollback()
	return e.commit(l)
}

func (e *pgEngine) commit(l *pgLink) error {
	err := l.commit()
	if err == nil {
		e.stats.Commits.Add(1)
	}
	return err
}

// Codes of PostgreSQL's errors that have a meaning here.
const (
	pgUnique        = "23505"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
)

// pgError translates PostgreSQL's errors, by their codes, into those of this package.
func pgError(err error) error {
	var pg *pgconn.PgError
	if err == nil || !errors.As(err, &pg) {
		return err
	}
	switch pg.Code {
	case pgUnique:
		return UniqueError{Constraint: pgConstraint(pg.TableName, pg.ConstraintName)}
	case pgSerialization, pgDeadlock:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

// pgConstraint is "table.column" of an index named table_column_key or table_pkey.
func pgConstraint(table, index string) string {
	column := strings.TrimSuffix(strings.TrimPrefix(index, table+"_"), "_key")
	if column == "pkey" {
		column = "id"
	}
	return table + "." + column
}
