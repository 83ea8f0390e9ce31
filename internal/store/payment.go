package store

import "github.com/portico-billing/portico/internal/billing"

// SetupIntents are wishes to store a payment method.
var SetupIntents = newCollection(spec[billing.SetupIntent]{
	object: "setup_intent", noun: "setupintent", table: "setup_intents",
	events:  eventTypes{prefix: "setup_intent", created: true},
	id:      func(s *billing.SetupIntent) string { return s.ID },
	created: func(s *billing.SetupIntent) int64 { return s.Created },
	state:   func(s *billing.SetupIntent) any { return &s.Private },
	columns: []column[billing.SetupIntent]{
		reference("customer", func(s *billing.SetupIntent) string { return s.Customer.ID }),
		reference("payment_method", func(s *billing.SetupIntent) string {
			return s.PaymentMethod.ID
		}),
		text("status", func(s *billing.SetupIntent) any { return s.Status }),
	},
})

// PaymentIntents are wishes to collect one sum once. Stripe has no payment_intent.updated.
var PaymentIntents = newCollection(spec[billing.PaymentIntent]{
	object: "payment_intent", table: "payment_intents",
	events:  eventTypes{prefix: "payment_intent", created: true},
	id:      func(p *billing.PaymentIntent) string { return p.ID },
	created: func(p *billing.PaymentIntent) int64 { return p.Created },
	state:   func(p *billing.PaymentIntent) any { return &p.Private },
	columns: []column[billing.PaymentIntent]{
		reference("customer", func(p *billing.PaymentIntent) string { return p.Customer.ID }),
		reference("invoice", func(p *billing.PaymentIntent) string { return p.Private.Invoice }),
		text("status", func(p *billing.PaymentIntent) any { return p.Status }),
		text("client_secret", func(p *billing.PaymentIntent) any {
			return optional(p.ClientSecret)
		}).taken(),
	},
})

// Charges are tries to move money. Their named events stand for what changed.
var Charges = newCollection(spec[billing.Charge]{
	object: "charge", table: "charges",
	events: eventTypes{prefix: "charge", updated: true,
		own: []string{"charge.succeeded", "charge.failed", "charge.pending", "charge.captured",
			"charge.refunded", "charge.expired"}},
	id:      func(c *billing.Charge) string { return c.ID },
	created: func(c *billing.Charge) int64 { return c.Created },
	state:   func(c *billing.Charge) any { return &c.Private },
	columns: []column[billing.Charge]{
		reference("customer", func(c *billing.Charge) string { return c.Customer.ID }),
		reference("payment_intent", func(c *billing.Charge) string { return c.PaymentIntent.ID }),
		reference("invoice", func(c *billing.Charge) string { return c.Private.Invoice }),
	},
	cut: func(c *billing.Charge, in includes) {
		if !in.has("refunds") {
			c.Refunds = nil
		}
	},
})

// Refunds give charges back.
var Refunds = newCollection(spec[billing.Refund]{
	object: "refund", table: "refunds", events: automatic("refund", "refund.failed",
		"charge.refund.updated"),
	id:      func(r *billing.Refund) string { return r.ID },
	created: func(r *billing.Refund) int64 { return r.Created },
	state:   func(r *billing.Refund) any { return &r.Private },
	columns: []column[billing.Refund]{
		reference("charge", func(r *billing.Refund) string { return r.Charge.ID }),
		reference("payment_intent", func(r *billing.Refund) string { return r.PaymentIntent.ID }),
	},
})
