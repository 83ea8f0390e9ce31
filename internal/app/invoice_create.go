package app

import (
	"cmp"
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// InvoiceCreateParams make an invoice by hand.
type InvoiceCreateParams struct {
	AutoAdvance          *bool                                 `form:"auto_advance"`
	AutomaticTax         *AutomaticTaxParams                   `form:"automatic_tax"`
	FinalizesAt          *int64                                `form:"automatically_finalizes_at"`
	CollectionMethod     *string                               `form:"collection_method"`
	Currency             *string                               `form:"currency"`
	CustomFields         billing.Optional[[]CustomFieldParams] `form:"custom_fields"`
	Customer             string                                `form:"customer"`
	DaysUntilDue         *int64                                `form:"days_until_due"`
	DefaultPaymentMethod *string                               `form:"default_payment_method"`
	DefaultTaxRates      []string                              `form:"default_tax_rates"`
	Description          *string                               `form:"description"`
	Discounts            billing.Optional[[]DiscountParams]    `form:"discounts"`
	DueDate              *int64                                `form:"due_date"`
	EffectiveAt          *int64                                `form:"effective_at"`
	Footer               *string                               `form:"footer"`
	Issuer               *IssuerParams                         `form:"issuer"`
	Metadata             MetadataParams                        `form:"metadata"`
	Number               *string                               `form:"number"`
	PaymentSettings      *InvoicePaymentSettingsParams         `form:"payment_settings"`
	Rendering            *InvoiceRenderingParams               `form:"rendering"`
	ShippingDetails      billing.Optional[ShippingParams]      `form:"shipping_details"`
	StatementDescriptor  *string                               `form:"statement_descriptor"`
	Subscription         *string                               `form:"subscription"`

	PendingInvoiceItemsBehavior *string `form:"pending_invoice_items_behavior"`
}

// CreateInvoice makes a draft. Its lines are the customer's pending items when asked to include
// them, and those of one subscription when it names one.
func (a *App) CreateInvoice(ctx context.Context, c Caller,
	p InvoiceCreateParams) (*billing.Invoice, error) {
	if p.Customer == "" && p.Subscription == nil {
		return nil, billing.Missing("customer")
	}
	var inv *billing.Invoice
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		m := &manual{App: a, tx: tx, c: c, p: p}
		var err error
		if inv, err = m.draft(); err != nil {
			return nil, err
		}
		store.Invoices.Insert(tx, inv)
		return inv, store.Invoices.Emit(tx, inv, "invoice.created")
	})
	if store.Unique(err, "invoices.number") {
		err = numberInUse(*p.Number)
	}
	return inv, err
}

// manual makes one invoice by hand.
type manual struct {
	*App
	tx  *store.Tx
	c   Caller
	p   InvoiceCreateParams
	cus *billing.Customer
	sub *billing.Subscription
	now int64
}

func (m *manual) draft() (*billing.Invoice, error) {
	if err := m.find(); err != nil {
		return nil, err
	}
	if err := refuseAutomaticTax(m.p.AutomaticTax); err != nil {
		return nil, err
	}
	currency, err := m.currency()
	if err != nil {
		return nil, err
	}
	pending, err := m.pending(currency)
	if err != nil {
		return nil, err
	}
	rates, err := m.taxRates(m.tx, m.p.DefaultTaxRates, "default_tax_rates")
	if err != nil {
		return nil, err
	}
	s := newShelf().customer(m.cus).invoiceItems(pending).refs(nil, rates)
	if m.sub != nil {
		s.subscription(m.sub)
	}
	book, err := m.load(m.tx, s, m.now)
	if err != nil {
		return nil, err
	}
	fields := invoiceFields{App: m.App, tx: m.tx, cus: m.cus, now: m.now}
	var refused error
	inv, err := m.draftInvoice(m.tx, book, makeInvoice{Customer: m.cus, Subscription: m.sub,
		Pending: pending, Reason: billing.BillingReasonManual, Currency: currency, Now: m.now,
		PeriodStart: m.now, PeriodEnd: m.now, Livemode: m.c.Livemode,
		AutoAdvance: m.p.AutoAdvance != nil && *m.p.AutoAdvance,
		Prepare: func(inv *billing.Invoice) {
			if len(rates) > 0 {
				inv.DefaultTaxRates = rates
			}
			refused = fields.fromCreate(inv, m.p)
		}})
	if err != nil || refused != nil {
		return nil, cmp.Or(refused, err)
	}
	if inv, err = m.recompute(m.tx, inv, m.cus, m.now); err != nil {
		return nil, err
	}
	m.scheduleDraft(inv, book.Settings)
	return inv, nil
}

func (m *manual) find() (err error) {
	if m.p.Subscription != nil {
		m.sub, err = lockReferred(m.tx, store.Subscriptions, *m.p.Subscription, "subscription")
		if err != nil {
			return err
		}
		if m.p.Customer != "" && m.p.Customer != m.sub.Customer.ID {
			return billing.Invalid("subscription", "The subscription %s belongs to another "+
				"customer.", m.sub.ID)
		}
		m.p.Customer = m.sub.Customer.ID
	}
	if m.cus, err = lockReferred(m.tx, store.Customers, m.p.Customer, "customer"); err != nil {
		return err
	}
	m.now, err = m.App.now(m.tx, m.c, m.cus)
	return err
}

func (m *manual) currency() (string, error) {
	currency := ""
	switch {
	case m.p.Currency != nil:
		currency = lower(*m.p.Currency)
	case m.sub != nil:
		currency = m.sub.Currency
	default:
		var err error
		if currency, err = currencyFor(m.tx, m.cus); err != nil {
			return "", err
		}
	}
	return currency, fixCurrency(m.cus, currency)
}

func (m *manual) pending(currency string) ([]*billing.InvoiceItem, error) {
	if m.sub != nil {
		return m.pendingItems(m.tx, m.sub, false)
	}
	if b := m.p.PendingInvoiceItemsBehavior; b == nil || *b != "include" {
		return nil, nil
	}
	items, err := store.InvoiceItems.LockAll(m.tx, store.Eq("customer", m.cus.ID),
		store.Eq("pending", true))
	if err != nil {
		return nil, err
	}
	var out []*billing.InvoiceItem
	for _, it := range items {
		if it.Currency == currency && !it.Private.Dead {
			out = append(out, it)
		}
	}
	return out, nil
}

// recompute computes a draft again after its discounts, rates or lines changed.
func (a *App) recompute(tx *store.Tx, inv *billing.Invoice, cus *billing.Customer,
	now int64) (*billing.Invoice, error) {
	book, err := a.load(tx, newShelf().invoice(inv).customer(cus), now)
	if err != nil {
		return nil, err
	}
	return inv, book.Compute(inv)
}

// DeleteInvoice removes a draft that was made by hand. The items that were swept onto it are
// gone with it.
func (a *App) DeleteInvoice(ctx context.Context, c Caller, id string) (*billing.Invoice, error) {
	return a.onInvoice(ctx, c, id, func(w *lockedInvoice) error {
		if w.inv.Status != billing.InvoiceDraft {
			return billing.Invalid("", "You can only delete draft invoices.")
		}
		if w.inv.SubscriptionID() != "" {
			return billing.Invalid("", "You can't delete invoices created by subscriptions.")
		}
		items, err := store.InvoiceItems.LockAll(w.tx, store.Eq("invoice", w.inv.ID))
		if err != nil {
			return err
		}
		for _, it := range items {
			it.Private.Dead = true
		}
		stopAdvancing(w.inv)
		store.Invoices.Delete(w.tx, w.inv)
		return store.Invoices.Emit(w.tx, w.inv, "invoice.deleted")
	})
}
