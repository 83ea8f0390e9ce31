package simulator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// ErrNoChallenge says that no page has this token.
var ErrNoChallenge = errors.New("simulator: no such challenge")

// ChallengeKind is what a page asks of the customer.
type ChallengeKind string

// ChallengeState is how far the customer got.
type ChallengeState string

// The two kinds of page and the three states of each.
const (
	CardForm       ChallengeKind = "card"
	Authentication ChallengeKind = "3ds"

	ChallengePending ChallengeState = "pending"
	ChallengePassed  ChallengeState = "passed"
	ChallengeFailed  ChallengeState = "failed"
)

// Challenge is what a page needs to know.
type Challenge struct {
	Token     string
	Kind      ChallengeKind
	State     ChallengeState
	ReturnURL string       // as the caller of the gateway gave it; may be empty
	Amount    money.Amount // zero for a setup
	Card      *gateway.Card
	// NextURL is another page to visit first, after a card that asks for authentication.
	NextURL string
}

// askForCard sends the customer to the card form.
func (s *Simulator) askForCard(b books, op operation) (operation, error) {
	if r := op.Order.Charge; r != nil && r.OffSession {
		return s.conclude(b, op, instrument{}, verdict{decline: "invalid_account"})
	}
	return s.sendCustomer(b, op, CardForm)
}

// challengeCustomer sends the customer to the bank's page.
func (s *Simulator) challengeCustomer(b books, op operation, i instrument) (operation, error) {
	op.Result.Instrument = &i.Shown
	return s.sendCustomer(b, op, Authentication)
}

func (s *Simulator) sendCustomer(
	b books, op operation, kind ChallengeKind,
) (operation, error) {
	now := s.now()
	token, err := s.mint.next("simpage_", now)
	if err != nil {
		return op, err
	}
	c := challenge{Token: token, Ref: op.Ref, Kind: kind, State: ChallengePending,
		ReturnURL: op.Order.returnURL(), ExpiresAt: now.Add(pageLife)}
	if err := b.putChallenge(c); err != nil {
		return op, err
	}
	s.supersede(&op, gateway.ActionRequired)
	op.Result.Ref = op.Ref
	op.Result.Next = &gateway.NextAction{Kind: "redirect", URL: s.pageURL(c),
		ExpiresAt: c.ExpiresAt}
	lapse := item{Kind: itemLapse, Ref: op.Ref, Due: c.ExpiresAt}
	if err := s.schedule(b, lapse); err != nil {
		return op, err
	}
	return s.book(b, op)
}

func (s *Simulator) pageURL(c challenge) string {
	if c.Kind == CardForm {
		return s.options.PublicURL + "/card?setup=" + c.Token
	}
	return s.options.PublicURL + "/3ds/" + c.Token
}

// Challenge looks a page up by its token.
func (s *Simulator) Challenge(
	ctx context.Context, kind ChallengeKind, token string,
) (shown Challenge, err error) {
	err = s.do(ctx, func(b books) error {
		c, op, err := s.openPage(b, kind, token)
		shown = s.show(c, op)
		return err
	})
	return shown, wrapPage(err)
}

// openPage finds a challenge and the operation it is about. A page nobody can answer any more,
// because it is too old or the operation went on without it, counts as failed.
func (s *Simulator) openPage(
	b books, kind ChallengeKind, token string,
) (challenge, operation, error) {
	c, ok, err := b.challenge(token)
	if err != nil {
		return c, operation{}, err
	}
	if !ok || c.Kind != kind {
		return c, operation{}, ErrNoChallenge
	}
	op, _, err := b.operation(c.Ref)
	over := op.Result.Outcome != gateway.ActionRequired || !s.now().Before(c.ExpiresAt)
	if c.State == ChallengePending && over {
		c.State = ChallengeFailed
	}
	return c, op, err
}

func (s *Simulator) show(c challenge, op operation) Challenge {
	shown := Challenge{Token: c.Token, Kind: c.Kind, State: c.State, ReturnURL: c.ReturnURL}
	if r := op.Order.Charge; r != nil {
		shown.Amount = r.Amount
	}
	if i := op.Result.Instrument; i != nil {
		shown.Card = i.Card
	}
	if c.State == ChallengePassed && c.Kind == CardForm && op.Result.Next != nil {
		shown.NextURL = op.Result.Next.URL
	}
	return shown
}

// Answer settles a bank's question. Answering again changes nothing.
func (s *Simulator) Answer(
	ctx context.Context, token string, pass bool,
) (shown Challenge, err error) {
	err = s.do(ctx, func(b books) error {
		c, op, err := s.openPage(b, Authentication, token)
		if err != nil || c.State != ChallengePending {
			shown = s.show(c, op)
			return err
		}
		if c.State = ChallengeFailed; pass {
			c.State = ChallengePassed
		}
		shown = s.show(c, op)
		if err := b.putChallenge(c); err != nil {
			return err
		}
		i, _, err := b.instrument(op.Instrument)
		if err != nil {
			return err
		}
		if pass {
			_, err = s.decide(b, op, i, true)
		} else {
			_, err = s.conclude(b, op, i, failedAuthentication(op.Order.Op))
		}
		return err
	})
	return shown, wrapPage(err)
}

func failedAuthentication(op gateway.Op) verdict {
	v := verdict{decline: "payment_intent_authentication_failure",
		secure: &gateway.ThreeDSecure{Result: "failed", Flow: "challenge", Version: "2.2.0"}}
	if op == gateway.OpSetup {
		v.decline = "setup_intent_authentication_failure"
	}
	return v
}

// SubmitCard answers the card form. Wrong details and declines are a *gateway.DataError: nothing
// is stored, and the customer may try another card on the same page.
func (s *Simulator) SubmitCard(
	ctx context.Context, token string, card Card,
) (shown Challenge, err error) {
	err = s.do(ctx, func(b books) error {
		c, op, err := s.openPage(b, CardForm, token)
		if err != nil || c.State != ChallengePending {
			shown = s.show(c, op)
			return err
		}
		i, err := s.tokenize(card)
		if err != nil {
			return err
		}
		v := behaviours[i.Behaviour].judge(op.Order.ask(i, false))
		if v.decline != "" {
			d := declineFor(v.decline)
			return &gateway.DataError{Code: d.Code, DeclineCode: d.DeclineCode,
				Param: "number", Message: d.Message}
		}
		if err := b.putInstrument(i); err != nil {
			return err
		}
		op.Instrument = i.Ref
		c.State = ChallengePassed
		if err := b.putChallenge(c); err != nil {
			return err
		}
		op.Result.Next = nil
		op, err = s.decide(b, op, i, false)
		shown = s.show(c, op)
		return err
	})
	return shown, wrapPage(err)
}

// wrapPage leaves the errors alone that a page shows.
func wrapPage(err error) error {
	var data *gateway.DataError
	if err == nil || errors.Is(err, ErrNoChallenge) || errors.As(err, &data) {
		return err
	}
	return fmt.Errorf("simulator: page: %w", err)
}

// lapse cancels an operation whose customer never came back. A card form followed by a bank's
// page leaves two of these; only the one that matches the page still open counts.
func (s *Simulator) lapse(b books, op operation, now time.Time) error {
	next := op.Result.Next
	if op.Result.Outcome != gateway.ActionRequired || next != nil && now.Before(next.ExpiresAt) {
		return nil
	}
	return s.cancel(b, op)
}
