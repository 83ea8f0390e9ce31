package main

import (
	"context"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/mail"
)

// mailboxFrom is the sender of mails that are shown and not sent. The domain cannot exist.
const mailboxFrom = "billing@portico.invalid"

// deliver writes a mail and brings it on its way: in test mode to the mailbox page, in live mode
// to the mail server. Without a server live mail is not sent, which the log says.
func (h *house) deliver(ctx context.Context, j app.MailJob) error {
	from := h.mail.From
	if from == "" {
		from = mailboxFrom
	}
	m, err := h.app.WriteMail(ctx, j, from)
	switch {
	case err != nil || m == nil:
		return err
	case !j.Scope.Livemode:
		return h.app.KeepMail(ctx, j, m)
	case h.mail.SMTP == "":
		h.log.Warn("mail not sent: no --smtp is given", "job", j.JobID, "account", j.Scope.Account)
		return nil
	}
	server, err := h.mail.Server()
	if err != nil {
		return err
	}
	return mail.SMTP{Host: server.Host, Port: server.Port, User: server.User,
		Password: server.Password, TLS: server.TLS}.Send(ctx, *m)
}
