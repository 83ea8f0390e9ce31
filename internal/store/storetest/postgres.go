package storetest

import (
	"sync"
	"testing"

	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/pgtest"
)

// pool keeps the databases of tests that are over, because emptying one is much quicker than
// making one.
type pool struct {
	mu   sync.Mutex
	free []string // addresses
}

var databases pool

// template is a database with the current schema. It is made once per process.
var template = sync.OnceValues(func() (string, error) {
	dsn, name, err := pgtest.Lasting("")
	if err != nil {
		return "", err
	}
	return name, seed(store.Options{URL: dsn})
})

func (p *pool) take() (dsn string, err error) {
	p.mu.Lock()
	if n := len(p.free); n > 0 {
		dsn, p.free = p.free[n-1], p.free[:n-1]
	}
	p.mu.Unlock()
	if dsn != "" {
		return dsn, nil
	}
	from, err := template()
	if err != nil {
		return "", err
	}
	dsn, _, err = pgtest.Lasting(from)
	return dsn, err
}

// put takes a database back once it is as new again.
func (p *pool) put(dsn string) error {
	if err := pgtest.Empty(dsn); err != nil {
		return err
	}
	if err := with(store.Options{URL: dsn}, populate); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, dsn)
	return nil
}

func copyPostgres(t testing.TB) string {
	t.Helper()
	dsn, err := databases.take()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := databases.put(dsn); err != nil {
			t.Error(err)
		}
	})
	return dsn
}
