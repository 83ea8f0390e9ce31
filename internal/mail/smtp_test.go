package mail

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
)

// mailServer takes mails on one connection and keeps what it was told.
type mailServer struct {
	port     int
	commands []string
	mails    []string
	done     chan struct{}
}

func serveMail(t *testing.T) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &mailServer{port: listener.Addr().(*net.TCPAddr).Port, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		s.talk(conn)
	}()
	return s
}

func (s *mailServer) talk(conn net.Conn) {
	r := textproto.NewReader(bufio.NewReader(conn))
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 test")
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		s.commands = append(s.commands, line)
		switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
		case "EHLO":
			say("250 test")
		case "DATA":
			say("354 go on")
			raw, err := r.ReadDotBytes()
			if err != nil {
				return
			}
			s.mails = append(s.mails, string(raw))
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func TestSMTP(t *testing.T) {
	t.Parallel()
	server := serveMail(t)
	m, err := samples[0].mail.Message(envelope("en"))
	if err != nil {
		t.Fatal(err)
	}
	// Sequences that some servers take for the end of a mail, and commands after them.
	m.Text += "\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n\n.\nRCPT TO:<x@y.example>\n\r.\r\nend"
	out := SMTP{Host: "127.0.0.1", Port: server.port, plain: true}
	if err := out.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	<-server.done
	if len(server.mails) != 1 {
		t.Fatalf("%d mails arrived", len(server.mails))
	}
	if said := strings.Join(server.commands, "\n"); strings.Contains(said, "evil") ||
		!strings.Contains(said, "RCPT TO:<ada@example.com>") {
		t.Errorf("the server was told\n%s", said)
	}
	raw := server.mails[0]
	for _, want := range []string{"Message-ID: <job_1@northwind.example>", "To: <ada@example.com>",
		"Reply-To: <help@northwind.example>", "Date: Sat, 14 Nov 2026 09:30:00 +0000",
		"Auto-Submitted: auto-generated", "Subject: Your receipt from Northwind",
		"Content-Type: text/plain; charset=UTF-8", "Content-Type: text/html; charset=UTF-8"} {
		if !strings.Contains(decodeHeaders(raw), want) {
			t.Errorf("%q is missing from\n%s", want, raw[:min(len(raw), 1200)])
		}
	}
	if strings.Index(raw, "text/plain") > strings.Index(raw, "text/html") {
		t.Error("the plain form must come first: readers take the last that they understand")
	}
	_, text, _ := strings.Cut(raw, "text/plain")
	body, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text)))
	if err != nil && len(body) == 0 || !strings.Contains(string(body), "€29.00") {
		t.Errorf("the text cannot be read: %v", err)
	}
}

// decodeHeaders leaves the start of an encoded subject readable.
func decodeHeaders(raw string) string {
	return strings.NewReplacer("=?UTF-8?q?", "", "_", " ", "job 1", "job_1").Replace(
		strings.ReplaceAll(raw, "job_1", "job 1"))
}

func TestSMTPWithoutEncryptionIsRefused(t *testing.T) {
	t.Parallel()
	server := serveMail(t)
	m, err := samples[0].mail.Message(envelope("en"))
	if err != nil {
		t.Fatal(err)
	}
	if err := (SMTP{Host: "127.0.0.1", Port: server.port}).Send(t.Context(), m); err == nil {
		t.Error("a mail left in the clear")
	}
	<-server.done
	if len(server.mails) != 0 {
		t.Error("a mail left in the clear")
	}
}

func TestABadMailNeverReachesAServer(t *testing.T) {
	t.Parallel()
	bad := Message{To: "a@b.example\r\nRCPT TO:<x@y.example>", From: "n@b.example"}
	out := SMTP{Host: "127.0.0.1", Port: 1, plain: true}
	if err := out.Send(t.Context(), bad); err == nil || strings.Contains(err.Error(),
		strconv.Itoa(out.Port)+":") {
		t.Errorf("%v", err)
	}
	kept := 0
	box := Mailbox{Keep: func(context.Context, Message) error { kept++; return nil }}
	if err := box.Send(t.Context(), bad); err == nil || kept != 0 {
		t.Errorf("the mailbox took it: %v", err)
	}
	good := Message{To: "a@b.example", From: "n@b.example", Subject: "Hi"}
	if err := box.Send(t.Context(), good); err != nil || kept != 1 {
		t.Errorf("%v, %d kept", err, kept)
	}
	if err := bare("x y@b.example"); !errors.Is(err, ErrAddress) {
		t.Errorf("%v", err)
	}
}
