// Package storetest runs tests of the store, and of everything above it, on both engines.
//
// It owns fresh databases with the current schema and two accounts, made as copies of a template
// so that each takes milliseconds, and it verifies them when the test ends. It does not own any
// test double: the real store is the fake.
//
// It promises that what passes here passed on SQLite and on PostgreSQL.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/store"
)

// The accounts of every test database. Acme is the one that tests act for; whatever shows up in
// Other's data has leaked.
var (
	Acme     = billing.Scope{Account: "acct_acme"}
	AcmeLive = billing.Scope{Account: "acct_acme", Livemode: true}
	Other    = billing.Scope{Account: "acct_other"}
)

// Now is the time at which test databases begin.
const Now int64 = 1767225600 // 2026-01-01T00:00:00Z

// EngineEnv names one engine, on which tests then run that would run on both or on either.
const EngineEnv = "PORTICO_TEST_ENGINE"

// Engines are the databases that every test must pass on. The environment is asked in the test, not
// before it, so that go knows what a cached result depends on.
func Engines() []string {
	if engine := os.Getenv(EngineEnv); engine != "" {
		return []string{engine}
	}
	return []string{"sqlite", "postgres"}
}

// Opener opens the test's database. Called again, it gives another handle to the same database,
// as another process would have.
type Opener func(options ...func(*store.Options)) *store.DB

// Each runs a test on both engines, each time with a database of its own.
func Each(t *testing.T, test func(t *testing.T, open Opener)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, New(t, engine))
		})
	}
}

// One makes a database for a test that hardly depends on the engine. `make test` runs such tests on
// SQLite and, for all rooms that have them, once more on PostgreSQL.
func One(t testing.TB) Opener {
	t.Helper()
	return New(t, Engines()[0])
}

// Open is one handle to a database as One makes them.
func Open(t testing.TB, options ...func(*store.Options)) *store.DB {
	t.Helper()
	return One(t)(options...)
}

// New makes a database on one engine. It is verified and removed when the test ends.
func New(t testing.TB, engine string) Opener {
	t.Helper()
	o := store.Options{IDs: &id.Sequence{}}
	switch engine {
	case "sqlite":
		o.Path = copySQLite(t)
	case "postgres":
		o.URL = copyPostgres(t)
	default:
		t.Fatalf("storetest: there is no engine %q", engine)
	}
	verified := false
	return func(options ...func(*store.Options)) *store.DB {
		t.Helper()
		mine := o
		for _, change := range options {
			change(&mine)
		}
		db, err := store.Open(context.Background(), mine)
		if err != nil {
			t.Fatal(err)
		}
		verify := !verified
		verified = true
		t.Cleanup(func() { finish(t, db, verify) })
		return db
	}
}

func finish(t testing.TB, db *store.DB, verify bool) {
	if verify {
		bad, err := store.Verify(context.Background(), db)
		if err != nil {
			t.Errorf("verify: %v", err)
		}
		for _, line := range bad {
			t.Errorf("verify: %s", line)
		}
	}
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// seed migrates an empty database and adds the accounts.
func seed(o store.Options) error {
	return with(o, func(ctx context.Context, db *store.DB) error {
		if err := db.Migrate(ctx); err != nil {
			return err
		}
		return populate(ctx, db)
	})
}

func with(o store.Options, fn func(context.Context, *store.DB) error) error {
	ctx := context.Background()
	o.IDs = &id.Sequence{}
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, db), db.Close())
}

func populate(ctx context.Context, db *store.DB) error {
	if err := db.SetMeta(ctx, "min_binary", "1"); err != nil {
		return err
	}
	return db.Write(ctx, store.Origin{Scope: Acme, Now: Now}, func(tx *store.Tx) error {
		for i, scope := range []billing.Scope{Acme, Other} {
			a := &billing.Account{ID: scope.Account, Country: "US", Created: Now + int64(i),
				DefaultCurrency: "usd", Email: "office@example.com",
				Name: []string{"Acme", "Other"}[i]}
			if err := store.SaveAccount(tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "portico-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := seed(store.Options{Path: path}); err != nil {
		return nil, fmt.Errorf("storetest: template: %w", err)
	}
	return os.ReadFile(path)
})

func copySQLite(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "portico.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
