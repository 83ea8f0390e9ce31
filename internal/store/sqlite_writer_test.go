package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/portico-billing/portico/internal/id"
)

// disk is a log that reaches the disk when the test says so.
type disk struct {
	syncer
	asked   chan bool
	answers chan error
}

func (d disk) Sync() error {
	d.asked <- true
	return <-d.answers
}

// openOnDisk opens a database with a table, on such a disk.
func openOnDisk(t *testing.T) (*sqliteEngine, disk) {
	t.Helper()
	db, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "x.db"),
		IDs: &id.Sequence{}})
	if err != nil {
		t.Fatal(err)
	}
	e := db.engine.(*sqliteEngine)
	t.Cleanup(func() { _ = db.Close() })
	if err := put(e, "create table t (n integer)"); err != nil {
		t.Fatal(err)
	}
	d := disk{e.writer.log, make(chan bool), make(chan error)}
	e.writer.log = d
	return e, d
}

func put(e *sqliteEngine, text string) error {
	return e.write(context.Background(), func(l link) error {
		_, err := l.exec(text)
		return err
	})
}

func begun(do func() error) chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return done
}

func TestAWriteIsAcknowledgedByTheDisk(t *testing.T) {
	t.Parallel()
	e, d := openOnDisk(t)
	first := begun(func() error { return put(e, "insert into t values (1)") })
	<-d.asked
	commits := e.stats.Commits.Load()

	// While the first is on its way, others write what nobody is told of yet, and nobody reads
	// what could still be lost.
	var more []chan error
	for range 5 {
		more = append(more, begun(func() error { return put(e, "insert into t values (2)") }))
	}
	read := begun(func() error {
		return e.read(context.Background(), func(l link) error {
			return l.query("select n from t", nil, func(row) error { return nil })
		})
	})
	for joined := 0; joined < 5; {
		e.writer.turn.Lock()
		if e.writer.group != nil {
			joined = e.writer.group.size
		}
		e.writer.turn.Unlock()
	}
	select {
	case <-first:
		t.Error("acknowledged before it was on the disk")
	case <-more[0]:
		t.Error("acknowledged before it was committed")
	case <-read:
		t.Error("read before it was on the disk")
	default:
	}
	d.answers <- nil
	<-d.asked
	d.answers <- nil
	for _, done := range append(more, first, read) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := e.stats.Commits.Load() - commits; n != 1 {
		t.Errorf("five writes that came together took %d commits", n)
	}
}

// A second group on its way could be acknowledged although the first was lost.
func TestOneGroupAtATimeIsOnItsWayToTheDisk(t *testing.T) {
	t.Parallel()
	e, d := openOnDisk(t)
	all := []chan error{begun(func() error { return put(e, "insert into t values (1)") })}
	<-d.asked
	commits := e.stats.Commits.Load()
	for range groupMax + 2 {
		all = append(all, begun(func() error { return put(e, "insert into t values (2)") }))
	}
	for joined := 0; joined < groupMax+2; {
		e.writer.turn.Lock()
		if e.writer.group != nil {
			joined = e.writer.group.size
		}
		if n := e.stats.Commits.Load(); n != commits {
			t.Fatalf("%d groups are on their way", 1+n-commits)
		}
		e.writer.turn.Unlock()
	}
	lost := errors.New("the disk is gone")
	d.answers <- lost
	for i, done := range all {
		if err := <-done; !errors.Is(err, lost) {
			t.Errorf("write %d: %v", i, err)
		}
	}
}

func TestAfterAFailedSyncNothingIsWritten(t *testing.T) {
	t.Parallel()
	e, d := openOnDisk(t)
	lost := errors.New("the disk is gone")
	first := begun(func() error { return put(e, "insert into t values (1)") })
	<-d.asked
	d.answers <- lost
	if err := <-first; !errors.Is(err, lost) {
		t.Errorf("the write: %v", err)
	}
	e.writer.settling.Wait()
	if err := put(e, "insert into t values (2)"); !errors.Is(err, lost) {
		t.Errorf("the next write: %v", err)
	}
}

// What asks nothing is prepared while somebody else has the turn.
func TestATurnBeginsWithAStatement(t *testing.T) {
	t.Parallel()
	e, _ := openOnDisk(t)
	e.writer.turn.Lock()
	called := false
	err := e.write(context.Background(), func(link) error {
		called = true
		return nil
	})
	e.writer.turn.Unlock()
	if err != nil || !called {
		t.Errorf("called: %t, %v", called, err)
	}
}
