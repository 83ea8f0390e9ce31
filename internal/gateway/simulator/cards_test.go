package simulator

import (
	"errors"
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/gateway"
)

func TestEveryPublishedCard(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(cardTable, countryTable) {
		if !luhn(c.number) {
			t.Errorf("%s fails its check digit", c.number)
		}
		if _, ok := behaviours[c.behaviour]; !ok {
			t.Errorf("%s has no behaviour %q", c.number, c.behaviour)
		}
		if len(c.country) != 2 || c.funding == "" || c.brand == "" {
			t.Errorf("%s is incomplete: %+v", c.number, c)
		}
	}
	for name, b := range behaviours {
		for _, code := range []string{b.attach, b.charge} {
			if _, ok := declines[code]; code != "" && !ok {
				t.Errorf("%s declines with unknown %q", name, code)
			}
		}
	}
	for _, help := range TestNumbers() {
		if !Published(help) {
			t.Errorf("the help names unknown %s", help)
		}
	}
}

func TestInstrumentFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, test := range []struct{ name, brand, last4, funding, country string }{
		{"pm_card_visa", "visa", "4242", "credit", "US"},
		{"tok_visa", "visa", "4242", "credit", "US"},
		{"pm_card_us", "visa", "4242", "credit", "US"},
		{"pm_card_mastercard_prepaid", "mastercard", "5100", "prepaid", "US"},
		{"pm_card_amex", "amex", "0005", "credit", "US"},
		{"pm_card_gb_debit", "visa", "0005", "debit", "GB"},
		{"pm_card_mastercard_cartesBancaires", "mastercard", "1001", "credit", "FR"},
		{"tok_chargeDeclinedInsufficientFunds", "visa", "9995", "credit", "US"},
		{"tok_visa_chargeCustomerFailLostCard", "visa", "0341", "credit", "US"},
	} {
		i, ok, err := b.InstrumentFor(t.Context(), test.name)
		if !ok || err != nil {
			t.Fatalf("%s: known %v, %v", test.name, ok, err)
		}
		c := i.Card
		got := struct{ name, brand, last4, funding, country string }{test.name, c.Brand, c.Last4,
			c.Funding, c.Country}
		if got != test {
			t.Errorf("got %+v, want %+v", got, test)
		}
	}
	if _, ok, _ := b.InstrumentFor(t.Context(), "pm_card_nosuch"); ok {
		t.Error("an unknown name was accepted")
	}
	one, _, _ := b.InstrumentFor(t.Context(), "pm_card_visa")
	two, _, _ := b.InstrumentFor(t.Context(), "pm_card_visa")
	other, _, _ := b.InstrumentFor(t.Context(), "pm_card_fr")
	if one.Ref == two.Ref || one.Fingerprint != two.Fingerprint ||
		one.Fingerprint == other.Fingerprint {
		t.Errorf("refs %s %s, fingerprints %s %s %s", one.Ref, two.Ref, one.Fingerprint,
			two.Fingerprint, other.Fingerprint)
	}
}

func TestTokenize(t *testing.T) {
	t.Parallel()
	b := setup(t) // March 2027
	for _, test := range []struct {
		name, number, month, year, cvc string
		code, decline, param           string
	}{
		{"good", "4242 4242-4242 4242", "12", "34", "123", "", "", ""},
		{"this month", "4242424242424242", "3", "2027", "123", "", "", ""},
		{"no cvc", "4242424242424242", "3", "2027", "", "", "", ""},
		{"luhn", "4242424242424241", "12", "34", "123", "incorrect_number", "", "number"},
		{"letters", "4242abcd42424242", "12", "34", "123", "incorrect_number", "", "number"},
		{"empty", "", "12", "34", "123", "incorrect_number", "", "number"},
		{"month 13", "4242424242424242", "13", "34", "123", "invalid_expiry_month", "",
			"exp_month"},
		{"month x", "4242424242424242", "x", "34", "123", "invalid_expiry_month", "", "exp_month"},
		{"last month", "4242424242424242", "2", "27", "123", "invalid_expiry_month", "",
			"exp_month"},
		{"year 95", "4242424242424242", "12", "95", "123", "invalid_expiry_year", "", "exp_year"},
		{"last year", "4242424242424242", "12", "2026", "123", "invalid_expiry_year", "",
			"exp_year"},
		{"cvc 99", "4242424242424242", "12", "34", "99", "invalid_cvc", "", "cvc"},
		{"cvc abc", "4242424242424242", "12", "34", "abc", "invalid_cvc", "", "cvc"},
		{"a real card", "4111111111111111", "12", "34", "123", "card_declined",
			"testmode_decline", "number"},
	} {
		i, err := b.TokenizeFields(t.Context(), map[string]string{"number": test.number,
			"exp_month": test.month, "exp_year": test.year, "cvc": test.cvc})
		var data *gateway.DataError
		if errors.As(err, &data) {
			if data.Code != test.code || data.DeclineCode != test.decline ||
				data.Param != test.param {
				t.Errorf("%s: got %+v", test.name, data)
			}
			continue
		}
		if err != nil || test.code != "" || i.Card.Last4 != "4242" {
			t.Errorf("%s: got %+v, %v", test.name, i, err)
		}
	}
}

func TestChecksOnlyOfWhatWasSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, test := range []struct{ number, cvc, zip, cvcCheck, zipCheck string }{
		{"4242424242424242", "123", "94107", "pass", "pass"},
		{"4242424242424242", "", "", "", ""},
		{"4000000000000101", "123", "", "fail", ""},
		{"4000000000000101", "", "94107", "", "pass"},
		{"4000000000000036", "123", "94107", "pass", "fail"},
		{"4000000000000044", "123", "94107", "unavailable", "unavailable"},
	} {
		i, err := b.Tokenize(t.Context(), Card{Number: test.number, ExpMonth: 1, ExpYear: 2030,
			CVC: test.cvc, PostalCode: test.zip})
		if err != nil || i.Card.CVCCheck != test.cvcCheck ||
			i.Card.PostalCodeCheck != test.zipCheck {
			t.Errorf("%+v: got %+v, %v", test, i.Card, err)
		}
	}
}

func TestDeclineTable(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, test := range []struct {
		name, code, declineCode, adviceCode string
		advice                              gateway.Advice
	}{
		{"visa_chargeDeclined", "card_declined", "generic_decline", "try_again_later",
			gateway.RetryLater},
		{"visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds",
			"try_again_later", gateway.RetryLater},
		{"visa_chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again",
			gateway.Never},
		{"visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again",
			gateway.Never},
		{"visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded",
			"try_again_later", gateway.RetryLater},
		{"chargeDeclinedExpiredCard", "expired_card", "", "confirm_card_data",
			gateway.NeedsCustomer},
		{"chargeDeclinedIncorrectCvc", "incorrect_cvc", "", "confirm_card_data",
			gateway.NeedsCustomer},
		{"chargeDeclinedProcessingError", "processing_error", "", "try_again_later",
			gateway.RetryLater},
	} {
		ref := b.card(t, "pm_card_"+test.name)
		charged, err := b.Charge(t.Context(), chargeOf("att_"+test.name, ref, 500))
		if err != nil {
			t.Fatal(err)
		}
		saved, err := b.Setup(t.Context(), gateway.SetupRequest{Instrument: ref,
			Attempt: gateway.Attempt{ID: "att_s" + test.name, Key: "s" + test.name}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []gateway.Result{charged, saved} {
			d := r.Decline
			if d == nil || d.Code != test.code || d.DeclineCode != test.declineCode ||
				d.AdviceCode != test.adviceCode || d.Advice != test.advice {
				t.Errorf("%s: got %+v", test.name, d)
			}
		}
	}
	b.clean(t)
}
