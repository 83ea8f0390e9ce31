package simulator

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver called "sqlite"

	"github.com/portico-billing/portico/internal/gateway"
)

//go:embed schema.sql
var schema string

// database keeps the books in SQLite or PostgreSQL, with one text for both.
type database struct {
	db *sql.DB
	// lock differs because a SQLite file has one writer by nature, while several processes can
	// share a PostgreSQL schema and must take turns.
	lock string
	// prepared statements by their text: preparing anew would be half of the work. Guarded by
	// the simulator's one writer.
	prepared map[string]*sql.Stmt
}

func openSQLite(ctx context.Context, options Options) (*database, error) {
	settings := "?_txlock=immediate&_pragma=busy_timeout(5000)" +
		"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	if options.Unsynced {
		settings = strings.Replace(settings, "(FULL)", "(OFF)", 1)
	}
	db, err := sql.Open("sqlite", "file:"+options.Path+settings)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2) // one writes; the other is for preparing meanwhile
	d := &database{db: db, prepared: map[string]*sql.Stmt{}}
	return d, d.migrate(ctx, "")
}

func openPostgres(ctx context.Context, dsn string) (*database, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["search_path"] = "simulator"
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(2)
	// The number is ours alone: "simu" in ASCII.
	d := &database{db: db, prepared: map[string]*sql.Stmt{},
		lock: "select pg_advisory_xact_lock(1936289141)"}
	return d, d.migrate(ctx, "create schema if not exists simulator")
}

func (d *database) migrate(ctx context.Context, first string) error {
	err := d.inTx(ctx, func(tx *sql.Tx) error {
		for _, statement := range append([]string{first}, strings.Split(schema, ";\n")...) {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(fmt.Errorf("create books: %w", err), d.db.Close())
	}
	return nil
}

// Close gives the file or the connections back.
func (d *database) Close() error { return d.db.Close() }

func (d *database) do(ctx context.Context, f func(books) error) error {
	return d.inTx(ctx, func(tx *sql.Tx) error { return f(&sqlBooks{ctx, tx, d}) })
}

func (d *database) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to say
	if d.lock != "" {
		if _, err := tx.ExecContext(ctx, d.lock); err != nil {
			return err
		}
	}
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// sqlBooks is the books inside one transaction. It lives as long as the callback, which is why it
// may hold the context.
type sqlBooks struct {
	ctx context.Context
	tx  *sql.Tx
	db  *database
}

// statement is a query made ready once; every query here is a constant.
func (b *sqlBooks) statement(query string) (*sql.Stmt, error) {
	ready, ok := b.db.prepared[query]
	if !ok {
		var err error
		if ready, err = b.db.db.PrepareContext(b.ctx, query); err != nil {
			return nil, err
		}
		b.db.prepared[query] = ready
	}
	return b.tx.StmtContext(b.ctx, ready), nil
}

func (b *sqlBooks) exec(query string, args ...any) error {
	statement, err := b.statement(query)
	if err != nil {
		return err
	}
	_, err = statement.ExecContext(b.ctx, args...)
	return err
}

// one reads the single doc that a query finds.
func one[T any](b *sqlBooks, query string, args ...any) (found T, ok bool, err error) {
	all, err := many[T](b, query, args...)
	if err != nil || len(all) == 0 {
		return found, false, err
	}
	return all[0], true, nil
}

// many reads the docs that a query finds.
func many[T any](b *sqlBooks, query string, args ...any) ([]T, error) {
	statement, err := b.statement(query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(b.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var doc []byte
		var record T
		if err := rows.Scan(&doc); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(doc, &record); err != nil {
			return nil, err
		}
		all = append(all, record)
	}
	return all, rows.Err()
}

func (b *sqlBooks) instrument(ref string) (instrument, bool, error) {
	return one[instrument](b, `select doc from instruments where ref = $1`, ref)
}

func (b *sqlBooks) putInstrument(i instrument) error {
	return b.exec(`insert into instruments (ref, behaviour, doc) values ($1, $2, $3)
		on conflict (ref) do update set doc = excluded.doc`,
		i.Ref, i.Behaviour, string(encode(i)))
}

func (b *sqlBooks) operation(ref string) (operation, bool, error) {
	return one[operation](b, `select doc from operations where ref = $1`, ref)
}

func (b *sqlBooks) operationFor(op gateway.Op, attempt string) (operation, bool, error) {
	return one[operation](b, `select doc from operations where op = $1 and attempt = $2`,
		string(op), attempt)
}

func (b *sqlBooks) putOperation(o operation) error {
	return b.exec(`insert into operations (ref, op, attempt, parent, outcome, moved_minor,
		currency, created_ms, doc) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (ref) do update set outcome = excluded.outcome,
		moved_minor = excluded.moved_minor, currency = excluded.currency, doc = excluded.doc`,
		o.Ref, string(o.Order.Op), o.Order.attempt().ID, o.Parent, o.Result.Outcome.String(),
		o.Result.Moved.Minor, o.Result.Moved.Currency, o.CreatedAt.UnixMilli(),
		string(encode(o)))
}

func (b *sqlBooks) call(key string) (call, bool, error) {
	return one[call](b, `select doc from calls where key = $1`, key)
}

func (b *sqlBooks) putCall(c call) error {
	return b.exec(`insert into calls (key, ref, at_ms, doc) values ($1, $2, $3, $4)`,
		c.Key, c.Ref, c.At.UnixMilli(), string(encode(c)))
}

func (b *sqlBooks) challenge(token string) (challenge, bool, error) {
	return one[challenge](b, `select doc from challenges where token = $1`, token)
}

func (b *sqlBooks) putChallenge(c challenge) error {
	return b.exec(`insert into challenges (token, ref, state, doc) values ($1, $2, $3, $4)
		on conflict (token) do update set state = excluded.state, doc = excluded.doc`,
		c.Token, c.Ref, string(c.State), string(encode(c)))
}

func (b *sqlBooks) addEntry(e gateway.Entry) error {
	return b.exec(`insert into entries (key, at_ms, attempt, kind, minor, doc)
		values ($1, $2, $3, $4, $5, $6)`,
		entryKey(e), e.At.UnixMilli(), e.Attempt, e.Kind, e.Moved.Minor, string(encode(e)))
}

func (b *sqlBooks) entries(
	from, to time.Time, after string, limit int,
) ([]gateway.Entry, []string, error) {
	found, err := many[gateway.Entry](b, `select doc from entries
		where at_ms >= $1 and at_ms < $2 and key > $3 order by key limit $4`,
		from.UnixMilli(), to.UnixMilli(), after, limit)
	keys := make([]string, len(found))
	for i, e := range found {
		keys[i] = entryKey(e)
	}
	return found, keys, err
}

func (b *sqlBooks) addItem(i item) error {
	return b.exec(`insert into queue (id, due_ms, doc) values ($1, $2, $3)`,
		i.ID, i.Due.UnixMilli(), string(encode(i)))
}

func (b *sqlBooks) dropItem(id string) error {
	return b.exec(`delete from queue where id = $1`, id)
}

func (b *sqlBooks) dueItems(now time.Time, limit int) ([]item, error) {
	return many[item](b, `select doc from queue where due_ms <= $1 order by due_ms, id limit $2`,
		now.UnixMilli(), limit)
}

func (b *sqlBooks) nextDue() (time.Time, bool, error) {
	first, ok, err := one[item](b, `select doc from queue order by due_ms, id limit 1`)
	return first.Due, ok, err
}

func (b *sqlBooks) addComplaint(c complaint) error {
	return b.exec(`insert into complaints (rule, attempt, at_ms, doc) values ($1, $2, $3, $4)`,
		c.Rule, c.Attempt, c.At.UnixMilli(), string(encode(c)))
}

func (b *sqlBooks) everything() (c contents, err error) {
	read := func(f func() error) {
		if err == nil {
			err = f()
		}
	}
	read(func() (e error) {
		c.instruments, e = many[instrument](b, `select doc from instruments order by ref`)
		return e
	})
	read(func() (e error) {
		c.operations, e = many[operation](b, `select doc from operations order by ref`)
		return e
	})
	read(func() (e error) {
		c.calls, e = many[call](b, `select doc from calls order by key`)
		return e
	})
	read(func() (e error) {
		c.entries, e = many[gateway.Entry](b, `select doc from entries order by key`)
		return e
	})
	read(func() (e error) {
		c.items, e = many[item](b, `select doc from queue order by due_ms, id`)
		return e
	})
	read(func() (e error) {
		c.complaints, e = many[complaint](b, `select doc from complaints order by at_ms`)
		return e
	})
	return c, err
}
