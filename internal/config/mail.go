package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
)

// Mail says how live mode sends mail. Test mode never sends any: it has a mailbox page.
type Mail struct {
	SMTP string `name:"smtp" help:"Mail server: smtp://user:password@host:587, or smtps://."`
	From string `name:"mail-from" help:"Sender of mail: Billing <billing@example.com>."`
}

// Server is a mail server.
type Server struct {
	Host           string
	Port           int
	User, Password string
	TLS            bool // from the first byte on; otherwise it starts later, and must
}

// The ports that mail servers listen on.
const (
	portSubmission    = 587
	portSubmissionTLS = 465
)

// Validate refuses a server or a sender that cannot be used.
func (m Mail) Validate() error {
	if m.SMTP == "" {
		return nil
	}
	if _, err := m.Server(); err != nil {
		return err
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		return fmt.Errorf("--mail-from %q is not a mail address, and --smtp needs one", m.From)
	}
	return nil
}

// Server is the server that --smtp names. Errors do not repeat the URL: it holds a password.
func (m Mail) Server() (Server, error) {
	u, err := url.Parse(m.SMTP)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return Server{}, errors.New("--smtp must be smtp://user:password@host:port")
	}
	s := Server{Host: u.Hostname(), Port: portSubmission, User: u.User.Username(),
		TLS: u.Scheme == "smtps"}
	s.Password, _ = u.User.Password()
	if s.TLS {
		s.Port = portSubmissionTLS
	}
	if u.Port() != "" {
		s.Port, err = strconv.Atoi(u.Port())
	}
	return s, err
}
