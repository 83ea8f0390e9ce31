package simulator

import (
	"context"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/gatewaytest"
)

var conformanceCards = map[gatewaytest.Card]string{
	gatewaytest.Good:             "pm_card_visa",
	gatewaytest.Declined:         "pm_card_visa_chargeDeclined",
	gatewaytest.FailsLater:       "pm_card_chargeCustomerFail",
	gatewaytest.Authenticates:    "pm_card_authenticationRequiredOnSetup",
	gatewaytest.AuthenticatesAll: "pm_card_authenticationRequired",
	gatewaytest.AuthenticatesPay: "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
	gatewaytest.Blocked:          "pm_card_radarBlock",
	gatewaytest.SlowRefund:       "pm_card_pendingRefund",
	gatewaytest.FailingRefund:    "pm_card_refundFail",
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, engine := range map[string]func(*testing.T) func(*Options){
		"volatile": func(*testing.T) func(*Options) { return func(*Options) {} },
		"sqlite":   onSQLite,
		"postgres": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gatewaytest.Run(t, func(t *testing.T) gatewaytest.Subject {
				return subject(t, setup(t, engine(t)))
			})
		})
	}
}

func subject(t *testing.T, b *bundle) gatewaytest.Subject {
	var came []gateway.Notification
	b.DeliverTo(func(_ context.Context, n gateway.Notification) error {
		came = append(came, n)
		return nil
	})
	return gatewaytest.Subject{
		Gateway:    b.Simulator,
		Instrument: func(c gatewaytest.Card) string { return b.card(t, conformanceCards[c]) },
		Authenticate: func(next *gateway.NextAction, pass bool) {
			if _, err := b.Answer(t.Context(), token(t, next), pass); err != nil {
				t.Fatal(err)
			}
		},
		EnterCard: func(next *gateway.NextAction) {
			card := Card{Number: "4242 4242 4242 4242", ExpMonth: 12, ExpYear: 34, CVC: "123"}
			if _, err := b.SubmitCard(t.Context(), token(t, next), card); err != nil {
				t.Fatal(err)
			}
		},
		Settle: func() []gateway.Notification {
			b.clock.advance(8 * 24 * time.Hour)
			if _, err := b.Pump(t.Context()); err != nil {
				t.Fatal(err)
			}
			return came
		},
		Signed: func(n gateway.Notification) (body []byte, header, value string) {
			body, value = b.SignNotification(n)
			return body, SignatureHeader, value
		},
	}
}
