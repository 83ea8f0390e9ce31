package main

import (
	"context"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
)

// accountCreateCommand adds a company to a database, beside those that are there.
type accountCreateCommand struct {
	config.Database `embed:""`
	config.Log      `embed:""`

	Name      string `help:"Name of the company." required:""`
	Country   string `help:"Where it is, as two letters." required:""`
	Email     string `help:"Where it is written to."`
	SecretKey string `help:"A test key of your own, sk_test_…; by default one is made."`
}

// Validate is told to each part, which kong does not do for what is embedded.
func (c *accountCreateCommand) Validate() error { return c.Database.Validate() }

// Run makes the account and prints its keys.
func (c *accountCreateCommand) Run(ctx context.Context, std *streams) error {
	h, err := build(ctx, plan{database: c.Database, clock: clock.System{},
		log: c.Logger(std.err)})
	if err != nil {
		return err
	}
	defer h.close()
	made, err := h.app.CreateAccount(ctx, app.AccountCreateParams{Name: c.Name,
		Country: c.Country, Email: c.Email, SecretKey: c.SecretKey})
	if err != nil {
		return err
	}
	printKeys(std, made)
	return nil
}

// printKeys shows the keys of a new account. Only their hashes are kept.
func printKeys(std *streams, a *app.NewAccount) {
	std.printf("Account  %s  %s\nTest key %s\nLive key %s\n"+
		"Keep the keys: they are not shown again.\n", a.ID, a.Name, a.TestKey, a.LiveKey)
}
