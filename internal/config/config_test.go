package config

import (
	"bytes"
	"strings"
	"testing"
)

func TestPublicResolve(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		in      Public
		want    Public
		refused string // part of the refusal
	}{
		{"loopback needs nothing",
			Public{Listen: "127.0.0.1:8420"},
			Public{"127.0.0.1:8420", "http://127.0.0.1:8420", "127.0.0.1:8421",
				"http://127.0.0.1:8421"}, ""},
		{"localhost and IPv6",
			Public{Listen: "[::1]:80", SimulatorListen: "localhost:90"},
			Public{"[::1]:80", "http://[::1]:80", "localhost:90", "http://localhost:90"}, ""},
		{"the system chooses both ports",
			Public{Listen: "127.0.0.1:0"},
			Public{"127.0.0.1:0", "http://127.0.0.1:0", "127.0.0.1:0", "http://127.0.0.1:0"}, ""},
		{"behind a proxy",
			Public{"0.0.0.0:8420", "https://Billing.example.com/", "127.0.0.1:9", "http://pay.test"},
			Public{"0.0.0.0:8420", "https://billing.example.com", "127.0.0.1:9", "http://pay.test"}, ""},
		{"everybody can reach it", Public{Listen: "0.0.0.0:8420"}, Public{}, "--public-url"},
		{"no host is every host", Public{Listen: ":8420"}, Public{}, "--public-url"},
		{"a name may be anything", Public{Listen: "db.internal:8420"}, Public{}, "--public-url"},
		{"the simulator as well",
			Public{Listen: "0.0.0.0:8420", PublicURL: "https://b.example.com"}, Public{}, "--simulator-url"},
		{"no port", Public{Listen: "127.0.0.1"}, Public{}, "host:port"},
		{"port too large", Public{Listen: "127.0.0.1:65536"}, Public{}, "host:port"},
		{"no next port", Public{Listen: "127.0.0.1:65535"}, Public{}, "--simulator-listen"},
		{"a path", Public{Listen: "127.0.0.1:1", PublicURL: "https://a.example/b"}, Public{}, "alone"},
		{"a user", Public{Listen: "127.0.0.1:1", PublicURL: "https://u@a.example"}, Public{}, "alone"},
		{"no scheme", Public{Listen: "127.0.0.1:1", PublicURL: "a.example"}, Public{}, "web address"},
		{"another scheme", Public{Listen: "127.0.0.1:1", PublicURL: "ftp://a"}, Public{}, "web address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.in.Resolve()
			if !refusedAs(t, err, tt.refused) && got != tt.want {
				t.Errorf("Resolve() = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestDatabaseValidate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ data, url, refused string }{
		{"./data", "", ""},
		{"", "", "--data"},
		{"", "postgres://u:secret@h/db", ""},
		{"", "postgresql://h/db", ""},
		{"", "mysql://u:secret@h/db", "postgres://"},
		{"", "postgres://u:secret@h:port/db", "postgres://"},
	} {
		err := Database{Data: tt.data, URL: tt.url}.Validate()
		refusedAs(t, err, tt.refused)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the refusal shows the password: %v", tt.url, err)
		}
	}
}

func TestWebhooksValidate(t *testing.T) {
	t.Parallel()
	for entry, refused := range map[string]string{
		"127.0.0.1": "", "::1": "", "10.0.0.0/8": "", "fd00::/8": "", "localhost": "",
		"hooks.internal": "", "a_b.example.": "", "bücher.example": "",
		"": "--webhook-allow", "foo/bar": "--webhook-allow", "10.0.0.0/99": "--webhook-allow",
		"http://127.0.0.1": "--webhook-allow", "127.0.0.1:4242": "--webhook-allow",
		"localhost:4242": "--webhook-allow", "*": "--webhook-allow", "a b": "--webhook-allow",
	} {
		refusedAs(t, Webhooks{WebhookAllow: []string{"localhost", entry}}.Validate(), refused)
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	const from = "Billing <billing@example.com>"
	for _, tt := range []struct {
		url, from string
		want      Server
		refused   string
	}{
		{"smtp://u:p%40ss@mail.test", from, Server{"mail.test", 587, "u", "p@ss", false}, ""},
		{"smtps://mail.test", from, Server{"mail.test", 465, "", "", true}, ""},
		{"smtp://mail.test:2525", from, Server{"mail.test", 2525, "", "", false}, ""},
		{"smtp://u:secret@", from, Server{}, "--smtp"},
		{"mail.test:25", from, Server{}, "--smtp"},
		{"smtp://mail.test", "", Server{}, "--mail-from"},
		{"smtp://mail.test", "billing", Server{}, "--mail-from"},
	} {
		m := Mail{SMTP: tt.url, From: tt.from}
		err := m.Validate()
		if refusedAs(t, err, tt.refused) {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: the refusal shows the password: %v", tt.url, err)
			}
			continue
		}
		if got, err := m.Server(); err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v; want %+v", tt.url, got, err, tt.want)
		}
	}
	if err := (Mail{}).Validate(); err != nil {
		t.Errorf("no mail at all is refused: %v", err)
	}
}

func TestLogger(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	log := Log{LogLevel: "warn"}.Logger(&b)
	log.Info("quiet")
	log.Warn("loud")
	if got := b.String(); strings.Contains(got, "quiet") || !strings.HasPrefix(got, `{"time"`) {
		t.Errorf("wrote %s", got)
	}
}

// refusedAs says whether there is an error, and complains when it is not the one wanted.
func refusedAs(t *testing.T, err error, part string) bool {
	t.Helper()
	switch {
	case err == nil && part != "":
		t.Errorf("accepted, want a refusal with %q", part)
	case err != nil && (part == "" || !strings.Contains(err.Error(), part)):
		t.Errorf("refused with %q, want %q", err, part)
	}
	return err != nil
}
