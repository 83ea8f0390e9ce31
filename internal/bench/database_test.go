package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver that the store uses

	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// database is one as its driver shows it.
type database struct {
	sql  *sql.DB
	pool *pgxpool.Pool // of PostgreSQL
	keys map[string][]string
	// prepared statements of SQLite, whose one connection prepares them all.
	prepared map[string]*sql.Stmt
}

// count lets PostgreSQL count its rows, as it does by itself wherever autovacuum is not off: it
// plans by the counts. SQLite plans without, as it does in production.
func (d *database) count() error {
	if d.pool == nil {
		return nil
	}
	_, err := d.pool.Exec(context.Background(), "analyze")
	return err
}

func (d *database) statement(text string) (st *sql.Stmt, err error) {
	if st = d.prepared[text]; st == nil {
		if st, err = d.sql.Prepare(text); err == nil {
			d.prepared[text] = st
		}
	}
	return st, err
}

// freshDatabase has the schema of the program and nothing in it.
func freshDatabase(b *testing.B, engine string) (where store.Options) {
	b.Helper()
	storetest.New(b, engine)(func(o *store.Options) { where = *o })
	return where
}

// openDatabase opens one without the checks of foreign keys: rows are written again without those
// that they refer to, and a limit should not be lower than it is.
func openDatabase(b *testing.B, where store.Options) *database {
	b.Helper()
	d := &database{keys: map[string][]string{}, prepared: map[string]*sql.Stmt{}}
	var err error
	if where.URL != "" {
		config, err := pgxpool.ParseConfig(where.URL)
		if err != nil {
			b.Fatal(err)
		}
		config.MaxConns = clients
		config.ConnConfig.RuntimeParams["session_replication_role"] = "replica"
		if d.pool, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(d.pool.Close)
		d.sql = stdlib.OpenDBFromPool(d.pool)
	} else if d.sql, err = sql.Open("sqlite", "file:"+where.Path+
		"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=cache_size(-16384)"+
		"&_pragma=wal_autocheckpoint(4000)"); err != nil {
		b.Fatal(err)
	} else {
		d.sql.SetMaxOpenConns(1)
	}
	b.Cleanup(func() { _ = d.sql.Close() })
	if err := d.readKeys(); err != nil {
		b.Fatal(err)
	}
	return d
}

const (
	liteKeys = `select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c
		where m.type = 'table' and c.pk > 0 order by m.name, c.pk`
	pgKeys = `select t.relname, a.attname from pg_index i join pg_class t on t.oid = i.indrelid
		join pg_namespace n on n.oid = t.relnamespace and n.nspname = current_schema()
		join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
		where i.indisprimary order by 1, 2`
)

// readKeys learns the tables and their primary keys.
func (d *database) readKeys() error {
	query := liteKeys
	if d.pool != nil {
		query = pgKeys
	}
	rows, err := d.sql.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return err
		}
		if table != "meta" && !strings.HasPrefix(table, "goose") &&
			!strings.HasPrefix(table, "sqlite_") {
			d.keys[table] = append(d.keys[table], column)
		}
	}
	return rows.Err()
}

// tuple is a stored row.
type tuple struct {
	columns []string
	values  []any
}

// rows are all of a table, by their primary key.
func (d *database) rows(table string) (map[string]tuple, error) {
	found, err := d.sql.Query("select * from " + table)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		return nil, err
	}
	out := map[string]tuple{}
	for found.Next() {
		t := tuple{columns, make([]any, len(columns))}
		into := make([]any, len(columns))
		for i := range into {
			into[i] = &t.values[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		out[t.key(d.keys[table])] = t
	}
	return out, found.Err()
}

func (t tuple) key(columns []string) string {
	var b strings.Builder
	for _, name := range columns {
		fmt.Fprintf(&b, "%v\x00", t.values[slices.Index(t.columns, name)])
	}
	return b.String()
}

// bytes is how much a row holds: the length of its texts, and eight for anything else.
func (t tuple) bytes() (n int) {
	for _, v := range t.values {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []byte:
			n += len(v)
		case nil:
		default:
			n += 8
		}
	}
	return n
}

// snapshot is everything that is stored.
type snapshot map[string]map[string]tuple

func (d *database) snapshot() (snapshot, error) {
	out := snapshot{}
	for table := range d.keys {
		rows, err := d.rows(table)
		if err != nil {
			return nil, err
		}
		out[table] = rows
	}
	return out, nil
}
