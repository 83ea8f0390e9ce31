package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/store"
)

// CreateSubscription starts a subscription and, when its first invoice asks for money that can be
// collected now, collects it. A subscription that waits for its first payment is `incomplete`.
func (a *App) CreateSubscription(ctx context.Context, c Caller,
	p SubscriptionCreateParams) (*billing.Subscription, error) {
	if p.behavior() == billing.PendingIfIncomplete {
		return nil, billing.Invalid("payment_behavior", "`pending_if_incomplete` cannot be used "+
			"when creating a subscription.")
	}
	var made *started
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		var err error
		if made, err = a.startSubscription(tx, c, p); err != nil {
			return nil, err
		}
		if made.attempt == nil {
			return made.sub, nil
		}
		return nil, nil
	})
	if err != nil || made.attempt == nil {
		return made.subscription(), err
	}
	a.at("subscription_create.begun")
	settled, err := a.send(ctx, c, made.attempt)
	return cmp.Or(settled.sub, made.sub), err
}

func (p *SubscriptionCreateParams) behavior() string {
	if p.PaymentBehavior == nil {
		return billing.AllowIncomplete
	}
	return *p.PaymentBehavior
}

// started is a new subscription and, when money must be asked for, the attempt.
type started struct {
	sub     *billing.Subscription
	attempt *store.Attempt
}

func (s *started) subscription() *billing.Subscription {
	if s == nil {
		return nil
	}
	return s.sub
}

// starting carries one creation through its steps.
type starting struct {
	*App
	tx  *store.Tx
	c   Caller
	p   SubscriptionCreateParams
	cus *billing.Customer
	now int64
	sub *billing.Subscription
	in  lifecycle.StartInput

	extra []*billing.InvoiceItem // add_invoice_items
	held  *store.Attempt         // committed before, when the creation runs again
}

// startSubscription runs a creation. One that must not exist unpaid is undone when it asks for
// money; what is left is the attempt, and the creation runs again when its outcome is known.
func (a *App) startSubscription(tx *store.Tx, c Caller,
	p SubscriptionCreateParams) (*started, error) {
	if p.behavior() != billing.ErrorIfIncomplete {
		return a.startSubscriptionHeld(tx, c, p, nil)
	}
	var made *started
	err := tx.Savepoint(func(tx *store.Tx) error {
		var err error
		made, err = a.startSubscriptionHeld(tx, c, p, nil)
		if err == nil && made.attempt != nil {
			err = errUndo
		}
		return err
	})
	if !errors.Is(err, errUndo) {
		return made, err
	}
	tried := made.attempt
	ch := charging{Now: tried.Created, Command: commandSubscriptionCreate, Actor: c.Actor,
		Behavior: p.behavior(), OffSession: tried.OffSession, Reply: c.Reply}
	att := *tried
	att.Invoice, att.PaymentIntent, att.Subscription, att.SetupFuture = "", "", "", true
	made.attempt, err = a.commitAttempt(tx, &att, ch, p)
	return made, err
}

// needs are what every creation looks up.
func (p *SubscriptionCreateParams) needs() []store.Need {
	var prices []string
	for _, it := range p.Items {
		if it.Price != nil {
			prices = append(prices, *it.Price)
		}
	}
	return []store.Need{store.Customers.ToLock(p.Customer), pendingNeed(p.Customer),
		store.Prices.ToGet(prices...), store.ToLoadSettings(), store.ToReadAccount()}
}

func (a *App) startSubscriptionHeld(tx *store.Tx, c Caller, p SubscriptionCreateParams,
	held *store.Attempt) (*started, error) {
	if p.Customer == "" {
		return nil, billing.Missing("customer")
	}
	if len(p.Items) == 0 {
		return nil, billing.Missing("items")
	}
	if err := store.Prefetch(tx, p.needs()...); err != nil {
		return nil, err
	}
	cus, err := lockReferred(tx, store.Customers, p.Customer, "customer")
	if err != nil {
		return nil, err
	}
	now, err := a.now(tx, c, cus)
	if err != nil {
		return nil, err
	}
	s := &starting{App: a, tx: tx, c: c, p: p, cus: cus, now: now, held: held}
	if err := s.build(); err != nil {
		return nil, err
	}
	return s.start()
}

// build fills in everything of the subscription but its times.
func (s *starting) build() error {
	s.sub = &billing.Subscription{
		ID: s.IDs.New("sub"), Object: "subscription", Created: s.now, Livemode: s.c.Livemode,
		Customer:            billing.To[billing.Customer](s.cus.ID),
		CollectionMethod:    billing.ChargeAutomatically,
		CancellationDetails: &billing.CancellationDetails{}, TestClock: s.cus.TestClock,
		InvoiceSettings: billing.SubscriptionInvoiceSettings{Issuer: billing.Issuer{Type: "self"}},
		PaymentSettings: &billing.PaymentSettings{SaveDefaultPaymentMethod: new("off")},
		TrialSettings: &billing.TrialSettings{EndBehavior: billing.TrialEndBehavior{
			MissingPaymentMethod: billing.MissingCreateInvoice}},
	}
	s.sub.Items = billing.List[billing.SubscriptionItem]{Object: "list",
		URL: "/v1/subscription_items?subscription=" + s.sub.ID}
	if err := s.billingMode(); err != nil {
		return err
	}
	if err := s.items(); err != nil {
		return err
	}
	fields := subscriptionFields{App: s.App, tx: s.tx, sub: s.sub, now: s.now,
		start: s.p.BackdateStartDate}
	return fields.fromCreate(s.cus, s.p)
}

func (s *starting) billingMode() error {
	mode := billing.BillingMode{Type: billing.BillingFlexible}
	details := &billing.BillingModeFlexible{ProrationDiscounts: billing.DiscountsIncluded}
	if p := s.p.BillingMode; p != nil {
		mode.Type = p.Type
		if p.Flexible != nil && p.Flexible.ProrationDiscounts != nil {
			if p.Type == billing.BillingClassic {
				return billing.Invalid("billing_mode[flexible]", "billing_mode[flexible] can only "+
					"be set when billing_mode[type] is `flexible`.")
			}
			details.ProrationDiscounts = *p.Flexible.ProrationDiscounts
		}
	}
	if mode.Type == billing.BillingFlexible {
		mode.Flexible = details
	}
	s.sub.BillingMode = mode
	return nil
}

// items resolves prices and fixes the currency, which is the customer's if they have one.
func (s *starting) items() error {
	for i, p := range s.p.Items {
		param := fmt.Sprintf("items[%d]", i)
		price, err := s.itemPrice(s.tx, chosenPrice{p.Price, p.PriceData, param}, s.now)
		if err != nil {
			return err
		}
		if s.sub.Currency == "" {
			s.sub.Currency = s.chooseCurrency(price)
		}
		it := billing.SubscriptionItem{
			ID: s.IDs.New("si"), Object: "subscription_item", Created: s.now, Quantity: 1,
			Subscription: s.sub.ID, Price: billing.Embed[billing.Price]{ID: price.ID},
			Metadata: newMetadata(p.Metadata),
		}
		if p.Quantity != nil {
			it.Quantity = *p.Quantity
		}
		if it.Quantity < 0 {
			return billing.Invalid(param+"[quantity]", "Quantity must not be negative.")
		}
		if it.TaxRates, err = s.taxRates(s.tx, p.TaxRates.Value, param+"[tax_rates]"); err != nil {
			return err
		}
		it.Discounts, err = s.redeem(s.tx, redemption{Params: p.Discounts.Value, Now: s.now,
			Customer: s.cus.ID, Subscription: s.sub.ID, Item: it.ID, Currency: s.sub.Currency,
			Param: param + "[discounts]"})
		if err != nil {
			return err
		}
		s.sub.Items.Data = append(s.sub.Items.Data, it)
	}
	return fixCurrency(s.cus, s.sub.Currency)
}

// chooseCurrency takes the asked currency, else the customer's if the price has it, else the
// price's own.
func (s *starting) chooseCurrency(p *billing.Price) string {
	if s.p.Currency != nil {
		return lower(*s.p.Currency)
	}
	if cur := s.cus.Currency; cur != nil {
		if _, ok := p.CurrencyOptions[*cur]; ok {
			return *cur
		}
	}
	return p.Currency
}

// start sets the times, makes the first invoice and decides whether to ask for money.
func (s *starting) start() (*started, error) {
	var err error
	adding := addingItems{App: s.App, Subscription: s.sub, Customer: s.cus, Now: s.now}
	s.extra, err = adding.all(s.tx, s.p.AddInvoiceItems)
	if err != nil {
		return nil, err
	}
	if err := store.Prefetch(s.tx, s.laterNeeds()...); err != nil {
		return nil, err
	}
	book, err := s.load(s.tx, newShelf().subscription(s.sub).customer(s.cus), s.now)
	if err != nil {
		return nil, err
	}
	if err := book.CheckItems(s.sub); err != nil {
		return nil, err
	}
	if err := s.times(book); err != nil {
		return nil, err
	}
	lines, err := book.Start(s.sub, s.in)
	if err != nil {
		return nil, err
	}
	if err := adding.setPeriods(s.extra, s.p.AddInvoiceItems); err != nil {
		return nil, err
	}
	if s.p.CancelAtPeriodEnd != nil && *s.p.CancelAtPeriodEnd {
		end := lifecycle.CancelAtEnd(s.sub)
		lifecycle.SetCancelAt(s.sub, &end, true, s.now)
	} else if s.p.CancelAt != nil {
		planEnd(s.sub, *s.p.CancelAt, s.now)
	}
	if len(lines) == 0 && len(s.extra) == 0 {
		lifecycle.Schedule(s.sub)
		store.Subscriptions.Insert(s.tx, s.sub)
		return &started{sub: s.sub}, store.Subscriptions.Emit(s.tx, s.sub,
			"customer.subscription.created")
	}
	return s.firstInvoice(lines)
}

// laterNeeds are what the first invoice looks up besides, now that prices and customer are known.
func (s *starting) laterNeeds() []store.Need {
	var products []string
	for _, it := range s.sub.Items.Data {
		if price, err := store.Prices.Get(s.tx, it.Price.ID); err == nil {
			products = append(products, price.Product.ID)
		}
	}
	methods := methodsOf(&billing.Invoice{}, s.sub, s.cus)
	return []store.Need{store.Products.ToGet(products...), store.PaymentMethods.ToGet(methods...)}
}

// times reads the parameters of trial, anchor and backdating.
func (s *starting) times(book *lifecycle.Book) error {
	s.in = lifecycle.StartInput{Now: s.now, ProrationBehavior: billing.CreateProrations}
	if s.p.ProrationBehavior != nil {
		s.in.ProrationBehavior = *s.p.ProrationBehavior
	}
	var err error
	if s.in.TrialEnd, err = s.trialEnd(book); err != nil {
		return err
	}
	if s.p.BackdateStartDate != nil {
		s.in.BackdateStart = *s.p.BackdateStartDate
	}
	if s.p.CancelAt != nil && s.p.CancelAtPeriodEnd != nil && *s.p.CancelAtPeriodEnd {
		return twoEnds()
	}
	if at := s.p.CancelAt; at != nil && at.Word == cancelAtBilled {
		return billing.Unsupported("cancel_at=" + cancelAtBilled)
	}
	if at := s.p.CancelAt; at != nil && at.Word == "" {
		if s.in.CancelAt = at.Unix; at.Unix <= s.now {
			return cancelAtPassed()
		}
	}
	if s.p.BillingCycleAnchor != nil {
		s.in.Anchor = *s.p.BillingCycleAnchor
	}
	if cfg := s.p.BillingCycleAnchorConfig; cfg != nil {
		if s.p.BillingCycleAnchor != nil || s.p.BackdateStartDate != nil {
			return billing.Invalid("billing_cycle_anchor_config", "billing_cycle_anchor_config "+
				"cannot be combined with billing_cycle_anchor or backdate_start_date.")
		}
		s.sub.BillingCycleAnchorConfig = &billing.AnchorConfig{DayOfMonth: cfg.DayOfMonth,
			Hour: cfg.Hour, Minute: cfg.Minute, Month: cfg.Month, Second: cfg.Second}
		s.in.Anchor, err = book.AnchorFromConfig(s.sub, max(s.now, s.in.TrialEnd))
	}
	return err
}

const trialDaysMax = 730

func checkTrialDays(days int64, param string) error {
	if days < 0 || days > trialDaysMax {
		return billing.Invalid(param, "trial_period_days must be between 0 and %d.", trialDaysMax)
	}
	return nil
}

// checkTrialEnd refuses a trial that has ended already, or one of more than two years.
func checkTrialEnd(end, now int64) error {
	if end < now {
		return billing.Invalid("trial_end", "Invalid timestamp: must be an integer Unix timestamp "+
			"in the future.")
	}
	if end > now+2*366*86400 {
		return billing.Invalid("trial_end", "Invalid trial_end: must be at most two years from "+
			"the current time.")
	}
	return nil
}

// trialEnd is when the trial ends, or 0 when there is none.
func (s *starting) trialEnd(book *lifecycle.Book) (int64, error) {
	p := s.p
	if p.TrialEnd != nil && p.TrialPeriodDays != nil {
		return 0, billing.Invalid("trial_end", "You may only specify one of these parameters: "+
			"trial_end, trial_period_days.").WithCode("parameters_exclusive")
	}
	fromPlan := p.TrialFromPlan != nil && *p.TrialFromPlan
	switch {
	case p.TrialEnd != nil && fromPlan:
		return 0, trialTwice()
	case p.TrialEnd != nil:
		end := p.TrialEnd.At(s.now)
		return end, checkTrialEnd(end, s.now)
	case p.TrialPeriodDays != nil:
		return s.now + *p.TrialPeriodDays*86400,
			checkTrialDays(*p.TrialPeriodDays, "trial_period_days")
	case fromPlan:
		for _, it := range s.sub.Items.Data {
			if d := book.Prices[it.Price.ID].Recurring.TrialPeriodDays; d != nil {
				return s.now + *d*86400, nil
			}
		}
	}
	return 0, nil
}
