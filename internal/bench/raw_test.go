package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // the driver that the store uses

	"github.com/portico-billing/portico/internal/store/pgtest"
)

// write is one row of a transaction: an insert, or an update of a row that is there.
type write struct {
	update bool
	id     string
	doc    string
}

// limit is a database without anybody's code around it.
type limit interface {
	commit(writes []write) error
	read(id string) error
}

var serial atomic.Int64

func freshID() string { return fmt.Sprintf("raw_%024d", serial.Add(1)) }

const (
	rawTable  = "create table raw (account text, id text primary key, created bigint, doc text)"
	rawInsert = "insert into raw (account, id, created, doc) values ($1, $2, $3, $4)"
	rawUpdate = "update raw set created = $3, doc = $4 where account = $1 and id = $2"
	rawRead   = "select doc from raw where id = $1"
)

func (w write) sql() string {
	if w.update {
		return rawUpdate
	}
	return rawInsert
}

func (w write) args() []any { return []any{"acct_1", w.id, int64(1), w.doc} }

func openLimit(b *testing.B, engine string) limit {
	b.Helper()
	if engine == "postgres" {
		pool, err := pgxpool.New(context.Background(), pgtest.DSN(b))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(pool.Close)
		if _, err := pool.Exec(context.Background(), rawTable); err != nil {
			b.Fatal(err)
		}
		return rawPostgres{pool}
	}
	db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "raw.db")+
		"?_pragma=page_size(8192)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec(rawTable); err != nil {
		b.Fatal(err)
	}
	return rawSQLite{db}
}

type rawSQLite struct{ db *sql.DB }

func (r rawSQLite) commit(writes []write) error {
	tx, err := r.db.Begin()
	if err != nil {
		return err
	}
	for _, w := range writes {
		if _, err := tx.Exec(w.sql(), w.args()...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (r rawSQLite) read(id string) error {
	var doc string
	return r.db.QueryRow(rawRead, id).Scan(&doc)
}

type rawPostgres struct{ pool *pgxpool.Pool }

// commit sends everything in one round trip.
func (r rawPostgres) commit(writes []write) error {
	ctx := context.Background()
	batch := &pgx.Batch{}
	batch.Queue("begin")
	for _, w := range writes {
		batch.Queue(w.sql(), w.args()...)
	}
	batch.Queue("commit")
	return r.pool.SendBatch(ctx, batch).Close()
}

func (r rawPostgres) read(id string) error {
	var doc string
	return r.pool.QueryRow(context.Background(), rawRead, id).Scan(&doc)
}

// document is text of a length.
func document(n int64) string { return `{"x":"` + strings.Repeat("a", int(n)) + `"}` }
