package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	folder, err := os.MkdirTemp("", "portico-cmd-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	binary = filepath.Join(folder, "portico")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// process is a running portico.
type process struct {
	*exec.Cmd
	t   *testing.T
	key string

	mu     sync.Mutex
	out    bytes.Buffer // standard output
	log    bytes.Buffer // standard error
	ended  chan struct{}
	status error
}

// startTime is how long a start may take here, where other tests run beside it.
const startTime = 60 * time.Second

// launch starts a command of portico and does not wait for anything.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(binary, args...), t: t, ended: make(chan struct{})}
	p.Stdout, p.Stderr = p.into(&p.out), p.into(&p.log)
	p.Env = append(os.Environ(), "PORTICO_SECRET_KEY=")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.status = p.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill() // ended already, mostly
		<-p.ended
		if t.Failed() {
			t.Logf("portico %s\n%s%s", strings.Join(args, " "), p.output(), p.trouble())
		}
	})
	return p
}

// serve starts portico on ports that are free, and waits until it answers.
func serve(t *testing.T, key string, args ...string) *process {
	t.Helper()
	p := launch(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--secret-key", key},
		args...)...)
	p.key = key
	p.waitFor(func() bool { return p.url() != "" })
	return p
}

func (p *process) into(b *bytes.Buffer) io.Writer {
	return writerFunc(func(line []byte) (int, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return b.Write(line)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// trouble is the log without the lines about requests.
func (p *process) trouble() (kept string) {
	for line := range strings.Lines(p.logged()) {
		if !strings.Contains(line, `"msg":"request"`) {
			kept += line
		}
	}
	return kept
}

// url is the address that the log names once the doors are open.
func (p *process) url() string {
	for line := range strings.Lines(p.logged()) {
		var entry struct {
			Msg       string `json:"msg"`
			PublicURL string `json:"public_url"`
		}
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "serving" {
			return entry.PublicURL
		}
	}
	return ""
}

// waitFor looks until something holds, the process has ended or it has taken too long.
func (p *process) waitFor(holds func() bool) {
	p.t.Helper()
	tick, late := time.NewTicker(5*time.Millisecond), time.After(startTime)
	defer tick.Stop()
	for !holds() {
		select {
		case <-p.ended:
			if !holds() {
				p.t.Fatalf("portico ended: %v", p.status)
			}
			return
		case <-late:
			p.t.Fatal("portico is too slow")
		case <-tick.C:
		}
	}
}

// stop asks the process to end, and wants it to do so properly.
func (p *process) stop() {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	<-p.ended
	if p.status != nil {
		p.t.Fatalf("portico did not stop well: %v", p.status)
	}
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.Process.Kill() // what counts is that it ends
	<-p.ended
}

// call speaks the API with the process's key.
func (p *process) call(method, path string, params url.Values) (int, object, error) {
	return call(http.DefaultClient, request{method, p.url() + path, p.key, params})
}

type request struct {
	method, url, key string
	params           url.Values
}

func call(c *http.Client, in request) (int, object, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, in.method, in.url,
		strings.NewReader(in.params.Encode()))
	if err != nil {
		return 0, nil, err
	}
	r.SetBasicAuth(in.key, "")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	var o object
	err = json.NewDecoder(resp.Body).Decode(&o)
	return resp.StatusCode, o, err
}

// dialSocket is a client whose every connection goes to a Unix socket.
func dialSocket(path string) *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}}}
}
