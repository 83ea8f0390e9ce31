package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// Message is a mail, ready to be sent.
type Message struct {
	ID      string // unique, and the same when it is sent again; "" lets the sender choose
	To      string // one bare address
	From    string // "Name <address>"
	ReplyTo string // a bare address, or ""
	Subject string
	HTML    string
	Text    string
	At      time.Time // of its Date header; zero is when it is sent
}

// Sender brings mails on their way.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Mailbox keeps mails where the operator can look at them, and sends none.
type Mailbox struct {
	Keep func(ctx context.Context, m Message) error
}

// Send keeps a mail that could be sent; it refuses the same ones as a mail server would.
func (b Mailbox) Send(ctx context.Context, m Message) error {
	if err := m.Valid(); err != nil {
		return err
	}
	return b.Keep(ctx, m)
}

// ErrAddress says that a mail has no address that it could go to or come from.
var ErrAddress = errors.New("mail: not a mail address")

// Valid refuses a mail whose headers could be read as something else. Trying again is useless.
func (m Message) Valid() error {
	for _, header := range []string{m.ID, m.To, m.From, m.ReplyTo, m.Subject} {
		if strings.ContainsFunc(header, unicode.IsControl) {
			return fmt.Errorf("mail: a header has control characters: %q", header)
		}
	}
	if err := bare(m.To); err != nil {
		return err
	}
	if m.ReplyTo != "" {
		if err := bare(m.ReplyTo); err != nil {
			return err
		}
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		return fmt.Errorf("%w: sender %q", ErrAddress, m.From)
	}
	return nil
}

// ValidAddress says that a text is one bare address that a mail can go to.
func ValidAddress(address string) bool {
	hidden := func(r rune) bool { return unicode.IsControl(r) || !unicode.IsGraphic(r) }
	return !strings.ContainsFunc(address, hidden) && bare(address) == nil
}

// bare refuses what is not one address and nothing else.
func bare(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || strings.ContainsAny(address, " ,;<>\"()") {
		return fmt.Errorf("%w: %q", ErrAddress, address)
	}
	return nil
}

// oneLine makes a header's worth of somebody's text: no line breaks or other control characters,
// nothing invisible that turns the direction of reading, and not endless.
func oneLine(s string) string {
	const most = 200
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most-1]) + "…"
	}
	return s
}

// sender is the From header: the company's name before the address that we send from. A name with
// an address in it would pass for another sender, so such a name loses its "@".
func sender(name, address string) (string, error) {
	parsed, err := mail.ParseAddress(address)
	if err != nil {
		return "", fmt.Errorf("%w: sender %q", ErrAddress, address)
	}
	if name = strings.ReplaceAll(oneLine(name), "@", " "); name != "" {
		parsed.Name = name
	}
	return parsed.String(), nil
}
