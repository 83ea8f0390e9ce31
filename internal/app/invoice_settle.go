package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/dunning"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// paidByCharge books a capture on its invoice. Money wins: a capture for an invoice that is paid,
// void or written off meanwhile is kept as credit of the customer, never dropped.
func (s *settling) paidByCharge(ch *billing.Charge, moved int64) error {
	s.countAttempt()
	allocate := min(moved, s.inv.AmountRemaining)
	if s.inv.Status == billing.InvoiceVoid || s.inv.Status == billing.InvoicePaid {
		allocate = 0
	}
	if err := s.overpaid(ch, moved-allocate); err != nil || allocate == 0 {
		return err
	}
	if err := s.post(s.tx, ledger.Paid(s.inv, s.att.Gateway, allocate),
		s.about(ch.ID)); err != nil {
		return err
	}
	s.inv.AmountPaid += allocate
	s.inv.AmountRemaining -= allocate
	payment, err := s.payPayment(allocate)
	if err != nil {
		return err
	}
	if s.inv.AmountRemaining > 0 {
		return s.askForRest(payment)
	}
	if err := s.invoicePaid(s.tx, paying{Invoice: s.inv, Now: s.now}); err != nil {
		return err
	}
	if err := store.InvoicePayments.Emit(s.tx, payment, "invoice_payment.paid"); err != nil {
		return err
	}
	return s.afterPaid()
}

// askForRest: less was captured than was asked for. The rest stays due, with an intent and a
// default payment of its own.
func (s *settling) askForRest(paid *billing.InvoicePayment) error {
	paid.IsDefault = false
	pi := s.intentOf(s.inv, s.now)
	s.inv.Private.PaymentIntent = pi.ID
	again := true
	if s.dunnings() {
		var err error
		if again, err = s.planRetry(s.tx, s.retrying()); err != nil {
			return err
		}
	}
	if err := store.Invoices.Updated(s.tx, s.inv); err != nil {
		return err
	}
	if err := store.InvoicePayments.Emit(s.tx, paid, "invoice_payment.paid"); err != nil {
		return err
	}
	if err := s.askFor(s.tx, s.inv, pi); err != nil || again {
		return err
	}
	return s.giveUp(s.tx, s.retrying())
}

func (s *settling) about(ref string) posting {
	p := posting{Customer: s.att.Customer, Ref: ref, Now: s.now}
	if s.inv != nil {
		p.Invoice = s.inv.ID
	}
	return p
}

// countAttempt counts an attempt once, however many outcomes it goes through: the first of any
// kind counts, afterwards only automatic ones do.
func (s *settling) countAttempt() {
	if s.att.Counted {
		return
	}
	s.att.Counted, s.inv.Attempted = true, true
	if s.inv.AttemptCount == 0 || s.att.Automatic {
		s.inv.AttemptCount++
	}
}

// overpaid turns what was captured beyond what was due into credit.
func (s *settling) overpaid(ch *billing.Charge, surplus int64) error {
	if surplus <= 0 {
		return nil
	}
	if err := s.post(s.tx, ledger.Overpaid(s.inv, s.att.Gateway, surplus),
		s.about(ch.ID)); err != nil {
		return err
	}
	s.inv.AmountOverpaid += surplus
	_, err := s.moveBalance(s.tx, s.cus, balanceMove{Type: billing.BalanceInvoiceOverpaid,
		Amount: -surplus, Currency: s.att.Currency, Invoice: s.inv.ID, Now: s.now})
	return err
}

// payPayment marks the invoice's default payment as paid.
func (s *settling) payPayment(amount int64) (*billing.InvoicePayment, error) {
	payment, err := store.InvoicePayments.LockFirst(s.tx, store.Eq("payment_intent", s.pi.ID))
	if err != nil {
		return nil, err
	}
	payment.AmountPaid, payment.Status = &amount, billing.InvoicePaymentPaid
	payment.StatusTransitions.PaidAt = &s.now
	return payment, nil
}

// afterPaid carries the payment to the subscription and the customer.
func (s *settling) afterPaid() error {
	if s.sub != nil {
		if err := s.subscriptionPaid(); err != nil {
			return err
		}
	}
	if err := cleared(s.tx, s.cus); err != nil {
		return err
	}
	return s.mail(s.tx, mailReceipt, s.inv)
}

func (s *settling) subscriptionPaid() error {
	lifecycle.Paid(s.sub, s.inv.ID)
	if ps := s.sub.PaymentSettings; ps != nil && ps.SaveDefaultPaymentMethod != nil &&
		*ps.SaveDefaultPaymentMethod == "on_subscription" {
		s.sub.DefaultPaymentMethod = billing.To[billing.PaymentMethod](s.att.PaymentMethod)
	}
	if s.sub.Private.ChangeInvoice == s.inv.ID {
		if err := s.applyPending(s.tx, s.sub, s.now); err != nil {
			return err
		}
	}
	lifecycle.Schedule(s.sub)
	return store.Subscriptions.Updated(s.tx, s.sub)
}

// invoiceFailed is what a declined charge does to its invoice: dunning goes on, exactly once,
// whichever way the failure was learned.
func (s *settling) invoiceFailed(method string, d *gateway.Decline) error {
	s.countAttempt()
	s.inv.Private.FailedMethod = method
	s.inv.Private.HardDecline = dunning.HardDecline(d.DeclineCode, d.Code)
	again := true
	if s.dunnings() {
		var err error
		if again, err = s.planRetry(s.tx, s.retrying()); err != nil {
			return err
		}
	}
	if err := store.Invoices.Emit(s.tx, s.inv, "invoice.payment_failed"); err != nil {
		return err
	}
	if err := s.tellFailure(d); err != nil {
		return err
	}
	if s.inv.CollectionMethod == billing.SendInvoice {
		return nil // the customer may try again; what counts is the due date
	}
	if err := s.missed(); err != nil {
		return err
	}
	if !again {
		return s.giveUp(s.tx, s.retrying())
	}
	return s.subscriptionFailed()
}

// tellFailure writes to the customer. A bank that wants to see its customer is asked for by name:
// they can confirm the payment on the invoice's page.
func (s *settling) tellFailure(d *gateway.Decline) error {
	if d.Code != "authentication_required" && d.DeclineCode != "authentication_required" {
		return s.mail(s.tx, mailPaymentFailed, s.inv)
	}
	if err := store.Invoices.Emit(s.tx, s.inv, "invoice.payment_action_required"); err != nil {
		return err
	}
	return s.mail(s.tx, mailActionRequired, s.inv)
}

// missed makes the customer delinquent, unless a person made the try: an automatic payment that
// fails does, in the words of Stripe's reference.
func (s *settling) missed() error {
	if s.plan.Command == commandInvoicePay || s.plan.Command == commandIntentConfirm {
		return nil
	}
	return delinquent(s.tx, s.cus)
}

func (s *settling) retrying() retrying {
	return retrying{Invoice: s.inv, Subscription: s.sub, Now: s.now}
}

// dunnings says that it is dunning's turn after a try that failed: it made the try itself, or it
// was the first one of a running subscription's invoice, part of a command such as an update that
// is billed at once. A person's later try changes no plan.
func (s *settling) dunnings() bool {
	if s.plan.Command == commandInvoiceCollect {
		return true
	}
	first := s.inv.AttemptCount == 1 && s.inv.Private.Retries == 0 &&
		s.inv.CollectionMethod == billing.ChargeAutomatically
	return s.inv.AutoAdvance && first && s.sub != nil &&
		s.sub.Status != billing.SubscriptionIncomplete && s.sub.Private.ChangeInvoice != s.inv.ID
}

// subscriptionFailed makes a running subscription past due. Where invoices are sent, only their
// due date does.
func (s *settling) subscriptionFailed() error {
	if s.sub == nil || s.sub.Private.ChangeInvoice == s.inv.ID ||
		s.inv.CollectionMethod == billing.SendInvoice {
		return nil
	}
	return pastDue(s.tx, s.sub, s.inv)
}

// bookDirect books a capture that pays no invoice.
func (s *settling) bookDirect(ch *billing.Charge, moved int64) error {
	return s.post(s.tx, ledger.Received(s.att.Currency, s.att.Gateway, moved), s.about(ch.ID))
}
