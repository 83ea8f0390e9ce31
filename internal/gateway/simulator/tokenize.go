package simulator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

// Card is a card as somebody types it. It is the only type in the program that holds a number; it
// is never stored, logged or returned, and prints as its last four digits.
type Card struct {
	Number            string
	ExpMonth, ExpYear int // a year of two digits is in this century
	CVC               string
	Name, PostalCode  string
	Line1             string
}

// String keeps the number out of every log.
func (c Card) String() string { return "card ending " + c.last4() }

// GoString does so for %#v.
func (c Card) GoString() string { return c.String() }

func (c Card) last4() string {
	return c.Number[max(0, len(c.Number)-4):]
}

// Tokenize makes an instrument of a test card. Errors in the details are *gateway.DataError, with
// Stripe's codes; a number that is not a published test value is refused and never stored.
func (s *Simulator) Tokenize(ctx context.Context, card Card) (gateway.Instrument, error) {
	i, err := s.tokenize(card)
	if err != nil {
		return gateway.Instrument{}, err
	}
	err = s.do(ctx, func(b books) error { return b.putInstrument(i) })
	if err != nil {
		return gateway.Instrument{}, fmt.Errorf("simulator: tokenize: %w", err)
	}
	return i.Shown, nil
}

// TokenizeFields is Tokenize for Stripe's card hash.
func (s *Simulator) TokenizeFields(
	ctx context.Context, fields map[string]string,
) (gateway.Instrument, error) {
	card := Card{Number: fields["number"], CVC: fields["cvc"], Name: fields["name"],
		PostalCode: fields["address_zip"], Line1: fields["address_line1"]}
	var err error
	if card.ExpMonth, err = strconv.Atoi(fields["exp_month"]); err != nil {
		return gateway.Instrument{}, wrong("exp_month")
	}
	if card.ExpYear, err = strconv.Atoi(fields["exp_year"]); err != nil {
		return gateway.Instrument{}, wrong("exp_year")
	}
	return s.Tokenize(ctx, card)
}

// InstrumentFor makes an instrument from pm_card_visa, tok_visa and the like. Each use makes a new
// one, as each use of such a name makes a new PaymentMethod at Stripe.
func (s *Simulator) InstrumentFor(
	ctx context.Context, name string,
) (gateway.Instrument, bool, error) {
	known, ok := cardsByName[name]
	if !ok {
		return gateway.Instrument{}, false, nil
	}
	now := s.now()
	card := Card{Number: known.number, ExpMonth: int(now.Month()), ExpYear: now.Year() + 1}
	card.addChecked(behaviours[known.behaviour].checks)
	i, err := s.issue(known, card)
	if err != nil {
		return gateway.Instrument{}, true, err
	}
	err = s.do(ctx, func(b books) error { return b.putInstrument(i) })
	if err != nil {
		return gateway.Instrument{}, true, fmt.Errorf("simulator: %s: %w", name, err)
	}
	return i.Shown, true, nil
}

// addChecked fills in the details that a card is about when it is used by its name: whoever takes
// pm_card_cvcCheckFail wants to see the check fail.
func (c *Card) addChecked(results checks) {
	if results.cvc != "" {
		c.CVC = "123"
	}
	if results.zip != "" {
		c.PostalCode = "12345"
	}
	if results.line1 != "" {
		c.Line1 = "1 Main Street"
	}
}

// Forget ends the use of an instrument.
func (s *Simulator) Forget(ctx context.Context, ref string) error {
	f := s.fault(gateway.OpForget, gateway.Attempt{ID: ref})
	switch f.Kind {
	case NotSent:
		return errRefused
	case LostRequest, Outage, LateExecution:
		return errTimeout
	}
	err := s.do(ctx, func(b books) error {
		i, ok, err := b.instrument(ref)
		if err != nil || !ok || i.Forgotten {
			return err
		}
		i.Forgotten = true
		return b.putInstrument(i)
	})
	if err != nil {
		return fmt.Errorf("simulator: forget %s: %w", ref, err)
	}
	return nil
}

func (s *Simulator) tokenize(card Card) (instrument, error) {
	card.Number = bare(card.Number)
	card.CVC = strings.TrimSpace(card.CVC)
	if card.ExpYear >= 0 && card.ExpYear < 100 {
		card.ExpYear += s.now().Year() / 100 * 100
	}
	if err := card.check(s.now()); err != nil {
		return instrument{}, err
	}
	known, ok := cardsByNumber[card.Number]
	if !ok {
		return instrument{}, &gateway.DataError{Code: declined,
			DeclineCode: "testmode_decline", Param: "number",
			Message: "Your card was declined. Test mode takes the published test " +
				"numbers only, never a real card."}
	}
	return s.issue(known, card)
}

// check finds the first wrong detail.
func (c Card) check(now time.Time) error {
	switch {
	case !luhn(c.Number):
		return wrong("number")
	case c.ExpMonth < 1 || c.ExpMonth > 12:
		return wrong("exp_month")
	case c.ExpYear < now.Year() || c.ExpYear > now.Year()+50:
		return wrong("exp_year")
	case c.ExpYear == now.Year() && c.ExpMonth < int(now.Month()):
		return wrong("exp_month")
	case c.CVC != "" && (len(c.CVC) < 3 || len(c.CVC) > 4 || !digits(c.CVC)):
		return wrong("cvc")
	}
	return nil
}

func wrong(param string) *gateway.DataError {
	switch param {
	case "exp_month":
		return &gateway.DataError{Code: "invalid_expiry_month", Param: param,
			Message: "Your card's expiration month is invalid."}
	case "exp_year":
		return &gateway.DataError{Code: "invalid_expiry_year", Param: param,
			Message: "Your card's expiration year is invalid."}
	case "cvc":
		return &gateway.DataError{Code: "invalid_cvc", Param: param,
			Message: "Your card's security code is invalid."}
	}
	return &gateway.DataError{Code: "incorrect_number", Param: "number",
		Message: "Your card number is incorrect."}
}

// issue makes the instrument of a known card. What it keeps of the number is the last four digits
// and a digest that is equal for equal numbers.
func (s *Simulator) issue(known testCard, card Card) (instrument, error) {
	ref, err := s.mint.next("simcard_", s.now())
	if err != nil {
		return instrument{}, err
	}
	sum := sha256.Sum256([]byte("portico simulator fingerprint " + known.number))
	b := behaviours[known.behaviour]
	brand, networks := networksOf(known)
	return instrument{Ref: ref, Behaviour: known.behaviour, Shown: gateway.Instrument{
		Ref: ref, Type: "card", Fingerprint: string(encodeBase62(sum[:16])),
		Holder: gateway.Holder{Name: card.Name, PostalCode: card.PostalCode},
		Card: &gateway.Card{
			Brand: brand, DisplayBrand: known.brand, Networks: networks, Last4: card.last4(),
			ExpMonth: card.ExpMonth, ExpYear: card.ExpYear,
			Funding: known.funding, Country: known.country,
			CVCCheck:              checked(card.CVC, b.checks.cvc),
			PostalCodeCheck:       checked(card.PostalCode, b.checks.zip),
			Line1Check:            checked(card.Line1, b.checks.line1),
			ThreeDSecureSupported: b.secure != unsupported,
		},
	}}, nil
}

// networksOf resolves co-branded cards: the brand is the international one.
func networksOf(c testCard) (brand string, networks []string) {
	if c.brand != "cartes_bancaires" && c.brand != "eftpos_au" {
		return c.brand, []string{c.brand}
	}
	brand = "visa"
	if c.number[0] == '5' {
		brand = "mastercard"
	}
	return brand, []string{c.brand, brand}
}

// checked is the result of checking a detail: nothing when it was not sent.
func checked(detail, result string) string {
	if detail == "" {
		return ""
	}
	if result == "" {
		return "pass"
	}
	return result
}

// luhn is the check digit of card numbers.
func luhn(number string) bool {
	if len(number) < 12 || len(number) > 19 || !digits(number) {
		return false
	}
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
