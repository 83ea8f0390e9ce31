package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// finalizing is what finalization touches besides the invoice. Customer is locked.
type finalizing struct {
	Customer     *billing.Customer
	Subscription *billing.Subscription
	Now          int64
	Waits        bool // its subscription changes when it is paid, and uses up coupons only then
	Later        bool // nobody tries to collect it now: that is planned, if the invoice advances
}

// finalize freezes a draft: customer details, discounts, totals and balance are taken as they
// are now, the number is drawn, and what is due becomes a payment intent. An invoice that owes
// nothing is paid at once.
func (a *App) finalize(tx *store.Tx, book *lifecycle.Book, inv *billing.Invoice,
	f finalizing) error {
	if inv.Status != billing.InvoiceDraft {
		return billing.Invalid("", "This invoice is already finalized, you can't re-finalize a "+
			"non-draft invoice.")
	}
	invoicing.Mirror(inv, f.Customer)
	if err := book.Compute(inv); err != nil {
		return err
	}
	if err := a.applyBalance(tx, inv, f); err != nil {
		return err
	}
	if err := a.number(tx, inv, f); err != nil {
		return err
	}
	inv.Status = billing.InvoiceOpen
	inv.AutomaticallyFinalizesAt, inv.Private.FinalizeAt = nil, nil
	inv.NextPaymentAttempt, inv.Private.RetryAt = nil, nil
	inv.StatusTransitions.FinalizedAt = &f.Now
	if inv.EffectiveAt == nil {
		inv.EffectiveAt = &f.Now
	}
	if inv.WebhooksDeliveredAt == nil {
		inv.WebhooksDeliveredAt = &inv.Created
	}
	inv.Private.FrozenHash = invoicing.FrozenHash(inv)
	if err := a.post(tx, ledger.Finalized(inv, inv.Private.BalanceApplied),
		posting{Customer: inv.Customer.ID, Invoice: inv.ID, Now: f.Now}); err != nil {
		return err
	}
	if err := a.afterFinalized(tx, inv, f); err != nil || f.Waits {
		return err
	}
	return a.spendOnce(tx, book, inv, f)
}

// afterFinalized tells the final invoice: paid when nothing is due, else with its intent.
func (a *App) afterFinalized(tx *store.Tx, inv *billing.Invoice, f finalizing) error {
	if inv.AmountDue == 0 {
		inv.Attempted = true
		markPaid(inv, f.Now)
		if err := store.Invoices.Emit(tx, inv, "invoice.finalized"); err != nil {
			return err
		}
		return a.paidWithout(tx, paying{Invoice: inv, Subscription: f.Subscription,
			Customer: f.Customer, Now: f.Now})
	}
	switch {
	case !inv.AutoAdvance:
	case inv.CollectionMethod == billing.SendInvoice:
		inv.Private.RetryAt = inv.DueDate
	case f.Later:
		collectLater(inv, f.Now)
	}
	pi := a.intentOf(inv, f.Now)
	inv.Private.PaymentIntent = pi.ID
	if err := store.Invoices.Emit(tx, inv, "invoice.finalized"); err != nil {
		return err
	}
	return a.askFor(tx, inv, pi)
}

// askFor stores the intent that asks for what remains of an invoice, with its default payment.
func (a *App) askFor(tx *store.Tx, inv *billing.Invoice, pi *billing.PaymentIntent) error {
	store.PaymentIntents.Insert(tx, pi)
	if err := store.PaymentIntents.Emit(tx, pi, "payment_intent.created"); err != nil {
		return err
	}
	store.InvoicePayments.Insert(tx, &billing.InvoicePayment{
		ID: a.IDs.New("inpay"), Object: "invoice_payment", AmountRequested: pi.Amount,
		Created: pi.Created, Currency: inv.Currency, Invoice: billing.To[billing.Invoice](inv.ID),
		IsDefault: true, Livemode: inv.Livemode, Status: billing.InvoicePaymentOpen,
		Payment: billing.InvoicePaymentPayment{Type: "payment_intent",
			PaymentIntent: new(billing.To[billing.PaymentIntent](pi.ID))},
	})
	return nil
}

// intentOf is the payment intent of what an invoice still asks for.
func (a *App) intentOf(inv *billing.Invoice, now int64) *billing.PaymentIntent {
	id := a.IDs.New("pi")
	description := "Payment for Invoice"
	if inv.SubscriptionID() != "" {
		description = "Subscription update"
		if *inv.BillingReason == billing.BillingReasonSubscriptionCreate {
			description = "Subscription creation"
		}
	}
	return &billing.PaymentIntent{
		ID: id, Object: "payment_intent", Amount: inv.AmountRemaining, Created: now,
		CaptureMethod: "automatic", ClientSecret: new(a.IDs.Secret(id+"_secret_", 24)),
		ConfirmationMethod: "automatic", Currency: inv.Currency, Customer: inv.Customer,
		Description: &description, Livemode: inv.Livemode,
		PaymentMethodOptions: intentOptions(inv),
		PaymentMethodTypes:   billing.Arr[string]{"card"}, ReceiptEmail: nil,
		SetupFutureUsage: setupUsage(inv),
		Status:           billing.PaymentIntentRequiresPaymentMethod,
		Private:          billing.PaymentIntentPrivate{Invoice: inv.ID},
	}
}

// intentOptions are the invoice's own.
func intentOptions(inv *billing.Invoice) *billing.MethodOptions {
	options := defaultOptions()
	if o := inv.PaymentSettings.PaymentMethodOptions; o != nil {
		options.Card.RequestThreeDSecure = o.Card.RequestThreeDSecure
	}
	return options
}

// setupUsage: the card that starts a subscription is kept for its renewals.
func setupUsage(inv *billing.Invoice) *string {
	if inv.SubscriptionID() == "" {
		return nil
	}
	return new("off_session")
}

// applyBalance uses up credit, asks for what is owed, and carries sums that cannot be charged.
func (a *App) applyBalance(tx *store.Tx, inv *billing.Invoice, f finalizing) error {
	for _, step := range invoicing.ApplyBalance(inv, f.Customer.Balance) {
		_, err := a.moveBalance(tx, f.Customer, balanceMove{Type: step.Type, Amount: step.Amount,
			Currency: inv.Currency, Invoice: inv.ID, Now: f.Now})
		if err != nil {
			return err
		}
	}
	return nil
}

// spendOnce uses up the discounts that are good for one invoice: they leave the subscription and
// stay on this invoice. A trial does not use up what took nothing off, on a fee beside it either.
func (a *App) spendOnce(tx *store.Tx, book *lifecycle.Book, inv *billing.Invoice,
	f finalizing) error {
	sub := f.Subscription
	if sub == nil {
		return nil
	}
	trial := sub.TrialEnd != nil && f.Now < *sub.TrialEnd // it waits for its fee, or runs already
	if trial && inv.Subtotal == 0 {
		return nil
	}
	spent := map[string]bool{}
	used := inv.Private.Included
	for _, t := range inv.TotalDiscountAmounts {
		if t.Amount != 0 || !trial {
			used = append(used, t.Discount.ID)
		}
	}
	for _, id := range used {
		d := book.Discounts[id]
		if d != nil && book.Coupons[d.Source.Coupon.ID].Duration == billing.DurationOnce {
			spent[d.ID] = true
		}
	}
	if len(spent) == 0 {
		return nil
	}
	sub.Discounts = without(sub.Discounts, spent)
	for i := range sub.Items.Data {
		sub.Items.Data[i].Discounts = without(sub.Items.Data[i].Discounts, spent)
	}
	for id := range spent {
		if err := a.endDiscount(tx, id, f.Now); err != nil {
			return err
		}
	}
	if f.Customer.Discount.ID != "" && spent[f.Customer.Discount.ID] {
		f.Customer.Discount = billing.Embed[billing.Discount]{}
	}
	return nil
}

func without(refs billing.Arr[billing.Ref[billing.Discount]],
	gone map[string]bool) billing.Arr[billing.Ref[billing.Discount]] {
	var kept billing.Arr[billing.Ref[billing.Discount]]
	for _, r := range refs {
		if !gone[r.ID] {
			kept = append(kept, r)
		}
	}
	return kept
}

// InvoiceFinalizeParams finalize a draft.
type InvoiceFinalizeParams struct {
	AutoAdvance *bool `form:"auto_advance"`
}

// FinalizeInvoice makes a draft final without trying to collect it.
func (a *App) FinalizeInvoice(ctx context.Context, c Caller, id string,
	p InvoiceFinalizeParams) (*billing.Invoice, error) {
	var inv *billing.Invoice
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		w, err := a.lockInvoice(tx, c, id)
		if err != nil {
			return nil, err
		}
		inv = w.inv
		if p.AutoAdvance != nil {
			inv.AutoAdvance = *p.AutoAdvance
		}
		return inv, w.finalize(true)
	})
	return inv, err
}
