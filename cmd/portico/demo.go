package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/web/kit"
)

// demoCommand serves a company with a year of history. It needs nothing but this program.
type demoCommand struct {
	Data     string `help:"Folder of the demonstration." default:"./portico-data" type:"path"`
	Reset    bool   `help:"Throw the demonstration away and make it anew."`
	Listen   string `help:"Address to listen on; the next port too." default:"127.0.0.1:8420"`
	Socket   string `help:"Also serve the API as plain HTTP on this Unix socket." type:"path"`
	LogLevel string `help:"What to log: ${enum}." enum:"debug,info,warn,error" default:"warn"`
}

// Validate keeps the demonstration on this machine: whoever reaches it may be any customer.
func (c *demoCommand) Validate() error {
	if _, err := (config.Public{Listen: c.Listen}).Resolve(); err != nil {
		return fmt.Errorf("--listen %s: the demonstration is for this machine alone", c.Listen)
	}
	return nil
}

// Run makes the demonstration if there is none, says where it is, and serves it.
func (c *demoCommand) Run(ctx context.Context, std *streams) error {
	log := config.Log{LogLevel: c.LogLevel, LogText: true}.Logger(std.err)
	doors, err := listen(ctx, config.Public{Listen: c.Listen}, c.Socket)
	if err != nil {
		return err
	}
	defer doors.close()
	p := plan{database: config.Database{Data: c.Data}, publicURL: doors.PublicURL,
		simulatorURL: doors.SimulatorURL, clock: clock.System{}, log: log,
		guard: outbound.Guard{AllowLoopback: true}}
	key, err := c.prepare(ctx, p)
	if err != nil {
		return err
	}
	h, err := build(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	site := site{house: h, doors: doors, assets: kit.NewAssets()}
	page, err := newDemoPage(ctx, h, site.assets, key)
	if err != nil {
		return err
	}
	site.more = page.handlers()
	return site.open(ctx, func() { page.announce(std, doors.PublicURL, key) })
}

// keyFile holds the key of the demonstration, and marks a folder as one.
const keyFile = "demo-key"

// prepare says the key of the demonstration in the folder, which is made if it is not there.
func (c *demoCommand) prepare(ctx context.Context, p plan) (key string, err error) {
	kept, err := os.ReadFile(filepath.Join(c.Data, keyFile))
	switch {
	case err == nil && !c.Reset:
		return strings.TrimSpace(string(kept)), nil
	case err == nil:
		if err := os.RemoveAll(c.Data); err != nil {
			return "", err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	default:
		if found, err := os.ReadDir(c.Data); err == nil && len(found) > 0 {
			return "", fmt.Errorf("%s is not a demonstration: name another folder with --data",
				c.Data)
		}
	}
	return c.make(ctx, p)
}

// make writes the history beside the folder and moves it there when it is whole, so that one that
// was interrupted is not taken for a demonstration.
func (c *demoCommand) make(ctx context.Context, p plan) (key string, err error) {
	unfinished := c.Data + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	p.database.Data, p.unsynced = unfinished, true
	if key, err = history(ctx, p); err != nil {
		return "", fmt.Errorf("make the demonstration: %w", err)
	}
	path := filepath.Join(unfinished, keyFile)
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		return "", err
	}
	if err := os.Remove(c.Data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := syncFiles(unfinished); err != nil {
		return "", err
	}
	return key, os.Rename(unfinished, c.Data)
}

// syncFiles sees to it that what was written without waiting for the disk is there.
func syncFiles(folder string) error {
	found, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range found {
		f, err := os.OpenFile(filepath.Join(folder, entry.Name()), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// history lets the company live through its year, on a clock that is moved by hand.
func history(ctx context.Context, p plan) (key string, err error) {
	now := p.clock.Now().Truncate(time.Second)
	manual := clock.NewManual(now.AddDate(0, 0, -historyDays-1))
	p.clock = manual
	h, err := build(ctx, p)
	if err != nil {
		return "", err
	}
	defer h.close()
	made, err := h.app.CreateAccount(ctx, app.AccountCreateParams{Name: companyName,
		Country: "IE"})
	if err != nil {
		return "", err
	}
	s := &story{client: h.client(made.TestKey), house: h, clock: manual, now: now,
		made: map[string]string{}}
	if s.company, err = s.found(ctx); err != nil {
		return "", err
	}
	s.cast()
	return made.TestKey, s.tell(ctx)
}
