package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/config"
	"github.com/portico-billing/portico/internal/store"
)

// TestMailsOfAYear looks into the mailbox that the demonstration's year has left.
func TestMailsOfAYear(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := plan{database: config.Database{Data: t.TempDir()}, publicURL: "http://127.0.0.1:1",
		simulatorURL: "http://127.0.0.1:2", clock: clock.System{},
		log: slog.New(slog.DiscardHandler)}
	if _, err := history(ctx, p); err != nil {
		t.Fatal(err)
	}
	h, err := build(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	accounts, err := h.db.Accounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	scope := billing.Scope{Account: accounts[0].ID}
	var mails []store.Mail
	err = h.app.View(ctx, scope, func(v *store.View) (err error) {
		mails, _, err = store.Mails(v, store.Page{Limit: 1000})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ to, text string }{
		{"accounts@brightwater.example", "Business"},
		{"books@quillharbour.example", "We try again on"},
		{"invoices@sable.example", "€16,051.50"},
	} {
		if !hasMail(mails, want.to, want.text) {
			t.Errorf("%s got no mail with %q", want.to, want.text)
		}
	}
	job := app.MailJob{Scope: scope, JobID: mails[0].ID, Kind: "receipt", Invoice: "in_nothing"}
	if err := h.deliver(ctx, job); err != nil {
		t.Errorf("a mail about an invoice that is gone: %v", err)
	}
}

func hasMail(mails []store.Mail, to, text string) bool {
	for _, m := range mails {
		if m.To == to && strings.Contains(m.Text, text) && strings.Contains(m.HTML, "<html") {
			return true
		}
	}
	return false
}
