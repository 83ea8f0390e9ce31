package main

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/web/kit"
)

// serveCommand serves everything from one process.
type serveCommand struct {
	config.Database `embed:""`
	config.Public   `embed:""`
	config.Mail     `embed:""`
	config.Webhooks `embed:""`
	config.Gateway  `embed:""`
	config.Limits   `embed:""`
	config.Log      `embed:""`

	Socket    string `help:"Also serve the API as plain HTTP on this Unix socket." type:"path"`
	SecretKey string `help:"Test key of the account that is made in an empty database."`
	NoWorker  bool   `help:"Leave what falls due to 'portico worker'."`
	FontDir   string `help:"Folder of more fonts for invoices." type:"path"`
}

// Validate is told to each part, which kong does not do for what is embedded.
func (c *serveCommand) Validate() error {
	return errors.Join(c.Database.Validate(), c.Public.Validate(), c.Mail.Validate(),
		c.Webhooks.Validate(), c.Gateway.Validate(), c.Limits.Validate())
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
		simulatorURL: doors.SimulatorURL, clock: clock.System{}, log: log, fontDir: c.FontDir,
		guard:          outbound.Guard{Allow: c.WebhookAllow},
		gatewayTimeout: c.GatewayTimeout, requestsPerSecond: c.RequestsPerSecond})
	if err != nil {
		return err
	}
	defer h.close()
	if err := firstAccount(ctx, h, c.SecretKey, std); err != nil {
		return err
	}
	site := site{house: h, doors: doors, assets: kit.NewAssets(), noWorker: c.NoWorker}
	return site.open(ctx, func() {})
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

// site is a house behind its doors.
type site struct {
	*house
	doors    *doors
	assets   *kit.Assets
	noWorker bool
	more     map[string]http.Handler // at the public door, by pattern
}

// open serves until ctx ends, and then lets finish what has begun. ready is told once requests
// are answered.
func (s site) open(ctx context.Context, ready func()) error {
	behind, err := s.handlers(ctx)
	if err != nil {
		return err
	}
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	if !s.noWorker {
		background.Go(func() { s.worker.Run(working) })
	}
	s.log.Info("serving", "listen", s.doors.Listen, "public_url", s.doors.PublicURL,
		"engine", s.db.Engine())
	ready()
	err = s.doors.serve(ctx, behind, s.log)
	stop()
	background.Wait()
	return err
}
