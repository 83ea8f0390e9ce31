package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/portico-billing/portico/internal/clock"
)

// script makes a server and runs it until its standard input ends, which it does when the test
// process ends, however that happens. Nothing of it is durable: no fsync.
//
// The databases sort as English does where the server can, so that a query that needs the order
// of bytes, and does not say so, is found out.
const script = `
set -u
initdb() { "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --no-sync "$@"; }
initdb --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >"$DIR/log" 2>&1 ||
	{ rm -rf "$DIR/data"; initdb --locale=C >>"$DIR/log" 2>&1; } || exit 1
"$BIN/postgres" -D "$DIR/data" -p "$PORT" -c listen_addresses=127.0.0.1 \
	-c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c shared_buffers=64MB -c max_connections=300 -c autovacuum=off \
	-c deadlock_timeout=50ms >>"$DIR/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$DIR"
`

// lifeline is the standard input of the script: it must stay open as long as the process lives.
//
//nolint:unused // nobody reads it: that it is reachable is its whole use
var lifeline *os.File

const startSecondsMax = 60

func start() (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "portico-pg-")
	if err != nil {
		return "", err
	}
	cmd, err := command(dir)
	if err != nil {
		return "", err
	}
	cmd.Env = append(os.Environ(), "BIN="+bin, "DIR="+dir, "PORT="+strconv.Itoa(port))
	cmd.Dir = "/"
	if cmd.Stdin, lifeline, err = os.Pipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("pgtest: %w", err)
	}
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/", port)
	return address, await(address, dir, gone)
}

// command runs the script, as the user postgres when we are root: the server refuses root.
func command(dir string) (*exec.Cmd, error) {
	if os.Geteuid() != 0 {
		return exec.Command("sh", "-c", script), nil
	}
	// The parent folder is the system's temporary one, which everybody may enter.
	if out, err := exec.Command("chown", "postgres", dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pgtest: there is no user postgres to run the server: %s", out)
	}
	return exec.Command("runuser", "-u", "postgres", "--", "sh", "-c", script), nil
}

// binaries is the folder of the newest PostgreSQL of Debian's packages, or of the one on the path.
func binaries() (string, error) {
	newest, best := 0, ""
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, path := range found {
		bin := filepath.Dir(path)
		if version, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))); version > newest {
			newest, best = version, bin
		}
	}
	if best != "" {
		return best, nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("pgtest: PostgreSQL is not installed: install the package" +
		" postgresql, or set " + Env + " to the address of a running server")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func await(address, dir string, gone <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startSecondsMax*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address+"postgres")
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-gone:
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			return fmt.Errorf("pgtest: PostgreSQL did not start:\n%s",
				strings.TrimSpace(string(log)))
		case <-ctx.Done():
			return fmt.Errorf("pgtest: PostgreSQL does not answer: %w", err)
		case <-(clock.System{}).After(20 * time.Millisecond):
		}
	}
}
