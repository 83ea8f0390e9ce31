package sim

import (
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// dump writes down everything that a life has left, in one order on every engine.
func (l *Life) dump() string {
	l.Helper()
	var b strings.Builder
	l.view(func(v *store.View) error {
		for _, write := range []func(*strings.Builder, *store.View) error{
			dumped(store.Customers, func(x *billing.Customer) (string, any) { return x.ID, x.Private }),
			dumped(store.Subscriptions,
				func(x *billing.Subscription) (string, any) { return x.ID, x.Private }),
			dumped(store.Invoices, func(x *billing.Invoice) (string, any) { return x.ID, x.Private }),
			dumped(store.InvoiceItems, func(x *billing.InvoiceItem) (string, any) { return x.ID, nil }),
			dumped(store.InvoicePayments,
				func(x *billing.InvoicePayment) (string, any) { return x.ID, nil }),
			dumped(store.PaymentIntents,
				func(x *billing.PaymentIntent) (string, any) { return x.ID, x.Private }),
			dumped(store.SetupIntents,
				func(x *billing.SetupIntent) (string, any) { return x.ID, x.Private }),
			dumped(store.PaymentMethods,
				func(x *billing.PaymentMethod) (string, any) { return x.ID, x.Private }),
			dumped(store.Charges, func(x *billing.Charge) (string, any) { return x.ID, x.Private }),
			dumped(store.Refunds, func(x *billing.Refund) (string, any) { return x.ID, x.Private }),
			dumped(store.Coupons, func(x *billing.Coupon) (string, any) { return x.ID, nil }),
			dumped(store.Discounts, func(x *billing.Discount) (string, any) { return x.ID, x.Private }),
			dumped(store.BalanceTransactions,
				func(x *billing.CustomerBalanceTransaction) (string, any) { return x.ID, nil }),
			dumped(store.TestClocks, func(x *billing.TestClock) (string, any) { return x.ID, nil }),
			dumped(store.Attempts, func(x *store.Attempt) (string, any) { return x.ID, nil }),
		} {
			if err := write(&b, v); err != nil {
				return err
			}
		}
		sums, err := store.LedgerSums(v, "")
		for _, s := range sums {
			b.WriteString("book " + plain(s) + "\n")
		}
		return err
	})
	b.WriteString(strings.Join(l.audit.log, "\n"))
	return b.String()
}

// dumped writes one collection, a noun a line with its private part.
func dumped[T any](c *store.Collection[T],
	parts func(*T) (id string, private any)) func(*strings.Builder, *store.View) error {
	return func(b *strings.Builder, v *store.View) error {
		id := func(x *T) string { s, _ := parts(x); return s }
		return every(v, c, id, func(x *T) {
			_, private := parts(x)
			b.WriteString(c.Object() + " " + plain(x) + " " + plain(private) + "\n")
		})
	}
}
