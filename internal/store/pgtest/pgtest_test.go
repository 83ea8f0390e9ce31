package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/portico-billing/portico/internal/store/pgtest"
)

func run(t *testing.T, dsn, sql string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDatabasesAreFreshAndApart(t *testing.T) {
	t.Parallel()
	a, b := pgtest.DSN(t), pgtest.DSN(t)
	run(t, a, "create table only_here (n bigint)")
	if n := run(t, b, "select 1 from pg_tables where tablename = 'only_here'"); n != 0 {
		t.Error("two tests share a database")
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	run(t, dsn, "create table parents (n bigint primary key)")
	run(t, dsn, "create table children (n bigint references parents)")
	run(t, dsn, "with p as (insert into parents values (1), (2) returning n) select n from p")
	run(t, dsn, "insert into children values (1)")
	run(t, dsn, "create schema simulator")
	if err := pgtest.Empty(dsn); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"select n from parents", "select n from children",
		"select 1 from pg_namespace where nspname = 'simulator'"} {
		if n := run(t, dsn, sql); n != 0 {
			t.Errorf("%d rows are left of %s", n, sql)
		}
	}
}
