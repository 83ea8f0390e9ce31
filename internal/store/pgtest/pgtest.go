// Package pgtest gives tests a PostgreSQL of their own.
//
// It owns a private server, started once per test process from the binaries of Debian's package,
// on a loopback port, in a folder that goes away with the process. PORTICO_TEST_PG names a server
// to use instead (postgres://user@host:port/), so that many test processes share one. It does not
// own any schema.
//
// It promises a fresh database to each caller, and that a missing PostgreSQL is a failure with a
// name, never a skipped test.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Env names a running server to use instead of starting one.
const Env = "PORTICO_TEST_PG"

var (
	server = sync.OnceValues(func() (string, error) {
		if running := os.Getenv(Env); running != "" {
			return running, nil
		}
		return start()
	})
	serial atomic.Int64
)

// DSN is the address of a new and empty database, which is dropped when the test ends.
func DSN(t testing.TB) string {
	t.Helper()
	return Copy(t, "")
}

// Copy is DSN for a database that starts as a copy of another one, to which nobody is connected.
func Copy(t testing.TB, template string) string {
	t.Helper()
	dsn, name, err := create(template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("drop database if exists " + name + " with (force)"); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// Lasting is a copy of a template, or an empty database, that lasts as long as the server. Making
// one takes a quarter of a second, so whoever needs many of them uses them again: see Empty.
func Lasting(template string) (dsn, name string, err error) { return create(template) }

// Empty deletes every row of a database, but for the list of its migrations, and every schema but
// the public one. It ends whoever is still connected.
func Empty(dsn string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, `do $$
		declare r record;
		begin
			perform pg_terminate_backend(pid) from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid();
			for r in select nspname from pg_namespace where nspname not like 'pg\_%'
				and nspname not in ('public', 'information_schema') loop
				execute format('drop schema %I cascade', r.nspname);
			end loop;
			perform set_config('session_replication_role', 'replica', true); -- no foreign keys
			for r in select tablename from pg_tables where schemaname = 'public'
				and tablename not like 'goose\_%' loop
				execute format('delete from %I', r.tablename);
			end loop;
		end $$`)
	if err != nil {
		return fmt.Errorf("pgtest: empty: %w", err)
	}
	return nil
}

func create(template string) (dsn, name string, err error) {
	address, err := server()
	if err != nil {
		return "", "", err
	}
	// The process is part of the name, because processes may share a server.
	name = fmt.Sprintf("portico_%d_%d", os.Getpid(), serial.Add(1))
	sql := "create database " + name
	if template != "" {
		sql += " template " + template
	}
	if err := admin(sql); err != nil {
		return "", "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", "", fmt.Errorf("pgtest: %s: %w", Env, err)
	}
	u.Path = "/" + name
	return u.String(), name, nil
}

// adminTurn lets one statement at a time create and drop databases: copies of one template
// exclude each other anyway.
var adminTurn sync.Mutex

func admin(sql string) error {
	adminTurn.Lock()
	defer adminTurn.Unlock()
	address, err := server()
	if err != nil {
		return err
	}
	ctx := context.Background()
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	u.Path = "/postgres"
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("pgtest: %s: %w", sql, err)
	}
	return nil
}
