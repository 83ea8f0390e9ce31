package store

import "github.com/portico-billing/portico/internal/billing"

// Customers are who is billed.
var Customers = newCollection(spec[billing.Customer]{
	object: "customer", table: "customers", events: automatic("customer"),
	id:      func(c *billing.Customer) string { return c.ID },
	created: func(c *billing.Customer) int64 { return c.Created },
	gone:    func(c *billing.Customer) *bool { return &c.Deleted },
	state:   func(c *billing.Customer) any { return &c.Private },
	dress:   dressCustomer,
	columns: []column[billing.Customer]{
		text("email", func(c *billing.Customer) any { return optional(c.Email) }),
		reference("test_clock", func(c *billing.Customer) string { return c.TestClock.ID }),
		text("invoice_prefix", func(c *billing.Customer) any {
			return optional(c.InvoicePrefix)
		}).taken(),
	},
})

// BalanceTransactions are the steps of customers' balances. They have no events.
var BalanceTransactions = newCollection(spec[billing.CustomerBalanceTransaction]{
	object: "customer_balance_transaction", table: "balance_transactions",
	id:      func(t *billing.CustomerBalanceTransaction) string { return t.ID },
	created: func(t *billing.CustomerBalanceTransaction) int64 { return t.Created },
	columns: []column[billing.CustomerBalanceTransaction]{
		reference("customer", func(t *billing.CustomerBalanceTransaction) string {
			return t.Customer.ID
		}),
		reference("invoice", func(t *billing.CustomerBalanceTransaction) string {
			return t.Invoice.ID
		}),
	},
})

// PaymentMethods are stored ways to pay. A new one is told of when it is attached.
var PaymentMethods = newCollection(spec[billing.PaymentMethod]{
	object: "payment_method", noun: "PaymentMethod", table: "payment_methods",
	events: eventTypes{prefix: "payment_method", updated: true,
		own: []string{"payment_method.attached", "payment_method.detached",
			"payment_method.automatically_updated"}},
	id:      func(m *billing.PaymentMethod) string { return m.ID },
	created: func(m *billing.PaymentMethod) int64 { return m.Created },
	state:   func(m *billing.PaymentMethod) any { return &m.Private },
	columns: []column[billing.PaymentMethod]{
		reference("customer", func(m *billing.PaymentMethod) string { return m.Customer.ID }),
		text("type", func(m *billing.PaymentMethod) any { return m.Type }),
		text("allow_redisplay", func(m *billing.PaymentMethod) any { return m.AllowRedisplay }),
	},
})

// dressCustomer shows the sequence that numbers the next invoice. It is counted apart, because an
// invoice's number is no news about the customer.
func dressCustomer(_ Querier, c *billing.Customer, _ includes) error {
	c.NextInvoiceSequence = max(c.Private.NextInvoiceSequence, 1)
	return nil
}
