package app

import (
	"encoding/json"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// settling applies one outcome. Its nouns are locked and tracked.
type settling struct {
	*App
	tx     *store.Tx
	c      Caller
	att    *store.Attempt
	plan   plan
	result gateway.Result
	late   *billing.Error // the change that was paid can no longer be made
	now    int64
	orphan bool // the customer was deleted meanwhile
	cus    *billing.Customer
	pi     *billing.PaymentIntent
	inv    *billing.Invoice
	sub    *billing.Subscription
	si     *billing.SetupIntent
}

func (a *App) newSettling(tx *store.Tx, c Caller, seen *store.Attempt,
	result gateway.Result) (*settling, error) {
	s := &settling{App: a, tx: tx, c: c, result: result}
	err := store.Prefetch(tx, settleNeeds(seen)...)
	if err != nil {
		return nil, err
	}
	if err := s.lock(seen); err != nil {
		return nil, err
	}
	if s.plan, err = planOf(s.att); err != nil {
		return nil, err
	}
	if s.now, err = a.settleTime(tx, c, s.cus, s.att); err != nil {
		return nil, err
	}
	return s, nil
}

// lock takes the customer and the intent before the attempt, as commands that begin an attempt do:
// in another order the two would wait for each other.
func (s *settling) lock(seen *store.Attempt) (err error) {
	if seen.Customer != "" {
		s.cus, err = store.Customers.Lock(s.tx, seen.Customer)
		if errors.Is(err, store.ErrNotFound) {
			s.orphan, err = true, nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
	}
	if seen.PaymentIntent != "" {
		if _, err = store.PaymentIntents.Lock(s.tx, seen.PaymentIntent); err != nil {
			return err
		}
	}
	s.att, err = store.Attempts.Lock(s.tx, seen.ID)
	return err
}

// settleNeeds are what outcomes of attempts touch, in the order in which every command locks:
// customer, intent, attempt, invoice, subscription. What a held attempt touches is not known yet.
func settleNeeds(seen ...*store.Attempt) []store.Need {
	var customers, intents, attempts, invoices, subs, billed, methods []string
	for _, att := range seen {
		customers = append(customers, att.Customer)
		intents = append(intents, att.PaymentIntent)
		attempts = append(attempts, att.ID)
		invoices = append(invoices, att.Invoice)
		subs = append(subs, att.Subscription)
		methods = append(methods, att.PaymentMethod)
		if att.Invoice != "" {
			billed = append(billed, att.PaymentIntent)
		}
	}
	return []store.Need{
		store.Customers.ToLock(customers...), store.PaymentIntents.ToLock(intents...),
		store.Attempts.ToLock(attempts...), store.Invoices.ToLock(invoices...),
		store.Subscriptions.ToLock(subs...),
		store.InvoicePayments.ToLockBy("payment_intent", billed),
		store.PaymentMethods.ToGet(methods...), store.ToGetPricesOf(subs...),
	}
}

// settleTime is the customer's time even while their clock advances: an outcome is a fact and is
// never refused.
func (a *App) settleTime(tx *store.Tx, c Caller, cus *billing.Customer,
	att *store.Attempt) (int64, error) {
	if c.At != 0 || cus == nil || cus.TestClock.ID == "" {
		return a.now(tx, c, nil)
	}
	clk, err := store.TestClocks.Get(tx, cus.TestClock.ID)
	if err != nil {
		return 0, err
	}
	return max(clk.FrozenTime, att.Created), nil
}

// apply moves the attempt to its new state and carries its command on.
func (s *settling) apply() (*settled, error) {
	next := attemptState(s.result.Outcome)
	if s.att.Op == string(gateway.OpRefund) && s.att.State == store.AttemptSucceeded &&
		next == store.AttemptDeclined {
		return s.refundReturned()
	}
	if s.att.Op == string(gateway.OpCharge) && s.att.State == store.AttemptSucceeded &&
		next == store.AttemptCanceled {
		return s.holdLapsed()
	}
	if s.att.State == next && next != store.AttemptUnknown || !s.att.State.MayBecome(next) {
		return s.asIs()
	}
	s.att.State = next
	s.record()
	return s.carry()
}

// carry takes what the attempt's state says to whatever waited for it.
func (s *settling) carry() (*settled, error) {
	if op := gateway.Op(s.att.Op); s.orphan && (op == gateway.OpCharge || op == gateway.OpSetup) {
		return s.orphaned()
	}
	switch gateway.Op(s.att.Op) {
	case gateway.OpSetup:
		return s.applySetup()
	case gateway.OpRefund:
		return s.applyRefund()
	case gateway.OpCapture, gateway.OpVoid:
		return s.applyModify()
	}
	if s.plan.Held && s.att.PaymentIntent == "" {
		return s.applyHeld()
	}
	if err := s.loadCharge(); err != nil {
		return nil, err
	}
	return s.applyCharge()
}

// orphaned ends an attempt whose customer was deleted meanwhile: what became of it is kept, and if
// money moved a person is told, for nobody is left to have it as credit.
func (s *settling) orphaned() (*settled, error) {
	if s.att.State == store.AttemptSucceeded {
		s.Log.Error("money was taken from a customer who was deleted meanwhile: refund it",
			"attempt", s.att.ID, "gateway_ref", s.att.GatewayRef, "amount", s.att.Amount)
	}
	return s.out(nil), nil
}

// record keeps on the attempt what the gateway said.
func (s *settling) record() {
	if s.result.Ref != "" {
		s.att.GatewayRef = s.result.Ref
	}
	if d := s.result.Decline; d != nil {
		s.att.Code, s.att.DeclineCode = d.Code, d.DeclineCode
	}
	s.att.InquireAt = nil
	switch s.att.State {
	case store.AttemptActionRequired, store.AttemptPending: // news may be lost: ask now and then
		s.att.InquireAt = new(s.wall() + backoff(s.att.Inquiries+waitingInquiries))
	case store.AttemptUnknown, store.AttemptCreated:
		s.att.InquireAt = new(s.wall() + backoff(s.att.Inquiries))
	}
	if raw, err := json.Marshal(s.result); err == nil {
		s.att.Result = raw
	}
}

// waitingInquiries is how many steps of the backoff are left out when the outcome is only waited
// for: the first question comes after sixteen minutes.
const waitingInquiries = 5

// backoff is when to ask again about an unknown outcome: 30 s, doubling up to 2 hours.
func backoff(inquiries int64) int64 {
	return min(int64(30)<<min(inquiries, 8), 7200)
}

func attemptState(o gateway.Outcome) store.AttemptState {
	switch o {
	case gateway.NotSent:
		return store.AttemptCreated
	case gateway.ActionRequired:
		return store.AttemptActionRequired
	case gateway.Pending:
		return store.AttemptPending
	case gateway.Authorized, gateway.Succeeded:
		return store.AttemptSucceeded
	case gateway.Declined:
		return store.AttemptDeclined
	case gateway.Canceled:
		return store.AttemptCanceled
	}
	return store.AttemptUnknown
}

// asIs answers with what is there already: the outcome was applied before.
func (s *settling) asIs() (out *settled, err error) {
	var re *billing.Refund
	switch {
	case s.att.SetupIntent != "":
		s.si, err = store.SetupIntents.Lock(s.tx, s.att.SetupIntent)
	case s.att.Refund != "":
		re, err = store.Refunds.Lock(s.tx, s.att.Refund)
	case s.att.PaymentIntent != "":
		err = s.loadCharge()
	}
	out = s.out(nil)
	out.re = re
	return out, err
}

// refusedBefore is the refusal that a declined attempt was answered with.
func (s *settling) refusedBefore() *billing.Error {
	switch {
	case s.result.Decline == nil:
		return nil
	case s.si != nil:
		return s.setupRefusal()
	case s.pi == nil:
		return s.heldError()
	}
	return s.refusal(s.pi.LatestCharge.ID)
}

func (s *settling) out(err *billing.Error) *settled {
	return &settled{sub: s.sub, inv: s.inv, pi: s.pi, si: s.si, err: err}
}

// loadCharge locks what a charge touches: intent, invoice, subscription.
func (s *settling) loadCharge() (err error) {
	if s.pi, err = store.PaymentIntents.Lock(s.tx, s.att.PaymentIntent); err != nil {
		return err
	}
	if s.att.Invoice == "" {
		return nil
	}
	if s.inv, err = store.Invoices.Lock(s.tx, s.att.Invoice); err != nil {
		return err
	}
	if id := s.inv.SubscriptionID(); id != "" {
		s.sub, err = store.Subscriptions.Lock(s.tx, id)
	}
	return err
}

// applyCharge does what a charge's outcome does, in the order in which its events are told:
// charge, payment intent, invoice, invoice payment, subscription, customer.
func (s *settling) applyCharge() (*settled, error) {
	var err error
	var refusal *billing.Error
	switch s.att.State {
	case store.AttemptSucceeded:
		err = s.succeeded()
	case store.AttemptDeclined:
		refusal, err = s.declined()
	case store.AttemptActionRequired:
		refusal, err = s.actionRequired()
	case store.AttemptCanceled, store.AttemptNotExecuted:
		err = s.notCharged()
	case store.AttemptPending, store.AttemptUnknown, store.AttemptCreated:
		err = s.processing()
	}
	return s.out(refusal), err
}

// processing: the outcome is not known yet. The intent says so, and nothing else changes.
func (s *settling) processing() error {
	if s.pi.Status == billing.PaymentIntentProcessing {
		return nil
	}
	s.pi.Status, s.pi.NextAction = billing.PaymentIntentProcessing, nil
	if err := store.PaymentIntents.Emit(s.tx, s.pi, "payment_intent.processing"); err != nil {
		return err
	}
	if s.inv != nil {
		s.countAttempt()
	}
	return nil
}

// notCharged: it is proven that nothing happened. The intent may be tried again.
func (s *settling) notCharged() error {
	if s.pi.Status.MayBecome(billing.PaymentIntentRequiresPaymentMethod) {
		s.pi.Status, s.pi.NextAction = billing.PaymentIntentRequiresPaymentMethod, nil
	}
	if s.inv == nil || s.inv.Status != billing.InvoiceOpen || !s.dunnings() {
		return nil
	}
	again, err := s.planRetry(s.tx, s.retrying())
	if err != nil || again {
		return err
	}
	return s.giveUp(s.tx, s.retrying())
}
