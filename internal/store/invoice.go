package store

import (
	"errors"

	"github.com/portico-billing/portico/internal/billing"
)

// Invoices are bills. No number, token or billed period is ever used twice.
var Invoices = newCollection(spec[billing.Invoice]{
	object: "invoice", table: "invoices",
	events:  automatic("invoice", "invoice.finalized", "invoice.voided"),
	id:      func(in *billing.Invoice) string { return in.ID },
	created: func(in *billing.Invoice) int64 { return in.Created },
	gone:    func(in *billing.Invoice) *bool { return &in.Private.Deleted },
	state:   func(in *billing.Invoice) any { return &in.Private },
	columns: []column[billing.Invoice]{
		reference("customer", func(in *billing.Invoice) string { return in.Customer.ID }),
		reference("subscription", (*billing.Invoice).SubscriptionID),
		text("status", func(in *billing.Invoice) any { return in.Status }),
		text("collection_method", func(in *billing.Invoice) any { return in.CollectionMethod }),
		integer("due_date", func(in *billing.Invoice) any { return optional(in.DueDate) }),
		text("number", func(in *billing.Invoice) any {
			if in.Private.Deleted {
				return nil // the number that a draft had been given may be given again
			}
			return optional(in.Number)
		}).taken(),
		text("token", func(in *billing.Invoice) any { return orNull(in.Private.Token) }).taken(),
		integer("finalize_at", func(in *billing.Invoice) any {
			return optional(in.Private.FinalizeAt)
		}),
		integer("retry_at", func(in *billing.Invoice) any { return optional(in.Private.RetryAt) }),
		text("clock", func(in *billing.Invoice) any { return in.TestClock.ID }),
		text("cycle_key", func(in *billing.Invoice) any {
			return optional(in.Private.CycleKey)
		}).taken(),
	},
	cut:   cutInvoice,
	dress: dressInvoice,
})

func cutInvoice(in *billing.Invoice, _ includes) {
	in.Lines.Object = "list"
	in.Lines.URL = "/v1/invoices/" + in.ID + "/lines"
	in.Lines.HasMore = len(in.Lines.Data) > shownMax
	if in.Lines.HasMore {
		in.Lines.Data = in.Lines.Data[:shownMax]
	}
	in.Payments, in.ConfirmationSecret = nil, nil
}

func dressInvoice(q Querier, in *billing.Invoice, include includes) error {
	if include.has("payments") {
		payments, err := InvoicePayments.All(q, Eq("invoice", in.ID))
		if err != nil {
			return err
		}
		in.Payments = listOf(payments, "/v1/invoice_payments?invoice="+in.ID)
	}
	if include.has("confirmation_secret") && in.Private.PaymentIntent != "" {
		intent, err := PaymentIntents.Get(q, in.Private.PaymentIntent)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil && intent.ClientSecret != nil {
			in.ConfirmationSecret = &billing.ConfirmationSecret{
				ClientSecret: *intent.ClientSecret, Type: "payment_intent"}
		}
	}
	return nil
}

// listOf is the first page of a nested list.
func listOf[T any](vs []*T, url string) *billing.List[T] {
	list := &billing.List[T]{Object: "list", URL: url, HasMore: len(vs) > shownMax}
	for _, v := range vs[:min(len(vs), shownMax)] {
		list.Data = append(list.Data, *v)
	}
	return list
}

// InvoiceItems wait for an invoice; pending ones have none yet. They are told of when they come
// and when they go.
var InvoiceItems = newCollection(spec[billing.InvoiceItem]{
	object: "invoiceitem", table: "invoice_items",
	events:  eventTypes{prefix: "invoiceitem", created: true},
	id:      func(it *billing.InvoiceItem) string { return it.ID },
	created: func(it *billing.InvoiceItem) int64 { return it.Private.Created },
	gone:    func(it *billing.InvoiceItem) *bool { return &it.Private.Deleted },
	state:   func(it *billing.InvoiceItem) any { return &it.Private },
	columns: []column[billing.InvoiceItem]{
		reference("customer", func(it *billing.InvoiceItem) string { return it.Customer.ID }),
		reference("invoice", func(it *billing.InvoiceItem) string { return it.Invoice.ID }),
		reference("subscription", (*billing.InvoiceItem).SubscriptionID),
		flag("pending", func(it *billing.InvoiceItem) bool {
			return it.Invoice.ID == "" && !it.Private.Dead
		}),
	},
})

// InvoicePayments allocate payments to invoices. Only invoice_payment.paid is told.
var InvoicePayments = newCollection(spec[billing.InvoicePayment]{
	object: "invoice_payment", table: "invoice_payments", events: explicit("invoice_payment"),
	id:      func(p *billing.InvoicePayment) string { return p.ID },
	created: func(p *billing.InvoicePayment) int64 { return p.Created },
	columns: []column[billing.InvoicePayment]{
		reference("invoice", func(p *billing.InvoicePayment) string { return p.Invoice.ID }),
		reference("payment_intent", func(p *billing.InvoicePayment) string {
			if p.Payment.PaymentIntent == nil {
				return ""
			}
			return p.Payment.PaymentIntent.ID
		}),
		text("status", func(p *billing.InvoicePayment) any { return p.Status }),
	},
})

// InvoiceByToken finds an invoice by the secret of its hosted page, in whichever account and mode:
// the token is all that a browser brings.
func InvoiceByToken(q *View, token string) (*billing.Invoice, billing.Scope, error) {
	es, err := Invoices.load(q, " where token = $1 and not deleted", []any{token})
	if err == nil {
		err = missing(es)
	}
	if err != nil {
		return nil, billing.Scope{}, err
	}
	return es[0].v, es[0].scope, nil
}

func missing[E any](found []E) error {
	if len(found) == 0 {
		return ErrNotFound
	}
	return nil
}
