package mail

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/color"
	"github.com/portico-billing/portico/internal/i18n"
)

var update = flag.Bool("update", false, "rewrite testdata")

var day = time.Date(2026, 11, 14, 9, 30, 0, 0, time.UTC)

func envelope(locale i18n.Locale) Envelope {
	return Envelope{ID: "job_1", To: "ada@example.com", Name: "Ada Lovelace", At: day,
		Words: i18n.For(locale), Portal: "https://billing.example/p/login", Company: Company{
			Name: "Northwind & Söhne", Support: "help@northwind.example", Accent: "#0f766e",
			From: "Billing <billing@northwind.example>"}}
}

var eur29 = Money{2900, "eur"}

// samples are one of each mail.
var samples = []struct {
	name string
	mail interface {
		Message(Envelope) (Message, error)
	}
}{
	{"receipt", Receipt{Amount: eur29, Plan: "Business", Card: Card{"visa", "4242"},
		Number: "NW-0042", PaidAt: day, Next: eur29, NextAt: day.AddDate(0, 1, 0),
		Invoice: "https://billing.example/i/x", PDF: "https://billing.example/i/x/pdf"}},
	{"invoice", Invoice{Amount: eur29, Plan: "Business", Number: "NW-0042",
		DueAt: day.AddDate(0, 0, 14), Pay: "https://billing.example/i/x",
		PDF: "https://billing.example/i/x/pdf"}},
	{"payment_failed", PaymentFailed{Amount: eur29, Plan: "Business", Card: Card{"visa", "4242"},
		Number: "NW-0042", FailedAt: day, Code: "card_declined", DeclineCode: "insufficient_funds",
		RetryAt: day.AddDate(0, 0, 3), Pay: "https://billing.example/i/x",
		PDF: "https://billing.example/i/x/pdf"}},
	{"action_required", ActionRequired{Amount: eur29, Plan: "Business", Number: "NW-0042",
		Until: day.AddDate(0, 0, 1), Confirm: "https://billing.example/i/x"}},
	{"canceled", Canceled{Plan: "Business", EndsAt: day.AddDate(0, 1, 0),
		Undo: true}},
	{"canceled_owing", Canceled{Plan: "Business", EndsAt: day, Ended: true, Owed: []Owed{
		{Number: "NW-0042", Amount: eur29, Pay: "https://billing.example/i/x",
			PDF: "https://billing.example/i/x/pdf"}}}},
}

func TestMails(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for _, locale := range []i18n.Locale{"en", "es", "it", "de"} {
			m, err := s.mail.Message(envelope(locale))
			if err != nil {
				t.Fatalf("%s %s: %v", s.name, locale, err)
			}
			if strings.ContainsAny(m.Subject+m.Text, "{}") {
				t.Errorf("%s %s: a placeholder is left:\n%s\n%s", s.name, locale, m.Subject, m.Text)
			}
			if locale == "en" {
				golden(t, s.name+".txt", "Subject: "+m.Subject+"\nFrom: "+m.From+"\n\n"+m.Text)
				golden(t, s.name+".html", m.HTML)
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from what is committed (-update rewrites it):\n%s", name, got)
	}
}

// visible is what a reader of the HTML sees: words of text nodes, in order.
func visible(html string) []string {
	_, body, _ := strings.Cut(html, "<h1")
	body = regexp.MustCompile(`(?s)^[^>]*>|<[^>]*>`).ReplaceAllString(body, " ")
	body = strings.NewReplacer("&nbsp;", " ", "&amp;", "&", "·", " ").Replace(body)
	return strings.Fields(body)
}

func TestBothFormsSayTheSame(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		m, err := s.mail.Message(envelope("en"))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Fields(m.Text)
		for _, word := range visible(m.HTML) {
			bare := func(w string) bool { return strings.TrimSuffix(w, ":") == word || w == word }
			if !slices.ContainsFunc(text, bare) {
				t.Errorf("%s: %q is in the HTML alone", s.name, word)
			}
		}
	}
}

func TestWhatIsMissingIsLeftOut(t *testing.T) {
	t.Parallel()
	e := envelope("en")
	e.Name, e.Portal, e.Company.Support = "", "", ""
	for _, c := range []struct {
		mail interface {
			Message(Envelope) (Message, error)
		}
		want string
		not  []string
	}{
		{Receipt{Amount: eur29, PaidAt: day}, "Paid on", []string{"Payment method", "View invoice",
			"next payment", "Manage"}},
		{PaymentFailed{Amount: eur29, Plan: "Pro", Ended: true}, "Pro has ended",
			[]string{"We try again", "last attempt"}},
		{PaymentFailed{Amount: eur29, Plan: "Pro"}, "last attempt", []string{"We try again"}},
		{Canceled{Plan: "Pro", EndsAt: day, Ended: true}, "It ended on",
			[]string{"undo it", "Keep subscription"}},
		{Canceled{Plan: "Pro", EndsAt: day}, "Nothing more is charged",
			[]string{"undo it", "still to be paid"}},
		{Canceled{Plan: "Pro", EndsAt: day, Owed: []Owed{{Number: "A-1", Amount: eur29}}},
			"You keep Pro until", []string{"Nothing more is charged"}},
	} {
		m, err := c.mail.Message(e)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Text, c.want) || !strings.Contains(m.Text, "Hello,\n") {
			t.Errorf("%q is missing from\n%s", c.want, m.Text)
		}
		for _, not := range c.not {
			if strings.Contains(m.Text+m.HTML, not) {
				t.Errorf("%q stands in\n%s", not, m.Text)
			}
		}
	}
}

func TestForeignTextStaysText(t *testing.T) {
	t.Parallel()
	e := envelope("en")
	e.Name = "Eve\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>"
	e.Company.Name = "Evil\r\nX-Spam: no \u202eliame\u2028 ceo@bank.example <b>"
	e.Company.Accent = `red;background:url(https://evil.example)}`
	m, err := (Receipt{Amount: eur29, Plan: `"><img src=x onerror=alert(1)>`, PaidAt: day,
		Card: Card{"visa", "4242"}, Invoice: "javascript:alert(1)"}).Message(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "<b>", "javascript:", "evil.example",
		"\u202e"} {
		if strings.Contains(m.HTML, bad) {
			t.Errorf("the HTML holds %q", bad)
		}
	}
	for _, header := range []string{m.Subject, m.From, m.To} {
		if strings.ContainsAny(header, "\r\n\u202e\u2028") {
			t.Errorf("header %q", header)
		}
	}
	if strings.Count(m.From, "@") != 1 ||
		!strings.HasSuffix(m.From, "<billing@northwind.example>") {
		t.Errorf("the sender's name passes for an address: %q", m.From)
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	good := Message{ID: "job_1", To: "a@b.example", From: "N <n@b.example>", Subject: "Hi"}
	if err := good.Valid(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Message){
		"subject with a line break": func(m *Message) { m.Subject = "Hi\r\nBcc: x@y.example" },
		"subject with a null":       func(m *Message) { m.Subject = "Hi\x00" },
		"two recipients":            func(m *Message) { m.To = "a@b.example, c@d.example" },
		"named recipient":           func(m *Message) { m.To = "A <a@b.example>" },
		"recipient with a break":    func(m *Message) { m.To = "a@b.example\nBcc: c@d.example" },
		"no recipient":              func(m *Message) { m.To = "" },
		"no address":                func(m *Message) { m.To = "ada" },
		"reply-to with a break":     func(m *Message) { m.ReplyTo = "a@b.example\r\nX: y" },
		"no sender":                 func(m *Message) { m.From = "" },
		"id with a break":           func(m *Message) { m.ID = "x\ny" },
	} {
		m := good
		change(&m)
		if m.Valid() == nil {
			t.Errorf("%s: let out", name)
		}
	}
}

func TestAccentsCanBeRead(t *testing.T) {
	t.Parallel()
	for _, hex := range []string{"#ffffff", "#ffff00", "#00ff00", "#0f766e", "#000000", "", "red",
		"#12", "#12345g", "#1234567"} {
		if c := accentOf(hex); !color.Readable(c, color.White) {
			t.Errorf("%q becomes %v, which cannot be read on white", hex, c)
		}
	}
	if c := accentOf("#0f766e"); c.String() != "#0f766e" {
		t.Errorf("a colour that can be read was changed to %v", c)
	}
	if accentOf("red") != defaultAccent {
		t.Error("what is no colour is not the default")
	}
}
