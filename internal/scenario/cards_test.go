package scenario_test

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// cards reads the rows of a table in testdata/cards, a word a cell.
func cards(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	for line := range strings.Lines(read(t, "testdata/cards/"+name+".txt")) {
		cells := strings.Fields(line)
		if len(cells) > 0 && cells[0] != "#" && cells[0] != "number" {
			rows = append(rows, cells)
		}
	}
	return rows
}

// cardMessages are what the customer is told.
var cardMessages = map[string]string{
	"generic_decline":    "Your card was declined.",
	"insufficient_funds": "Your card has insufficient funds.",
	"lost_card":          "Your card was declined.",
	"stolen_card":        "Your card was declined.",
	"card_velocity_exceeded": "Your card was declined for making repeated attempts too " +
		"frequently or exceeding its amount limit.",
	"expired_card":  "Your card has expired.",
	"incorrect_cvc": "Your card's security code is incorrect.",
	"processing_error": "An error occurred while processing your card. Try again in a little " +
		"bit.",
	"authentication_required": "Your card was declined. This transaction requires authentication.",
	"blocked":                 "Your card was declined.",
}

// wallet tries cards.
type wallet struct {
	*scenario.House
	outcomes map[string][]string
	customer string
}

func openWallet(t *testing.T) *wallet {
	t.Helper()
	w := &wallet{outcomes: map[string][]string{}, House: scenario.Open(t,
		storetest.One(t), scenario.Plan{
			Start: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})}
	for _, row := range cards(t, "outcomes") {
		w.outcomes[row[0]] = row[1:]
	}
	_, made := w.Call("POST", "/v1/customers", url.Values{"name": {"Ada"}})
	w.customer = made["id"].(string)
	return w
}

// number makes a payment method of a card as somebody types it.
func (w *wallet) number(number string) string {
	w.Helper()
	cvc := "123"
	if strings.HasPrefix(number, "37") {
		cvc = "1234"
	}
	return w.method(url.Values{"card[number]": {number}, "card[exp_month]": {"12"},
		"card[exp_year]": {"34"}, "card[cvc]": {cvc},
		"billing_details[address][postal_code]": {"94107"},
		"billing_details[address][line1]":       {"1 Market Street"}})
}

func (w *wallet) method(fields url.Values) string {
	w.Helper()
	fields.Set("type", "card")
	status, made := w.Call("POST", "/v1/payment_methods", fields)
	if status != 200 {
		w.Fatalf("%v: %v", fields, made)
	}
	return made["id"].(string)
}

// charge tries to take 10.00.
func (w *wallet) charge(method string, more url.Values) (int, map[string]any) {
	w.Helper()
	fields := url.Values{"amount": {"1000"}, "currency": {"usd"}, "payment_method": {method},
		"confirm": {"true"}, "return_url": {"https://shop.test/back"}}
	for name, values := range more {
		fields[name] = values
	}
	return w.Call("POST", "/v1/payment_intents", fields)
}

func at(v any, steps string) any {
	for _, step := range strings.Split(steps, ".") {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

func word(v any) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprint(v)
}

// expect holds an answer, and the charge that was made, against the tables.
func (w *wallet) expect(what, want string, status int, body map[string]any) map[string]any {
	w.Helper()
	intent, refusal := body, at(body, "error")
	if refusal != nil {
		if intent, _ = at(refusal, "payment_intent").(map[string]any); intent == nil {
			w.Errorf("%s: refused with %v", what, refusal)
			return nil
		}
	}
	if want == "ask" {
		if intent["status"] != "requires_action" ||
			at(intent, "next_action.type") != "redirect_to_url" {
			w.Errorf("%s: want the bank's question, got %v", what, intent["status"])
		}
		return intent
	}
	row := w.outcomes[want]
	if row[0] == "succeeded" {
		if status != 200 || intent["status"] != "succeeded" {
			w.Errorf("%s: answered %d, %v", what, status, body)
		}
	} else {
		w.expectRefusal(what, want, status, refusal)
		if intent["status"] != "requires_payment_method" ||
			at(intent, "last_payment_error.code") != row[1] ||
			at(intent, "last_payment_error.payment_method.id") == nil {
			w.Errorf("%s: the intent is %v, with %v", what, intent["status"],
				intent["last_payment_error"])
		}
	}
	w.expectCharge(what, want, intent)
	return intent
}

func (w *wallet) expectRefusal(what, want string, status int, refusal any) {
	w.Helper()
	row := w.outcomes[want]
	got := []any{status, at(refusal, "type"), at(refusal, "code"),
		word(at(refusal, "decline_code")), at(refusal, "advice_code"), at(refusal, "message")}
	should := []any{402, "card_error", row[1], row[2], row[3], cardMessages[want]}
	if fmt.Sprint(got) != fmt.Sprint(should) {
		w.Errorf("%s: refused with %v, want %v", what, got, should)
	}
}

func (w *wallet) expectCharge(what, want string, intent map[string]any) {
	w.Helper()
	row := w.outcomes[want]
	_, ch := w.Call("GET", "/v1/charges/"+word(intent["latest_charge"]), nil)
	got := []string{word(ch["status"]), word(ch["failure_code"]), word(at(ch, "outcome.type")),
		word(at(ch, "outcome.network_status")), word(at(ch, "outcome.reason")),
		word(at(ch, "outcome.risk_level")), word(ch["failure_message"])}
	message := cardMessages[want]
	if message == "" {
		message = "-"
	}
	should := []string{row[0], row[1], row[4], row[5], row[6], row[7], message}
	if fmt.Sprint(got) != fmt.Sprint(should) {
		w.Errorf("%s: the charge is %q, want %q", what, got, should)
	}
}

// answer passes or fails the bank's question, and gives the intent afterwards.
func (w *wallet) answer(noun string, intent map[string]any, pass bool) map[string]any {
	w.Helper()
	page, err := url.Parse(word(at(intent, "next_action.redirect_to_url.url")))
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.Simulator.Answer(context.Background(), path.Base(page.Path), pass); err != nil {
		w.Fatal(err)
	}
	w.Settle()
	_, after := w.Call("GET", "/v1/"+noun+"/"+intent["id"].(string), nil)
	return after
}

// TestEveryPublishedCard charges every published test value, by its number, its pm_card_ name and
// its token, while the customer is there.
func TestEveryPublishedCard(t *testing.T) {
	t.Parallel()
	w := openWallet(t)
	for _, row := range cards(t, "published") {
		number, names, brand, country, want := row[0], row[1], row[2], row[3], row[4]
		methods := map[string]string{}
		if digits, unsaid := strings.CutPrefix(number, "/"); unsaid {
			number = digits
		} else {
			methods[number] = w.number(number)
		}
		if names == "-" {
			names = ""
		}
		for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' }) {
			methods["pm_card_"+name] = "pm_card_" + name
			methods["tok_"+name] = w.method(url.Values{"card[token]": {"tok_" + name}})
		}
		for what, method := range methods {
			status, body := w.charge(method, nil)
			intent := w.expect(what, want, status, body)
			id := word(intent["payment_method"])
			if id == "-" {
				id = word(at(intent, "last_payment_error.payment_method.id"))
			}
			_, pm := w.Call("GET", "/v1/payment_methods/"+id, nil)
			got := []any{at(pm, "card.brand"), at(pm, "card.country"), at(pm, "card.last4"),
				pm["customer"]}
			if fmt.Sprint(got) != fmt.Sprint([]any{brand, country, number[len(number)-4:], nil}) {
				t.Errorf("%s: the method is %v", what, got)
			}
		}
	}
	w.Settle()
}

// TestCardsByMoment holds what a card does when it is attached, set up, and charged without its
// holder, before the bank is asked and after.
func TestCardsByMoment(t *testing.T) {
	t.Parallel()
	w := openWallet(t)
	for _, row := range cards(t, "moments") {
		number := row[0]
		say := func(moment string) string { return number + " " + moment }
		w.attach(say("attached"), w.number(number), row[1])
		kept := w.number(number)
		ready := w.setUp(say("set up"), kept, row[2])
		off := url.Values{"off_session": {"true"}}
		status, body := w.charge(w.number(number), off)
		w.expect(say("off session"), row[3], status, body)
		if ready != (row[4] != "-") {
			t.Errorf("%s: ready for later: %v", number, ready)
		}
		if ready {
			off.Set("customer", w.customer)
			status, body = w.charge(kept, off)
			w.expect(say("after set-up"), row[4], status, body)
		}
		status, body = w.charge(w.number(number), url.Values{
			"payment_method_options[card][request_three_d_secure]": {"any"}})
		intent := w.expect(say("asked for"), row[5], status, body)
		if row[5] != "ask" {
			continue
		}
		w.passAndFail(say, intent, row[6])
	}
}

func (w *wallet) attach(what, method, want string) {
	w.Helper()
	status, body := w.Call("POST", "/v1/payment_methods/"+method+"/attach",
		url.Values{"customer": {w.customer}})
	switch {
	case want != "ok":
		w.expectRefusal(what, want, status, body["error"])
	case status != 200:
		w.Errorf("%s: %v", what, body)
	}
}

// setUp says whether the card is ready for later.
func (w *wallet) setUp(what, method, want string) bool {
	w.Helper()
	status, si := w.Call("POST", "/v1/setup_intents", url.Values{"customer": {w.customer},
		"payment_method": {method}, "confirm": {"true"}, "return_url": {"https://shop.test"}})
	switch want {
	case "ask":
		if si["status"] != "requires_action" {
			w.Fatalf("%s: %v", what, si)
		}
		si = w.answer("setup_intents", si, true)
	case "ok":
	default:
		w.expectRefusal(what, want, status, si["error"])
		intent := at(si, "error.setup_intent")
		if at(intent, "status") != "requires_payment_method" ||
			at(intent, "last_setup_error.code") != w.outcomes[want][1] {
			w.Errorf("%s: %v", what, si)
		}
		return false
	}
	if si["status"] != "succeeded" {
		w.Errorf("%s: %v", what, si)
	}
	return true
}

// passAndFail answers the bank's question, and another one wrongly.
func (w *wallet) passAndFail(say func(string) string, intent map[string]any, want string) {
	w.Helper()
	_, other := w.charge(w.number(strings.Fields(say(""))[0]), url.Values{
		"payment_method_options[card][request_three_d_secure]": {"any"}})
	passed := w.answer("payment_intents", intent, true)
	status := "succeeded"
	if want != "ok" {
		status = "requires_payment_method"
	}
	if passed["status"] != status {
		w.Errorf("%s: %v", say("passed"), passed["status"])
	}
	w.expectCharge(say("passed"), want, passed)
	_, ch := w.Call("GET", "/v1/charges/"+word(passed["latest_charge"]), nil)
	if at(ch, "payment_method_details.card.three_d_secure.result") != "authenticated" {
		w.Errorf("%s: %v", say("passed"), ch["payment_method_details"])
	}
	failed := w.answer("payment_intents", other, false)
	if failed["status"] != "requires_payment_method" ||
		at(failed, "last_payment_error.code") != "payment_intent_authentication_failure" {
		w.Errorf("%s: %v", say("failed"), failed)
	}
}

// TestCardChecks: what was sent is checked, and what was not sent is not; a name brings the details
// that it is about.
func TestCardChecks(t *testing.T) {
	t.Parallel()
	w := openWallet(t)
	named := map[string]string{}
	for _, row := range cards(t, "published") {
		name, _, _ := strings.Cut(row[1], ",")
		named[row[0]] = name
	}
	for _, row := range cards(t, "checks") {
		status, intent := w.charge(w.number(row[0]), nil)
		if status != 200 {
			t.Fatalf("%s: %v", row[0], intent)
		}
		got := w.checks(intent)
		if want := fmt.Sprint(row[1:]); got != want {
			t.Errorf("%s: checks %s, want %s", row[0], got, want)
		}
		_, intent = w.charge(w.method(url.Values{"card[number]": {row[0]},
			"card[exp_month]": {"12"}, "card[exp_year]": {"2034"}}), nil)
		if got := w.checks(intent); got != "[- - -]" {
			t.Errorf("%s, bare: checks %s", row[0], got)
		}
		_, intent = w.charge("pm_card_"+named[row[0]], nil)
		want := strings.ReplaceAll(fmt.Sprint(row[1:]), "pass", "-")
		if got := w.checks(intent); got != want {
			t.Errorf("%s: checks %s, want %s", named[row[0]], got, want)
		}
	}
}

func (w *wallet) checks(intent map[string]any) string {
	w.Helper()
	_, ch := w.Call("GET", "/v1/charges/"+word(intent["latest_charge"]), nil)
	checks := at(ch, "payment_method_details.card.checks")
	return fmt.Sprint([]string{word(at(checks, "cvc_check")),
		word(at(checks, "address_postal_code_check")), word(at(checks, "address_line1_check"))})
}
