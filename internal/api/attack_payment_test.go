package api_test

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

const bankPage = "next_action.redirect_to_url.url"

// intent makes a payment intent of 5000 cents.
func (w *town) intent(fields ...string) *answer {
	w.Helper()
	if slices.Contains(fields, "confirm=true") {
		fields = append(fields, "return_url=https://x.test/back")
	}
	return w.do("POST", "/v1/payment_intents", append(fields, "amount=5000", "currency=usd")...)
}

// pass says on the bank's page that it was the cardholder, and tells this house.
func (w *town) pass(page string) {
	w.Helper()
	u, err := url.Parse(page)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.sim.Answer(w.Context(), path.Base(u.Path), true); err != nil {
		w.Logf("the bank's page: %v", err)
	}
	w.comeBack()
}

// comeBack opens the return address of every attempt, whatever happened at the bank.
func (w *town) comeBack() {
	w.Helper()
	scope := billing.Scope{Account: w.account.ID}
	var all []*store.Attempt
	err := w.app.View(w.Context(), scope, func(q *store.View) (err error) {
		all, err = store.Attempts.All(q)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	for _, attempt := range all {
		if _, err := w.app.SettleReturn(w.Context(), scope, attempt.ID); err != nil {
			w.Fatal(err)
		}
	}
}

// TestSkippedChallenges comes back from the bank without having been there, and with the page of
// a confirmation that was given up.
func TestSkippedChallenges(t *testing.T) {
	eachTown(t, func(w *town) {
		const confirm, card = "confirm=true", "payment_method=pm_card_threeDSecure2Required"
		first := w.intent(confirm, card, "confirm=true").ok()
		first.want("status", `"requires_action"`)
		at := "/v1/payment_intents/" + first.id()
		w.comeBack()
		w.work()
		w.get(at).want("status", `"requires_action"`).want("amount_received", "0")
		w.do("POST", at, "amount=1").refused(400, "", "payment_intent_unexpected_state", "", "")
		second := w.post(at+"/confirm", card)
		if second.text(bankPage) == first.text(bankPage) {
			t.Error("the second confirmation has the page of the first")
		}
		w.work() // the gateway is told that the first is given up
		w.pass(first.text(bankPage))
		w.get(at).want("status", `"requires_action"`)
		if n, _ := w.moved("charge"); n != 0 {
			t.Errorf("the gateway took money %d times without a challenge", n)
		}
		w.pass(second.text(bankPage))
		w.get(at).want("status", `"succeeded"`).want("amount_received", "5000")
		w.pass(second.text(bankPage))
		w.work()
		for _, verb := range []string{"/confirm", "/cancel", "/capture"} {
			w.do("POST", at+verb).refused(400, "", "payment_intent_unexpected_state", "", "")
		}
		w.do("POST", at, "amount=1").refused(400, "", "payment_intent_unexpected_state", "", "")
		if n, minor := w.moved("charge"); n != 1 || minor != 5000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
		w.honest()
	})
}

// TestTwoBankPages answers the page of a confirmation that was given up, and the newer page, before
// anything is settled: the older one is dead, and the money is taken once.
func TestTwoBankPages(t *testing.T) {
	eachTown(t, func(w *town) {
		const card = "payment_method=pm_card_threeDSecure2Required"
		first := w.intent("confirm=true", card).ok()
		at := "/v1/payment_intents/" + first.id()
		second := w.post(at+"/confirm", card)
		w.pass(first.text(bankPage))
		w.pass(second.text(bankPage))
		w.work()
		w.get(at).want("status", `"succeeded"`).want("amount_received", "5000")
		if n, minor := w.moved("charge"); n != 1 || minor != 5000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
		w.honest()
	})
}

func TestForeignClientSecrets(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	for _, nouns := range []string{"payment_intents", "setup_intents"} {
		at := "/v1/" + nouns + "/" + v[nouns]
		secret := d.get(at).text("client_secret")
		d.get(at, "client_secret="+secret)
		for _, wrong := range []string{"", "x", secret + "x", v[nouns] + "_secret_"} {
			if a := d.do("GET", at, "client_secret="+wrong); a.status != http.StatusBadRequest {
				t.Errorf("%s with the secret %q: status %d", nouns, wrong, a.status)
			}
		}
	}
}

// TestTamperedIntents changes amounts where they may not be changed, or to what they may not be.
func TestTamperedIntents(t *testing.T) {
	eachTown(t, func(w *town) {
		open := "/v1/payment_intents/" + w.intent().ok().id()
		for _, amount := range []string{"0", "-5", "1", "100000000", "999999999999999"} {
			w.do("POST", open, "amount="+amount).refused(400, "", "", "amount", "")
		}
		w.post(open, "amount=700").want("amount", "700")

		held := w.intent("capture_method=manual", "confirm=true",
			"payment_method=pm_card_visa").ok()
		at := "/v1/payment_intents/" + held.want("status", `"requires_capture"`).id()
		w.do("POST", at, "amount=9000").refused(400, "", "payment_intent_unexpected_state", "", "")
		for _, amount := range []string{"0", "-1", "5001"} {
			w.do("POST", at+"/capture", "amount_to_capture="+amount).refused(400, "", "",
				"amount_to_capture", "")
		}
		w.want(w.race(6, func(int) *http.Request {
			return w.request("POST", at+"/capture", "amount_to_capture=4000")
		}), 1)
		w.get(at).want("amount_received", "4000").want("status", `"succeeded"`)
		if n, minor := w.moved("charge"); n != 1 || minor != 4000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
		w.honest()
	})
}

func TestConfirmRace(t *testing.T) {
	eachTown(t, func(w *town) {
		at := "/v1/payment_intents/" + w.intent("payment_method=pm_card_visa").ok().id()
		w.want(w.race(8, func(int) *http.Request { return w.request("POST", at+"/confirm") }), 1)
		w.get(at).want("status", `"succeeded"`)
		if n, minor := w.moved("charge"); n != 1 || minor != 5000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
		w.honest()
	})
}

// TestClosedInvoices pays what is paid, voided, or not yet final, by every door.
func TestClosedInvoices(t *testing.T) {
	eachTown(t, func(w *town) {
		cus, sub, _ := w.subscriber()
		settled := w.get("/v1/subscriptions/"+sub, "expand[]=latest_invoice.payments").
			text("latest_invoice.id")
		intent := w.get("/v1/payment_intents").ids()[0]
		w.post("/v1/invoiceitems", "customer="+cus, "currency=usd", "amount=2000")
		voided := w.post("/v1/invoices", "customer="+cus,
			"pending_invoice_items_behavior=include").id()
		w.post("/v1/invoices/" + voided + "/finalize")
		w.post("/v1/invoices/" + voided + "/void")
		for _, path := range []string{"invoices/" + settled + "/pay", "invoices/" + voided + "/pay",
			"invoices/" + settled + "/void", "invoices/" + settled + "/finalize",
			"invoices/" + voided + "/finalize", "invoices/" + voided + "/mark_uncollectible",
			"invoices/" + settled + "/mark_uncollectible",
			"payment_intents/" + intent + "/confirm", "payment_intents/" + intent + "/cancel"} {
			if a := w.do("POST", "/v1/"+path); a.status != http.StatusBadRequest {
				t.Errorf("%s: status %d: %.300s", path, a.status, a.raw)
			}
		}
		for _, invoice := range []string{settled, voided} {
			w.do("DELETE", "/v1/invoices/"+invoice).refused(400, "", "", "", "")
			w.do("POST", "/v1/invoiceitems", "customer="+cus, "currency=usd", "amount=5",
				"invoice="+invoice).refused(400, "", "", "", "")
		}
		if n, minor := w.moved("charge"); n != 1 || minor != 2000 {
			t.Errorf("the gateway took %d in %d charges", minor, n)
		}
	})
}

// TestKeysEndToTheSecond lets a rolled key end at a moment: it is good the second before.
func TestKeysEndToTheSecond(t *testing.T) {
	t.Parallel()
	d := open(t)
	old := d.rolled()
	ends := d.clock.Now().Truncate(time.Second).Add(time.Hour)
	d.as(old, "GET", "/v1/account").ok()
	d.write(func(tx *store.Tx) error { return store.ExpireKey(tx, app.KeyHash(old), ends.Unix()) })
	d.clock.Set(ends.Add(-time.Second))
	d.as(old, "GET", "/v1/account").ok()
	d.clock.Set(ends)
	d.as(old, "GET", "/v1/account").refused(401, "", "api_key_expired", "", "")
	d.get("/v1/account")
}
