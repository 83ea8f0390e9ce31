package lifecycle_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
)

// at reads a day, or a second, in UTC.
func at(text string) int64 {
	layout := "2006-01-02 15:04:05"
	t, err := time.Parse(layout[:len(text)], text)
	if err != nil {
		panic(err)
	}
	return t.Unix()
}

// shop is a book with three monthly prices, one weekly, one yearly and one that is free.
func shop() *lifecycle.Book {
	b := &lifecycle.Book{}
	n := 0
	b.NewID = func(prefix string) string { n++; return fmt.Sprintf("%s_%d", prefix, n) }
	b.Settings = &billing.Settings{}
	b.Prices = map[string]*billing.Price{}
	b.Products = map[string]*billing.Product{}
	for _, p := range []struct {
		id, every string
		amount    int64
	}{{"ten", "month", 1000}, {"twenty", "month", 2000}, {"thirty", "month", 3000},
		{"week", "week", 700}, {"year", "year", 12000}, {"free", "month", 0}} {
		b.Prices[p.id] = &billing.Price{ID: p.id, Currency: "usd", UnitAmount: &p.amount,
			Type: "recurring", BillingScheme: "per_unit",
			Recurring: &billing.Recurring{Interval: p.every, IntervalCount: 1,
				UsageType: "licensed"},
			Product: billing.Ref[billing.Product]{ID: "prod_" + p.id}}
	}
	return b
}

// started is an active subscription to some prices since a day, whose first invoice is billed.
func started(t testing.TB, b *lifecycle.Book, mode, since string,
	prices ...string) *billing.Subscription {
	t.Helper()
	sub := &billing.Subscription{ID: "sub", Currency: "usd",
		BillingMode: billing.BillingMode{Type: mode}}
	for i, p := range prices {
		sub.Items.Data = append(sub.Items.Data, billing.SubscriptionItem{
			ID: fmt.Sprintf("si_%d", i), Quantity: 1, Price: billing.Embed[billing.Price]{ID: p}})
	}
	lines, err := b.Start(sub, lifecycle.StartInput{Now: at(since),
		ProrationBehavior: billing.CreateProrations})
	if err != nil {
		t.Fatal(err)
	}
	bill(b, sub, lines, at(since))
	return sub
}

// bill puts lines on an invoice, as the commands do.
func bill(b *lifecycle.Book, sub *billing.Subscription, lines []lifecycle.Line, now int64) {
	inv := &billing.Invoice{ID: b.NewID("in"), Created: now, Currency: "usd"}
	for _, l := range lines {
		inv.Lines.Data = append(inv.Lines.Data, l.LineItem)
	}
	lifecycle.RecordDebits(sub, inv, now)
}
