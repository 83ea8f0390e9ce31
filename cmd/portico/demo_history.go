package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/clock"
)

// story is how the company's year goes: scenes at their moments, and in between whatever the
// engine does when time passes. Nothing is put into the database that the program did not do.
type story struct {
	client
	*company
	house *house
	clock *clock.Manual
	// now is when the story ends: the present.
	now    time.Time
	scenes []scene
	// made are ids by what the story calls them.
	made map[string]string
}

// scene is something that somebody did at a moment.
type scene struct {
	at time.Time
	do func(context.Context) error
}

// historyDays is how far back the story begins: a bit over a year, so that a yearly plan renews.
const historyDays = 372

// tell plays the scenes in order, and then lets time pass until the present.
func (s *story) tell(ctx context.Context) error {
	slices.SortStableFunc(s.scenes, func(a, b scene) int { return a.at.Compare(b.at) })
	for _, next := range s.scenes {
		if err := s.pass(ctx, next.at); err != nil {
			return err
		}
		if err := next.do(ctx); err != nil {
			return err
		}
		if _, err := s.house.worker.Step(ctx); err != nil {
			return err
		}
	}
	return s.pass(ctx, s.now)
}

// pass moves the clock to a moment, stopping at each one at which something is due.
func (s *story) pass(ctx context.Context, until time.Time) error {
	for {
		due, err := s.nextDue(ctx)
		if err != nil {
			return err
		}
		if due.IsZero() || due.After(until) {
			break
		}
		if due.After(s.clock.Now()) {
			s.clock.Set(due)
		}
		worked, err := s.house.worker.Step(ctx)
		if err != nil {
			return err
		}
		if worked == 0 {
			// Due for somebody who is not asked here; time goes on all the same.
			s.clock.Advance(time.Minute)
		}
	}
	s.clock.Set(until)
	_, err := s.house.worker.Step(ctx)
	return err
}

// nextDue is when the engine or the bank has something to do; zero when nothing is planned.
func (s *story) nextDue(ctx context.Context) (time.Time, error) {
	at, found, err := s.house.db.NextWall(ctx)
	if err != nil {
		return time.Time{}, err
	}
	bank, waits, err := s.house.simulator.NextDue(ctx)
	switch {
	case err != nil:
		return time.Time{}, err
	case found && (!waits || time.Unix(at, 0).Before(bank)):
		return time.Unix(at, 0), nil
	case waits:
		return bank, nil
	}
	return time.Time{}, nil
}

// on adds a scene some days before the present. The time of day is that of the present, a few
// hours earlier, so that what follows a scene has happened when the story ends.
func (s *story) on(daysAgo int, do func(context.Context) error) {
	s.at(s.now.AddDate(0, 0, -daysAgo).Add(-3*time.Hour), do)
}

func (s *story) at(at time.Time, do func(context.Context) error) {
	s.scenes = append(s.scenes, scene{at, do})
}

// monthsBefore is a moment whose monthly anniversary was some days before the present.
func (s *story) monthsBefore(months, daysAgo int) time.Time {
	return s.now.AddDate(0, -months, -daysAgo).Add(-3 * time.Hour)
}

// customer is one of the demonstration's.
type customer struct {
	key, name, email, country string
	about                     string // what the page says of it
	card                      string // pm_card_visa and the like; empty: none
	clock                     string // of a test clock
}

// arrive makes a customer, with a card as the default to pay with.
func (s *story) arrive(ctx context.Context, c customer) error {
	params := []string{"name=" + c.name, "email=" + c.email, "address[country]=" + c.country,
		"metadata[demo]=" + c.key, "metadata[story]=" + c.about}
	if c.card != "" {
		params = append(params, "payment_method="+c.card,
			"invoice_settings[default_payment_method]="+c.card)
	}
	if c.clock != "" {
		params = append(params, "test_clock="+c.clock)
	}
	made, err := s.post(ctx, "/v1/customers", params...)
	if err != nil {
		return fmt.Errorf("%s: %w", c.key, err)
	}
	s.made[c.key] = made.id()
	return nil
}

// seats are some of a price.
type seats struct {
	price string
	count int
}

// subscribe puts a customer on a price; more are further parameters.
func (s *story) subscribe(ctx context.Context, key string, on seats, more ...string) error {
	params := append([]string{"customer=" + s.made[key], "items[0][price]=" + s.prices[on.price],
		fmt.Sprintf("items[0][quantity]=%d", on.count)}, more...)
	made, err := s.post(ctx, "/v1/subscriptions", params...)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	s.made[key+".subscription"] = made.id()
	s.made[key+".item"] = made.text("items", "data", 0, "id")
	return nil
}

// change changes a customer's subscription.
func (s *story) change(ctx context.Context, key string, params ...string) error {
	_, err := s.post(ctx, "/v1/subscriptions/"+s.made[key+".subscription"], params...)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// payWith gives a customer another card.
func (s *story) payWith(ctx context.Context, key, card string) error {
	method, err := s.post(ctx, "/v1/payment_methods/"+card+"/attach", "customer="+s.made[key])
	if err == nil {
		_, err = s.post(ctx, "/v1/customers/"+s.made[key],
			"invoice_settings[default_payment_method]="+method.id())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}
