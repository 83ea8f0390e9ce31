package app

import (
	"context"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// InvoicePreviewParams ask what an invoice would be.
type InvoicePreviewParams struct {
	AutomaticTax        *AutomaticTaxParams                `form:"automatic_tax"`
	Currency            *string                            `form:"currency"`
	Customer            *string                            `form:"customer"`
	CustomerDetails     *PreviewCustomerParams             `form:"customer_details"`
	Discounts           billing.Optional[[]DiscountParams] `form:"discounts"`
	InvoiceItems        []PreviewItemParams                `form:"invoice_items"`
	Issuer              *IssuerParams                      `form:"issuer"`
	PreviewMode         *string                            `form:"preview_mode"`
	Subscription        *string                            `form:"subscription"`
	SubscriptionDetails *PreviewSubscriptionParams         `form:"subscription_details"`

	// PaymentBehavior is that of the update which is previewed. The portal sets it.
	PaymentBehavior *string `form:"-"`
}

// PreviewSubscriptionParams are the change whose invoice is previewed.
type PreviewSubscriptionParams struct {
	BillingCycleAnchor *billing.Moment                  `form:"billing_cycle_anchor"`
	BillingMode        *BillingModeParams               `form:"billing_mode"`
	CancelAt           billing.Optional[billing.Moment] `form:"cancel_at"`
	CancelAtPeriodEnd  *bool                            `form:"cancel_at_period_end"`
	CancelNow          *bool                            `form:"cancel_now"`
	DefaultTaxRates    billing.Optional[[]string]       `form:"default_tax_rates"`
	Items              []SubscriptionItemParams         `form:"items"`
	Metadata           MetadataParams                   `form:"metadata"`
	ProrationBehavior  *string                          `form:"proration_behavior"`
	ProrationDate      *int64                           `form:"proration_date"`
	ResumeAt           *string                          `form:"resume_at"`
	StartDate          *int64                           `form:"start_date"`
	TrialEnd           *billing.Moment                  `form:"trial_end"`
}

// Preview is an invoice that does not exist, and what it would ask for.
type Preview struct {
	Invoice *billing.Invoice
	Due     int64 // with the customer's balance applied
	Now     bool  // it would be made at once, not with the next period
}

// PreviewInvoice computes what a change would bill, with the code that would bill it: the change
// is rehearsed on a snapshot, so it writes nothing, but for the answer to a request with an
// idempotency key, and waits for nobody.
func (a *App) PreviewInvoice(ctx context.Context, c Caller,
	p InvoicePreviewParams) (out *Preview, err error) {
	err = a.View(ctx, c.Scope, func(v *store.View) error {
		out, err = a.PreviewInvoiceAt(v, c, p)
		return err
	})
	if c.Reply == nil || c.Reply.Key == "" {
		return out, err
	}
	return out, a.keepPreview(ctx, c, err)
}

// keepPreview keeps the answer of a preview under the request's key, as that of any other POST: who
// sends it again is told the same, and who sends something else with the key is refused.
func (a *App) keepPreview(ctx context.Context, c Caller, refused error) error {
	return a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if refused == nil {
			store.CompleteIdempotency(tx, store.IdempotencyAnswer{Key: c.Reply.Key,
				Status: int64(c.Reply.Status), Body: c.Reply.Body})
		}
		return nil, refused
	})
}

// PreviewInvoiceAt is PreviewInvoice on a snapshot that the caller has: each preview on it is as
// if the ones before had not been.
func (a *App) PreviewInvoiceAt(v *store.View, c Caller,
	p InvoicePreviewParams) (out *Preview, err error) {
	err = v.Rehearse(func(tx *store.Tx) error {
		pv := &previewing{App: a, tx: tx, c: c, p: p}
		if out, err = pv.run(); err != nil || c.Reply == nil {
			return asAsked(err)
		}
		c.Reply.Status = 200
		c.Reply.Body, err = c.Reply.Render(tx, out.Invoice)
		return err
	})
	return out, err
}

// previewing carries one preview through its steps.
type previewing struct {
	*App
	tx *store.Tx
	c  Caller
	p  InvoicePreviewParams
}

func (v *previewing) run() (*Preview, error) {
	if err := v.imagine(); err != nil {
		return nil, err
	}
	sub, err := v.find()
	if err == nil && sub != "" {
		err = v.checkOwner(sub)
	}
	switch {
	case err != nil:
		return nil, err
	case sub == "" && !v.starts():
		return v.byHand()
	case sub == "":
		return v.creation()
	}
	u, err := v.newUpdating(v.tx, v.c, sub, v.update())
	if err != nil {
		return nil, err
	}
	d := v.p.SubscriptionDetails
	paused := u.sub.Status == billing.SubscriptionPaused
	if paused && d != nil && d.ResumeAt != nil {
		return v.resumed(u)
	}
	if u.sub.Status.Ended() || paused {
		return nil, noneUpcoming(u.cus.ID)
	}
	if d == nil {
		return v.changed(u)
	}
	if err := d.checkDate(); err != nil {
		return nil, err
	}
	if err := u.checkTimes(); err != nil {
		return nil, err
	}
	if d.CancelNow != nil && *d.CancelNow {
		return v.canceled(u)
	}
	return v.changed(u)
}

// checkDate: a proration_date is for a change that prorates.
func (d *PreviewSubscriptionParams) checkDate() error {
	none := d.ProrationBehavior != nil && *d.ProrationBehavior == billing.ProrationNone
	if d.ProrationDate == nil || !none && (len(d.Items) > 0 || d.TrialEnd != nil) {
		return nil
	}
	return billing.Invalid("subscription_details[proration_date]", "`proration_date` needs "+
		"`items` or `trial_end`, and cannot be combined with `proration_behavior=none`.")
}

func noneUpcoming(customer string) error {
	return billing.Invalid("", "No upcoming invoices for customer: %s", customer).
		WithCode("invoice_upcoming_none").WithStatus(404)
}

// starts says that the preview is of a subscription that does not exist yet.
func (v *previewing) starts() bool {
	return v.p.Subscription == nil && v.p.SubscriptionDetails != nil &&
		len(v.p.SubscriptionDetails.Items) > 0
}

// find is the subscription that is named, or the customer's next to be billed; "" previews a new
// one, or an invoice without one.
func (v *previewing) find() (string, error) {
	if v.p.Subscription != nil {
		return *v.p.Subscription, nil
	}
	if v.p.Customer == nil {
		return "", billing.Invalid("customer", "You must specify at least one of: customer, "+
			"subscription.")
	}
	if v.starts() {
		return "", nil
	}
	subs, err := store.Subscriptions.All(v.tx, store.Eq("customer", *v.p.Customer))
	if err != nil {
		return "", err
	}
	next := ""
	var at int64
	for _, s := range subs {
		if end := s.NextPeriodEnd(); !s.Status.Ended() && (next == "" || end < at) {
			next, at = s.ID, end
		}
	}
	if next == "" && len(v.p.InvoiceItems) == 0 {
		return "", noneUpcoming(*v.p.Customer)
	}
	return next, nil
}

// update is the change of a running subscription that the parameters describe.
func (v *previewing) update() SubscriptionUpdateParams {
	u := SubscriptionUpdateParams{Discounts: v.p.Discounts, PaymentBehavior: v.p.PaymentBehavior}
	d := v.p.SubscriptionDetails
	if d == nil {
		return u
	}
	u.Items, u.ProrationBehavior = d.Items, d.ProrationBehavior
	u.ProrationDate, u.TrialEnd = d.ProrationDate, d.TrialEnd
	u.CancelAt, u.CancelAtPeriodEnd = d.CancelAt, d.CancelAtPeriodEnd
	u.DefaultTaxRates, u.Metadata = d.DefaultTaxRates, d.Metadata
	if d.BillingCycleAnchor != nil {
		u.BillingCycleAnchor = &d.BillingCycleAnchor.Word
	}
	return u
}

// changed runs the update. What it bills at once is the answer; otherwise the next renewal is,
// with everything that waits for it.
func (v *previewing) changed(u *updating) (*Preview, error) {
	before := lifecycle.Clone(u.sub)
	ch, err := u.changes()
	if err != nil {
		return nil, err
	}
	after := lifecycle.Clone(u.sub)
	fields := subscriptionFields{App: u.App, tx: u.tx, sub: after, now: u.now}
	if err := fields.fromUpdate(u.cus, u.p); err != nil {
		return nil, err
	}
	book, err := u.load(u.tx, u.shelf(before, after, ch), u.now)
	if err != nil {
		return nil, err
	}
	out, err := book.Update(before, after, ch)
	if err != nil {
		return nil, err
	}
	for _, it := range out.Prorations {
		store.InvoiceItems.Insert(u.tx, it)
	}
	if v.recurring() {
		return v.renewal(u, after, nil)
	}
	if out.InvoiceNow {
		inv, _, err := u.invoiceNow(book, after, out.Prorations, out.Lines)
		if err != nil {
			return nil, err
		}
		return v.shown(inv, u, true), nil
	}
	return v.next(u, after, out.Prorations)
}

// next is the next ordinary invoice, with everything that waits for it. A classic subscription's
// last one leaves alone what is not its own.
func (v *previewing) next(u *updating, after *billing.Subscription,
	own []*billing.InvoiceItem) (*Preview, error) {
	waiting, err := u.pendingItems(u.tx, after, after.Flexible() || !endsNext(after))
	if err != nil {
		return nil, err
	}
	return v.renewal(u, after, mergeItems(own, waiting))
}

// endsNext says that a subscription ends when its next period would begin, or before.
func endsNext(sub *billing.Subscription) bool {
	return sub.CancelAt != nil && *sub.CancelAt <= sub.NextPeriodEnd()
}

func (v *previewing) recurring() bool {
	return v.p.PreviewMode != nil && *v.p.PreviewMode == "recurring"
}

// renewal is the next cycle's invoice of the subscription as it would be.
func (v *previewing) renewal(u *updating, after *billing.Subscription,
	pending []*billing.InvoiceItem) (*Preview, error) {
	at, ends := after.NextPeriodEnd(), endsNext(after)
	if ends && len(pending) == 0 || len(after.Items.Data) == 0 {
		return nil, noneUpcoming(u.cus.ID)
	}
	book, err := v.load(v.tx, newShelf().subscription(after).customer(u.cus).
		invoiceItems(pending), at)
	if err != nil {
		return nil, err
	}
	next := lifecycle.Renewal{PeriodEnd: at}
	next.PeriodStart, _ = after.Period()
	if !ends {
		if next, err = book.Renew(after, at); err != nil {
			return nil, err
		}
	}
	inv, err := v.draftInvoice(v.tx, book, makeInvoice{Customer: u.cus, Subscription: after,
		Lines: next.Lines, Pending: pending, Reason: billing.BillingReasonUpcoming, Now: at,
		PeriodStart: next.PeriodStart, PeriodEnd: next.PeriodEnd, AutoAdvance: true,
		Livemode: v.c.Livemode})
	if err != nil {
		return nil, err
	}
	return v.shown(inv, u, false), nil
}

// canceled is the invoice of ending the subscription now.
func (v *previewing) canceled(u *updating) (*Preview, error) {
	book, err := v.load(v.tx, newShelf().subscription(u.sub).customer(u.cus), u.now)
	if err != nil {
		return nil, err
	}
	behavior := v.p.SubscriptionDetails.ProrationBehavior
	prorate := behavior == nil || *behavior != billing.ProrationNone
	start, _ := u.sub.Period()
	credits, err := book.Cancel(u.sub, u.now, billing.ReasonCancellationRequested, prorate)
	if err != nil {
		return nil, err
	}
	for _, it := range credits {
		store.InvoiceItems.Insert(v.tx, it)
	}
	inv, err := u.lastInvoice(start)
	if err == nil && inv == nil {
		err = noneUpcoming(u.cus.ID)
	}
	if err != nil {
		return nil, err
	}
	return v.shown(inv, u, true), nil
}

// creation is the first invoice of a subscription that does not exist.
func (v *previewing) creation() (*Preview, error) {
	d := v.p.SubscriptionDetails
	p := SubscriptionCreateParams{Customer: *v.p.Customer, Items: d.Items, TrialEnd: d.TrialEnd,
		ProrationBehavior: d.ProrationBehavior, Discounts: v.p.Discounts,
		DefaultTaxRates: d.DefaultTaxRates, Metadata: d.Metadata, BillingMode: d.BillingMode,
		BackdateStartDate: d.StartDate, Currency: v.p.Currency,
		CancelAtPeriodEnd: d.CancelAtPeriodEnd, PaymentBehavior: new(billing.DefaultIncomplete)}
	if d.BillingCycleAnchor != nil {
		p.BillingCycleAnchor = &d.BillingCycleAnchor.Unix
	}
	if d.CancelAt.Given() {
		p.CancelAt = &d.CancelAt.Value
	}
	made, err := v.startSubscription(v.tx, v.c, p)
	if err != nil {
		return nil, err
	}
	if made.sub.LatestInvoice.ID == "" || v.recurring() {
		return v.afterStart(made.sub)
	}
	inv, err := store.Invoices.Get(v.tx, made.sub.LatestInvoice.ID)
	if err != nil {
		return nil, err
	}
	due := inv.AmountDue
	unfinalize(inv)
	return &Preview{Invoice: asPreview(inv), Due: due, Now: true}, nil
}

// afterStart is the first ordinary invoice of a subscription that was only just imagined.
func (v *previewing) afterStart(sub *billing.Subscription) (*Preview, error) {
	u, err := v.newUpdating(v.tx, v.c, sub.ID, SubscriptionUpdateParams{})
	if err != nil {
		return nil, err
	}
	if v.recurring() {
		return v.renewal(u, u.sub, nil)
	}
	return v.next(u, u.sub, nil)
}

// unfinalize shows a first invoice as the draft that it would have been.
func unfinalize(inv *billing.Invoice) {
	inv.Status, inv.Number = billing.InvoiceDraft, nil
	inv.HostedInvoiceURL, inv.InvoicePDF, inv.EndingBalance = nil, nil, nil
	inv.StatusTransitions = billing.InvoiceStatusTransitions{}
	inv.Attempted, inv.AmountPaid, inv.EffectiveAt = false, 0, nil
	inv.AmountRemaining, inv.WebhooksDeliveredAt = inv.AmountDue, nil
	inv.AutoAdvance = true
}

func (v *previewing) shown(inv *billing.Invoice, u *updating, now bool) *Preview {
	due := invoicing.Preview(inv, u.cus.Balance)
	inv.AmountDue, inv.AmountRemaining = due, due
	if inv.Parent != nil && inv.Parent.SubscriptionDetails != nil {
		inv.Parent.SubscriptionDetails.SubscriptionProrationDate = v.prorationDate(u, inv)
	}
	return &Preview{Invoice: asPreview(inv), Due: due, Now: now}
}

// prorationDate is the time that the prorations of a previewed change were computed with, so that
// the change itself can be made with it; nil when nothing was prorated now.
func (v *previewing) prorationDate(u *updating, inv *billing.Invoice) *int64 {
	if u.p.ProrationDate != nil {
		return u.p.ProrationDate
	}
	for i := range inv.Lines.Data {
		if l := &inv.Lines.Data[i]; l.Proration() && l.Period.Start == u.now {
			return &u.now
		}
	}
	return nil
}

// asPreview dresses a computed draft as Stripe shows previews: it cannot be fetched or paid.
func asPreview(inv *billing.Invoice) *billing.Invoice {
	inv.ID = "upcoming_" + inv.ID
	inv.BillingReason = new(billing.BillingReasonUpcoming)
	inv.AutomaticallyFinalizesAt = nil
	inv.NextPaymentAttempt = nil
	if inv.CollectionMethod == billing.ChargeAutomatically {
		inv.NextPaymentAttempt = new(inv.Created + 3600)
	}
	inv.Lines.URL = "/v1/invoices/" + inv.ID + "/lines"
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		l.ID = "il_tmp_" + strings.TrimPrefix(l.ID, "il_")
		l.Invoice = &inv.ID
	}
	return inv
}
