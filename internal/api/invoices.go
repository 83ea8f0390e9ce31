package api

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

type invoiceFilters struct {
	pageParams
	CollectionMethod *string   `form:"collection_method"`
	Created          timeRange `form:"created"`
	Customer         *string   `form:"customer"`
	DueDate          timeRange `form:"due_date"`
	Status           *string   `form:"status"`
	Subscription     *string   `form:"subscription"`
}

var listInvoices = list(store.Invoices,
	func(_ *call, q *store.View, p *invoiceFilters) ([]store.Cond, error) {
		w := conds{}.is("collection_method", p.CollectionMethod).is("customer", p.Customer).
			is("status", p.Status).is("subscription", p.Subscription).
			within("created", p.Created).within("due_date", p.DueDate)
		if err := exists(q, store.Subscriptions, p.Subscription, "subscription"); err != nil {
			return nil, err
		}
		return w, exists(q, store.Customers, p.Customer, "customer")
	})

var listInvoiceLines = query(func(c *call, q *store.View, p *plainFilters) (any, error) {
	at, err := p.cursor()
	if err != nil {
		return nil, err
	}
	in, err := find(q, store.Invoices, c.object())
	if err != nil {
		return nil, err
	}
	lines, more, err := slicePage(in.Lines.Data, at, "line_item",
		func(line *billing.LineItem) string { return line.ID })
	shown := make([]*billing.LineItem, len(lines))
	for i := range lines {
		shown[i] = &lines[i]
	}
	return newPage(c, shown, more), err
})

type invoiceItemFilters struct {
	pageParams
	Created  timeRange `form:"created"`
	Customer *string   `form:"customer"`
	Invoice  *string   `form:"invoice"`
	Pending  *bool     `form:"pending"`
}

var listInvoiceItems = list(store.InvoiceItems,
	func(_ *call, q *store.View, p *invoiceItemFilters) ([]store.Cond, error) {
		w := conds{}.is("customer", p.Customer).is("invoice", p.Invoice).
			flag("pending", p.Pending).within("created", p.Created)
		if err := exists(q, store.Invoices, p.Invoice, "invoice"); err != nil {
			return nil, err
		}
		return w, exists(q, store.Customers, p.Customer, "customer")
	})

type invoicePaymentFilters struct {
	pageParams
	Created timeRange             `form:"created"`
	Invoice *string               `form:"invoice"`
	Payment *invoicePaymentFilter `form:"payment"`
	Status  *string               `form:"status"`
}

type invoicePaymentFilter struct {
	PaymentIntent *string `form:"payment_intent"`
	Type          string  `form:"type"`
}

var listInvoicePayments = list(store.InvoicePayments,
	func(_ *call, q *store.View, p *invoicePaymentFilters) ([]store.Cond, error) {
		w := conds{}.is("invoice", p.Invoice).is("status", p.Status).within("created", p.Created)
		if p.Payment != nil {
			if p.Payment.Type != "payment_intent" {
				return nil, billing.Unsupported("payment[type]")
			}
			w = w.is("payment_intent", p.Payment.PaymentIntent)
		}
		return w, exists(q, store.Invoices, p.Invoice, "invoice")
	})
