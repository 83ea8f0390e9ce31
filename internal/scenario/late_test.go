package scenario_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// lateNews is what becomes of an attempt in each state, and of its invoice, when the gateway tells
// each outcome. Money that moved is always booked; nothing else opens what is concluded.
const lateNews = `
	state            told             attempt          invoice        intent
	unknown          succeeded        succeeded        paid           succeeded
	unknown          declined         declined         open           requires_payment_method
	unknown          canceled         canceled         open           requires_payment_method
	unknown          pending          pending          open           processing
	unknown          action_required  action_required  open           requires_action
	pending          succeeded        succeeded        paid           succeeded
	pending          declined         declined         open           requires_payment_method
	pending          canceled         canceled         open           requires_payment_method
	pending          action_required  action_required  open           requires_action
	action_required  succeeded        succeeded        paid           succeeded
	action_required  declined         declined         open           requires_payment_method
	action_required  canceled         canceled         open           requires_payment_method
	action_required  pending          pending          open           processing
	declined         succeeded        succeeded        paid           succeeded
	declined         canceled         declined         open           requires_payment_method
	declined         pending          declined         open           requires_payment_method
	declined         action_required  declined         open           requires_payment_method
	canceled         succeeded        succeeded        paid           succeeded
	canceled         declined         canceled         open           requires_payment_method
	canceled         pending          canceled         open           requires_payment_method
	succeeded        declined         succeeded        paid           succeeded
	succeeded        canceled         succeeded        paid           succeeded
	succeeded        pending          succeeded        paid           succeeded
	succeeded        action_required  succeeded        paid           succeeded
	not_executed     succeeded        succeeded        paid           succeeded
	not_executed     declined         not_executed     open           processing
	not_executed     pending          not_executed     open           processing
	parked           succeeded        succeeded        paid           succeeded
	parked           declined         declined         open           requires_payment_method
	parked           canceled         canceled         open           requires_payment_method
	parked           pending          parked           open           processing
`

var told = map[string]gateway.Outcome{"succeeded": gateway.Succeeded,
	"declined": gateway.Declined, "canceled": gateway.Canceled, "pending": gateway.Pending,
	"action_required": gateway.ActionRequired}

// TestLateNews tells each outcome to an attempt in each state, and then once more.
func TestLateNews(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		h := scenario.Open(t, open, scenario.Plan{
			Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Options: func(_ *app.Options, o *simulator.Options) {
				o.Faults = func(op gateway.Op, _ gateway.Attempt) simulator.Fault {
					if op == gateway.OpCharge {
						return simulator.Fault{Kind: simulator.LostRequest}
					}
					return simulator.Fault{}
				}
			}})
		for row := range strings.Lines(lateNews) {
			f := strings.Fields(row)
			if len(f) == 0 || f[0] == "state" {
				continue
			}
			n := unknown(t, h)
			n.bring(f[0])
			n.tell(f[1])
			n.expect(strings.TrimSpace(row), f[2:])
			_, before := h.Events("")
			n.tell(f[1])
			if more, _ := h.Events(before); len(more) > 0 && f[0] != f[2] {
				t.Errorf("%s: told twice, it changes %v", strings.TrimSpace(row), more)
			}
		}
		checks, err := h.App.Verify(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			if !strings.HasPrefix(c.Name, "the gateway took") && len(c.Bad) > 0 {
				t.Errorf("%s: %s", c.Name, c.Bad)
			}
		}
	})
}

// news is an invoice whose payment nobody knows the outcome of.
type news struct {
	*scenario.House
	t       *testing.T
	scope   billing.Scope
	attempt string
	invoice string
	intent  string
}

func unknown(t *testing.T, h *scenario.House) *news {
	t.Helper()
	_, ada := h.Call("POST", "/v1/customers", url.Values{"payment_method": {"pm_card_visa"},
		"invoice_settings[default_payment_method]": {"pm_card_visa"}})
	customer := ada["id"].(string)
	h.Call("POST", "/v1/invoiceitems", url.Values{"customer": {customer}, "amount": {"2900"},
		"currency": {"usd"}})
	_, made := h.Call("POST", "/v1/invoices", url.Values{"customer": {customer},
		"pending_invoice_items_behavior": {"include"}})
	h.Call("POST", "/v1/invoices/"+made["id"].(string)+"/pay", nil)
	n := &news{House: h, t: t}
	_, page := h.Call("GET", "/v1/invoices", url.Values{"limit": {"1"},
		"expand[]": {"data.payments"}})
	in := page["data"].([]any)[0].(map[string]any)
	n.invoice = in["id"].(string)
	payment := in["payments"].(map[string]any)["data"].([]any)[0].(map[string]any)
	n.intent = payment["payment"].(map[string]any)["payment_intent"].(string)
	accounts, err := h.DB.Accounts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		n.scope.Account = account.ID
		n.write(func(tx *store.Tx) error {
			found, err := store.Attempts.All(tx, store.Eq("invoice", n.invoice))
			if len(found) > 0 {
				n.attempt = found[0].ID
			}
			return err
		})
		if n.attempt != "" {
			break
		}
	}
	return n
}

func (n *news) write(fn func(tx *store.Tx) error) {
	n.t.Helper()
	o := store.Origin{Scope: n.scope, Now: n.Clock.Now().Unix()}
	if err := n.DB.Write(context.Background(), o, fn); err != nil {
		n.t.Fatal(err)
	}
}

// bring takes the attempt to a state: by news, or as an inquiry would conclude it.
func (n *news) bring(state string) {
	n.t.Helper()
	switch state {
	case "unknown":
	case "not_executed", "parked":
		n.write(func(tx *store.Tx) error {
			att, err := store.Attempts.Lock(tx, n.attempt)
			if err == nil {
				att.State, att.InquireAt = store.AttemptState(state), nil
			}
			return err
		})
	default:
		n.tell(state)
	}
}

func (n *news) tell(outcome string) {
	n.t.Helper()
	r := gateway.Result{Outcome: told[outcome], Ref: "ref_" + n.attempt, At: n.Clock.Now()}
	switch r.Outcome {
	case gateway.Succeeded:
		r.Moved = money.Amount{Minor: 2900, Currency: "usd"}
	case gateway.Declined:
		r.Decline = &gateway.Decline{Code: "card_declined", DeclineCode: "generic_decline"}
	case gateway.ActionRequired:
		r.Next = &gateway.NextAction{URL: "http://simulator.test/a"}
	}
	err := n.App.RecordNotification(context.Background(), gateway.Notification{
		EventID: n.attempt + outcome, Kind: "charge", Op: gateway.OpCharge, Attempt: n.attempt,
		Result: r, Trusted: true})
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *news) expect(row string, want []string) {
	n.t.Helper()
	got := make([]string, 3)
	n.write(func(tx *store.Tx) error {
		att, err := store.Attempts.Get(tx, n.attempt)
		got[0] = string(att.State)
		return err
	})
	_, in := n.Call("GET", "/v1/invoices/"+n.invoice, nil)
	_, pi := n.Call("GET", "/v1/payment_intents/"+n.intent, nil)
	got[1], got[2] = in["status"].(string), pi["status"].(string)
	if strings.Join(got, " ") != strings.Join(want, " ") {
		n.t.Errorf("%s: got %s", row, got)
	}
}
