package main

import (
	"context"
	"errors"
	"sync"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
)

// serveCommand serves everything from one process.
type serveCommand struct {
	config.Database `embed:""`
	config.Public   `embed:""`
	config.Mail     `embed:""`
	config.Log      `embed:""`

	Socket    string `help:"Also serve the API as plain HTTP on this Unix socket." type:"path"`
	SecretKey string `help:"Test key of the account that is made in an empty database."`
	NoWorker  bool   `help:"Leave what falls due to 'portico worker'."`
	FontDir   string `help:"Folder of more fonts for invoices." type:"path"`
}

// Validate is told to each part, which kong does not do for what is embedded.
func (c *serveCommand) Validate() error {
	return errors.Join(c.Database.Validate(), c.Public.Validate(), c.Mail.Validate())
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, std *streams) error {
	log := c.Logger(std.err)
	doors, err := listen(ctx, c.Public, c.Socket)
	if err != nil {
		return err
	}
	defer doors.close()
	h, err := build(ctx, plan{database: c.Database, mail: c.Mail, publicURL: doors.PublicURL,
		simulatorURL: doors.SimulatorURL, clock: clock.System{}, log: log, fontDir: c.FontDir})
	if err != nil {
		return err
	}
	defer h.close()
	if err := firstAccount(ctx, h, c.SecretKey, std); err != nil {
		return err
	}
	return open(ctx, h, doors, !c.NoWorker)
}

// firstAccount gives an empty database an account. Its keys can be read here and never again.
func firstAccount(ctx context.Context, h *house, secretKey string, std *streams) error {
	made, err := h.app.EnsureAccount(ctx, app.AccountCreateParams{
		Name: "My company", Country: "US", SecretKey: secretKey})
	if err == nil && made != nil {
		printKeys(std, made)
	}
	return err
}

// open serves a house through its doors until ctx ends, and then lets both finish.
func open(ctx context.Context, h *house, d *doors, withWorker bool) error {
	behind, err := handlers(ctx, h, d)
	if err != nil {
		return err
	}
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	var worker sync.WaitGroup
	if withWorker {
		worker.Go(func() { h.worker.Run(working) })
	}
	h.log.Info("serving", "listen", d.Listen, "public_url", d.PublicURL, "engine", h.db.Engine())
	err = d.serve(ctx, behind, h.log)
	stop()
	worker.Wait()
	return err
}
