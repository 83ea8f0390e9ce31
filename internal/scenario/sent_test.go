package scenario_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestWhatIsSentIsMailed: an invoice that is sent, by hand or by itself, is a mail with the way to
// its page and its PDF, in the customer's language.
func TestWhatIsSentIsMailed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := openWithMail(t, open)
		h.Tell("sent", `
product pro Pro
price month pro 2900 usd month
post /v1/customers name=Ada email=ada@example.com preferred_locales[0]=it -> ada
post /v1/invoiceitems customer=$ada amount=1900 currency=usd
post /v1/invoices customer=$ada collection_method=send_invoice `+
			`days_until_due=7 pending_invoice_items_behavior=include -> in
post /v1/invoices/$in/send -> in
post /v1/invoices/$in/send -> in
customer bob
subscribe sub bob month collection_method=send_invoice days_until_due=10
post /v1/customers name=Nobody -> none
subscribe two none month collection_method=send_invoice days_until_due=10
advance 2024-01-01 01:00:00`)
		got := mails(t, h)
		want := []string{"ada@example.com Fattura", "ada@example.com Fattura",
			"bob@example.com Invoice"}
		if len(got) != len(want) {
			t.Fatalf("mailed %v", got)
		}
		for i, m := range got {
			if !strings.HasPrefix(m.To+" "+m.Subject, want[i]) ||
				!strings.Contains(m.Text, "http://portico.test/i/") ||
				!strings.Contains(m.HTML, "/pdf") {
				t.Errorf("mailed %s, %s:\n%s", m.To, m.Subject, m.Text)
			}
		}
	})
}

// TestACancellationSaysWhereItIsTakenBack: the mail names the way through the portal, as long as
// there is something to take back.
func TestACancellationSaysWhereItIsTakenBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := openWithMail(t, open)
		h.Tell("canceled", `
product pro Pro
price month pro 2900 usd month
post /v1/customers name=Ada email=ada@example.com payment_method=pm_card_visa `+
			`invoice_settings[default_payment_method]=pm_card_visa -> ada
subscribe first ada month
post /v1/subscriptions/$first cancel_at_period_end=true
subscribe second ada month
delete /v1/subscriptions/$second
advance 2024-01-01 01:00:00`)
		var undo []bool
		for _, m := range mails(t, h) {
			if strings.Contains(m.Subject, "is canceled") {
				undo = append(undo, strings.Contains(m.Text, "choose “Keep subscription”"))
			}
		}
		if want := []bool{true, false}; !slices.Equal(undo, want) {
			t.Errorf("says how to undo it: %v, want %v", undo, want)
		}
	})
}

// TestTheEndOfDunningNamesWhatIsOwed: the mail leads to the page of the invoice that was not paid.
func TestTheEndOfDunningNamesWhatIsOwed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := openWithMail(t, open)
		h.Tell("given up", `
product pro Pro
price month pro 2900 usd month
post /v1/customers name=Ada email=ada@example.com payment_method=pm_card_visa `+
			`invoice_settings[default_payment_method]=pm_card_visa -> ada
subscribe sub ada month
post /v1/payment_methods/pm_card_chargeCustomerFail/attach customer=$ada -> bad
post /v1/customers/$ada invoice_settings[default_payment_method]=$bad
advance 2024-03-01 00:00:00`)
		var last store.Mail
		for _, m := range mails(t, h) {
			if strings.Contains(m.Subject, "is canceled") {
				last = m
			}
		}
		for _, part := range []string{"No new invoices come", "for $29.00 is still to be paid",
			"Pay $29.00: http://portico.test/i/"} {
			if !strings.Contains(last.Text, part) {
				t.Errorf("does not say %q:\n%s", part, last.Text)
			}
		}
	})
}

// openWithMail is a house that puts mails into the mailbox, as the program does in test mode.
func openWithMail(t *testing.T, open storetest.Opener) (h *scenario.House) {
	t.Helper()
	keep := func(ctx context.Context, j app.MailJob) error {
		m, err := h.App.WriteMail(ctx, j, "Billing <billing@portico.test>")
		if err != nil || m == nil {
			return err
		}
		return h.App.KeepMail(ctx, j, m)
	}
	h = scenario.Open(t, open, scenario.Plan{
		Start:   time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		Options: func(o *app.Options, _ *simulator.Options) { o.Mail = keep }})
	return h
}

// mails are those in the mailbox, oldest first.
func mails(t *testing.T, h *scenario.House) (out []store.Mail) {
	t.Helper()
	accounts, err := h.DB.Accounts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		err := h.DB.Read(context.Background(), billing.Scope{Account: account.ID},
			h.Clock.Now().Unix(), func(v *store.View) error {
				found, _, err := store.Mails(v, store.Page{Limit: 100})
				for i := len(found) - 1; i >= 0; i-- {
					out = append(out, found[i])
				}
				return err
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
