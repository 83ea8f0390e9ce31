package store

import "github.com/portico-billing/portico/internal/billing"

// TestClocks are clocks that test objects live by. Their own events stand for what changed.
var TestClocks = newCollection(spec[billing.TestClock]{
	object: "test_helpers.test_clock", noun: "clock", table: "test_clocks",
	events:  eventTypes{prefix: "test_helpers.test_clock", created: true},
	id:      func(c *billing.TestClock) string { return c.ID },
	created: func(c *billing.TestClock) int64 { return c.Created },
	gone:    func(c *billing.TestClock) *bool { return &c.Deleted },
	columns: []column[billing.TestClock]{
		text("status", func(c *billing.TestClock) any { return c.Status }),
		integer("deletes_after", func(c *billing.TestClock) any { return c.DeletesAfter }),
	},
})
