package simulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// testClock is a clock that a test moves.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bundle is a simulator with its clock, and the options to open the same books again.
type bundle struct {
	*Simulator
	clock   *testClock
	options Options
}

func setup(t *testing.T, change ...func(*Options)) *bundle {
	t.Helper()
	clock := &testClock{now: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)}
	o := Options{Volatile: true, Clock: clock.Now, PublicURL: "http://sim.test",
		Secret: "whsec_test", Rand: rand.NewChaCha8([32]byte{7})}
	for _, f := range change {
		f(&o)
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &bundle{Simulator: s, clock: clock, options: o}
}

func onSQLite(t *testing.T) func(*Options) {
	path := filepath.Join(t.TempDir(), "simulator.db")
	return func(o *Options) { o.Volatile, o.Path = false, path }
}

func onPostgres(t *testing.T) func(*Options) {
	dsn := newDatabase(t)
	return func(o *Options) { o.Volatile, o.DSN = false, dsn }
}

func (b *bundle) card(t *testing.T, name string) string {
	t.Helper()
	i, ok, err := b.InstrumentFor(t.Context(), name)
	if err != nil || !ok {
		t.Fatalf("%s: known %v, %v", name, ok, err)
	}
	return i.Ref
}

func (b *bundle) clean(t *testing.T) {
	t.Helper()
	findings, err := b.Audit(t.Context())
	if err != nil || len(findings) > 0 {
		t.Fatalf("audit: %v, %v", findings, err)
	}
}

func chargeOf(id, instrument string, minor int64) gateway.ChargeRequest {
	return gateway.ChargeRequest{Attempt: gateway.Attempt{ID: id, Key: id + "-charge"},
		Instrument: instrument, CaptureNow: true,
		Amount: money.Amount{Minor: minor, Currency: "usd"}}
}

// token is the page a next action leads to.
func token(t *testing.T, next *gateway.NextAction) string {
	t.Helper()
	if next == nil {
		t.Fatal("no next action")
	}
	u, err := url.Parse(next.URL)
	if err != nil {
		t.Fatal(err)
	}
	if setup := u.Query().Get("setup"); setup != "" {
		return setup
	}
	return u.Path[strings.LastIndex(u.Path, "/")+1:]
}

var databases atomic.Int64

// newDatabase is an empty database on PORTICO_TEST_PG, or on a server of our own.
func newDatabase(t *testing.T) string {
	t.Helper()
	server, err := startPostgres()
	if err != nil {
		t.Fatalf("PostgreSQL is needed for this test (Debian: apt install postgresql): %v", err)
	}
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	name := fmt.Sprintf("simulator_%d_%d", os.Getpid(), databases.Add(1))
	if _, err := conn.Exec(ctx, "create database "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, server)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

var (
	postgresDir string
	// startPostgres starts one server for the whole package, as the user postgres when we are
	// root, which initdb refuses to be.
	startPostgres = sync.OnceValues(func() (string, error) {
		if dsn := os.Getenv("PORTICO_TEST_PG"); dsn != "" {
			return dsn, nil
		}
		dir, err := os.MkdirTemp("", "simulator-pg")
		if err != nil {
			return "", err
		}
		postgresDir = dir
		if err := giveToPostgres(dir); err != nil {
			return "", err
		}
		data := filepath.Join(dir, "data")
		if err := pgTool("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N",
			"--no-locale", "-E", "UTF8"); err != nil {
			return "", err
		}
		port, err := freePort()
		if err != nil {
			return "", err
		}
		err = pgTool("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o",
			"-c listen_addresses=127.0.0.1 -c fsync=off -p "+port+" -k "+dir, "start")
		return "postgres://postgres@127.0.0.1:" + port + "/postgres", err
	})
)

func TestMain(m *testing.M) {
	code := m.Run()
	if postgresDir != "" {
		if err := pgTool("pg_ctl", "-D", filepath.Join(postgresDir, "data"), "-m", "immediate",
			"stop"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.RemoveAll(postgresDir)
	}
	os.Exit(code)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func pgTool(name string, args ...string) error {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return fmt.Errorf("%s is not installed (%v)", name, err)
	}
	cmd := exec.Command(found[len(found)-1], args...)
	cmd.Dir = postgresDir
	if id := postgresUser(); id != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: id}
	}
	// A file, not a pipe: the server inherits it and would keep a pipe open.
	log, err := os.Create(filepath.Join(os.TempDir(), filepath.Base(postgresDir)+"-"+name+".log"))
	if err != nil {
		return err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return nil
}

func giveToPostgres(dir string) error {
	if id := postgresUser(); id != nil {
		return os.Chown(dir, int(id.Uid), int(id.Gid))
	}
	return nil
}

// postgresUser is whom to run the server as, or nil for ourselves.
func postgresUser() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
