package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/pgtest"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// What each engine says of its own schema: tables with columns, and indexes with the columns,
// uniqueness and condition that make them what they are.
var schemaQueries = map[string][2]string{
	"sqlite": {
		`select m.name, c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
			from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table'`,
		`select name, sql from sqlite_schema where type = 'index' and sql is not null`},
	"postgres": {
		`select c.table_name::text, c.column_name || ' ' || c.data_type || ' ' ||
			(case when c.is_nullable = 'NO' then 1 else 0 end) || ' ' || coalesce((
				select array_position(i.indkey, a.attnum) + 1 from pg_index i
				join pg_attribute a on a.attrelid = i.indrelid and a.attname = c.column_name
				where i.indrelid = c.table_name::regclass and i.indisprimary), 0)
			from information_schema.columns c where c.table_schema = 'public'`,
		`select indexname::text, indexdef from pg_indexes where schemaname = 'public'
			and indexname not like '%pkey'`},
}

func TestBothEnginesHaveTheSameSchema(t *testing.T) {
	t.Parallel()
	schemas := map[string][2][]string{}
	for _, engine := range storetest.Engines() {
		b := bed{t, storetest.New(t, engine)()}
		var lines [2][]string
		b.read(func(v *store.View) error {
			for i, sql := range schemaQueries[engine] {
				rows, err := store.Query(v, sql)
				if err != nil {
					return err
				}
				for _, r := range rows {
					if !strings.HasPrefix(r[0], "goose_") && !strings.HasPrefix(r[0], "sqlite_") {
						lines[i] = append(lines[i], normal(i, r))
					}
				}
				slices.Sort(lines[i])
			}
			return nil
		})
		schemas[engine] = lines
	}
	for i, what := range []string{"columns", "indexes"} {
		lite, pg := schemas["sqlite"][i], schemas["postgres"][i]
		if len(lite) < 50 {
			t.Errorf("only %d %s were looked at", len(lite), what)
		}
		for _, line := range lite {
			if !slices.Contains(pg, line) {
				t.Errorf("%s: only SQLite has %s", what, line)
			}
		}
		for _, line := range pg {
			if !slices.Contains(lite, line) {
				t.Errorf("%s: only PostgreSQL has %s", what, line)
			}
		}
	}
}

// normal writes both engines' words the same way.
func normal(kind int, r []string) string {
	if kind == 0 {
		// A primary key of SQLite may be null for history's sake; nothing here writes one.
		detail := strings.ReplaceAll(strings.ToLower(r[1]), " json ", " text ")
		if strings.HasSuffix(detail, " 0 1") {
			detail = strings.TrimSuffix(detail, "0 1") + "1 1"
		}
		return r[0] + " " + detail
	}
	sql := strings.ToLower(strings.Join(strings.Fields(r[1]), " "))
	unique := strings.Contains(sql, "unique index")
	_, on, _ := strings.Cut(sql, " on ")
	_, columns, _ := strings.Cut(on, "(")
	columns, _, _ = strings.Cut(columns, ")")
	return fmt.Sprintf("%s unique=%v (%s) partial=%v", r[0], unique, columns,
		strings.Contains(on, " where "))
}

func TestMigrationsHaveTheSameNames(t *testing.T) {
	t.Parallel()
	var names [2][]string
	for i, engine := range storetest.Engines() {
		files, err := filepath.Glob("migrations/" + engine + "/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatal("no migrations", err)
		}
		for _, f := range files {
			names[i] = append(names[i], filepath.Base(f))
			text, err := os.ReadFile(f)
			if err != nil || !strings.HasPrefix(string(text), "-- +goose Up\n-- ") {
				t.Errorf("%s does not say what it is for, %v", f, err)
			}
		}
	}
	if !slices.Equal(names[0], names[1]) {
		t.Errorf("sqlite %v, postgres %v", names[0], names[1])
	}
}

func TestTheSchemaGuardsItself(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		for _, sql := range []string{
			"update subscriptions set status = 'asleep'",
			"update prices set product = 'prod_nowhere'",
			"delete from products",
			"insert into ledger_entries values ('a', false, 'none', 0, 'b', 'usd', 1)",
		} {
			b.write(func(tx *store.Tx) {
				if _, _, err := store.SubscriptionOfItem(tx, "si_sub_1_a"); err != nil {
					store.Subscriptions.Insert(tx, subscription("sub_1", "cus_1", "price_1"))
				}
			})
			if err := b.try(func(tx *store.Tx) error { return store.Exec(tx, sql) }); err == nil {
				b.t.Errorf("accepted: %s", sql)
			}
		}
	})
}

func TestVerifyFindsDrift(t *testing.T) {
	each(t, func(b bed) {
		b.catalog()
		drift := func(email string) {
			b.do(func(tx *store.Tx) error {
				return store.Exec(tx, "update customers set email = $1 where id = 'cus_1'", email)
			})
		}
		drift("eve@x.org")
		bad, err := store.Verify(b.t.Context(), b.db)
		if err != nil || len(bad) != 1 || !strings.Contains(bad[0], "cus_1: email") {
			b.t.Errorf("found %v, %v", bad, err)
		}
		drift("cus_1@example.com")
	})
}

// A table that is read in several turns is read to its end, in every account and mode.
func TestVerifyReadsEveryRow(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			for n := range 2 * store.VerifyRows {
				store.Customers.Insert(tx, customer(fmt.Sprintf("cus_%05d", n)))
			}
		})
		b.do(func(tx *store.Tx) error {
			return store.Exec(tx, "update customers set email = 'eve@x.org'")
		})
		bad, err := store.Verify(b.t.Context(), b.db)
		if err != nil || len(bad) != 2*store.VerifyRows {
			b.t.Errorf("found %d, %v", len(bad), err)
		}
		b.do(func(tx *store.Tx) error { return store.Exec(tx, "delete from customers") })
	})
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	each(t, func(b bed) {
		if err := b.db.SetMeta(b.t.Context(), "min_binary", "99"); err != nil {
			b.t.Fatal(err)
		}
		if err := b.db.Migrate(b.t.Context()); err == nil {
			b.t.Error("an older program migrates a newer database")
		}
		if _, err := b.db.Pending(b.t.Context()); !errors.Is(err, store.ErrTooOld) {
			b.t.Errorf("an older program reads a newer database: %v", err)
		}
	})
}

func TestScratchDatabases(t *testing.T) {
	t.Parallel()
	b := bed{t, storetest.New(t, "sqlite")(func(o *store.Options) { o.Path = ":memory:" })}
	if n, err := b.db.Pending(t.Context()); n == 0 || err != nil {
		t.Fatalf("%d migrations are pending, %v", n, err)
	}
	if err := b.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.catalog()
}

func TestOpenNeedsAnAddress(t *testing.T) {
	t.Parallel()
	if db, err := store.Open(t.Context(), store.Options{}); err == nil {
		t.Error("opened nothing", db.Close())
	}
}

// Processes that start together on an empty database all find it migrated.
func TestMigratingTogether(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), store.Options{URL: dsn, IDs: &id.Sequence{}})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
			if n, err := db.Pending(t.Context()); n != 0 || err != nil {
				t.Errorf("%d migrations are pending, %v", n, err)
			}
		})
	}
	wg.Wait()
}
