package main

import (
	"context"
	"strconv"
)

// The four customers whose addresses are printed, by how their subscription stands.
const (
	demoActive    = "active"
	demoTrialing  = "trialing"
	demoPastDue   = "past-due"
	demoCanceling = "canceling"
)

// The cards of the story: one that pays, and one that can be saved and is then declined.
const (
	cardGood     = "pm_card_visa"
	cardDebit    = "pm_card_mastercard"
	cardDeclined = "pm_card_chargeCustomerFail"
)

// cast writes the whole story.
func (s *story) cast() {
	s.upgraded()
	s.trying()
	s.owing()
	s.leaving()
	s.recovered()
	s.left()
	s.yearly()
	s.free()
	s.traveller()
}

// upgraded began small, took a larger plan with more seats in the middle of a month, and later
// credits on top.
func (s *story) upgraded() {
	const key = demoActive
	began := s.monthsBefore(11, 12)
	s.at(began, func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: key, name: "Brightwater Media",
			email: "accounts@brightwater.example", country: "IE", card: cardGood,
			about: "Active on Business with 4 seats and phone credits, upgraded from " +
				"Starter."}); err != nil {
			return err
		}
		return s.subscribe(ctx, key, seats{"starter_monthly", 2}, "discounts[0][coupon]=WELCOME20",
			"default_tax_rates[0]="+s.taxRate)
	})
	s.at(began.AddDate(0, 4, 13), func(ctx context.Context) error {
		return s.change(ctx, key, "items[0][id]="+s.made[key+".item"],
			"items[0][price]="+s.prices["business_monthly"], "items[0][quantity]=4",
			"proration_behavior=always_invoice")
	})
	s.at(began.AddDate(0, 6, 3), func(ctx context.Context) error {
		return s.change(ctx, key, "items[0][price]="+s.prices["phone_monthly"],
			"items[0][quantity]=250")
	})
}

// trying has a card and nine days of a trial behind it.
func (s *story) trying() {
	s.on(9, func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: demoTrialing, name: "Northfold Studio",
			email: "hello@northfold.example", country: "NL", card: cardDebit,
			about: "In a trial of Starter that ends in five days."}); err != nil {
			return err
		}
		return s.subscribe(ctx, demoTrialing, seats{"starter_monthly", 1}, "trial_period_days=14")
	})
}

// owing was declined at the last renewal, and once again since.
func (s *story) owing() {
	const key = demoPastDue
	began := s.monthsBefore(7, 4)
	s.at(began, func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: key, name: "Quill & Harbour",
			email: "books@quillharbour.example", country: "FR", card: cardGood,
			about: "Past due: the card was declined and will be tried again."}); err != nil {
			return err
		}
		return s.subscribe(ctx, key, seats{"business_monthly", 3})
	})
	s.on(20, func(ctx context.Context) error { return s.payWith(ctx, key, cardDeclined) })
}

// leaving has canceled and keeps the plan until the period ends.
func (s *story) leaving() {
	const key = demoCanceling
	s.at(s.monthsBefore(5, 18), func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: key, name: "Marrow & Pine",
			email: "office@marrowpine.example", country: "DE", card: cardGood,
			about: "Has canceled Organization and keeps it until the period ends."}); err != nil {
			return err
		}
		return s.subscribe(ctx, key, seats{"organization_monthly", 2})
	})
	s.on(6, func(ctx context.Context) error {
		return s.change(ctx, key, "cancel_at_period_end=true",
			"cancellation_details[feedback]=too_expensive")
	})
}

// recovered was declined in spring; the card was replaced between two retries.
func (s *story) recovered() {
	const key = "recovered"
	began := s.monthsBefore(10, 8)
	s.at(began, func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: key, name: "Fennel Foods",
			email: "billing@fennel.example", country: "ES", card: cardGood,
			about: "Was declined once; a retry with another card succeeded."}); err != nil {
			return err
		}
		return s.subscribe(ctx, key, seats{"starter_monthly", 1})
	})
	s.at(began.AddDate(0, 4, 20), func(ctx context.Context) error {
		return s.payWith(ctx, key, cardDeclined)
	})
	s.at(began.AddDate(0, 5, 5), func(ctx context.Context) error {
		return s.payWith(ctx, key, cardDebit)
	})
}

// left canceled two months ago; what it paid is still there to be downloaded.
func (s *story) left() {
	const key = "canceled"
	s.at(s.monthsBefore(6, 22), func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: key, name: "Old Mill Press",
			email: "desk@oldmill.example", country: "IE", card: cardGood,
			about: "Canceled two months ago; the invoices are still there."}); err != nil {
			return err
		}
		return s.subscribe(ctx, key, seats{"starter_monthly", 2}, "default_tax_rates[0]="+s.taxRate)
	})
	s.on(75, func(ctx context.Context) error {
		return s.change(ctx, key, "cancel_at_period_end=true")
	})
}

// yearly pays once a year, with a partner's discount and credits for direct emails, and has
// renewed last week.
func (s *story) yearly() {
	const key = "yearly"
	s.on(historyDays, func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: key, name: "Sable Logistics",
			email: "invoices@sable.example", country: "IE", card: cardGood,
			about: "Ten seats of Organization by the year, with 10% off as a " +
				"partner."}); err != nil {
			return err
		}
		return s.subscribe(ctx, key, seats{"organization_yearly", 10},
			"discounts[0][coupon]=PARTNER10", "default_tax_rates[0]="+s.taxRate,
			"items[1][price]="+s.prices["direct_email_yearly"], "items[1][quantity]=2000")
	})
}

// free pays nothing and has no card.
func (s *story) free() {
	s.on(40, func(ctx context.Context) error {
		if err := s.arrive(ctx, customer{key: "free", name: "Pip Gardner",
			email: "pip@gardner.example", country: "IT",
			about: "On the Free plan, without a card."}); err != nil {
			return err
		}
		return s.subscribe(ctx, "free", seats{"free_monthly", 1})
	})
}

// traveller lives on a test clock, which the API can move.
func (s *story) traveller() {
	s.on(1, func(ctx context.Context) error {
		made, err := s.post(ctx, "/v1/test_helpers/test_clocks", "name=Demonstration",
			"frozen_time="+strconv.FormatInt(s.clock.Now().Unix(), 10))
		if err != nil {
			return err
		}
		if err := s.arrive(ctx, customer{key: "clock", name: "Time Traveller",
			email: "traveller@clock.example", country: "SE", card: cardGood, clock: made.id(),
			about: "Lives on the test clock " + made.id() + ", which only the API " +
				"moves."}); err != nil {
			return err
		}
		return s.subscribe(ctx, "clock", seats{"starter_monthly", 1})
	})
}
