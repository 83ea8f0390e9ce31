package keys

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"home.trial_card":      "HomeTrialCard",
		"mail.receipt.subject": "MailReceiptSubject",
		"card.cvc":             "CardCVC",
		"details.tax_ids":      "DetailsTaxIDs",
		"pdf.page":             "PDFPage",
	} {
		if got := Name(key); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
}

func TestFilesHoldConstants(t *testing.T) {
	t.Parallel()
	files, err := Files([]byte(`{"nav.plan": {"text": "Plan", "max": 14}, "nav.back": "Back",
		"home.several": {"one": "{count} thing", "other": "{count} things"}}`))
	if err != nil {
		t.Fatal(err)
	}
	frame, portal := string(files["keys_frame.gen.go"]), string(files["keys_portal.gen.go"])
	if !strings.Contains(frame, "\tNavPlan Key = \"nav.plan\" // Plan\n\tNavBack Key = ") {
		t.Errorf("the order of the catalogue is lost:\n%s", frame)
	}
	if !strings.Contains(portal, `HomeSeveral Key = "home.several" // {count} things`) {
		t.Errorf("a plural has no comment:\n%s", portal)
	}
}

func TestFilesRefuse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `[`, `{"nav.plan": `, `{"nowhere.plan": "Plan"}`, `{"nav.a": "a", "nav.a": "b"}`,
	} {
		if _, err := Files([]byte(text)); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestLinesFit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 60)
	files, err := Files([]byte(`{"nav.a_rather_long_key_of_the_catalogue": "` + long + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(files["keys_frame.gen.go"])) {
		if len([]rune(strings.ReplaceAll(line, "\t", "    "))) > lineMax+1 {
			t.Errorf("too long: %s", line)
		}
	}
}
