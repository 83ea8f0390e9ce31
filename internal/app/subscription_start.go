package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// firstInvoice bills the start of a subscription. Created comes before paid: when money must be
// asked for, the subscription is announced as incomplete and becomes active with the payment.
func (s *starting) firstInvoice(lines []lifecycle.Line) (*started, error) {
	waiting, err := s.pendingItems(s.tx, s.sub, true)
	if err != nil {
		return nil, err
	}
	pending := mergeItems(s.extra, waiting)
	book, err := s.load(s.tx, newShelf().subscription(s.sub).customer(s.cus).
		invoiceItems(pending), s.now)
	if err != nil {
		return nil, err
	}
	m := makeInvoice{Customer: s.cus, Subscription: s.sub, Now: s.now, Livemode: s.c.Livemode,
		Reason: billing.BillingReasonSubscriptionCreate, PeriodStart: s.now, PeriodEnd: s.now,
		Pending: pending, Lines: lines, AutoAdvance: true}
	if s.in.BackdateStart != 0 {
		m.PeriodStart = s.in.BackdateStart
	}
	inv, err := s.draftInvoice(s.tx, book, m)
	if err != nil {
		return nil, err
	}
	s.sub.LatestInvoice = billing.To[billing.Invoice](inv.ID)
	send := s.sub.CollectionMethod == billing.SendInvoice
	due := invoicing.Preview(inv, s.cus.Balance)
	switch {
	case send || due == 0:
		return s.startFree(book, inv, send)
	case s.p.behavior() == billing.DefaultIncomplete:
		return s.startIncomplete(book, inv, nil)
	}
	pm, err := s.paymentMethodFor(s.tx, inv, s.sub, s.cus)
	if err != nil {
		return nil, err
	}
	if pm == nil {
		return nil, noPaymentMethod()
	}
	return s.startIncomplete(book, inv, pm)
}

// startFree announces a subscription whose first invoice asks for nothing now.
func (s *starting) startFree(book *lifecycle.Book, inv *billing.Invoice,
	send bool) (*started, error) {
	lifecycle.Schedule(s.sub)
	if err := s.setUpTrial(); err != nil {
		return nil, err
	}
	store.Subscriptions.Insert(s.tx, s.sub)
	if err := s.announce(); err != nil {
		return nil, err
	}
	waits := send && inv.Total > 0
	if waits {
		s.scheduleDraft(inv, book.Settings)
	}
	store.Invoices.Insert(s.tx, inv)
	err := store.Invoices.Emit(s.tx, inv, "invoice.created")
	if err != nil || waits {
		return &started{sub: s.sub}, err
	}
	inv.Private.FinalizeAt = nil
	return &started{sub: s.sub}, s.finalize(s.tx, book, inv, s.finalizing())
}

// setUpTrial makes a setup intent for a trial that has no way to be paid yet, so that the client
// can have a card saved for its end.
func (s *starting) setUpTrial() error {
	if s.sub.Status != billing.SubscriptionTrialing ||
		s.sub.CollectionMethod != billing.ChargeAutomatically {
		return nil
	}
	pm, err := s.paymentMethodFor(s.tx, &billing.Invoice{}, s.sub, s.cus)
	if err != nil || pm != nil {
		return err
	}
	return s.pendingSetup(s.tx, s.sub, s.cus, s.now)
}

func (s *starting) announce() error {
	if err := store.Subscriptions.Emit(s.tx, s.sub, "customer.subscription.created"); err != nil {
		return err
	}
	for _, d := range s.sub.Discounts {
		if err := s.discountCreated(s.tx, d.ID); err != nil {
			return err
		}
	}
	if err := tellItems(s.tx, s.extra); err != nil {
		return err
	}
	if s.sub.Status == billing.SubscriptionTrialing && *s.sub.Private.TrialNoticeAt <= s.now {
		s.sub.Private.TrialNoticeAt = nil
		lifecycle.Schedule(s.sub)
		return store.Subscriptions.Emit(s.tx, s.sub, "customer.subscription.trial_will_end")
	}
	return nil
}

// startIncomplete makes a subscription that waits for its first payment, which is tried now with
// pm, or confirmed by the client later when pm is nil.
func (s *starting) startIncomplete(book *lifecycle.Book, inv *billing.Invoice,
	pm *billing.PaymentMethod) (*started, error) {
	lifecycle.AwaitPayment(s.sub, inv.ID, s.now)
	lifecycle.Schedule(s.sub)
	inv.Private.FinalizeAt = nil
	store.Subscriptions.Insert(s.tx, s.sub)
	if err := s.announce(); err != nil {
		return nil, err
	}
	store.Invoices.Insert(s.tx, inv)
	if err := store.Invoices.Emit(s.tx, inv, "invoice.created"); err != nil {
		return nil, err
	}
	if err := s.finalize(s.tx, book, inv, s.finalizing()); err != nil {
		return nil, err
	}
	if pm == nil {
		return &started{sub: s.sub}, nil
	}
	attempt, err := s.attemptInvoice(s.tx, inv, pm, s.charging())
	return &started{sub: s.sub, attempt: attempt}, err
}

func (s *starting) finalizing() finalizing {
	return finalizing{Customer: s.cus, Subscription: s.sub, Now: s.now}
}

func (s *starting) charging() charging {
	return charging{Now: s.now, Command: commandSubscriptionCreate, Behavior: s.p.behavior(),
		OffSession: s.p.OffSession != nil && *s.p.OffSession, Actor: s.c.Actor,
		Reply: s.c.Reply, Held: s.held}
}

func cancelAtPassed() error {
	return billing.Invalid("cancel_at", "`cancel_at` must be a timestamp in the future.")
}

// cancelAtBilled ends a subscription where its billing schedules end, which are not built.
const cancelAtBilled = "max_billed_until"

// resolveCancelAt turns min_period_end and max_period_end into their times.
func resolveCancelAt(sub *billing.Subscription, m billing.Moment) int64 {
	switch m.Word {
	case "min_period_end":
		return sub.NextPeriodEnd()
	case "max_period_end":
		return lifecycle.CancelAtEnd(sub)
	}
	return m.Unix
}

// planEnd sets the time at which a subscription ends. The end of its period is remembered as such;
// a date that has cut the period short already only looks like it.
func planEnd(sub *billing.Subscription, m billing.Moment, now int64) {
	at := resolveCancelAt(sub, m)
	held := sub.CancelAt != nil && *sub.CancelAt == at
	ends := m.Word == "max_period_end" || at == lifecycle.CancelAtEnd(sub) && !held ||
		held && sub.Private.EndsWithPeriod
	lifecycle.SetCancelAt(sub, &at, false, now)
	sub.Private.EndsWithPeriod = ends
}
