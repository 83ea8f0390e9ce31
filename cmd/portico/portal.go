package main

import (
	"context"
	"net"
	"net/http"

	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/web/mailbox"
	"github.com/portico-billing/portico/internal/web/portal"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// customers is the handler of what customers see: the portal and the hosted invoices.
func (s site) customers(ctx context.Context) (http.Handler, error) {
	papers, err := pdf.New(pdf.Options{FontDir: s.fontDir, Log: s.log})
	if err != nil {
		return nil, err
	}
	secret, err := s.browserSecret(ctx)
	if err != nil {
		return nil, err
	}
	return portal.New(portal.Options{App: s.app, Assets: s.assets, PDF: papers,
		PublicURL: s.doors.PublicURL, Log: s.log, Secret: secret})
}

// pages puts what customers see at the public door, and, on a server that only this machine
// reaches, the mailbox of test mode.
func (s site) pages(mux *http.ServeMux, customers http.Handler) {
	mux.Handle("/p/", customers)
	mux.Handle("/i/", customers)
	if s.local() {
		mails := mailbox.New(mailbox.Options{App: s.app, Assets: s.assets,
			PublicURL: s.doors.PublicURL, Log: s.log})
		mux.Handle("GET "+view.PathMailbox, mails)
		mux.Handle("GET "+view.PathMailbox+"/", mails)
	}
}

// local says that only this machine reaches the server: not even a proxy in front of it does.
func (s site) local() bool {
	address, ok := s.doors.public.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback() && s.doors.PublicURL == "http://"+s.doors.Listen
}

// browserSecret signs what browsers keep for us. It lives in the database, so that it outlives
// this process and is the same in all of them.
func (h *house) browserSecret(ctx context.Context) ([]byte, error) {
	const name = "browser_secret"
	secret, err := h.db.Meta(ctx, name)
	if err != nil || secret != "" {
		return []byte(secret), err
	}
	if err := h.db.SetMeta(ctx, name, h.app.IDs.Secret("", 32)); err != nil {
		return nil, err
	}
	secret, err = h.db.Meta(ctx, name) // another process may have been quicker
	return []byte(secret), err
}
