package api

import (
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

type customerFilters struct {
	pageParams
	Created   timeRange `form:"created"`
	Email     *string   `form:"email"`
	TestClock *string   `form:"test_clock"`
}

// listCustomers leaves out the customers of test clocks unless their clock is named, as Stripe
// does.
var listCustomers = list(store.Customers,
	func(_ *call, q *store.View, p *customerFilters) ([]store.Cond, error) {
		w := conds{}.within("created", p.Created).is("email", p.Email).
			is("test_clock", p.TestClock)
		if p.TestClock == nil {
			w = append(w, store.Eq("test_clock", nil))
		}
		return w, exists(q, store.TestClocks, p.TestClock, "test_clock")
	})

// getCustomer answers for a deleted customer too: with its id, and that it is deleted.
var getCustomer = read(func(c *call, q *store.View) (any, error) {
	id := c.object()
	cus, gone, err := store.Customers.Find(q, id)
	switch {
	case err != nil:
		return nil, store.Customers.NotFound(err, id, "id")
	case gone:
		return &billing.Deleted{ID: id, Object: "customer", Deleted: true}, nil
	}
	return cus, nil
})

var getCustomerDiscount = read(func(c *call, q *store.View) (any, error) {
	cus, err := find(q, store.Customers, c.object())
	if err != nil {
		return nil, err
	}
	if cus.Discount.ID == "" {
		return nil, billing.Invalid("id", "No active discount for customer: %s", cus.ID).
			WithCode("resource_missing").WithStatus(404)
	}
	return find(q, store.Discounts, cus.Discount.ID)
})

type methodFilters struct {
	pageParams
	AllowRedisplay *string `form:"allow_redisplay"`
	Customer       *string `form:"customer"`
	Type           *string `form:"type"`
}

var listPaymentMethods = list(store.PaymentMethods,
	func(_ *call, q *store.View, p *methodFilters) ([]store.Cond, error) {
		return conds{}.is("customer", p.Customer).is("type", p.Type).
				is("allow_redisplay", p.AllowRedisplay),
			exists(q, store.Customers, p.Customer, "customer")
	})

type customerMethodFilters struct {
	pageParams
	AllowRedisplay *string `form:"allow_redisplay"`
	Type           *string `form:"type"`
}

var listCustomerPaymentMethods = list(store.PaymentMethods,
	func(c *call, q *store.View, p *customerMethodFilters) ([]store.Cond, error) {
		id := c.PathValue("customer")
		_, err := find(q, store.Customers, id)
		return conds{}.is("customer", &id).is("type", p.Type).
			is("allow_redisplay", p.AllowRedisplay), err
	})

var getCustomerPaymentMethod = read(func(c *call, q *store.View) (any, error) {
	id := c.PathValue("payment_method")
	pm, err := find(q, store.PaymentMethods, id)
	if err == nil && pm.Customer.ID != c.PathValue("customer") {
		return nil, store.PaymentMethods.NotFound(store.ErrNotFound, id, "id")
	}
	return pm, err
})

type balanceFilters struct {
	pageParams
	Created timeRange `form:"created"`
	Invoice *string   `form:"invoice"`
}

var listBalanceTransactions = list(store.BalanceTransactions,
	func(c *call, q *store.View, p *balanceFilters) ([]store.Cond, error) {
		id := c.PathValue("customer")
		_, err := find(q, store.Customers, id)
		return conds{}.is("customer", &id).is("invoice", p.Invoice).
			within("created", p.Created), err
	})

var getBalanceTransaction = read(func(c *call, q *store.View) (any, error) {
	id := c.PathValue("transaction")
	t, err := find(q, store.BalanceTransactions, id)
	if err == nil && t.Customer.ID != c.PathValue("customer") {
		return nil, store.BalanceTransactions.NotFound(store.ErrNotFound, id, "id")
	}
	return t, err
})

var updateBalanceTransaction = handle(func(c *call, p app.BalanceTransactionUpdateParams) error {
	p.Customer = c.PathValue("customer")
	_, err := c.UpdateBalanceTransaction(c.Context(), c.caller, c.PathValue("transaction"), p)
	return err
})
