package scenario_test

import (
	"slices"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestEventOfAPaymentThatNobodyKnows: a gateway that does not answer makes an intent process.
func TestEventOfAPaymentThatNobodyKnows(t *testing.T) {
	t.Parallel()
	h := scenario.Open(t, storetest.One(t), scenario.Plan{
		Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		Options: func(_ *app.Options, o *simulator.Options) {
			o.Faults = func(op gateway.Op, _ gateway.Attempt) simulator.Fault {
				if op == gateway.OpCharge {
					return simulator.Fault{Kind: simulator.LostAnswer}
				}
				return simulator.Fault{}
			}
		}})
	h.Tell("unknown", `
customer ada pm_card_visa
post /v1/payment_intents amount=700 currency=usd customer=$ada payment_method=pm_card_visa -> pi
forget
post /v1/payment_intents/$pi/confirm -> pi
expect pi.status processing
captured 700`)
	got, _ := h.Events("")
	want := []string{"payment_intent.created", "payment_intent.processing"}
	if !slices.Equal(got[len(got)-2:], want) {
		t.Errorf("events were %v", got)
	}
	h.MoveTo(h.Clock.Now().Add(time.Hour))
	got, _ = h.Events("")
	want = []string{"payment_intent.processing", "charge.succeeded", "payment_intent.succeeded"}
	if !slices.Equal(got[len(got)-3:], want) {
		t.Errorf("events were %v", got)
	}
}
