package main

import (
	"net"
	"net/http"

	"github.com/portico-billing/portico/internal/pdf"
	"github.com/portico-billing/portico/internal/web/mailbox"
	"github.com/portico-billing/portico/internal/web/portal"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// pages puts what customers see at the public door: the portal and the hosted invoices, and, on a
// server that only this machine reaches, the mailbox of test mode.
func (s site) pages(mux *http.ServeMux) error {
	papers, err := pdf.New(pdf.Options{FontDir: s.fontDir, Log: s.log})
	if err != nil {
		return err
	}
	customers, err := portal.New(portal.Options{App: s.app, Assets: s.assets, PDF: papers,
		PublicURL: s.doors.PublicURL, Log: s.log})
	if err != nil {
		return err
	}
	mux.Handle("/p/", customers)
	mux.Handle("/i/", customers)
	if s.local() {
		mails := mailbox.New(mailbox.Options{App: s.app, Assets: s.assets,
			PublicURL: s.doors.PublicURL, Log: s.log})
		mux.Handle("GET "+view.PathMailbox, mails)
		mux.Handle("GET "+view.PathMailbox+"/", mails)
	}
	return nil
}

// local says that only this machine reaches the server: not even a proxy in front of it does.
func (s site) local() bool {
	address, ok := s.doors.public.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback() && s.doors.PublicURL == "http://"+s.doors.Listen
}
