package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/portico-billing/portico/internal/config"
)

// doors are the listeners of one process, and where they are reached.
type doors struct {
	config.Public
	public, simulator, socket net.Listener // socket may be nil
}

// listen opens the doors before anything else is done, so that a port in use is known at once. A
// port that the system chose is known afterwards, hence the second Resolve.
func listen(ctx context.Context, p config.Public, socket string) (_ *doors, err error) {
	d := &doors{}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	ports, err := p.Resolve()
	if err != nil {
		return nil, err
	}
	var how net.ListenConfig
	if d.public, err = how.Listen(ctx, "tcp", ports.Listen); err != nil {
		return nil, err
	}
	if d.simulator, err = how.Listen(ctx, "tcp", ports.SimulatorListen); err != nil {
		return nil, err
	}
	if socket != "" {
		if d.socket, err = listenSocket(ctx, socket); err != nil {
			return nil, err
		}
	}
	p.Listen, p.SimulatorListen = d.public.Addr().String(), d.simulator.Addr().String()
	if ports.PublicURL != "http://"+ports.Listen {
		p.PublicURL = ports.PublicURL
	}
	if ports.SimulatorURL != "http://"+ports.SimulatorListen {
		p.SimulatorURL = ports.SimulatorURL
	}
	d.Public, err = p.Resolve()
	return d, err
}

// listenSocket opens a Unix socket for this user alone. One that a dead process left behind is
// taken over; one that somebody answers on is not.
func listenSocket(ctx context.Context, path string) (net.Listener, error) {
	if c, err := (&net.Dialer{}).DialContext(ctx, "unix", path); err == nil {
		_ = c.Close() // nothing was sent
		return nil, fmt.Errorf("--socket %s is in use", path)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o600)
}

// close shuts the doors that nobody serves.
func (d *doors) close() {
	for _, l := range []net.Listener{d.public, d.simulator, d.socket} {
		if l != nil {
			_ = l.Close() // closed twice is closed
		}
	}
}

// pages are what is behind each door; nil closes it.
type pages struct{ public, simulator, socket http.Handler }

// How long a client may take, and how long we wait for requests that have begun when stopping.
const (
	headerTime   = 10 * time.Second
	readTime     = 30 * time.Second
	writeTime    = 2 * time.Minute // longer than a gateway may take
	idleTime     = 2 * time.Minute
	shutdownTime = 15 * time.Second
	headerMax    = 64 << 10
)

// serve answers at every door until ctx ends or one of them fails, and then lets the requests
// that have begun finish.
func (d *doors) serve(ctx context.Context, p pages, log *slog.Logger) error {
	failed := make(chan error, 3)
	var servers []*http.Server
	for _, door := range []struct {
		net.Listener
		http.Handler
	}{{d.public, p.public}, {d.simulator, p.simulator}, {d.socket, p.socket}} {
		if door.Listener == nil || door.Handler == nil {
			continue
		}
		s := &http.Server{Handler: door.Handler, ReadHeaderTimeout: headerTime,
			ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
			MaxHeaderBytes: headerMax, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
		servers = append(servers, s)
		go func() { failed <- s.Serve(door.Listener) }()
	}
	var err error
	select {
	case <-ctx.Done():
		log.Info("stopping")
	case err = <-failed:
	}
	return errors.Join(err, shutdown(context.WithoutCancel(ctx), servers))
}

func shutdown(ctx context.Context, servers []*http.Server) (err error) {
	ctx, cancel := context.WithTimeout(ctx, shutdownTime)
	defer cancel()
	for _, s := range servers {
		err = errors.Join(err, s.Shutdown(ctx))
	}
	return err
}
