package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// succeeded books captured (or held) money.
func (s *settling) succeeded() error {
	ch := s.charge(billing.ChargeSucceeded)
	moved := s.result.Moved.Minor
	held := s.result.Outcome == gateway.Authorized
	ch.Paid, ch.Captured = true, !held
	if !held {
		ch.AmountCaptured = moved
	}
	store.Charges.Insert(s.tx, ch)
	if err := store.Charges.Emit(s.tx, ch, "charge.succeeded"); err != nil {
		return err
	}
	s.pi.LatestCharge = billing.To[billing.Charge](ch.ID)
	if err := s.dropOthers(); err != nil {
		return err
	}
	s.pi.LastPaymentError, s.pi.NextAction = nil, nil
	if held {
		s.pi.Status, s.pi.AmountCapturable = billing.PaymentIntentRequiresCapture, s.att.Amount
		err := store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.amount_capturable_updated")
		if err != nil {
			return err
		}
		return s.keepMethod()
	}
	s.pi.Status = billing.PaymentIntentSucceeded
	s.pi.AmountReceived += moved
	if err := store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.succeeded"); err != nil {
		return err
	}
	if err := s.keepMethod(); err != nil {
		return err
	}
	if s.inv != nil {
		return s.paidByCharge(ch, moved)
	}
	return s.bookDirect(ch, moved)
}

// keepMethod attaches the method that paid to the intent's customer, where that was the wish. A
// card that was only entered to pay an invoice, on its page perhaps by somebody else, is not kept.
func (s *settling) keepMethod() error {
	if s.cus == nil || s.att.PaymentMethod == "" || s.pi.FutureUsage() == "" ||
		s.plan.Command == commandInvoicePay {
		return nil
	}
	pm, err := store.PaymentMethods.Get(s.tx, s.att.PaymentMethod)
	if err != nil || pm.Customer.ID != "" { // as nearly always: no lock is worth it
		return err
	}
	pm, err = store.PaymentMethods.Lock(s.tx, s.att.PaymentMethod)
	if err != nil || pm.Customer.ID != "" || pm.Private.Detached {
		return err
	}
	pm.Customer = billing.To[billing.Customer](s.cus.ID)
	return store.PaymentMethods.Emit(s.tx, pm, "payment_method.attached")
}

// dropOthers lets go of the intent's other attempts that wait for the customer: when the page of
// an attempt that was given up took the money after all, the newer page must not take it again.
func (s *settling) dropOthers() error {
	if s.pi.NextAction == nil {
		return nil
	}
	others, err := store.Attempts.LockAll(s.tx, store.Eq("payment_intent", s.pi.ID),
		store.Eq("state", string(store.AttemptActionRequired)))
	if err != nil {
		return err
	}
	for _, att := range others {
		if att.ID == s.att.ID {
			continue
		}
		if err := s.drop(s.tx, att); err != nil {
			return err
		}
	}
	return nil
}

// declined books a refusal. Its caller gets Stripe's card error, unless the command keeps what
// it made in spite of it.
func (s *settling) declined() (*billing.Error, error) {
	ch := s.charge(billing.ChargeFailed)
	d := s.result.Decline
	ch.FailureCode, ch.FailureMessage = str(d.Code), str(d.Message)
	store.Charges.Insert(s.tx, ch)
	if err := store.Charges.Emit(s.tx, ch, "charge.failed"); err != nil {
		return nil, err
	}
	s.pi.LatestCharge = billing.To[billing.Charge](ch.ID)
	s.pi.Status, s.pi.NextAction = billing.PaymentIntentRequiresPaymentMethod, nil
	s.pi.LastPaymentError = s.paymentError(ch.ID)
	method := s.pi.PaymentMethod.ID
	s.pi.PaymentMethod = billing.Ref[billing.PaymentMethod]{}
	if err := store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.payment_failed"); err != nil {
		return nil, err
	}
	if s.inv != nil {
		if err := s.invoiceFailed(method, d); err != nil {
			return nil, err
		}
	}
	return s.refusal(ch.ID), nil
}

// refusal is the error for the one who asked for the charge; creating or changing a subscription
// answers the subscription instead, in the state that the refusal left it in.
func (s *settling) refusal(charge string) *billing.Error {
	switch s.plan.Command {
	case commandSubscriptionCreate, commandSubscriptionUpdate, commandInvoiceCollect:
		return nil
	}
	return s.cardError(charge)
}

func (s *settling) cardError(charge string) *billing.Error {
	d := s.result.Decline
	return &billing.Error{
		Status: 402, Type: billing.ErrorCard, Code: d.Code, DeclineCode: d.DeclineCode,
		Message: d.Message, AdviceCode: d.AdviceCode, NetworkDeclineCode: d.NetworkDeclineCode,
		Charge: charge, PaymentIntent: s.pi, PaymentMethod: s.tried(),
	}
}

// tried is the method that was refused; nil when it is gone.
func (s *settling) tried() *billing.PaymentMethod {
	pm, err := store.PaymentMethods.Get(s.tx, s.att.PaymentMethod)
	if err != nil {
		return nil
	}
	return pm
}

func (s *settling) paymentError(charge string) *billing.PaymentError {
	d := s.result.Decline
	kind := "card"
	return &billing.PaymentError{
		Type: billing.ErrorCard, Code: str(d.Code), DeclineCode: str(d.DeclineCode),
		Message: str(d.Message), AdviceCode: str(d.AdviceCode), Charge: str(charge),
		NetworkDeclineCode: str(d.NetworkDeclineCode), PaymentMethod: s.tried(),
		PaymentMethodType: &kind, DocURL: nil,
	}
}

// actionRequired sends the customer to their bank.
func (s *settling) actionRequired() (*billing.Error, error) {
	s.pi.Status = billing.PaymentIntentRequiresAction
	s.pi.NextAction = redirect(s.result.Next, s.pi.Private.ReturnURL)
	if err := store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.requires_action"); err != nil {
		return nil, err
	}
	if s.inv == nil {
		return nil, nil
	}
	s.countAttempt()
	// Dunning goes on, and a due date stays, should nobody come back.
	if s.inv.Private.Retries == 0 && s.inv.CollectionMethod != billing.SendInvoice {
		s.inv.NextPaymentAttempt, s.inv.Private.RetryAt = nil, nil
	}
	if err := store.Invoices.Emit(s.tx, s.inv, "invoice.payment_action_required"); err != nil {
		return nil, err
	}
	if err := s.mail(s.tx, mailActionRequired, s.inv); err != nil {
		return nil, err
	}
	if err := s.subscriptionFailed(); err != nil {
		return nil, err
	}
	if s.plan.Command != commandInvoicePay {
		return nil, nil
	}
	e := billing.Invalid("", "This payment requires additional user action before it can be "+
		"completed successfully.").WithStatus(402).
		WithCode("invoice_payment_intent_requires_action")
	e.Type, e.PaymentIntent = billing.ErrorCard, s.pi
	return e, nil
}

func redirect(next *gateway.NextAction, returnURL string) *billing.NextAction {
	if next == nil {
		return nil
	}
	return &billing.NextAction{Type: "redirect_to_url",
		RedirectToURL: &billing.RedirectToURL{URL: &next.URL, ReturnURL: str(returnURL)}}
}

// str is a pointer to s, or nil when there is nothing to say.
func str(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
