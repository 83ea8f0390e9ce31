package main

import (
	"context"
	"errors"
	"time"

	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
	"github.com/portico-billing/portico/internal/outbound"
)

// workerCommand does what falls due, for servers that run with --no-worker or need help. It makes
// links and mails too, so it is told the same addresses.
type workerCommand struct {
	config.Database `embed:""`
	config.Public   `embed:""`
	config.Mail     `embed:""`
	config.Webhooks `embed:""`
	config.Gateway  `embed:""`
	config.Log      `embed:""`

	FontDir string `help:"Folder of more fonts for invoices." type:"path"`
}

// Help says what the addresses are for.
func (workerCommand) Help() string {
	return "It opens no port. The addresses are those of the servers beside it: links in mails " +
		"and at the bank lead there, so both are told the same."
}

// Validate is told to each part, which kong does not do for what is embedded.
func (c *workerCommand) Validate() error {
	return errors.Join(c.Database.Validate(), c.Public.Validate(), c.Mail.Validate(),
		c.Webhooks.Validate(), c.Gateway.Validate())
}

// alonePoll is how often a worker that no server wakes looks for work: with the sending, an event
// is at its endpoint within a quarter of a second.
const alonePoll = 100 * time.Millisecond

// Run works until it is told to stop.
func (c *workerCommand) Run(ctx context.Context, std *streams) error {
	p, err := c.Resolve()
	if err != nil {
		return err
	}
	h, err := build(ctx, plan{database: c.Database, mail: c.Mail, publicURL: p.PublicURL,
		simulatorURL: p.SimulatorURL, clock: clock.System{}, log: c.Logger(std.err),
		fontDir: c.FontDir, guard: outbound.Guard{Allow: c.WebhookAllow},
		gatewayTimeout: c.GatewayTimeout, poll: alonePoll})
	if err != nil {
		return err
	}
	defer h.close()
	h.log.Info("working", "engine", h.db.Engine())
	h.worker.Run(ctx)
	h.log.Info("stopped")
	return nil
}
