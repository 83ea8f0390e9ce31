package main

import (
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
)

// verifyCommand reads everything and compares what must agree. It changes nothing.
type verifyCommand struct {
	config.Database `embed:""`
	config.Log      `embed:""`
}

// Validate is told to each part, which kong does not do for what is embedded.
func (c *verifyCommand) Validate() error { return c.Database.Validate() }

// shownMax is how many findings of one check are printed.
const shownMax = 20

// Run prints a line per check, and what does not agree below it.
func (c *verifyCommand) Run(ctx context.Context, std *streams) error {
	h, err := build(ctx, plan{database: c.Database, clock: clock.System{},
		log: c.Logger(std.err), asIs: true})
	if err != nil {
		return err
	}
	defer h.close()
	checks, err := h.app.Verify(ctx)
	if err != nil {
		return err
	}
	wrong := 0
	for _, check := range checks {
		verdict := "ok"
		if n := len(check.Bad); n > 0 {
			verdict = fmt.Sprintf("%d WRONG", n)
			wrong += n
		}
		std.printf("%-64s %8d read  %s\n", check.Name, check.Read, verdict)
		for _, bad := range check.Bad[:min(shownMax, len(check.Bad))] {
			std.printf("    %s\n", bad)
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d things do not agree", wrong)
	}
	return nil
}
