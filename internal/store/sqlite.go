package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteEngine is SQLite in this process: many readers on the write-ahead log, and one writer,
// which commits the transactions that wait for it together.
type sqliteEngine struct {
	readers *sql.DB
	writes  *sql.DB
	free    chan *liteConn // readers that rest; nil stands for one that is not opened yet
	writer  *liteWriter
	scratch string // folder to delete at the end, of a database that was not to be kept
	stats   *Stats
}

// pragmas of every connection. page_size only works before journal_mode. Of the writer's FULL see
// syncBeside. temp_store keeps the page copies of savepoints out of files.
// Mapping the file would count its pages as this process's memory.
var pragmas = []string{"page_size(8192)", "journal_mode(WAL)", "synchronous(FULL)",
	"busy_timeout(10000)", "foreign_keys(1)", "temp_store(MEMORY)", "wal_autocheckpoint(4000)",
	"mmap_size(0)"}

// Pages that each connection keeps, in KiB. The system caches the file besides, so readers, of
// which there are many, keep little.
const (
	writerCache = "cache_size(-16384)"
	readerCache = "cache_size(-4096)"
)

func sqliteSource(path string, more ...string) string {
	values := url.Values{}
	values["_pragma"] = append(append(values["_pragma"], pragmas...), more...)
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + values.Encode()
}

func openSQLite(ctx context.Context, o Options, stats *Stats) (engine, error) {
	e := &sqliteEngine{stats: stats}
	path := o.Path
	if path == ":memory:" {
		// Readers and writer must share it, so it is a file that goes when the database closes.
		var err error
		if e.scratch, err = os.MkdirTemp("", "portico-"); err != nil {
			return nil, err
		}
		path = filepath.Join(e.scratch, "portico.db")
	}
	own := []string{writerCache}
	if o.Unsynced {
		own = append(own, "synchronous(OFF)")
	}
	var err error
	if e.writes, err = sql.Open("sqlite", sqliteSource(path, own...)); err != nil {
		return nil, err
	}
	conn, err := e.writes.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Join(err, e.writes.Close()))
	}
	e.writes.SetMaxIdleConns(-1) // the migrations open more, and leave them
	e.writer = &liteWriter{conn: newLiteConn(conn), stats: stats}
	if !o.Unsynced {
		if err := e.writer.syncBeside(); err != nil {
			return nil, errors.Join(err, e.close())
		}
	}
	e.readers, err = sql.Open("sqlite", sqliteSource(path, readerCache, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(err, e.close())
	}
	n := o.MaxReaders
	if n <= 0 {
		n = max(4, 2*runtime.GOMAXPROCS(0))
	}
	e.free = make(chan *liteConn, n)
	for range n {
		e.free <- nil
	}
	return e, nil
}

func (e *sqliteEngine) name() string               { return "sqlite" }
func (e *sqliteEngine) forUpdate() string          { return "" }
func (e *sqliteEngine) database() (*sql.DB, error) { return e.writes, nil }

func (e *sqliteEngine) close() error {
	errs := []error{e.writer.close()}
	if e.readers != nil {
		for range cap(e.free) {
			if conn := <-e.free; conn != nil {
				errs = append(errs, conn.close())
			}
		}
		errs = append(errs, e.readers.Close())
	}
	errs = append(errs, e.writes.Close())
	if e.scratch != "" {
		errs = append(errs, os.RemoveAll(e.scratch))
	}
	return errors.Join(errs...)
}

func (e *sqliteEngine) read(ctx context.Context, fn func(link) error) (err error) {
	var conn *liteConn
	select {
	case conn = <-e.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.free <- conn }()
	if conn == nil {
		c, err := e.readers.Conn(ctx)
		if err != nil {
			return err
		}
		conn = newLiteConn(c)
	}
	if err := conn.run("begin"); err != nil {
		return err
	}
	defer func() {
		if over := conn.run("rollback"); err == nil {
			err = over
		}
	}()
	defer e.writer.settled() // nobody is shown what could still be lost
	return fn(&liteLink{ctx: ctx, conn: conn, stats: e.stats})
}

func (e *sqliteEngine) write(ctx context.Context, fn func(link) error) error {
	return e.writer.write(ctx, fn)
}

// liteError translates SQLite's errors, by their codes, into those of this package.
func liteError(err error) error {
	var lite *sqlite.Error
	if err == nil || !errors.As(err, &lite) {
		return err
	}
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return UniqueError{Constraint: liteConstraint(lite.Error())}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

// liteConstraint reads "table.column" out of the message, which has it nowhere else:
// "UNIQUE constraint failed: prices.account, prices.livemode, prices.lookup_key (2067)". The last
// column names the constraint, as the indexes of both engines do.
func liteConstraint(message string) string {
	message = strings.TrimSpace(message)
	if at := strings.LastIndex(message, " ("); at >= 0 {
		message = message[:at]
	}
	return message[strings.LastIndexByte(message, ' ')+1:]
}
