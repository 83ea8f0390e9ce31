package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP sends through a mail server. The connection is encrypted from its start (TLS) or from
// STARTTLS on, without which nothing is sent.
type SMTP struct {
	Host           string
	Port           int
	User, Password string // no login when User is empty
	TLS            bool
	Timeout        time.Duration // of a whole delivery; 0 is 30 s
	Config         *tls.Config   // nil trusts the machine's certificates

	plain bool // for tests alone: a server without encryption
}

// Send hands a mail to the server. Each mail has its own connection: mails are rare, and a
// connection that was kept is one that the server has closed.
func (s SMTP) Send(ctx context.Context, m Message) error {
	msg, err := compose(m)
	if err != nil {
		return err
	}
	if s.Timeout == 0 {
		s.Timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	// The library leaves a connection open when the server does not encrypt; we do not.
	line := &line{tls: s.TLS, config: s.tlsConfig()}
	defer line.close()
	client, err := gomail.NewClient(s.Host,
		append(s.options(), gomail.WithDialContextFunc(line.dial))...)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.Host, err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("send mail %s: %w", m.ID, err)
	}
	return nil
}

func (s SMTP) options() []gomail.Option {
	policy := gomail.TLSMandatory
	if s.plain {
		policy = gomail.NoTLS
	}
	options := []gomail.Option{gomail.WithTLSPolicy(policy), gomail.WithTimeout(s.Timeout),
		gomail.WithPort(s.Port)}
	if s.TLS {
		options = append(options, gomail.WithSSL())
	}
	options = append(options, gomail.WithTLSConfig(s.tlsConfig()))
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover))
	}
	return options
}

func (s SMTP) tlsConfig() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.Config != nil {
		config = s.Config.Clone()
	}
	config.ServerName = s.Host
	return config
}

// line is the connection of one delivery.
type line struct {
	tls    bool
	config *tls.Config
	conn   net.Conn
}

func (l *line) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	if l.tls {
		conn, err = (&tls.Dialer{Config: l.config}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	l.conn = conn
	return conn, err
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close() // closed already when all went well
	}
}

// compose makes the mail that goes over the wire. Bodies are sent as quoted-printable, in which
// no line of text can be mistaken for the end of the mail.
func compose(m Message) (*gomail.Msg, error) {
	if err := m.Valid(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return nil, fmt.Errorf("%w: sender %q", ErrAddress, m.From)
	}
	if err := msg.FromFormat(from.Name, from.Address); err != nil {
		return nil, fmt.Errorf("mail sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("mail recipient: %w", err)
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, fmt.Errorf("mail reply-to: %w", err)
		}
	}
	msg.Subject(m.Subject)
	if !m.At.IsZero() {
		msg.SetDateWithValue(m.At)
	}
	if m.ID != "" {
		msg.SetMessageIDWithValue(m.ID + "@" + domain(from.Address))
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // asks holiday notices not to answer
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
